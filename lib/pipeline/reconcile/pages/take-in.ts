import type { ContactKey } from '../../../core/ledger/email.ts';
import { echoOf } from '../../../core/ledger/fold/echo.ts';
import { fold, type State } from '../../../core/ledger/fold/order.ts';
import { erasures, isContradicted, restorations } from '../../../core/ledger/fold/order-marks.ts';
import { remembering } from '../../../core/ledger/fold/order-reading.ts';
import { type Ref, refName, type Snapshot } from '../../../core/ledger/snapshot.ts';
import { canonicalJson, isOfOneDate, isSettledReading } from '../../../core/ledger/version.ts';
import type { Entry } from '../../../core/ports/ledger.ts';
import type { ReadItem } from '../../../core/stores/source.ts';
import type { StoreItem, StoreKind } from '../../../core/stores/store-api.ts';
import { refsIn, unfinishedOf } from '../../../core/stores/store-progress.ts';
import { inParallel } from '../../in-parallel.ts';
import { attempting } from '../../record/parts.ts';
import { noteOrders, Rereading } from '../../record/rereads.ts';
import { readItem, type Visit } from '../visit.ts';
import { askForOrder } from './one-order.ts';
import { unknownProducts } from './products.ts';
import { askWhole } from './whole-page.ts';

type Known = ReadonlyMap<string, Entry>;

/** As many as one question may name. */
export const MOST_IDS = 100;

/** All that was read of one thing. */
interface Saying {
  readonly ref: Ref;
  readonly snapshots: readonly Snapshot[];
}

/**
 * Puts a page of the store into the ledger, and answers what its items say.
 * @throws Unread when the store had to be asked again and did not answer; Error when the ledger did not take all of it.
 */
export async function takeIn(
  visit: Visit,
  kind: StoreKind,
  items: readonly StoreItem[],
): Promise<readonly ReadItem[]> {
  const read = items.map((item) => readItem(visit, kind, item));
  visit.tally.read += items.length;
  noteUnusable(visit, kind, read);
  const sayings = await visit.erased.leaveOut(
    read.flatMap(({ snapshots }) =>
      snapshots.map((snapshot) => ({ ref: snapshot.ref, snapshots: [snapshot] })),
    ),
  );
  const known = await visit.parts.things.load(sayings.map(({ ref }) => ref));
  await foldIn(visit, await withSecondLooks(visit, sayings, known), known);
  visit.watch?.(kind, read);
  return read;
}

/**
 * Looks at single orders that no list showed: in the trash, erased, or back. What the ledger knows is read before the
 * store is asked, so that a deletion it learns of in between still counts.
 */
export async function takeInOrders(visit: Visit, refs: readonly Ref[]): Promise<void> {
  const known = await visit.parts.things.load(refs);
  const said: Snapshot[] = [];
  for (const ref of refs) {
    const state = known.get(refName(ref))?.state;
    if (state?.type !== 'order') continue;
    said.push(...(await lookAt(visit, ref, state)));
    visit.tally.read += 1;
  }
  const sayings = sayingsOf(said);
  await foldIn(visit, sayings, await withOthers(visit, sayings, known));
}

/** An order may say something of its cart as well. */
function sayingsOf(snapshots: readonly Snapshot[]): readonly Saying[] {
  const byThing = Map.groupBy(snapshots, ({ ref }) => refName(ref));
  return [...byThing.values()].flatMap((own) => (own[0] ? [{ ref: own[0].ref, snapshots: own }] : []));
}

/** What is said of carts counts whenever it was said. */
async function withOthers({ parts }: Visit, sayings: readonly Saying[], known: Known): Promise<Known> {
  const others = sayings.map(({ ref }) => ref).filter((ref) => ref.kind !== 'order');
  return others.length === 0 ? known : new Map([...known, ...(await parts.things.load(others))]);
}

/**
 * Tells the contacts of everything that a run which died was folding: it may not have come to that, nor to seeing that
 * a webhook said something else, so the orders are read again.
 */
export async function tellUnfinished(visit: Visit): Promise<void> {
  const left = visit.unfinished.value();
  const refs = left ? refsIn(left) : [];
  if (refs.length === 0) return;
  const orders = refs.filter(({ kind }) => kind === 'order').map(({ id }) => id);
  if (orders.length > 0) await noteOrders(visit.parts, visit.store.id, orders);
  const known = await visit.parts.things.load(refs);
  const echoes = refs.flatMap((ref) => {
    const state = known.get(refName(ref))?.state;
    return (state && echoOf(ref, state)) ?? [];
  });
  await foldAll(
    visit,
    echoes.map((echo) => ({ ref: echo.ref, snapshots: [echo] })),
    true,
  );
}

/** Orders whose marks say that they are gone are asked for once more, now that the ledger has been read. */
async function withSecondLooks(
  visit: Visit,
  sayings: readonly Saying[],
  known: Known,
): Promise<readonly Saying[]> {
  const looked: Saying[] = [];
  for (const { ref, snapshots } of sayings) {
    const state = known.get(refName(ref))?.state;
    const [seen] = snapshots;
    const isDoubtful =
      state?.type === 'order' && seen?.type === 'order' && isContradicted(state, seen.data.status);
    if (!isDoubtful) looked.push({ ref, snapshots });
    // The page has said what it says of its cart.
    else
      looked.push(...sayingsOf((await lookAt(visit, ref, state)).filter((one) => one.ref.kind === ref.kind)));
  }
  return looked;
}

