import { randomUUID } from 'node:crypto';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { Claims } from '../../core/ports/ledger.ts';
import { claimKey, type Key, MAUTIC } from './table/keys.ts';
import { queryPrefix, type Table, unlessConditionFails } from './table/table.ts';

const FinishedItem = v.object({ sk: v.string(), value: v.string() });

/** Creation claims and leases in the table. */
export function createClaims(table: Table): Claims {
  const { client, name: TableName } = table;
  return {
    finished: async (kind) => {
      const items = await queryPrefix(table, MAUTIC, claimKey(kind, '').sk);
      const done = items.filter((item) => v.is(FinishedItem, item));
      return new Map(done.map(({ sk, value }) => [sk.slice(kind.length + 1), value]));
    },
    claim: async (kind, name, { holder, now, until }) => {
      const key = claimKey(kind, name);
      const nonce = randomUUID();
      const put = new PutCommand({
        TableName,
        Item: { ...key, holder, until, nonce },
        ConditionExpression: 'attribute_not_exists(pk) OR (#until < :now AND attribute_not_exists(#value))',
        ExpressionAttributeNames: { '#until': 'until', '#value': 'value' },
        ExpressionAttributeValues: { ':now': now },
      });
      const taken = await unlessConditionFails(() => client.send(put));
      return taken ? 'claimed' : whoHas(table, key, nonce);
    },
    finish: async (kind, name, value) => {
      await client.send(new PutCommand({ TableName, Item: { ...claimKey(kind, name), value } }));
    },
    reopen: async (kind, name) => {
      const drop = new DeleteCommand({
        TableName,
        Key: claimKey(kind, name),
        ConditionExpression: 'attribute_exists(#value)',
        ExpressionAttributeNames: { '#value': 'value' },
      });
      await unlessConditionFails(() => client.send(drop));
    },
    release: async (kind, name, holder) => {
      const drop = new DeleteCommand({
        TableName,
        Key: claimKey(kind, name),
        ConditionExpression: 'holder = :holder AND attribute_not_exists(#value)',
        ExpressionAttributeNames: { '#value': 'value' },
        ExpressionAttributeValues: { ':holder': holder },
      });
      await unlessConditionFails(() => client.send(drop));
    },
  };
}

/** The nonce tells our own claim, whose answer was lost and which the SDK then sent again, from another's. */
async function whoHas(table: Table, key: Key, nonce: string): Promise<'claimed' | 'finished' | 'held'> {
  const get = new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true });
  const { Item: item } = await table.client.send(get);
  if (item?.value !== undefined) return 'finished';
  return item?.nonce === nonce ? 'claimed' : 'held';
}
