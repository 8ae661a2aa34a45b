import { startEmulators } from '../../../lib/local/aws/emulators.ts';
import { createResources } from '../../../lib/local/aws/resources.ts';

/** The emulated AWS in a process of its own, so that what is measured beside it is not its memory. */

const { endpoints } = await startEmulators();
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
process.send?.({ endpoints, resources: await createResources(endpoints) });
