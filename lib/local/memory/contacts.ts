import type { Dossier, Pointer, Profile, Standing, Turn } from '../../core/contact/contact.ts';
import { NOTHING_WRITTEN } from '../../core/contact/contact.ts';
import { editionOf } from '../../core/contact/edition.ts';
import type { ItemRow } from '../../core/contact/items/items-plan.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import type { Contacts, Known, WantResult } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/telemetry.ts';
import { type ContactShelf, offTheList } from './contact-shelf.ts';
import { createMemoryErasures } from './erasures.ts';
import { createMailings, createWorkList } from './work-list.ts';

/** Where each contact stands, in memory. `refsOf` answers from the pointers of the same ledger. */
export function createMemoryContacts(
  shelf: ContactShelf,
  refsOf: (contact: ContactKey) => readonly Pointer[],
  clock: Pick<Clock, 'now'>,
): Contacts {
  const { profiles, lastWanted } = shelf;
  const date = (contact: ContactKey) => {
    shelf.expiries.delete(contact);
    if (profiles.has(contact)) lastWanted.set(contact, clock.now());
  };
  return {
    lastWanted: async (contact) => lastWanted.get(contact),
    want: async (contact, email, dueIfIdle) => {
      const result = want(shelf, contact, { email, dueIfIdle });
      date(contact);
      return result;
    },
    wantAgain: async (contact, dueIfIdle, inFull) => {
      const email = profiles.get(contact)?.email;
      const result = email === undefined ? undefined : want(shelf, contact, { email, dueIfIdle });
      if (inFull) doubt(shelf, contact);
      date(contact);
      return result;
    },
    wantLater: async (contact, due, inFull) => {
      wantLater(shelf, contact, due);
      if (inFull) doubt(shelf, contact);
      date(contact);
    },
    introduceLater: async (contact, email, due) => {
      const known = profiles.get(contact) ?? newProfile(email);
      if (known.work !== 'live') profiles.set(contact, { ...known, email });
      wantLater(shelf, contact, due);
      date(contact);
    },
    profile: async (contact) => structuredClone(profiles.get(contact)),
    dossier: async (contact): Promise<Dossier> => ({
      ...standingOf(shelf, contact),
      refs: refsOf(contact),
    }),
    items: async (contact) => new Map(shelf.items.get(contact)),
    saveItems: async (contact, rows) => {
      const known = shelf.items.get(contact) ?? new Map<string, ItemRow>();
      for (const [name, row] of rows) known.set(name, { ...row });
      shelf.items.set(contact, known);
    },
    expire: async (contact, expiry) => {
      if (profiles.get(contact)?.wanted === expiry.wanted) shelf.expiries.set(contact, expiry);
    },
    ...createWritten(shelf),
    ...createStanding(shelf),
    ...createWorkList(profiles),
    ...createMailings(profiles),
    ...createMemoryErasures(shelf),
  };
}

function want(
  { profiles }: ContactShelf,
  contact: ContactKey,
  { email, dueIfIdle }: { readonly email: string; readonly dueIfIdle: number },
): WantResult {
  const { parked: _parked, ...old } = profiles.get(contact) ?? newProfile(email);
  const wanted = old.wanted + 1;
  const due = waits(old) ? dueIfIdle : (old.due ?? dueIfIdle);
  profiles.set(contact, { ...old, email, wanted, work: 'live', due });
  return { wanted, attempts: old.attempts, fellBehind: old.work !== 'live' || waits(old) };
}

/** Live work takes it along; what only waits for something due later must not make it wait. */
function wantLater({ profiles }: ContactShelf, contact: ContactKey, due: number): void {
  const known = profiles.get(contact);
  if (!known) return;
  const { parked: _parked, ...old } = known;
  const wanted = old.wanted + 1;
  if (waits(old)) profiles.set(contact, { ...old, wanted, due });
  else if (old.work !== 'live') profiles.set(contact, { ...old, wanted, work: 'later', due: old.due ?? due });
  else profiles.set(contact, { ...known, wanted });
}

/** It is in step, and something of it is due later. */
function waits({ work, synced, wanted }: Profile): boolean {
  return work !== undefined && synced === wanted;
}

/** The next write is full. */
function doubt({ profiles }: ContactShelf, contact: ContactKey): void {
  const known = profiles.get(contact);
  if (known) profiles.set(contact, { ...known, doubt: true });
}

