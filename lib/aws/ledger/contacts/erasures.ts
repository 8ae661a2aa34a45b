import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Contacts } from '../../../core/ports/ledger.ts';
import type { Clock } from '../../../core/ports/telemetry.ts';
import { TABLE } from '../../../environment.ts';
import { batchGet } from '../table/batch-get.ts';
import { contactKey, contactOfPartition, ERASURES, PROFILE } from '../table/keys.ts';
import { type Change, type Table, update } from '../table/table.ts';

/** Who asked to be forgotten. That anybody did stands in an item of its own, so that nobody else's reads pay for it. */
export function createErasures(
  table: Table,
  clock: Pick<Clock, 'sleep'>,
): Pick<Contacts, 'erase' | 'hasErasures' | 'erasures' | 'forget'> {
  const { client, name: TableName } = table;
  return {
    erase: async (contact, at) => {
      // First: whoever dies in between leaves a look too many, and no mark that nobody looks for.
      await client.send(new PutCommand({ TableName, Item: { ...ERASURES } }));
      return (await update(table, contactKey(contact, PROFILE), marked(at))) !== undefined;
    },
    hasErasures: async () => {
      const get = new GetCommand({ TableName, Key: ERASURES, ConsistentRead: true });
      return (await client.send(get)).Item !== undefined;
    },
    erasures: async (contacts) => {
      const keys = [...new Set(contacts)].map((contact) => contactKey(contact, PROFILE));
      const items = await batchGet(table, keys, clock);
      return new Map(
        items.flatMap(({ pk, erasedAt }) =>
          typeof erasedAt === 'number' ? [[contactOfPartition(String(pk)), erasedAt] as const] : [],
        ),
      );
    },
    forget: async (contact, erasedAt, wanted) => {
      const key = contactKey(contact, PROFILE);
      if (wanted !== undefined && (await update(table, key, nothingLeft(erasedAt, wanted)))) return 'in-step';
      await update(table, key, {
        ConditionExpression: 'attribute_exists(pk)',
        UpdateExpression: 'SET forgottenAt = :erasedAt REMOVE mauticId, removedAt',
        ExpressionAttributeValues: { ':erasedAt': erasedAt },
      });
      return 'behind';
    },
  };
}

/** A due time that a failure set is kept, as `want` keeps it. */
function marked(at: number): Change {
  return {
    ConditionExpression: 'attribute_exists(pk)',
    UpdateExpression:
      'ADD wanted :one SET erasedAt = :at, wantedAt = :at, #work = :live, due = if_not_exists(due, :at), attempts = if_not_exists(attempts, :zero) REMOVE parked, #expires',
    // Who was to be forgotten anyway is remembered: what comes late brings nobody back.
    ExpressionAttributeNames: { '#work': 'work', '#expires': TABLE.expires },
    ExpressionAttributeValues: { ':one': 1, ':zero': 0, ':live': 'live', ':at': at },
    ReturnValues: 'UPDATED_NEW',
  };
}

function nothingLeft(erasedAt: number, wanted: number): Change {
  return {
    ConditionExpression: 'wanted = :wanted',
    UpdateExpression:
      'SET forgottenAt = :erasedAt, email = :none, synced = :wanted, attempts = :zero REMOVE #work, due, doubt, parked, unfinished, notBefore, endedAt, waiting, serverErrors, mauticId, removedAt',
    ExpressionAttributeNames: { '#work': 'work' },
    ExpressionAttributeValues: { ':erasedAt': erasedAt, ':wanted': wanted, ':none': '', ':zero': 0 },
    ReturnValues: 'UPDATED_NEW',
  };
}
