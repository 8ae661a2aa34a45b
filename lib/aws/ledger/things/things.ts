import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { refName } from '../../../core/ledger/snapshot.ts';
import type { Things } from '../../../core/ports/ledger.ts';
import type { Clock } from '../../../core/ports/telemetry.ts';
import { batchGet } from '../table/batch-get.ts';
import { contactOfWait, type Key, pointerKey, storeKey, thingKey, WAITS, waitKey } from '../table/keys.ts';
import { type Item, queryPrefix, type Table, update } from '../table/table.ts';
import { createEffects } from './effects.ts';
import { entryOf, stateChange } from './state-item.ts';

/** Orders, customers and products in the table. */
export function createThings(table: Table, clock: Clock, packing: () => boolean): Things {
  return {
    load: async (refs) => {
      const byPartition = new Map(refs.map((ref) => [thingKey(ref).pk, ref]));
      const items = await batchGet(table, [...byPartition.values()].map(thingKey), clock);
      return new Map(
        items.flatMap((item) => {
          const ref = byPartition.get(String(item.pk));
          return ref ? [[refName(ref), entryOf(item)]] : [];
        }),
      );
    },
    save: async (ref, state, revision) =>
      (await update(
        table,
        thingKey(ref),
        stateChange(state, { revision, now: clock.now(), packing: packing() }),
      )) !== undefined,
    ...createEffects(table),
    connectedSince: async (store, now) => {
      const connected = await update(table, storeKey(store), {
        UpdateExpression: 'SET connectedAt = if_not_exists(connectedAt, :now)',
        ExpressionAttributeValues: { ':now': now },
        ReturnValues: 'ALL_NEW',
      });
      return Number(connected?.connectedAt ?? now);
    },
    point: (contact, { touchedAt, ...ref }) =>
      note(table, pointerKey(contact, ref), touchedAt === undefined ? {} : { touchedAt }),
    awaitProduct: (product, contact) => note(table, waitKey(product, contact)),
    waitingFor: async (product) => {
      const waits = await queryPrefix(table, thingKey(product).pk, WAITS);
      return waits.map(({ sk }) => contactOfWait(String(sk)));
    },
    stopWaiting: async (product, contact) => {
      await table.client.send(new DeleteCommand({ TableName: table.name, Key: waitKey(product, contact) }));
    },
  };
}

/** An item that says most of it by its key. */
async function note({ client, name }: Table, key: Key, rest: Item = {}): Promise<void> {
  await client.send(new PutCommand({ TableName: name, Item: { ...key, ...rest } }));
}