function newProfile(email: string): Profile {
  return { email, wanted: 0, synced: 0, attempts: 0, doubt: false };
}

function createStanding({
  profiles,
  unfinished,
  expiries,
  lastWritten,
}: ContactShelf): Pick<Contacts, 'settle' | 'startAlone' | 'defer' | 'hasten' | 'forgetMauticId' | 'park'> {
  return {
    startAlone: async (contact) => {
      if (!profiles.has(contact)) return 0;
      const tries = (unfinished.get(contact) ?? 0) + 1;
      unfinished.set(contact, tries);
      return tries;
    },
    settle: async (contact, wanted, known) => {
      const old = profiles.get(contact);
      if (!old) return 'behind';
      unfinished.delete(contact);
      if (!known.keepsExpiry) expiries.delete(contact);
      if (known.writtenAt !== undefined) lastWritten.set(contact, known.writtenAt);
      if (old.wanted !== wanted) {
        const { notBefore: _notBefore, waiting: _waiting, serverErrors: _serverErrors, ...rest } = old;
        profiles.set(contact, withKnown({ ...rest, synced: Math.max(old.synced, wanted) }, known));
        return 'behind';
      }
      const doubt = known.inFull === true;
      const inStep = { ...offTheList(old), ...later(known), synced: wanted, attempts: 0, doubt };
      profiles.set(contact, withKnown(inStep, known));
      return 'in-step';
    },
    defer: async (contact, due, { doubt, serverErrors, waiting, mauticId }) => {
      const known = profiles.get(contact);
      if (!known?.work) return;
      const { serverErrors: _serverErrors, waiting: _waiting, removedAt, ...rest } = known;
      const stands = mauticId === undefined ? removedAt !== undefined && { removedAt } : { mauticId };
      const old = { ...rest, ...stands };
      unfinished.delete(contact);
      const failed = { ...(serverErrors !== undefined && { serverErrors }), ...(waiting && { waiting }) };
      profiles.set(contact, { ...old, ...failed, due, notBefore: due, doubt: old.doubt || doubt });
    },
    hasten: async (contact, due) => {
      const old = profiles.get(contact);
      if (old?.work && (old.notBefore ?? due) <= due) profiles.set(contact, { ...old, due });
    },
    forgetMauticId: async (contact) => {
      const old = profiles.get(contact);
      if (!old) return;
      const { mauticId: _mauticId, removedAt: _removedAt, ...rest } = old;
      profiles.set(contact, rest);
    },
    park: async (contact, wanted, parked) => {
      const old = profiles.get(contact);
      if (old?.wanted !== wanted) return false;
      unfinished.delete(contact);
      profiles.set(contact, { ...offTheList(old), parked: { ...parked }, doubt: true, attempts: 0 });
      return true;
    },
  };
}

/** Something of it has to happen at a later moment. */
function later({ nextDue, nextShard = 'live' }: Known): Partial<Profile> {
  return nextDue === undefined ? {} : { work: nextShard, due: nextDue };
}

function withKnown(profile: Profile, { mauticId, removedAt }: Known): Profile {
  const { removedAt: stored, ...rest } = profile;
  const kept = removedAt === undefined ? stored : (removedAt ?? undefined);
  return {
    ...rest,
    ...(mauticId !== undefined && { mauticId }),
    ...(kept !== undefined && { removedAt: kept }),
  };
}

function createWritten(shelf: ContactShelf): Pick<Contacts, 'saveWritten'> {
  return {
    saveWritten: async (contact, written, turn) => {
      const standing = standingOf(shelf, contact);
      if (turn && !isTheirs(turn, standing.edition?.name)) return standing;
      const saved: Standing = { written, ...(turn && { edition: editionOf(turn, written) }) };
      shelf.written.set(contact, JSON.stringify(saved));
      return undefined;
    },
  };
}

/** The cast holds because only `saveWritten` writes here. */
function standingOf({ written }: ContactShelf, contact: ContactKey): Standing {
  const json = written.get(contact);
  return json === undefined ? { written: structuredClone(NOTHING_WRITTEN) } : (JSON.parse(json) as Standing);
}

/** They read what stands there, or saved it themselves. */
function isTheirs({ author, onto }: Turn, name: string | undefined): boolean {
  return name === onto || name?.startsWith(author) === true;
}
