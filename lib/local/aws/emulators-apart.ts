import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { EmulatorSettings, Emulators, Endpoints } from './emulators.ts';

/** What the thread says when it is up, or why it cannot be. */
export type FromThread = { readonly endpoints: Endpoints } | { readonly failed: unknown };

/**
 * Starts the emulators in a thread of their own, as AWS is a machine of its own: a second processor has work, and the
 * whole is done a fifth sooner; a single answer takes some milliseconds more.
 * @throws Error with their reason when they cannot start.
 */
export async function startEmulatorsApart(settings: EmulatorSettings): Promise<Emulators> {
  const thread = new Worker(new URL('./emulators-thread.ts', import.meta.url), { workerData: settings });
  const [said]: FromThread[] = await once(thread, 'message');
  if (said === undefined) throw new Error('The emulators of AWS said nothing.');
  if ('failed' in said) {
    await thread.terminate();
    throw said.failed;
  }
  let closed: Promise<unknown> | undefined;
  return {
    endpoints: said.endpoints,
    close: async () => {
      closed ??= closeThread(thread);
      await closed;
    },
  };
}

async function closeThread(thread: Worker): Promise<void> {
  const ended = once(thread, 'exit');
  thread.postMessage('close');
  await ended;
}
