import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { EmulatorSettings, startEmulators } from './emulators.ts';
import type { FromThread } from './emulators-apart.ts';

/** The thread of the emulators: tells where they listen, and closes them when told to. */
const say = (said: FromThread) => parentPort?.postMessage(said);

try {
  const emulators = await startEmulators(v.parse(EmulatorSettings, workerData));
  parentPort?.once('message', () => void emulators.close());
  say({ endpoints: emulators.endpoints });
} catch (error) {
  say({ failed: error });
}
