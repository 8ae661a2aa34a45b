import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Dossier, Pointer } from '../../../core/contact/contact.ts';
import type { Contacts } from '../../../core/ports/ledger.ts';
import type { Clock } from '../../../core/ports/telemetry.ts';
import { contactKey, contactPartition, PROFILE, refOfPointer, WRITTEN } from '../table/keys.ts';
import { type Item, query, type Table } from '../table/table.ts';
import { createErasures } from './erasures.ts';
import { createExpiry } from './expiry.ts';
import { createItems } from './items.ts';
import { profileOf } from './profile-item.ts';
import { createStanding } from './standing.ts';
import { createWants } from './wants.ts';
import { createWorkList } from './work-list.ts';
import { createWritten, standingOf } from './written.ts';

/** Where each contact stands, in the table. */
export function createContacts(table: Table, clock: Clock): Contacts {
  return {
    ...createWants(table, clock),
    ...createStanding(table),
    ...createWorkList(table),
    ...createItems(table),
    ...createWritten(table),
    ...createErasures(table, clock),
    ...createExpiry(table),
    profile: async (contact) => {
      const Key = contactKey(contact, PROFILE);
      const get = new GetCommand({ TableName: table.name, Key, ConsistentRead: true });
      const { Item: item } = await table.client.send(get);
      return item && profileOf(item);
    },
    dossier: async (contact) =>
      dossierOf(
        await query(table, {
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': contactPartition(contact) },
        }),
      ),
  };
}

function dossierOf(items: readonly Item[]): Dossier {
  return { ...standingOf(items.find(({ sk }) => sk === WRITTEN)), refs: items.flatMap(pointerOf) };
}

function pointerOf({ sk, touchedAt }: Item): readonly Pointer[] {
  const ref = refOfPointer(String(sk));
  return ref ? [{ ...ref, ...(typeof touchedAt === 'number' && { touchedAt }) }] : [];
}
