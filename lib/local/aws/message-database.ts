import { DatabaseSync } from 'node:sqlite';
import type { Persistence } from './fauxqs-parts.ts';

const DEDUPLICATION_MS = 5 * 60_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS deduplications (
    queue TEXT NOT NULL, id TEXT NOT NULL, message_id TEXT NOT NULL, sequence_number TEXT NOT NULL,
    sent_at INTEGER NOT NULL, PRIMARY KEY (queue, id)
  );
  CREATE INDEX IF NOT EXISTS deduplications_by_age ON deduplications (sent_at);
`;

type Deduplication = { readonly id: string; readonly messageId: string; readonly sequenceNumber: string };

/** Mends what the persistence of fauxqs does wrong and adds what it forgets: the deduplication of FIFO queues. */
export function mendPersistence(persistence: Persistence): {
  deduplications(queue: string): Deduplication[];
} {
  const database = databaseOf(persistence);
  // A killed process loses nothing it wrote; only a power cut could, and it costs a disk flush for each message.
  database.exec('PRAGMA synchronous = NORMAL');
  database.exec(SCHEMA);
  keepReceiveCounts(persistence, database);
  rememberDeduplication(persistence, database);
  return { deduplications: (queue) => recentDeduplications(database, queue) };
}

/** Runs `work` as one transaction, or as a part of the one that is already open. */
export function atomically<Result>(persistence: Persistence, work: () => Result): Result {
  const database = databaseOf(persistence);
  database.exec('SAVEPOINT work');
  try {
    const result = work();
    database.exec('RELEASE work');
    return result;
  } catch (error) {
    database.exec('ROLLBACK TO work; RELEASE work');
    throw error;
  }
}

function databaseOf(persistence: Persistence): DatabaseSync {
  const database: unknown = Reflect.get(persistence, 'db');
  if (!(database instanceof DatabaseSync))
    throw new Error('This version of fauxqs keeps its state elsewhere.');
  return database;
}

/** It sets the receive count to NULL, which the schema refuses: making a message visible at once lost it. */
function keepReceiveCounts(persistence: Persistence, database: DatabaseSync): void {
  const release = database.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  );
  persistence.updateMessageReady = (messageId) => {
    release.run(messageId);
  };
}

/** Together with the message: an id remembered without its message would swallow the sender's next attempt. */
function rememberDeduplication(persistence: Persistence, database: DatabaseSync): void {
  const insertMessage = persistence.insertMessage.bind(persistence);
  const forget = database.prepare('DELETE FROM deduplications WHERE sent_at < ?');
  const remember = database.prepare('INSERT OR REPLACE INTO deduplications VALUES (?, ?, ?, ?, ?)');
  persistence.insertMessage = (queue, message) => {
    const { messageDeduplicationId: id, messageId, sequenceNumber = '', sentTimestamp } = message;
    atomically(persistence, () => {
      insertMessage(queue, message);
      if (id === undefined) return;
      forget.run(Date.now() - DEDUPLICATION_MS);
      remember.run(queue, id, messageId, sequenceNumber, sentTimestamp);
    });
  };
}

function recentDeduplications(database: DatabaseSync, queue: string): Deduplication[] {
  const recent = database.prepare(
    'SELECT id, message_id, sequence_number FROM deduplications WHERE queue = ? AND sent_at >= ? ORDER BY sent_at',
  );
  return recent.all(queue, Date.now() - DEDUPLICATION_MS).map((row) => ({
    id: String(row.id),
    messageId: String(row.message_id),
    sequenceNumber: String(row.sequence_number),
  }));
}
