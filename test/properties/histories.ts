import fc from 'fast-check';
import type { RawDelivery } from '../support/oracle.ts';
import { bodyOf } from '../support/woocommerce.ts';

/** One thing a shop does to an order. */
interface Step {
  readonly does: 'save' | 'delete' | 'restore';
  readonly status: string;
  /** Index of the billing address from now on. */
  readonly address: number;
  /** Seconds since the step before: 0 makes two states of one second. */
  readonly after: number;
  readonly refund: boolean;
}

/** An order of a history. */
interface Life {
  readonly steps: readonly Step[];
  /** The order it names as its parent, counted from the first; none of this number is of nobody. */
  readonly parent: number | undefined;
  /** It has something else than the others: what was split off, and no copy. */
  readonly split: boolean;
  /** What was answered at its checkout. */
  readonly answer: '0' | '1' | undefined;
}

/** The checkout field that is asked. */
export const OPT_IN = 'lab/marketing-opt-in';

/** The life of a shop: its orders' steps, and how the deliveries of them arrive. */
export interface History {
  readonly deliveries: readonly RawDelivery[];
}

const ADDRESSES = ['ada@example.test', 'Bob.B@Example.TEST', 'carol+shop@exämple.test', ''];
const STATUSES = [
  'checkout-draft',
  'pending',
  'failed',
  'on-hold',
  // A plugin's: WooCommerce itself has no such status.
  'delivered',
  'processing',
  'cancelled',
  'completed',
  'refunded',
  'trash',
];
/** A recorded order without the parts that would only make a counterexample long. */
const TEMPLATE = Object.fromEntries(
  Object.entries(bodyOf('0057')).filter(
    ([key]) => !['_links', 'meta_data', 'tax_lines', 'shipping', 'shipping_lines'].includes(key),
  ),
);
const START = Date.parse('2026-11-20T10:00:00Z');

const step: fc.Arbitrary<Step> = fc.record({
  does: fc.oneof(
    { weight: 6, arbitrary: fc.constant('save' as const) },
    fc.constantFrom('delete' as const, 'restore' as const),
  ),
  status: fc.constantFrom(...STATUSES),
  address: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(ADDRESSES.length - 1)),
  after: fc.nat(2),
  refund: fc.boolean(),
});

const life: fc.Arbitrary<Life> = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 6 }),
  parent: fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary: fc.constant(0) },
    fc.nat(4),
  ),
  split: fc.boolean(),
  answer: fc.constantFrom('0', '1', undefined),
});

/** Histories of one to four orders, every delivery of them one to three times, in any order of arrival. */
export const history: fc.Arbitrary<History> = fc
  .record({
    orders: fc.array(life, { minLength: 1, maxLength: 4 }),
    arrival: fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 40 }),
    repeats: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 40 }),
    posts: fc.boolean(),
  })
  .map(({ orders, arrival, repeats, posts }) => {
    const sent = orders.flatMap((order, index) => deliveriesOf(100 + index, order, posts));
    const repeated = sent.flatMap((delivery, index) => Array<RawDelivery>(at(repeats, index)).fill(delivery));
    const arrivals = repeated.map((delivery, index) => ({
      delivery,
      key: (at(arrival, index) + index * 7919) % 1_000_003,
    }));
    return { deliveries: arrivals.sort((a, b) => a.key - b.key).map(({ delivery }) => delivery) };
  });

function at(values: readonly number[], index: number): number {
  return values[index % values.length] ?? 0;
}

interface OrderSoFar {
  readonly time: number;
  readonly rank: number;
  readonly refunds: number;
}

/**
 * What WooCommerce would send: within one second a state is only followed by one that is further along. Where orders
 * are posts, an edit that is no progress moves no date, and only when it was received tells it from the one before.
 */
function deliveriesOf(id: number, { steps, ...order }: Life, posts: boolean): RawDelivery[] {
  let state: OrderSoFar = { time: START + id * 500, rank: -1, refunds: 0 };
  return steps.map((current, index): RawDelivery => {
    const receivedAt = new Date(START + id * 60_000 + index * 1000).toISOString();
    const webhookId = String(['save', 'delete', 'restore'].indexOf(current.does) + 2);
    const deliveryId = `${String(id)}-${String(index)}`;
    if (current.does === 'delete')
      return { topic: 'order.deleted', webhookId, deliveryId, receivedAt, body: JSON.stringify({ id }) };
    state = next(state, current, posts);
    const topic =
      current.does === 'restore' ? 'order.restored' : index === 0 ? 'order.created' : 'order.updated';
    const body = { ...bodyFor(id, current, state), ...partOf(order) };
    return { topic, webhookId, deliveryId, receivedAt, body: JSON.stringify(body) };
  });
}

function partOf({ parent, split, answer }: Omit<Life, 'steps'>): object {
  const lines = TEMPLATE['line_items'] as readonly object[];
  return {
    parent_id: parent === undefined ? 0 : 100 + parent,
    ...(answer !== undefined && { meta_data: [{ id: 1, key: `_wc_other/${OPT_IN}`, value: answer }] }),
    ...(split && { line_items: lines.map((line) => ({ ...line, quantity: 7 })) }),
  };
}

function next(state: OrderSoFar, { status, after, refund }: Step, posts: boolean): OrderSoFar {
  const refunds = state.refunds + (refund ? 1 : 0);
  const rank = refunds * 100 + STATUSES.indexOf(status);
  if (posts && rank === state.rank) return state;
  const seconds = after === 0 && rank <= state.rank ? 1 : after;
  return { time: state.time + seconds * 1000, rank, refunds };
}

function bodyFor(id: number, { status, address }: Step, { time, refunds }: OrderSoFar): object {
  const modified = new Date(time).toISOString().slice(0, 19);
  const billing = {
    ...(TEMPLATE['billing'] as object),
    email: ADDRESSES[address],
    first_name: `Name ${String(address)}`,
  };
  return {
    ...TEMPLATE,
    id,
    status,
    billing,
    total: `${String(id)}.30`,
    date_created_gmt: new Date(START + id * 500).toISOString().slice(0, 19),
    date_modified_gmt: modified,
    // Every second one was paid when it was placed.
    date_paid_gmt: id % 2 === 0 ? new Date(START + id * 500).toISOString().slice(0, 19) : null,
    date_completed_gmt: null,
    refunds: Array.from({ length: refunds }, (_, index) => ({ id: index, reason: '', total: '-0.10' })),
  };
}
