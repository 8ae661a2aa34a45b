import type { ContactKey } from '../../core/ledger/email.ts';
import type { OrderState } from '../../core/ledger/fold/order.ts';
import { isOfOrder, isWithin } from '../../core/ledger/selection.ts';
import { type Ref, refName } from '../../core/ledger/snapshot.ts';
import type { Entry } from '../../core/ports/ledger.ts';
import { inParallel } from '../in-parallel.ts';
import { add } from '../tally.ts';
import { replayContact } from './contacts.ts';
import { type Held, replayEffects } from './effects.ts';
import type { ReplayLine, Run } from './parts.ts';

/** The order that somebody named, if somebody did and the ledger has it. */
export async function namedOrder({ parts, selection }: Run): Promise<Held<OrderState> | undefined> {
  const { store, order } = selection;
  if (store === undefined || order === undefined) return undefined;
  const ref: Ref = { kind: 'order', store, id: order };
  const entry = (await parts.things.load([ref])).get(refName(ref));
  if (entry?.state.type === 'order') return { ref, state: entry.state, effects: entry.effects };
  const outcome = 'do nothing: the ledger has no such order';
  parts.report({ kind: 'order', what: refName(ref), why: 'unknown', outcome, acts: false, unknown: true });
  return undefined;
}

/**
 * Every order that is selected: its contact, when the order itself is, and its parked effects; of other things, which
 * nobody selects by name, the parked effects alone.
 */
export async function replayOrders(run: Run, named: Held<OrderState> | undefined): Promise<void> {
  const { order, contact } = run.selection;
  if (!run.direct) return replaySurveyed(run);
  if (order === undefined && contact !== undefined) return replayOwn(run, contact);
  const isMeant = contact === undefined || contact === named?.state.contact;
  if (named && isMeant) await replayThing(run, named);
}

async function replaySurveyed(run: Run): Promise<void> {
  const { survey } = run.parts;
  let after: string | undefined;
  do {
    const page = await survey.carriers(after);
    await inParallel(page.items, ({ ref, entry }) => replayThing(run, heldOf(ref, entry)));
    after = page.next;
  } while (after !== undefined);
}

/** Only what belongs to the contact now. */
async function replayOwn(run: Run, contact: ContactKey): Promise<void> {
  const { refs } = await run.parts.contacts.dossier(contact);
  const entries = await run.parts.things.load(refs);
  for (const ref of refs) {
    const entry = entries.get(refName(ref));
    if (!entry || entry.state.type === 'product' || entry.state.contact !== contact) continue;
    await replayThing(run, heldOf(ref, entry));
  }
}

function heldOf(ref: Ref, { state, effects }: Entry): Held {
  return { ref, state, effects };
}

function isOrder(held: Held): held is Held<OrderState> {
  return held.state.type === 'order';
}

async function replayThing(run: Run, held: Held): Promise<void> {
  for (const { state: how, reason } of Object.values(held.effects))
    if (how === 'parked') add(run.reasons, reason ?? 'unknown');
  if (!isOfOrder(run.selection, held.ref)) return;
  if (isOrder(held)) await replayOrder(run, held);
  await replayEffects(run, held);
}

async function replayOrder(run: Run, order: Held<OrderState>): Promise<void> {
  const { selection, direct, parts } = run;
  const { state } = order;
  const changedAt = state.data?.modifiedAt ?? 0;
  if (selection.error === undefined && selection.parked !== true && isWithin(selection, changedAt)) {
    if (state.contact !== undefined) await replayContact(run, state.contact);
    else if (direct) parts.report(withoutContact(order));
  }
}

function withoutContact({ ref, state }: Held<OrderState>): ReplayLine {
  const why = `without a contact (${state.refused ?? 'only its deletion is known'})`;
  return { kind: 'order', what: refName(ref), why, outcome: 'do nothing', acts: false };
}
