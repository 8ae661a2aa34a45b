import type { Delivery } from '../../core/ledger/delivery.ts';
import { fold, type State } from '../../core/ledger/fold/order.ts';
import { momentIn } from '../../core/ledger/moment.ts';
import { DEAD_LETTER, isOfError, isOfOrder, isWithin } from '../../core/ledger/selection.ts';
import { refName, type Snapshot } from '../../core/ledger/snapshot.ts';
import type { DeadLetter } from '../../core/ports/queues.ts';
import { createRecord } from '../record.ts';
import { throughLetters } from './letters.ts';
import type { ReplayLine, Run } from './parts.ts';

type Letter = DeadLetter<Delivery>;

/** A selected delivery; `delivery` is absent where it cannot be recorded and stays. */
interface Opened {
  readonly letter: Letter;
  readonly line: Omit<ReplayLine, 'kind'>;
  readonly delivery?: Delivery;
}

/** Things as they are in the ledger, with what was replayed on the way; by `refName`. */
type States = Map<string, State | undefined>;

/** Puts selected deliveries that `record` failed at through the same pipeline; what is in the ledger is removed. */
export async function replayDeliveries(run: Run): Promise<void> {
  if (!isOfError(run.selection, DEAD_LETTER)) return;
  const record = createRecord(run.parts);
  const states: States = new Map();
  await throughLetters(run.parts.deadDeliveries, async (letters) => {
    const opened: Opened[] = [];
    for (const letter of letters) {
      const one = await open(run, letter, states);
      if (one) opened.push(one);
    }
    const batch = opened.flatMap(({ delivery }) => (delivery ? [{ delivery, redelivered: true }] : []));
    const failed = run.dryRun ? new Set<number>() : await record(batch);
    return settle(run, opened, failed);
  });
}

/** Says what became of each; answers those that can be removed. `failed` are positions among the recorded. */
function settle({ parts, dryRun }: Run, opened: readonly Opened[], failed: ReadonlySet<number>): Letter[] {
  const done: Letter[] = [];
  let position = 0;
  for (const { letter, line, delivery } of opened) {
    const hasFailed = delivery !== undefined && failed.has(position);
    if (delivery) position += 1;
    const outcome = hasFailed ? 'stay: it could not be recorded; the lines above say why' : line.outcome;
    parts.report({ ...line, kind: 'delivery', outcome, acts: line.acts && !hasFailed });
    if (delivery && !hasFailed && !dryRun) done.push(letter);
  }
  return done;
}

/** What a letter says; `undefined` when it is not selected. */
async function open(run: Run, letter: Letter, states: States): Promise<Opened | undefined> {
  const { message: delivery } = letter;
  if (!delivery)
    return isUnnamed(run) && isWithin(run.selection, letter.sentAt) ? unreadable(letter) : undefined;
  const { store: storeId, topic, receivedAt, deliveryId } = delivery;
  if (!isWithin(run.selection, timeOf(letter))) return undefined;
  if (run.selection.store !== undefined && run.selection.store !== storeId) return undefined;
  const content = await contentOf(run, delivery);
  const why = `${topic}, received at ${receivedAt}`;
  if ('stays' in content) {
    const line = { what: `${storeId} ${deliveryId}`, why, outcome: `stay: ${content.stays}`, acts: false };
    return isUnnamed(run) ? { letter, line } : undefined;
  }
  const { snapshots } = content;
  await readStates(run, snapshots, states);
  if (!isSelected(run, snapshots, states)) return undefined;
  const names = [...new Set(snapshots.map(({ ref }) => refName(ref)))].join(' ');
  const outcome = foldAll(snapshots, states);
  return { letter, delivery, line: { what: names || `${storeId} ${deliveryId}`, why, outcome, acts: true } };
}

/** When it was received; when it was put aside, if it does not say. */
function timeOf({ message, sentAt }: Letter): number {
  return momentIn(message?.receivedAt ?? '') ?? sentAt;
}

/** Neither an order nor a contact is asked for. */
function isUnnamed({ selection }: Run): boolean {
  return selection.order === undefined && selection.contact === undefined;
}

function unreadable(letter: Letter): Opened {
  const outcome = 'stay: this version knows no such message';
  return { letter, line: { what: letter.id, why: 'unreadable', outcome, acts: false } };
}

type Content = { readonly snapshots: readonly Snapshot[] } | { readonly stays: string };

async function contentOf({ parts }: Run, delivery: Delivery): Promise<Content> {
  const store = parts.stores.find(({ id }) => id === delivery.store);
  if (!store) return { stays: 'bridge.config.ts has no such store' };
  const { body } = delivery;
  const bytes = body.in === 'message' ? Buffer.from(body.base64, 'base64') : await parts.bodies.get(body.key);
  if (!bytes) return { stays: 'its body was kept for 30 days and is gone' };
  const translation = parts.sourceOf(store.kind).translate({ ...delivery, body: bytes });
  return { snapshots: 'dropped' in translation ? [] : translation.snapshots };
}

async function readStates({ parts }: Run, snapshots: readonly Snapshot[], states: States): Promise<void> {
  const unknown = snapshots.map(({ ref }) => ref).filter((ref) => !states.has(refName(ref)));
  if (unknown.length === 0) return;
  const entries = await parts.things.load(unknown);
  for (const ref of unknown) states.set(refName(ref), entries.get(refName(ref))?.state);
}

/** By what it says; a deletion names no contact, but the ledger knows whose order it was. */
function isSelected({ selection }: Run, snapshots: readonly Snapshot[], states: States): boolean {
  const { contact } = selection;
  if (selection.order !== undefined && !snapshots.some(({ ref }) => isOfOrder(selection, ref))) return false;
  if (contact === undefined) return true;
  return snapshots.some((snapshot) => {
    const state = states.get(refName(snapshot.ref));
    const had = state !== undefined && state.type !== 'product' && Object.hasOwn(state.contacts, contact);
    return had || ('address' in snapshot && snapshot.address.usable && snapshot.address.key === contact);
  });
}

/** Folds as `record` would; what follows for the ledger. */
function foldAll(snapshots: readonly Snapshot[], states: States): string {
  if (snapshots.length === 0) return 'be removed: it says nothing that is recorded';
  let changes = false;
  for (const snapshot of snapshots) {
    const name = refName(snapshot.ref);
    const before = states.get(name);
    const after = fold(before, snapshot);
    changes ||= JSON.stringify(after) !== JSON.stringify(before);
    states.set(name, after);
  }
  return changes ? 'be recorded: it changes what the ledger holds' : 'be removed: the ledger has it already';
}
