import type { SQSEvent } from 'aws-lambda';
import { readRing } from '../../aws/queues/messages.ts';
import type { Profile, Written } from '../../core/contact/contact.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import type { Contacts } from '../../core/ports/ledger.ts';
import type { Handler } from '../gateway/invocation.ts';
import { numbersOf, type Say, type Told, type Tone } from './line.ts';

export interface ContactsConsole {
  readonly contacts: Pick<Contacts, 'profile' | 'dossier'>;
  readonly say: Say;
}

/** Where a contact stands. */
interface Standing {
  readonly profile: Profile | undefined;
  readonly written: Written;
}

/** So many characters of a key tell contacts apart on a terminal. */
const SHORT = 6;
/** Contacts whose standing is remembered from the batch before. */
const MOST_REMEMBERED = 1000;

/** The unchanged `sync` that also tells of each contact what was written of it or why it waits. */
export function tellContacts(sync: Handler<SQSEvent>, console: ContactsConsole): Handler<SQSEvent> {
  const remembered = new Map<ContactKey, Standing>();
  return async (event, context) => {
    const keys = [...new Set(event.Records.flatMap(({ body }) => readRing(body)?.contact ?? []))];
    // What is only told must not fail what is done.
    const before = await standings(console, keys, remembered).catch(() => undefined);
    const result: unknown = await sync(event, context);
    const after = await standings(console, keys).catch(() => undefined);
    for (const key of keys) {
      const [was, is] = [before?.get(key), after?.get(key)];
      if (!was || !is) continue;
      remember(remembered, key, is);
      const outcome = outcomeOf(was, is);
      if (outcome !== undefined) console.say(toldOf(key, outcome));
    }
    return result;
  };
}

function toldOf(contact: ContactKey, [outcome, tone]: Outcome): Told {
  return { about: 'contact', what: 'contact', which: `${contact.slice(0, SHORT)}…`, outcome, tone, contact };
}

async function standings(
  { contacts }: ContactsConsole,
  keys: readonly ContactKey[],
  known: ReadonlyMap<ContactKey, Standing> = new Map(),
): Promise<ReadonlyMap<ContactKey, Standing>> {
  const found = keys.map(async (key): Promise<readonly [ContactKey, Standing]> => {
    const standing = known.get(key);
    if (standing) return [key, standing];
    const [profile, { written }] = await Promise.all([contacts.profile(key), contacts.dossier(key)]);
    return [key, { profile, written }];
  });
  return new Map(await Promise.all(found));
}

/** The oldest go first. */
function remember(remembered: Map<ContactKey, Standing>, key: ContactKey, standing: Standing): void {
  remembered.delete(key);
  remembered.set(key, standing);
  const [oldest] = remembered.keys();
  if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
}

type Outcome = readonly [text: string, tone: Tone];

/** What a batch changed; `undefined`: nothing. */
function outcomeOf(before: Standing, after: Standing): Outcome | undefined {
  return (
    troubleOf(before.profile, after.profile) ??
    forgottenOf(before.profile, after.profile) ??
    writtenOf(before, after)
  );
}

function troubleOf(before: Profile | undefined, after: Profile | undefined): Outcome | undefined {
  const { parked, waiting, notBefore, removedAt } = after ?? {};
  if (parked && parked.at !== before?.parked?.at)
    return [`parked (${parked.code}): ${parked.message}`, 'bad'];
  if (waiting && notBefore !== undefined && notBefore !== before?.notBefore)
    return [`waits until ${timeOf(notBefore)} (${waiting.code}): ${waiting.message}`, 'waiting'];
  if (removedAt !== undefined && before?.removedAt === undefined)
    return ['was deleted in Mautic: stays deleted until its next order', 'quiet'];
  return undefined;
}

/** Of somebody who was erased; what was written is taken back with the contact, not piece by piece. */
function forgottenOf(before: Profile | undefined, after: Profile | undefined): Outcome | undefined {
  if (after?.erasedAt === undefined) return undefined;
  if (after.forgottenAt !== after.erasedAt)
    return ['being forgotten: deleted in Mautic, and looked for once more', 'waiting'];
  if (before?.forgottenAt === after.forgottenAt) return undefined;
  return ['forgotten: deleted in Mautic, and here without a name', 'good'];
}

function writtenOf(before: Standing, after: Standing): Outcome | undefined {
  const [was, is] = [before.written, after.written];
  const isNew = before.profile?.mauticId === undefined && after.profile?.mauticId !== undefined;
  const fields = Object.keys(is.fields).filter((alias) => is.fields[alias] !== was.fields[alias]).length;
  if (isNew) return [`created: ${numbersOf([fields, 'fields'], [is.tags.length, 'tags'])}`, 'good'];
  const changes = numbersOf(
    [fields, 'fields'],
    [without(is.tags, was.tags), 'tags added'],
    [without(was.tags, is.tags), 'tags taken away'],
    [without(is.segments, was.segments), 'segments entered'],
    [without(was.segments, is.segments), 'segments left'],
  );
  if (changes !== '') return [`changed: ${changes}`, 'good'];
  return is.seenAt === was.seenAt ? undefined : ['written again: nothing changed', 'quiet'];
}

/** How many of the first are not among the others. */
function without<Item>(some: readonly Item[] = [], others: readonly Item[] = []): number {
  return some.filter((one) => !others.includes(one)).length;
}

/** Of this machine's clock, to the second. */
function timeOf(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}
