import { buildApp } from 'fauxqs';
import {
  type Internals,
  loadInternals,
  type Persistence,
  type SqsStore,
  type Stores,
} from './fauxqs-parts.ts';
import { mendPersistence } from './message-database.ts';
import { client, mendQueue } from './queue-repairs.ts';

/** Starts SQS and S3 with their state in SQLite in `directory`, or in memory. */
export async function startFauxqs(directory?: string): Promise<{ url: string; close(): Promise<void> }> {
  const internals = await loadInternals();
  acceptEveryCharacterOfSqs(internals.INVALID_MESSAGE_BODY_CHAR);
  const stores = createStores(internals);
  const persistence = directory ? load(new internals.PersistenceManager(directory), stores) : undefined;
  const app = buildApp({ logger: false, stores });
  app.addHook('preHandler', (request, _reply, done) => client.run(request.raw.socket, done));
  // Queue URLs then carry the address the client used: `sqs.<region>.localhost` does not resolve everywhere.
  stores.sqsStore.host = '';
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  moveQueues(stores.sqsStore, url);
  return {
    url,
    close: async () => {
      await app.close();
      persistence?.close();
    },
  };
}

/** The check lacks the `u` flag and so refuses everything beyond U+FFFF, emoji among it; SQS takes them. */
function acceptEveryCharacterOfSqs(pattern: RegExp): void {
  const invalid = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
  pattern.test = (text) => invalid.test(text);
}

function createStores(internals: Internals): Stores {
  const sqsStore = new internals.SqsStore();
  const create = sqsStore.createQueue.bind(sqsStore);
  sqsStore.createQueue = (...queue) => mendQueue(create(...queue));
  return { sqsStore, snsStore: new internals.SnsStore(), s3Store: new internals.S3Store() };
}

/** Loading comes before wiring: a queue written again while it loads would delete its messages by cascade. */
function load(persistence: Persistence, stores: Stores): Persistence {
  const database = mendPersistence(persistence);
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  stores.sqsStore.persistence = persistence;
  stores.s3Store.persistence = persistence;
  for (const queue of stores.sqsStore.allQueues()) {
    queue.persistence = persistence;
    for (const known of database.deduplications(queue.name)) {
      queue.recordDeduplication(known.id, known.messageId, known.sequenceNumber);
    }
  }
  return persistence;
}

/** Stored queues remember the port of the process that created them. */
function moveQueues(store: SqsStore, address: string): void {
  for (const queue of store.allQueues()) {
    Object.assign(queue, { url: new URL(new URL(queue.url).pathname, address).href });
  }
}
