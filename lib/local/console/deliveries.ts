import type { SQSEvent } from 'aws-lambda';
import { readDelivery } from '../../aws/queues/messages.ts';
import { type Delivery, REFUSED_TOPIC } from '../../core/ledger/delivery.ts';
import { fold, type State } from '../../core/ledger/fold/order.ts';
import { type Ref, refName, type Snapshot } from '../../core/ledger/snapshot.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import type { Things } from '../../core/ports/ledger.ts';
import type { Source } from '../../core/stores/source.ts';
import { failedMessages } from '../gateway/batch-outcome.ts';
import type { Handler } from '../gateway/invocation.ts';
import { type Say, type Told, type Tone, wordOf } from './line.ts';

export interface DeliveriesConsole {
  readonly stores: readonly Store[];
  readonly sourceOf: (kind: Store['kind']) => Source;
  readonly things: Pick<Things, 'load'>;
  readonly say: Say;
}

/** A delivery in a batch, and what it says. */
interface Delivered {
  readonly messageId: string;
  readonly delivery: Delivery;
  readonly snapshots: readonly Snapshot[];
  /** Why it says nothing. */
  readonly silent?: string;
}

/** The unchanged `record` that also tells what became of each delivery. */
export function tellDeliveries(record: Handler<SQSEvent>, console: DeliveriesConsole): Handler<SQSEvent> {
  return async (event, context) => {
    // What is only told must not fail what is done.
    const told = event.Records.flatMap((message) => orNothing(() => toldBy(console, message)));
    const before = await statesOf(console, told).catch(() => undefined);
    const result: unknown = await record(event, context);
    const ids = told.map(({ messageId }) => messageId);
    const failed = failedMessages({ type: 'returned', result }, ids);
    if (before) for (const one of told) console.say(toldOf(console, one, { before, failed }));
    return result;
  };
}

function orNothing(told: () => readonly Delivered[]): readonly Delivered[] {
  try {
    return told();
  } catch {
    return [];
  }
}

function toldBy(
  { stores, sourceOf }: DeliveriesConsole,
  { messageId, body }: SQSEvent['Records'][number],
): readonly Delivered[] {
  const delivery = readDelivery(body);
  if (!delivery || delivery.topic === REFUSED_TOPIC) return [];
  const silence = (silent: string) => [{ messageId, delivery, snapshots: [], silent }];
  const store = stores.find(({ id }) => id === delivery.store);
  if (!store) return silence('left out: bridge.config.ts has no such store');
  if (delivery.body.in === 'bucket') return silence('taken in: a large body, by way of the bucket');
  const bytes = Buffer.from(delivery.body.base64, 'base64');
  const translation = sourceOf(store.kind).translate({ ...delivery, body: bytes });
  if ('dropped' in translation) return silence(`left out: ${translation.dropped}`);
  return [{ messageId, delivery, snapshots: translation.snapshots }];
}

type States = Map<string, State | undefined>;

async function statesOf({ things }: DeliveriesConsole, told: readonly Delivered[]): Promise<States> {
  const refs = told.flatMap(({ snapshots }) => snapshots.map(({ ref }) => ref));
  const entries = refs.length === 0 ? new Map<string, never>() : await things.load(refs);
  return new Map(refs.map((ref) => [refName(ref), entries.get(refName(ref))?.state]));
}

interface Batch {
  /** As it was before the batch; folded on as its deliveries are told. */
  readonly before: States;
  readonly failed: ReadonlySet<string>;
}

function toldOf(
  { stores }: DeliveriesConsole,
  { messageId, delivery, snapshots, silent }: Delivered,
  { before, failed }: Batch,
): Told {
  const which = [...new Set(snapshots.map(({ ref }) => nameOf(ref, stores.length > 1)))].join(', ');
  const orders = snapshots.flatMap(({ ref }) => (ref.kind === 'order' ? [`${ref.store}/${ref.id}`] : []));
  const [outcome, tone] = failed.has(messageId) ? COMES_AGAIN : taken(snapshots, before);
  const what = wordOf(delivery.topic);
  const became = silent === undefined ? { outcome, tone } : { outcome: silent, tone: 'quiet' as const };
  return { about: 'delivery', what, which, ...became, orders: [...new Set(orders)] };
}

type Outcome = readonly [text: string, tone: Tone];

const COMES_AGAIN: Outcome = ['could not be recorded: comes again', 'waiting'];

/** As `record` folds it: a repeated or a stale one changes nothing. */
function taken(snapshots: readonly Snapshot[], states: States): Outcome {
  let outcome: Outcome = ['nothing new', 'quiet'];
  for (const snapshot of snapshots) {
    const name = refName(snapshot.ref);
    const before = states.get(name);
    const after = fold(before, snapshot);
    states.set(name, after);
    if (JSON.stringify(after) === JSON.stringify(before)) continue;
    const status = after.type === 'order' ? wordOf(after.data?.status, '') : '';
    outcome = [`taken in${status && `: ${status}`}`, 'good'];
  }
  return outcome;
}

function nameOf({ kind, store, id }: Ref, withStore: boolean): string {
  return `${withStore ? `${store} ` : ''}${kind} ${wordOf(id)}`;
}