/** What the store says now of one order that it may not list. */
async function lookAt(
  visit: Visit,
  ref: Ref,
  state: Extract<State, { type: 'order' }>,
): Promise<readonly Snapshot[]> {
  const found = await askForOrder(visit, ref.id);
  if (found === 'unshown') return [];
  if (found === 'erased') return erasures(ref, state);
  const item = readItem(visit, 'order', found);
  const [{ snapshots, settled } = item] = await visit.erased.leaveOut([item]);
  const [seen] = snapshots;
  if (seen?.type !== 'order' || !settled || !isContradicted(state, seen.data.status)) return snapshots;
  return [seen, ...restorations(ref, state)];
}

async function foldIn(visit: Visit, sayings: readonly Saying[], known: Known): Promise<void> {
  const changed: Saying[] = [];
  const confirmed: (Saying & Change)[] = [];
  for (const { ref, snapshots } of sayings) {
    const entry = known.get(refName(ref));
    const saying = { ref, snapshots: snapshots.map((snapshot) => newsOf(snapshot, entry?.state)) };
    const change = changeBy(saying, entry);
    if (change === 'nothing' && visit.mayBeUntold !== true) continue;
    if (change === 'everything' || (await isUntold(visit, ref, entry))) changed.push(saying);
    else if (change !== 'nothing') confirmed.push({ ...saying, ...change });
  }
  await describeProducts(
    visit,
    [...changed, ...confirmed].flatMap(({ snapshots }) => snapshots),
  );
  changed.push(...(await confirm(visit, confirmed)));
  visit.tally.changed += changed.length;
  await foldAll(visit, changed, false);
}

/** A reading says what it says, but for what the store has forgotten and the ledger has not. */
function newsOf(snapshot: Snapshot, state: State | undefined): Snapshot {
  return snapshot.type === 'order' && state?.type === 'order' ? remembering(snapshot, state) : snapshot;
}

interface Change {
  readonly state: State;
  readonly revision: number;
}

/**
 * Only the version may have changed: what a webhook said is confirmed. What is confirmed already is not confirmed
 * again by each reading: it would be written every time.
 */
function changeBy({ snapshots }: Saying, entry: Entry | undefined): 'nothing' | 'everything' | Change {
  const state = snapshots.reduce<State | undefined>(fold, entry?.state);
  if (!state || (entry && canonicalJson(state) === canonicalJson(entry.state))) return 'nothing';
  if (!entry || contentOf(state) !== contentOf(entry.state)) return 'everything';
  return isConfirmed(entry.state, state) ? 'nothing' : { state, revision: entry.revision };
}

function isConfirmed({ version: known }: State, { version: now }: State): boolean {
  return known !== undefined && now !== undefined && isSettledReading(known) && isOfOneDate(known, now);
}

function contentOf(state: State): string {
  return canonicalJson({ ...state, version: '' });
}

/**
 * Whether somebody saved it and died before the contacts were told: then nobody looked at them since. Its delivery
 * would come again, unless somebody emptied the queue.
 */
async function isUntold({ parts }: Visit, ref: Ref, entry: Entry | undefined): Promise<boolean> {
  const { state, savedAt } = entry ?? {};
  if (!state || savedAt === undefined) return false;
  if (state.type === 'product') return (await parts.things.waitingFor(ref)).length > 0;
  const contacts = Object.keys(state.contacts) as ContactKey[];
  const wanted = await Promise.all(contacts.map((contact) => parts.contacts.lastWanted(contact)));
  return wanted.some((at) => at === undefined || at < savedAt);
}

/** A confirmation is no news to any contact. Answers those that somebody else changed meanwhile. */
async function confirm(visit: Visit, confirmed: readonly (Saying & Change)[]): Promise<readonly Saying[]> {
  const overtaken: Saying[] = [];
  await inParallel(confirmed, async ({ ref, snapshots, state, revision }) => {
    if (!(await visit.parts.things.save(ref, state, revision))) overtaken.push({ ref, snapshots });
  });
  return overtaken;
}

/** Writes down what it folds until all contacts were told, in case it does not get that far. */
async function foldAll(visit: Visit, sayings: readonly Saying[], redelivered: boolean): Promise<void> {
  if (sayings.length === 0 && !redelivered) return;
  if (!redelivered) await visit.unfinished.save(unfinishedOf(sayings.map(({ ref }) => ref)));
  const rereading = new Rereading();
  const failed = new Set(
    await visit.fold(
      sayings.map(({ snapshots }, position) => ({ snapshots, redelivered, position })),
      rereading.look,
    ),
  );
  await rereading.note(visit.parts, attempting(visit.parts.log, failed));
  if (failed.size > 0)
    throw new Error(`${String(failed.size)} of ${String(sayings.length)} things read are not in the ledger`);
  await visit.unfinished.save({ refs: [] });
}

/** Before the orders themselves, so that their contacts need not wait for a description. */
async function describeProducts(visit: Visit, snapshots: readonly Snapshot[]): Promise<void> {
  const unknown = await unknownProducts(visit, snapshots);
  for (let start = 0; start < unknown.length; start += MOST_IDS) {
    const ids = unknown.slice(start, start + MOST_IDS);
    const { items } = await askWhole(visit, { kind: 'product', page: 1, ids });
    await takeIn(visit, 'product', items);
  }
}

function noteUnusable({ parts, store }: Visit, kind: StoreKind, read: readonly ReadItem[]): void {
  const malformed = read.filter(({ dropped }) => dropped === 'malformed');
  if (malformed.length === 0) return;
  const fields = { store: store.id, kind, count: malformed.length, id: malformed[0]?.id };
  parts.log.warn('The store answered things without a usable id or status; they are left out', fields);
}
