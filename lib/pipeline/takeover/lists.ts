import { type ContactKey, normaliseEmail } from '../../core/ledger/email.ts';
import { isIgnored, type Policy } from '../../core/policy/policy.ts';
import type { OldFollowUps } from '../../core/ports/follow-up-emails.ts';
import type { Contacts, Registers } from '../../core/ports/ledger.ts';
import type { MauticContacts, MauticSegmentList, MauticSegments } from '../../core/ports/mautic.ts';
import type { OptOutList } from '../../core/stores/opt-out.ts';
import type { OldSubscriber } from '../../core/takeover/old-follow-ups.ts';
import { listsRegister, readMovedLists } from '../../core/takeover/progress.ts';
import { answered } from './parts.ts';
import { all, wholeOf } from './reading.ts';

export interface ListParts {
  readonly store: { readonly id: string };
  readonly policy: Pick<Policy, 'ignore'>;
  readonly old: Pick<OldFollowUps, 'lists' | 'subscribers'> & OptOutList;
  readonly segments: MauticSegmentList & Pick<MauticSegments, 'add'>;
  readonly mautic: Pick<MauticContacts, 'findAll' | 'create'>;
  readonly contacts: Pick<Contacts, 'hasErasures' | 'erasures'>;
  readonly registers: Registers;
}

/** What becomes of one list; no address. */
export interface MovedList {
  readonly list: string;
  /** Name of its segment in Mautic, by which it is found again. */
  readonly segment: string;
  /** Whoever is on it and may be written to. */
  readonly people: number;
  /** Who asked for no more, was erased, is ignored by the policy, or has an address that nobody can write to. */
  readonly leftOut: number;
  /** Anybody may join it there: that is for a person to allow in Mautic. */
  readonly isPublic: boolean;
  /** An earlier run has moved it: who has left the segment since is not put back. */
  readonly isMoved: boolean;
}

interface Person {
  readonly key: ContactKey;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
}

const AT_ONCE = 50;

/**
 * Lists of a newsletter → segments of Mautic with those people in them; who is no contact becomes one. Who asked for no
 * more e-mails is asked for first, and left out. Each list is moved once; `dryRun` changes nothing.
 * @throws TakeoverStopped when the shop or Mautic does not answer; the next run goes on.
 */
export async function moveLists(
  parts: ListParts,
  { dryRun }: { readonly dryRun: boolean },
): Promise<readonly MovedList[]> {
  const optOuts = await all((page) => parts.old.optOuts({ page }));
  const silent = new Set(optOuts.flatMap(({ email }) => keyOf(email) ?? []));
  const lists = answered(await parts.old.lists());
  const subscribers = await wholeOf(
    (page) => parts.old.subscribers({ page }),
    ({ email }) => email,
  );
  const known = answered(await parts.segments.names());
  const moved = new Set(await movedLists(parts));
  const told: MovedList[] = [];
  for (const { name, isPublic } of lists) {
    const on = subscribers.filter((subscriber) => subscriber.lists.includes(name));
    const people = await peopleOf(parts, on, silent);
    const segment = `${name} (fue:${parts.store.id})`;
    const isMoved = moved.has(name);
    const counts = { people: people.length, leftOut: on.length - people.length };
    told.push({ list: name, segment, isPublic, isMoved, ...counts });
    if (dryRun || isMoved) continue;
    const id = known.get(segment) ?? answered(await parts.segments.create(segment));
    for (let at = 0; at < people.length; at += AT_ONCE)
      await putIn(parts, id, people.slice(at, at + AT_ONCE));
    moved.add(name);
    await noteMoved(parts, [...moved]);
  }
  return told;
}

function keyOf(email: string): ContactKey | undefined {
  const address = normaliseEmail(email);
  return address.usable ? address.key : undefined;
}

/** Each address once. */
async function peopleOf(
  { policy, contacts }: ListParts,
  subscribers: readonly OldSubscriber[],
  silent: ReadonlySet<ContactKey>,
): Promise<readonly Person[]> {
  const found = new Map<ContactKey, Person>();
  for (const { email: written, firstName, lastName } of subscribers) {
    const address = normaliseEmail(written);
    if (!address.usable || silent.has(address.key) || isIgnored(policy, address.email)) continue;
    found.set(address.key, { key: address.key, email: address.email, firstName, lastName });
  }
  const erased = (await contacts.hasErasures())
    ? await contacts.erasures([...found.keys()])
    : new Map<ContactKey, number>();
  return [...found.values()].filter(({ key }) => !erased.has(key));
}

/** What Mautic knows of whoever is there already stays as it is. */
async function putIn(
  { mautic, segments }: ListParts,
  segment: number,
  people: readonly Person[],
): Promise<void> {
  const there = answered(await mautic.findAll(people.map(({ email }) => email)));
  const known = new Map(there.map(({ id, email }) => [email.toLowerCase(), id]));
  const missing = people.filter(({ email }) => !known.has(email));
  const made = missing.length === 0 ? [] : await mautic.create(missing.map(writeOf));
  const ids = [...known.values(), ...made.map((outcome) => answered(outcome).id)];
  if (ids.length > 0) answered(await segments.add(segment, ids));
}

function writeOf({ email, firstName, lastName }: Person) {
  const named = Object.entries({ firstname: firstName, lastname: lastName }).filter(
    ([, name]) => name !== '',
  );
  return { email, fields: Object.fromEntries(named), addTags: [], removeTags: [] };
}

async function movedLists({ registers, store }: ListParts): Promise<readonly string[]> {
  return readMovedLists((await registers.read(listsRegister(store.id)))?.text);
}

async function noteMoved({ registers, store }: ListParts, lists: readonly string[]): Promise<void> {
  const register = listsRegister(store.id);
  const known = await registers.read(register);
  if (await registers.write(register, JSON.stringify(lists), known?.revision)) return;
  throw new Error(`Another takeover of the store ${store.id} is at work: wait until it has ended`);
}
