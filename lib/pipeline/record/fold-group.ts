import type { Pointer } from '../../core/contact/contact.ts';
import type { ContactKey, RefusedAddress } from '../../core/ledger/email.ts';
import { fold, isFullOfMarks, type State } from '../../core/ledger/fold/order.ts';
import { type Ref, refName } from '../../core/ledger/snapshot.ts';
import type { Entry } from '../../core/ports/ledger.ts';
import type { FoldingParts, Group } from './parts.ts';
import { tellFolded } from './thread.ts';

/** Others may change the same thing at the same time; each try starts from what they left. */
const MAX_SAVE_TRIES = 20;

/** A contact that must hear of a change; the address is absent where the contact exists already. */
export type Hearer = readonly [ContactKey, string | undefined];

/** Who must hear of it, and what the ledger holds now and held before. */
interface Outcome {
  readonly hearers: readonly Hearer[];
  readonly now: State | undefined;
  readonly before: State | undefined;
}

/**
 * Folds everything a batch says of one thing into the ledger: pointers first, then the thing itself, so that a
 * crash in between leaves only a harmless pointer, and a redelivery mends the rest.
 * @throws when the ledger fails or others keep changing the thing.
 */
export async function foldGroup(
  parts: FoldingParts,
  group: Group,
  known: Entry | undefined,
): Promise<Outcome> {
  let entry = known;
  for (let tries = 0; tries < MAX_SAVE_TRIES; tries += 1) {
    const state = group.snapshots.reduce<State | undefined>(fold, entry?.state);
    const before = entry?.state;
    if (!state) return { hearers: [], now: state, before };
    await pointTo(parts, group.ref, { state, before });
    if (isSame(state, before) || (await parts.things.save(group.ref, state, entry?.revision))) {
      parts.metrics.count('SnapshotFolded', group.snapshots.length);
      tellFolded(parts.log, group, { now: state, before });
      noteRefusal(parts, group.ref, state);
      noteMarks(parts, group, state);
      return { hearers: await hearersOf(parts, group.ref, state), now: state, before };
    }
    entry = (await parts.things.load([group.ref])).get(refName(group.ref));
  }
  throw new Error(`${refName(group.ref)} was changed by others ${String(MAX_SAVE_TRIES)} times in a row`);
}

interface Step {
  readonly state: State;
  readonly before: State | undefined;
}

async function pointTo({ things }: FoldingParts, ref: Ref, { state, before }: Step): Promise<void> {
  const pointed = contactsOf(before);
  const pointer = pointerOf(ref, state);
  const isMoved = pointer.touchedAt !== undefined && pointer.touchedAt !== pointerOf(ref, before).touchedAt;
  for (const contact of contactsOf(state).keys()) {
    // The pointer of a cart says when it was touched, and follows it.
    if (!pointed.has(contact) || (isMoved && contact === belongsTo(state)))
      await things.point(contact, pointer);
  }
}

function pointerOf(ref: Ref, state: State | undefined): Pointer {
  const touchedAt = state?.type === 'cart' ? state.data?.updatedAt : undefined;
  return { ...ref, ...(touchedAt !== undefined && { touchedAt }) };
}

function belongsTo(state: State): ContactKey | undefined {
  return state.type === 'product' ? undefined : state.contact;
}

/** Every contact an order or customer ever named; of a product, the contacts that wait for it. */
async function hearersOf({ things }: FoldingParts, ref: Ref, state: State): Promise<readonly Hearer[]> {
  if (state.type !== 'product') return [...contactsOf(state)];
  return (await things.waitingFor(ref)).map((contact): Hearer => [contact, undefined]);
}

function contactsOf(state: State | undefined): ReadonlyMap<ContactKey, string> {
  if (!state || state.type === 'product') return new Map();
  return new Map(Object.entries(state.contacts) as [ContactKey, string][]);
}

function isSame(a: State, b: State | undefined): boolean {
  return b !== undefined && JSON.stringify(a) === JSON.stringify(b);
}

/** Nothing to correct: there is no address, or the person was erased. */
const NO_FAULT: ReadonlySet<string> = new Set([
  'no-email',
  'domain-reserved',
  'erased',
] satisfies RefusedAddress[]);

function noteRefusal({ log }: FoldingParts, ref: Ref, state: State): void {
  if (state.type === 'product' || state.refused === undefined || NO_FAULT.has(state.refused)) return;
  const fields = { ref: refName(ref), reason: state.refused };
  log.warn('An address cannot be given to Mautic; correct it in the store', fields);
}

function noteMarks({ log }: FoldingParts, { ref, snapshots }: Group, state: State): void {
  const isMarked = snapshots.some(({ type }) => type === 'order-mark');
  if (!isMarked || state.type !== 'order' || !isFullOfMarks(state)) return;
  const fields = { ref: refName(ref) };
  log.warn('An order is deleted or restored more often than is kept; reconcile says if it is gone', fields);
}
