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
  const want = async (contact: ContactKey, change: Change): Promise<Item | undefined> =>
    update(table, contactKey(contact, PROFILE), dated(change, clock.now()));
  const firstThatHolds = async (
    contact: ContactKey,
    changes: readonly Change[],
  ): Promise<Item | undefined> => {
    for (const change of changes) {
      const old = await want(contact, change);
      if (old) return old;
    }
    return undefined;
  };
  return {
    want: async (contact, email, dueIfIdle) => {
      const onList = ontoTheList(dueIfIdle, email);
      const old = await firstThatHolds(contact, [unlessItWaits(onList), atOnce(dueIfIdle, email), onList]);
      if (!old) throw new Error(`The profile of contact ${contact} refused an update that has no condition.`);
      return resultOf(old);
    },
    wantAgain: async (contact, dueIfIdle, inFull) => {
      const again = known(ontoTheList(dueIfIdle));
      const changes = [unlessItWaits(again), atOnce(dueIfIdle), again];
      const old = await firstThatHolds(contact, inFull ? changes.map(doubted) : changes);
      return old && resultOf(old);
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
    wantLater: async (contact, due, inFull) => {
      const changes = [ontoTheLaterList(due), sooner(due), ALSO_THAT, known(onAnyList(due))];
      await firstThatHolds(contact, inFull ? changes.map(doubted) : changes);
    },
    introduceLater: async (contact, email, due) => {
      const onAny = alsoSetting(onAnyList(due), 'email = :email', { ':email': email });
      const changes = [introduced(ontoTheLaterList(due), email), sooner(due), ALSO_THAT, onAny];
      await firstThatHolds(contact, changes);
    },
  };
}

/** The same change, after which the next write is full. */
function doubted(change: Change): Change {
  return alsoSetting(change, 'doubt = :yes', { ':yes': true });
}

/** The same change, for nobody who is not known yet. */
function known(change: Change): Change {
  return { ...change, ConditionExpression: 'attribute_exists(pk)' };
}

/** The same change, also for somebody who is not known yet. */
function introduced(change: Change, email: string): Change {
  const stranger = { ...change, ConditionExpression: IDLE_OR_LATER };
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

/** It is in step, and only waits for something that is due later, which may be weeks away. */
const WAITS = 'attribute_exists(#work) AND synced = wanted';
/** Said without brackets in brackets, which the local emulator takes long to parse: a backfill had half its speed. */
const WAITS_NOT = 'attribute_not_exists(#work) OR NOT synced = wanted';
const IDLE_OR_LATER = 'attribute_not_exists(#work) OR #work = :later AND NOT synced = wanted';

function unlessItWaits(change: Change): Change {
  const { ConditionExpression: others } = change;
  return {
    ...change,
    ConditionExpression: others === undefined ? WAITS_NOT : `${others} AND (${WAITS_NOT})`,
  };
}

/** In one step: whoever died before a second one would leave the change waiting for what is due later. */
function atOnce(due: number, email?: string): Change {
  return {
    ...sooner(due),
    UpdateExpression: `ADD wanted :one SET #work = :live, due = :due${email === undefined ? '' : ', email = :email'} REMOVE expiresAt`,
    ExpressionAttributeValues: {
      ':one': 1,
      ':live': 'live',
      ':due': due,
      ...(email !== undefined && { ':email': email }),
    },
    ReturnValues: 'ALL_OLD',
  };
}

function ontoTheLaterList(due: number): Change {
  return {
    ConditionExpression: `attribute_exists(pk) AND (${IDLE_OR_LATER})`,
    UpdateExpression:
      'ADD wanted :one SET #work = :later, due = if_not_exists(due, :due), attempts = if_not_exists(attempts, :zero) REMOVE parked, expiresAt',
    ExpressionAttributeNames: { '#work': 'work' },
    ExpressionAttributeValues: { ':one': 1, ':zero': 0, ':later': 'later', ':due': due },
  };
}

/** On the list where it waits. */
function sooner(due: number): Change {
  return {
    ConditionExpression: WAITS,
    UpdateExpression: 'ADD wanted :one SET due = :due REMOVE expiresAt',
    ExpressionAttributeNames: { '#work': 'work' },
    ExpressionAttributeValues: { ':one': 1, ':due': due },
  };
}

/** Live work takes it along. */
const ALSO_THAT: Change = {
  ConditionExpression: 'attribute_exists(#work) AND NOT synced = wanted',
  UpdateExpression: 'ADD wanted :one REMOVE expiresAt',
  ExpressionAttributeNames: { '#work': 'work' },
  ExpressionAttributeValues: { ':one': 1 },
};

/** Live work ended, or what was waited for came, between two of those before: on the list it is on, or on the later one. */
function onAnyList(due: number): Change {
  const { ExpressionAttributeNames, ExpressionAttributeValues } = ontoTheLaterList(due);
  return {
    ExpressionAttributeNames,
    ExpressionAttributeValues,
    UpdateExpression:
      'ADD wanted :one SET #work = if_not_exists(#work, :later), due = if_not_exists(due, :due), attempts = if_not_exists(attempts, :zero) REMOVE parked, expiresAt',
  };
}

function resultOf(old: Item): WantResult {
  const { wanted, synced, attempts, work } = v.parse(OldProfile, old);
  // In step and on the list: it only waits for something due later, and nobody has rung.
  return { wanted: wanted + 1, attempts, fellBehind: work !== 'live' || wanted === synced };
}
