import type { ContactKey } from '../../core/ledger/email.ts';
import { isOfOrder, isWithin } from '../../core/ledger/selection.ts';
import { type Ref, refName } from '../../core/ledger/snapshot.ts';
import type { Entry } from '../../core/ports/ledger.ts';
import { inParallel } from '../in-parallel.ts';
import { add } from '../tally.ts';
import { replayContact } from './contacts.ts';
import { type HeldOrder, replayEffects } from './effects.ts';
import type { ReplayLine, Run } from './parts.ts';

/** The order that somebody named, if somebody did and the ledger has it. */
export async function namedOrder({ parts, selection }: Run): Promise<HeldOrder | undefined> {
  const { store, order } = selection;
  if (store === undefined || order === undefined) return undefined;
  const ref: Ref = { kind: 'order', store, id: order };
  const entry = (await parts.things.load([ref])).get(refName(ref));
  const [found] = entry ? held(ref, entry) : [];
  if (found) return found;
  const outcome = 'do nothing: the ledger has no such order';
  parts.report({ kind: 'order', what: refName(ref), why: 'unknown', outcome, acts: false, unknown: true });
  return undefined;
}

/** Every order that is selected: its contact, when the order itself is, and its parked effects. */
export async function replayOrders(run: Run, named: HeldOrder | undefined): Promise<void> {
  const { order, contact } = run.selection;
  if (!run.direct) return replaySurveyed(run);
  if (order === undefined && contact !== undefined) return replayOwn(run, contact);
  const isMeant = contact === undefined || contact === named?.state.contact;
  if (named && isMeant) await replayOrder(run, named);
}

async function replaySurveyed(run: Run): Promise<void> {
  const { survey } = run.parts;
  let after: string | undefined;
  do {
    const page = await survey.orders(after);
    await inParallel(
      page.items.flatMap(({ ref, entry }) => held(ref, entry)),
      (order) => replayOrder(run, order),
    );
    after = page.next;
  } while (after !== undefined);
}

/** Only orders that belong to the contact now. */
async function replayOwn(run: Run, contact: ContactKey): Promise<void> {
  const { refs } = await run.parts.contacts.dossier(contact);
  const entries = await run.parts.things.load(refs.filter(({ kind }) => kind === 'order'));
  for (const ref of refs) {
    const entry = entries.get(refName(ref));
    const [order] = entry ? held(ref, entry) : [];
    if (order?.state.contact === contact) await replayOrder(run, order);
  }
}

function held(ref: Ref, { state, effects }: Entry): readonly HeldOrder[] {
  return state.type === 'order' ? [{ ref, state, effects }] : [];
}

async function replayOrder(run: Run, order: HeldOrder): Promise<void> {
  const { selection, direct, parts } = run;
  const { ref, state, effects } = order;
  for (const { state: how, reason } of Object.values(effects))
    if (how === 'parked') add(run.reasons, reason ?? 'unknown');
  if (!isOfOrder(selection, ref)) return;
  const changedAt = state.data?.modifiedAt ?? 0;
  if (selection.error === undefined && isWithin(selection, changedAt)) {
    if (state.contact !== undefined) await replayContact(run, state.contact);
    else if (direct) parts.report(withoutContact(order));
  }
  await replayEffects(run, order);
}

function withoutContact({ ref, state }: HeldOrder): ReplayLine {
  const why = `without a contact (${state.refused ?? 'only its deletion is known'})`;
  return { kind: 'order', what: refName(ref), why, outcome: 'do nothing', acts: false };
}
