import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { Registers } from '../../core/ports/ledger.ts';
import { registerKey } from './table/keys.ts';
import { type Table, update } from './table/table.ts';

const RegisterItem = v.object({ text: v.string(), revision: v.number() });

/** Small shared values in the table. */
export function createRegisters(table: Table): Registers {
  return {
    read: async (register) => {
      const Key = registerKey(register);
      const get = new GetCommand({ TableName: table.name, Key, ConsistentRead: true });
      const { Item: item } = await table.client.send(get);
      return item && v.parse(RegisterItem, item);
    },
    write: async (register, text, revision) => {
      const written = await update(table, registerKey(register), {
        ConditionExpression: revision === undefined ? 'attribute_not_exists(pk)' : '#revision = :read',
        UpdateExpression: 'SET #text = :text, #revision = :revision',
        ExpressionAttributeNames: { '#text': 'text', '#revision': 'revision' },
        ExpressionAttributeValues: {
          ':text': text,
          ':revision': (revision ?? 0) + 1,
          ...(revision !== undefined && { ':read': revision }),
        },
      });
      return written !== undefined;
    },
  };
}
