import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import type { ContactKey } from '../../../core/ledger/email.ts';
import type { Contacts, WantResult } from '../../../core/ports/ledger.ts';
import type { Clock } from '../../../core/ports/telemetry.ts';
import { contactKey, PROFILE } from '../table/keys.ts';
import { type Change, type Item, type Table, update } from '../table/table.ts';

const OldProfile = v.object({
  wanted: v.optional(v.number(), 0),
  attempts: v.optional(v.number(), 0),
  synced: v.optional(v.number(), 0),
  work: v.exactOptional(v.string()),
});

/** How a contact comes to be behind: one update each, so that no two can get the same number. */
export function createWants(
  table: Table,
  clock: Pick<Clock, 'now'>,
): Pick<Contacts, 'want' | 'wantAgain' | 'wantLater' | 'introduceLater' | 'lastWanted'> {
  const want = async (contact: ContactKey, change: Change): Promise<WantResult | undefined> => {
    const old = await update(table, contactKey(contact, PROFILE), dated(change, clock.now()));
    return old && resultOf(old);
  };
  const firstThatHolds = async (contact: ContactKey, changes: readonly Change[]): Promise<void> => {
    for (const change of changes)
      if (await update(table, contactKey(contact, PROFILE), dated(change, clock.now()))) return;
  };
  return {
    want: async (contact, email, dueIfIdle) => {
      const result = await want(contact, ontoTheList(dueIfIdle, email));
      if (!result)
        throw new Error(`The profile of contact ${contact} refused an update that has no condition.`);
      return result;
    },
    wantAgain: (contact, dueIfIdle, inFull) => {
      const again = { ...ontoTheList(dueIfIdle), ConditionExpression: 'attribute_exists(pk)' };
      return want(contact, inFull ? doubted(again) : again);
    },
    lastWanted: async (contact) => {
      const get = new GetCommand({
        TableName: table.name,
        Key: contactKey(contact, PROFILE),
        ConsistentRead: true,
        ProjectionExpression: 'wantedAt',
      });
      const { Item: item } = await table.client.send(get);
      return typeof item?.wantedAt === 'number' ? item.wantedAt : undefined;
    },
    wantLater: (contact, due, inFull) => {
      const changes = [ontoTheLaterList(due), sooner(due), ALSO_THAT];
      return firstThatHolds(contact, inFull ? changes.map(doubted) : changes);
    },
    introduceLater: (contact, email, due) =>
      firstThatHolds(contact, [introduced(ontoTheLaterList(due), email), sooner(due), ALSO_THAT]),
  };
}

/** The same change, after which the next write is full. */
function doubted(change: Change): Change {
  return alsoSetting(change, 'doubt = :yes', { ':yes': true });
}

/** The same change, also for somebody who is not known yet. */
function introduced(change: Change, email: string): Change {
  const stranger = { ...change, ConditionExpression: 'attribute_not_exists(#work) OR #work = :later' };
  return alsoSetting(stranger, 'email = :email', { ':email': email });
}

function dated(change: Change, now: number): Change {
  return alsoSetting(change, 'wantedAt = :now', { ':now': now });
}

function alsoSetting(change: Change, assignment: string, values: Item): Change {
  const expression = change.UpdateExpression ?? '';
  return {
    ...change,
    UpdateExpression: expression.includes(' SET ')
      ? expression.replace(' SET ', ` SET ${assignment}, `)
      : `${expression} SET ${assignment}`,
    ExpressionAttributeValues: { ...change.ExpressionAttributeValues, ...values },
  };
}

/** A contact that has a due time keeps it: a new change must not undo the back-off. */
function ontoTheList(dueIfIdle: number, email?: string): Change {
  const sets = [
    '#work = :live',
    'due = if_not_exists(due, :due)',
    'attempts = if_not_exists(attempts, :zero)',
    ...(email === undefined ? [] : ['email = :email']),
  ];
  return {
    UpdateExpression: `ADD wanted :one SET ${sets.join(', ')} REMOVE parked, expiresAt`,
    ExpressionAttributeNames: { '#work': 'work' },
    ExpressionAttributeValues: {
      ':one': 1,
      ':zero': 0,
      ':live': 'live',
      ':due': dueIfIdle,
      ...(email !== undefined && { ':email': email }),
    },
    ReturnValues: 'ALL_OLD',
  };
}

function ontoTheLaterList(due: number): Change {
  return {
    ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(#work) OR #work = :later)',
    UpdateExpression:
      'ADD wanted :one SET #work = :later, due = if_not_exists(due, :due), attempts = if_not_exists(attempts, :zero) REMOVE parked, expiresAt',
    ExpressionAttributeNames: { '#work': 'work' },
    ExpressionAttributeValues: { ':one': 1, ':zero': 0, ':later': 'later', ':due': due },
  };
}

/** It waits for something due later, which may be far. */
function sooner(due: number): Change {
  return {
    ConditionExpression: '#work = :live AND synced = wanted',
    UpdateExpression: 'ADD wanted :one SET due = :due REMOVE expiresAt',
    ExpressionAttributeNames: { '#work': 'work' },
    ExpressionAttributeValues: { ':one': 1, ':live': 'live', ':due': due },
  };
}

/** Live work takes it along. */
const ALSO_THAT: Change = {
  ConditionExpression: 'attribute_exists(pk)',
  UpdateExpression: 'ADD wanted :one REMOVE expiresAt',
  ExpressionAttributeValues: { ':one': 1 },
};

function resultOf(old: Item): WantResult {
  const { wanted, synced, attempts, work } = v.parse(OldProfile, old);
  // In step and on the list: it only waits for something due later, and nobody has rung.
  const waited = work === 'live' && wanted === synced;
  return { wanted: wanted + 1, attempts, fellBehind: work !== 'live' || waited, waited };
}
