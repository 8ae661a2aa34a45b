import { failed, type Outcome } from '../../../core/ledger/failure.ts';
import { type Regarding, type Testimony, testimonyOf, testimonyOfAll } from '../../../core/pace/evidence.ts';
import type { Writing } from '../../../core/pace/pace.ts';
import type { MauticContacts } from '../../../core/ports/mautic.ts';
import type { SyncParts } from '../parts.ts';
import type { Pacing } from './one-go.ts';
import { MISSING_ANSWER } from './send.ts';

type MauticParts = Pick<
  SyncParts,
  'mautic' | 'fields' | 'tags' | 'notes' | 'emails' | 'segments' | 'campaigns' | 'items' | 'optOuts'
>;
type Port<Name extends keyof MauticParts> = MauticParts[Name];

/** Mautic behind the gate: every call is made at the shared pace, or not at all, and counts. */
export function paced<Parts extends MauticParts>(parts: Parts, gate: Pacing): Parts {
  return {
    ...parts,
    mautic: contacts(parts.mautic, gate),
    fields: fields(parts.fields, gate),
    tags: tags(parts.tags, gate),
    notes: notes(parts.notes, gate),
    emails: emails(parts.emails, gate),
    segments: segments(parts.segments, gate),
    items: items(parts.items, gate),
    ...(parts.campaigns && { campaigns: campaigns(parts.campaigns, gate) }),
    ...(parts.optOuts && { optOuts: optOuts(parts.optOuts, gate) }),
  };
}

function contacts(mautic: Port<'mautic'>, gate: Pacing): MauticContacts {
  return {
    create: (items) => inBatches(gate, 'create', { items, send: (some) => mautic.create(some) }),
    edit: (items) => inBatches(gate, 'edit', { items, send: (some) => mautic.edit(some) }),
    find: (email) => single(gate, 'mautic', () => mautic.find(email)),
    findAll: (emails) => single(gate, 'mautic', () => mautic.findAll(emails)),
    rewrite: (id, values) => single(gate, 'mautic', () => mautic.rewrite(id, values)),
    holders: (ids) => single(gate, 'mautic', () => mautic.holders(ids)),
    heir: (id) => single(gate, 'mautic', () => mautic.heir(id)),
    remove: (id) => single(gate, 'mautic', () => mautic.remove(id)),
    takesWrites: () => single(gate, 'mautic', () => mautic.takesWrites()),
  };
}

function optOuts(port: NonNullable<Port<'optOuts'>>, gate: Pacing): NonNullable<Port<'optOuts'>> {
  return { ...port, add: (contactId) => single(gate, 'thing', () => port.add(contactId)) };
}

function fields(port: Port<'fields'>, gate: Pacing): Port<'fields'> {
  return {
    ready: (needed, others) => remembered(gate, 'mautic', () => port.ready(needed, others)),
    recheck: () => remembered(gate, 'mautic', () => port.recheck()),
    learnLimit: (alias, limit) => port.learnLimit(alias, limit),
  };
}

function tags(port: Port<'tags'>, gate: Pacing): Port<'tags'> {
  return {
    ready: async (wanted) => {
      if (gate.isShut())
        return { spellings: new Map(), failures: new Map(wanted.map((tag) => [tag, gate.heldBack()])) };
      const ready = await port.ready(wanted);
      for (const failure of new Set(ready.failures.values()))
        await gate.observe({ ms: 0, ...testimonyOf(failed(failure), 'thing') });
      return ready;
    },
  };
}

function notes(port: Port<'notes'>, gate: Pacing): Port<'notes'> {
  return {
    add: async (items) => {
      const testimony = (results: readonly Outcome<void>[]) => testimonyOfAll(results, 'thing');
      return (
        (await gate.pass({ make: () => port.add(items), testimony })) ??
        items.map(() => failed(gate.heldBack()))
      );
    },
    has: (contactId, marker) => single(gate, 'thing', () => port.has(contactId, marker)),
  };
}

function emails(port: Port<'emails'>, gate: Pacing): Port<'emails'> {
  return {
    send: (email) => single(gate, 'thing', () => port.send(email)),
    stateOf: (emailId) => single(gate, 'thing', () => port.stateOf(emailId)),
    mayBeMailed: (contactId) => single(gate, 'thing', () => port.mayBeMailed(contactId)),
  };
}

function segments(port: Port<'segments'>, gate: Pacing): Port<'segments'> {
  return {
    add: (segment, ids) => single(gate, 'thing', () => port.add(segment, ids)),
    remove: (segment, ids) => single(gate, 'thing', () => port.remove(segment, ids)),
  };
}

function campaigns(port: NonNullable<Port<'campaigns'>>, gate: Pacing): NonNullable<Port<'campaigns'>> {
  return {
    add: (campaign, id) => single(gate, 'thing', () => port.add(campaign, id)),
    remove: (campaign, id) => single(gate, 'thing', () => port.remove(campaign, id)),
    has: (campaign, id) => single(gate, 'thing', () => port.has(campaign, id)),
  };
}

function items(port: Port<'items'>, gate: Pacing): Port<'items'> {
  return {
    write: async (entries) => {
      const make = () => port.write(entries);
      const testimony = (results: readonly Outcome<unknown>[]) => testimonyOfAll(results, 'thing');
      return (await gate.pass({ make, testimony })) ?? entries.map(() => failed(gate.heldBack()));
    },
  };
}

async function single<Value>(
  gate: Pacing,
  regarding: Regarding,
  make: () => Promise<Outcome<Value>>,
): Promise<Outcome<Value>> {
  const testimony = (outcome: Outcome<Value>): Testimony => testimonyOf(outcome, regarding);
  return (await gate.pass({ make, testimony })) ?? failed(gate.heldBack());
}

/** Mostly answered from memory, or after waiting for another instance: only a failure says something. */
async function remembered<Value>(
  gate: Pacing,
  regarding: Regarding,
  make: () => Promise<Outcome<Value>>,
): Promise<Outcome<Value>> {
  if (!(await gate.ready())) return failed(gate.heldBack());
  const outcome = await make();
  if (!outcome.ok) await gate.observe({ ms: 0, ...testimonyOf(outcome, regarding) });
  return outcome;
}

interface Sending<Item, Value> {
  readonly items: readonly Item[];
  readonly send: (some: readonly Item[]) => Promise<readonly Outcome<Value>[]>;
}

/** As many contacts a call as Mautic takes in good time; what there is no time for is left to the sweep. */
async function inBatches<Item, Value>(
  gate: Pacing,
  writing: Writing,
  { items, send }: Sending<Item, Value>,
): Promise<readonly Outcome<Value>[]> {
  const results: Outcome<Value>[] = [];
  while (results.length < items.length && (results.length === 0 || gate.hasTime())) {
    const some = items.slice(results.length, results.length + gate.batchSize(writing));
    const answers = await gate.pass({
      make: () => send(some),
      testimony: (outcomes) => testimonyOfAll(outcomes, 'mautic'),
      contacts: { writing, count: some.length },
    });
    if (!answers) break;
    results.push(...some.map((_item, index) => answers[index] ?? failed<Value>(MISSING_ANSWER)));
  }
  return [...results, ...items.slice(results.length).map(() => failed<Value>(gate.heldBack()))];
}
