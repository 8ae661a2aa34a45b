import { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import type { Queue } from './fauxqs-parts.ts';
import { atomically } from './message-database.ts';

/** The connection of the request being served. */
export const client = new AsyncLocalStorage<Socket>();

/** Mends what a queue of fauxqs does wrong; each repair says what it was. */
export function mendQueue(queue: Queue): Queue {
  receiveAtomically(queue);
  receiveOnlyForTheLiving(queue);
  return queue;
}

/** A message goes to its dead-letter queue as a delete and an insert: killed in between, it was gone. */
function receiveAtomically(queue: Queue): void {
  const dequeue = queue.dequeue.bind(queue);
  queue.dequeue = (...request) => {
    const { persistence } = queue;
    return persistence ? atomically(persistence, () => dequeue(...request)) : dequeue(...request);
  };
}

/** A long poll went on after its client hung up and took the next message with it. */
function receiveOnlyForTheLiving(queue: Queue): void {
  const dequeue = queue.dequeue.bind(queue);
  queue.dequeue = (...request) => (client.getStore()?.destroyed ? [] : dequeue(...request));
}
