import type { Deferral } from '../../../core/contact/contact.ts';
import type { ContactKey } from '../../../core/ledger/email.ts';
import type { Contacts, Known } from '../../../core/ports/ledger.ts';
import { TABLE } from '../../../environment.ts';
import { contactKey, PROFILE } from '../table/keys.ts';
import { type Change, type Table, update } from '../table/table.ts';

/** How an attempt to bring a contact into step ends. */
export function createStanding(
  table: Table,
): Pick<Contacts, 'settle' | 'startAlone' | 'defer' | 'hasten' | 'forgetMauticId' | 'noteMailed' | 'park'> {
  const change = async (contact: ContactKey, how: Change): Promise<boolean> =>
    (await update(table, contactKey(contact, PROFILE), how)) !== undefined;
  return {
    settle: async (contact, wanted, known) => {
      if (await change(contact, inStep(wanted, known))) return 'in-step';
      const noted = await change(contact, behind(wanted, known));
      if (!noted && isAnythingKnown(known)) await change(contact, onlyKnown(known));
      return 'behind';
    },
    startAlone: async (contact) => {
      const after = await update(table, contactKey(contact, PROFILE), {
        ConditionExpression: 'attribute_exists(pk)',
        UpdateExpression: 'ADD unfinished :one',
        ExpressionAttributeValues: { ':one': 1 },
        ReturnValues: 'UPDATED_NEW',
      });
      return Number(after?.unfinished ?? 0);
    },
    defer: (contact, due, how) => change(contact, deferred(due, how)),
    hasten: async (contact, due, ended) => {
      await change(contact, {
        ConditionExpression:
          'attribute_exists(#work) AND (attribute_not_exists(notBefore) OR notBefore <= :due)',
        UpdateExpression: ended ? 'SET due = :due, endedAt = :due' : 'SET due = :due',
        ExpressionAttributeNames: { '#work': 'work' },
        ExpressionAttributeValues: { ':due': due },
      });
    },
    forgetMauticId: async (contact) => {
      await change(contact, {
        ConditionExpression: 'attribute_exists(pk)',
        UpdateExpression: 'REMOVE mauticId, removedAt',
      });
    },
    noteMailed: async (contact, at) => {
      await change(contact, {
        ConditionExpression: 'attribute_exists(pk)',
        UpdateExpression: 'SET mailedAt = :at',
        ExpressionAttributeValues: { ':at': at },
      });
    },
    park: (contact, wanted, parked) =>
      change(contact, {
        ConditionExpression: 'wanted = :wanted',
        UpdateExpression:
          'SET parked = :parked, endedAt = :at, doubt = :yes, attempts = :zero REMOVE #work, due, unfinished, notBefore, waiting, serverErrors',
        ExpressionAttributeNames: { '#work': 'work' },
        ExpressionAttributeValues: {
          ':wanted': wanted,
          ':parked': { ...parked },
          ':at': parked.at,
          ':yes': true,
          ':zero': 0,
        },
      }),
  };
}

function inStep(wanted: number, known: Known): Change {
  const { sets, removes, values } = knownChanges(known);
  const later = known.nextDue !== undefined;
  const inFull = known.inFull === true;
  const forgets = known.keepsExpiry ? [] : [TABLE.expires];
  const dues = [...(later ? ['#work = :shard', 'due = :due'] : []), ...(inFull ? ['doubt = :yes'] : [])];
  return {
    ConditionExpression: 'wanted = :wanted',
    UpdateExpression: expression(
      ['synced = :wanted', 'attempts = :zero', ...dues, ...sets],
      [
        ...(later ? [] : OFF_THE_LIST),
        ...(inFull ? [] : ['doubt']),
        ...NOTHING_WRONG,
        ...forgets,
        ...removes,
      ],
    ),
    ExpressionAttributeNames: { '#work': 'work' },
    ExpressionAttributeValues: {
      ':wanted': wanted,
      ':zero': 0,
      ...(later && { ':shard': known.nextShard ?? 'live', ':due': known.nextDue }),
      ...(inFull && { ':yes': true }),
      ...values,
    },
  };
}

const OFF_THE_LIST = ['#work', 'due'];
const NOTHING_WRONG = ['parked', 'unfinished', 'notBefore', 'endedAt', 'waiting', 'serverErrors'];

/** A writer that comes late must not take `synced` back. */
function behind(wanted: number, known: Known): Change {
  const { sets, removes, values } = knownChanges(known);
  return {
    ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(synced) OR synced < :wanted)',
    UpdateExpression: expression(
      ['synced = :wanted', ...sets],
      ['unfinished', 'notBefore', 'endedAt', 'waiting', 'serverErrors', ...removes],
    ),
    ExpressionAttributeValues: { ':wanted': wanted, ...values },
  };
}

function onlyKnown(known: Known): Change {
  const { sets, removes, values } = knownChanges(known);
  return {
    ConditionExpression: 'attribute_exists(pk)',
    UpdateExpression: expression(sets, removes),
    ...(sets.length > 0 && { ExpressionAttributeValues: values }),
  };
}

function deferred(due: number, { doubt, serverErrors, waiting, mauticId }: Deferral): Change {
  const known = {
    ...(doubt && { doubt }),
    ...(serverErrors !== undefined && { serverErrors }),
    ...(waiting && { waiting }),
    ...(mauticId !== undefined && { mauticId }),
  };
  const sets = Object.keys(known).map((name) => `${name} = :${name}`);
  const forgotten = ['serverErrors', 'waiting'].filter((name) => !(name in known));
  // It stands there, so it is not deleted any more.
  const removes = [...forgotten, ...(mauticId === undefined ? [] : ['removedAt'])];
  return {
    ConditionExpression: 'attribute_exists(#work)',
    UpdateExpression: expression(['due = :due', 'notBefore = :due', ...sets], ['unfinished', ...removes]),
    ExpressionAttributeNames: { '#work': 'work' },
    ExpressionAttributeValues: {
      ':due': due,
      ...Object.fromEntries(Object.entries(known).map(([name, value]) => [`:${name}`, value])),
    },
  };
}

function isAnythingKnown({ mauticId, removedAt, writtenAt }: Known): boolean {
  return [mauticId, removedAt, writtenAt].some((known) => known !== undefined);
}

function knownChanges({ mauticId, removedAt, writtenAt }: Known) {
  const values = {
    ...(mauticId !== undefined && { ':mauticId': mauticId }),
    ...(writtenAt !== undefined && { ':writtenAt': writtenAt }),
    ...(typeof removedAt === 'number' && { ':removedAt': removedAt }),
  };
  return {
    values,
    sets: Object.keys(values).map((name) => `${name.slice(1)} = ${name}`),
    removes: removedAt === null ? ['removedAt'] : [],
  };
}

function expression(sets: readonly string[], removes: readonly string[]): string {
  const clauses = [
    ...(sets.length > 0 ? [`SET ${sets.join(', ')}`] : []),
    ...(removes.length > 0 ? [`REMOVE ${removes.join(', ')}`] : []),
  ];
  return clauses.join(' ');
}
