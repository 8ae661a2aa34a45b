import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../../../core/ports/telemetry.ts';
import type { Key } from './keys.ts';
import type { Item, Table } from './table.ts';

/** DynamoDB's own limit per call. */
const CHUNK = 100;
const MAX_ATTEMPTS = 8;
const FIRST_PAUSE_MS = 25;

/**
 * Consistent read of many items, in chunks; keys must differ.
 * @throws when DynamoDB still leaves keys unprocessed after several tries, each later than the last.
 */
export async function batchGet(
  table: Table,
  keys: readonly Key[],
  clock: Pick<Clock, 'sleep'>,
): Promise<Item[]> {
  const chunks = Array.from({ length: Math.ceil(keys.length / CHUNK) }, (_, index) =>
    keys.slice(index * CHUNK, (index + 1) * CHUNK),
  );
  const pages = await Promise.all(chunks.map((chunk) => getChunk(table, chunk, clock)));
  return pages.flat();
}

async function getChunk(
  { client, name }: Table,
  keys: readonly Key[],
  clock: Pick<Clock, 'sleep'>,
): Promise<Item[]> {
  const items: Item[] = [];
  let missing: readonly Item[] = keys;
  for (let attempt = 0; missing.length > 0; attempt += 1) {
    if (attempt === MAX_ATTEMPTS)
      throw new Error(`Table ${name} left ${String(missing.length)} keys unread. Try later.`);
    if (attempt > 0) await clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    const request = { [name]: { Keys: [...missing], ConsistentRead: true } };
    const { Responses, UnprocessedKeys } = await client.send(new BatchGetCommand({ RequestItems: request }));
    items.push(...(Responses?.[name] ?? []));
    missing = UnprocessedKeys?.[name]?.Keys ?? [];
  }
  return items;
}
