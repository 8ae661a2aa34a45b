import * as v from 'valibot';
import type { Contacts, DueContact } from '../../../core/ports/ledger.ts';
import { TABLE } from '../../../environment.ts';
import { contactKey, contactOfPartition, PROFILE } from '../table/keys.ts';
import { type Item, query, type Table, update } from '../table/table.ts';

const WorkItem = v.object({
  pk: v.string(),
  due: v.number(),
  attempts: v.optional(v.number(), 0),
});
const Rung = v.object({ wanted: v.number(), attempts: v.number() });

/** The sparse index over contacts that are behind; it lags, so every move checks what was read. */
export function createWorkList(table: Table): Pick<Contacts, 'due' | 'postpone'> {
  return {
    due: async (shard, before, limit) => {
      if (limit <= 0) return [];
      const items = await query(
        table,
        {
          IndexName: TABLE.workIndex.name,
          KeyConditionExpression: '#work = :shard AND due <= :before',
          ExpressionAttributeNames: { '#work': TABLE.workIndex.partitionKey },
          ExpressionAttributeValues: { ':shard': shard, ':before': before },
          Limit: limit,
        },
        limit,
      );
      return items.map(dueContactOf);
    },
    postpone: async ({ contact, due: read }, due) => {
      const after = await update(table, contactKey(contact, PROFILE), {
        ConditionExpression: 'due = :read AND attribute_exists(wanted)',
        UpdateExpression: 'SET due = :due ADD attempts :one',
        ExpressionAttributeValues: { ':read': read, ':due': due, ':one': 1 },
        ReturnValues: 'ALL_NEW',
      });
      return after && { contact, ...v.parse(Rung, after) };
    },
  };
}

function dueContactOf(item: Item): DueContact {
  const { pk, due, attempts } = v.parse(WorkItem, item);
  return { contact: contactOfPartition(pk), due, attempts };
}
