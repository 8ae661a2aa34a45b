import type { Contacts } from '../../../core/ports/ledger.ts';
import { TABLE } from '../../../environment.ts';
import { contactKey, type Key, PROFILE, pointerKey, thingKey } from '../table/keys.ts';
import { type Change, type Table, update } from '../table/table.ts';

/** What DynamoDB deletes by itself, once the time (epoch seconds) in an attribute of the item has come. */
export function createExpiry(table: Table): Pick<Contacts, 'expire'> {
  const set = async (key: Key, at: number, more: Change = { ConditionExpression: 'attribute_exists(pk)' }) =>
    update(table, key, {
      ...more,
      UpdateExpression: 'SET #expires = :at',
      ExpressionAttributeNames: { '#expires': TABLE.expires },
      ExpressionAttributeValues: { ':at': Math.ceil(at / 1000), ...more.ExpressionAttributeValues },
    });
  return {
    expire: async (contact, { at, wanted, pointers, carts }) => {
      const unmoved = {
        ConditionExpression: 'wanted = :wanted',
        ExpressionAttributeValues: { ':wanted': wanted },
      };
      // Somebody wants it again: it is looked at anew.
      if ((await set(contactKey(contact, PROFILE), at, unmoved)) === undefined) return;
      for (const ref of pointers) await set(pointerKey(contact, ref), at);
      for (const ref of carts) await set(thingKey(ref), at);
    },
  };
}
