import { config } from '#bridge-config';
import { scheduledDoor } from '../lib/aws/doors/scheduled-door.ts';
import { createTelemetry } from '../lib/aws/telemetry/telemetry.ts';
import { stageOf } from '../lib/core/policy/configuration/bridge-config.ts';
import { REREAD, ReconcileEnvironment, readEnvironment } from '../lib/environment.ts';
import { createReread } from '../lib/pipeline/reconcile/reread.ts';
import { createReconcile } from '../lib/pipeline/reconcile.ts';
import { wireLedger } from '../lib/wiring/ledger.ts';
import { wireReconcile } from '../lib/wiring/reconcile.ts';

const environment = readEnvironment(ReconcileEnvironment);
const telemetry = createTelemetry('reconcile');
const { policy } = stageOf(config, environment.BRIDGE_STAGE);
const ledger = wireLedger({ tableName: environment.TABLE_NAME, log: telemetry.log });
const parts = wireReconcile({ environment, policy, ledger, telemetry });
const [reconcile, reread] = [createReconcile(parts), createReread(parts)];

export const handler = scheduledDoor(
  ledger.format.guard((remainingMs, only) =>
    only === REREAD.only ? reread(remainingMs) : reconcile(remainingMs),
  ),
  telemetry,
);
