import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { Contacts } from '../../../core/ports/ledger.ts';
import { itemsPartition } from '../table/keys.ts';
import { query, type Table } from '../table/table.ts';

/** Rows that are written at once. */
const AT_ONCE = 25;

const Row = v.object({
  fingerprint: v.string(),
  contactId: v.number(),
  claimed: v.exactOptional(v.boolean()),
  claimedAt: v.exactOptional(v.number()),
  parked: v.exactOptional(v.string()),
  serverErrors: v.exactOptional(v.number()),
  notBefore: v.exactOptional(v.number()),
});

/** Rows of custom items, in a partition of their own for each contact. */
export function createItems(table: Table): Pick<Contacts, 'items' | 'saveItems'> {
  return {
    items: async (contact) => {
      const found = await query(table, {
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': itemsPartition(contact) },
      });
      return new Map(found.map((item) => [String(item.sk), v.parse(Row, item)]));
    },
    saveItems: async (contact, rows) => {
      const pk = itemsPartition(contact);
      const items = [...rows].map(([sk, row]) => ({ pk, sk, ...row }));
      for (let start = 0; start < items.length; start += AT_ONCE) {
        const puts = items
          .slice(start, start + AT_ONCE)
          .map((Item) => table.client.send(new PutCommand({ TableName: table.name, Item })));
        await Promise.all(puts);
      }
    },
  };
}
