import dynalite from 'dynalite';
import database from 'dynalite/db/index.js';
import { closeServer, listenOnLoopback } from './loopback.ts';

/** Starts DynamoDB on LevelDB at `path`, or in memory. */
export async function startDynalite(path?: string): Promise<{ url: string; close(): Promise<void> }> {
  writeItemsWithTheirIndexes();
  if (path) await finishTables(path);
  const server = dynalite({ createTableMs: 0, ...(path && { path }) });
  // Dynalite throws what a client that hangs up causes, which would end the whole process.
  server.on('request', (request) => request.removeAllListeners('error').on('error', () => undefined));
  const url = await listenOnLoopback(server);
  return { url, close: () => closeServer(server) };
}

/** A table is created in two writes; one whose creator died between them would be CREATING for ever. */
async function finishTables(path: string): Promise<void> {
  const { db } = database.create({ path });
  await db.open().catch((cause: unknown) => {
    throw new Error(`Cannot open ${path}. Is another instance running on the same data?`, { cause });
  });
  for await (const [key, table] of db.iterator({ gte: 'table~', lt: 'table~\u00ff' })) {
    if (table.TableStatus === 'CREATING') await db.put(key, { ...table, TableStatus: 'ACTIVE' });
  }
  await db.close();
}

/**
 * Dynalite writes the indexes first and the item afterwards: a process killed in between leaves an item that
 * its index has forgotten, for good. Here both go in one LevelDB batch; the item's own write then repeats it.
 */
function writeItemsWithTheirIndexes(): void {
  database.updateIndexes = (store, table, ...change) => {
    const [existing, item, callback] = change;
    const written = item ?? existing;
    if (!written) return callback();
    const actions = database.getIndexActions(table.GlobalSecondaryIndexes ?? [], existing, item, table);
    const indexKey = (index: string, key: string) => `index-global~${table.TableName}~${index}~${key}`;
    const itemKey = `item-${table.TableName}~${database.createKey(written, table)}`;
    store.db.batch(
      [
        ...actions.deletes.map(({ index, key }) => ({ type: 'del' as const, key: indexKey(index, key) })),
        ...actions.puts.map((put) => ({
          type: 'put' as const,
          key: indexKey(put.index, put.key),
          value: put.item,
        })),
        item ? { type: 'put' as const, key: itemKey, value: item } : { type: 'del' as const, key: itemKey },
      ],
      callback,
    );
  };
}
