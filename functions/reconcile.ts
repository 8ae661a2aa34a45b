import { scheduledDoor } from '../lib/aws/scheduled-door.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { ReconcileEnvironment, readEnvironment } from '../lib/environment.ts';
import { createReconcile } from '../lib/pipeline/reconcile.ts';

const environment = readEnvironment(ReconcileEnvironment);
const telemetry = createTelemetry('reconcile');

const reconcile = createReconcile({ stores: environment.STORES, ...telemetry });

export const handler = scheduledDoor(reconcile, telemetry);
