import fc from 'fast-check';
import { payloadOf } from '../../lib/simulators/fluentcart/bodies/payload.ts';
import { formBody } from '../../lib/simulators/fluentcart/feeds/form-body.ts';
import { createFluentShop } from '../../lib/simulators/fluentcart/shop.ts';
import { orderSaid } from '../support/feed-orders.ts';
import type { RawDelivery } from '../support/oracle.ts';
import { randomFrom } from '../support/random.ts';
import { subscriptionsSaid } from '../support/subscription-oracle.ts';

/** What a feed sent, and the same in the words of the independent calculation. */
export interface FeedSending {
  readonly delivery: RawDelivery & { readonly store: string };
  readonly said: readonly RawDelivery[];
  /** When the body was built by the shop's clock, epoch ms. */
  readonly builtAt: number;
}

/** The currency of the store of feeds in the world of the properties. */
const CURRENCY = 'CHF';
/** The same as those of the shop of WooCommerce. */
const PEOPLE = ['ada@example.test', 'Bob.B@Example.TEST', 'dora@example.test', ''];
const START = Date.parse('2026-11-20T10:00:00Z');

const ACTIONS = [
  'place',
  'place',
  'pay',
  'pay',
  'ship',
  'deliver',
  'complete',
  'hold',
  'cancel',
  'refund-all',
  'refund-some',
  'raise',
  'authorize',
  'fail',
  'move',
  'subscribe',
  'renew',
  'unsubscribe',
  'resume',
  'pause',
  'run-out',
] as const;
type Action = (typeof ACTIONS)[number];

interface Step {
  readonly does: Action;
  /** Which of the orders there are. */
  readonly of: number;
  readonly buyer: number;
  /** Seconds since the step before: 0 makes two states of one second. */
  readonly after: number;
  readonly admin: boolean;
  readonly digital: boolean;
  readonly test: boolean;
  readonly form: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  does: fc.constantFrom(...ACTIONS),
  of: fc.nat(5),
  buyer: fc.nat(PEOPLE.length - 1),
  after: fc.nat(2),
  admin: fc.boolean(),
  digital: fc.boolean(),
  test: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
  form: fc.boolean(),
});

/** What the feeds of a FluentCart store send, one body after every step; in the order it was sent. */
export const feedHistory: fc.Arbitrary<readonly FeedSending[]> = fc
  .array(step, { minLength: 1, maxLength: 12 })
  .map(sendingsOf);

function sendingsOf(steps: readonly Step[]): readonly FeedSending[] {
  let now = START;
  const shop = createFluentShop({ random: randomFrom(1), clock: { now: () => now }, currency: CURRENCY });
  const product = shop.products.create({
    name: 'Lampe',
    variations: [{ name: 'Blau', sku: '', price: 4990 }],
  });
  const { orders } = shop.shown.records;
  return steps.flatMap((current, index) => {
    now += current.after * 1000;
    const known = [...orders.keys()];
    const isNew = current.does === 'place' || current.does === 'subscribe';
    const id = isNew ? undefined : known[current.of % Math.max(1, known.length)];
    const order = orders.get(id === undefined ? place(shop, product, current) : act(shop, id, current));
    if (!order) return [];
    const payload = payloadOf(shop.shown, order);
    const receivedAt = new Date(START + (index + 1) * 60_000).toISOString();
    const body = current.form ? formBody(payload) : JSON.stringify(payload);
    const said = orderSaid(JSON.stringify(payload), { currency: CURRENCY }, receivedAt);
    const delivery = {
      topic: 'order_paid_done',
      webhookId: '',
      deliveryId: '',
      receivedAt,
      body,
      store: 'fluent',
    };
    const heard = said ? [said, ...subscriptionsSaid(JSON.stringify(payload), receivedAt)] : [];
    return [{ delivery, said: heard, builtAt: now }];
  });
}

type Shop = ReturnType<typeof createFluentShop>;

function place(shop: Shop, product: number, { does, buyer, admin, digital, test }: Step): number {
  const { orders, subscriptions } = shop;
  const isSubscribed = does === 'subscribe';
  const id = orders.place({
    items: [{ product, quantity: 1 + buyer }],
    billing: {
      email: PEOPLE[buyer] ?? '',
      first_name: `Vorname ${String(buyer)}`,
      city: 'Bonn',
      country: 'DE',
    },
    admin,
    digital: digital || isSubscribed,
    mode: test ? 'test' : 'live',
    ...(isSubscribed && { type: 'subscription' }),
  });
  if (!isSubscribed) return id;
  const subscription = subscriptions.begin(id);
  orders.pay(id);
  subscriptions.activate(subscription);
  return id;
}

/** What a shop refuses is not done. @returns the id of the order that it is told with. */
function act(shop: Shop, id: number, { does, buyer }: Step): number {
  const { orders, shown } = shop;
  const doings: Readonly<Record<Exclude<Action, OfSubscriptions>, () => void>> = {
    place: () => undefined,
    pay: () => {
      if (shown.records.orders.get(id)?.status !== 'canceled') orders.pay(id);
    },
    ship: () => orders.setShipping(id, 'shipped'),
    deliver: () => orders.setShipping(id, 'delivered'),
    complete: () => orders.setStatus(id, 'completed'),
    hold: () => orders.setStatus(id, 'on-hold'),
    cancel: () => orders.setStatus(id, 'canceled'),
    'refund-all': () => orders.refund(id, 1_000_000),
    'refund-some': () => orders.refund(id, 10),
    raise: () => orders.raise(id, 500),
    authorize: () => orders.setTransaction(id, 'authorized'),
    fail: () => orders.setTransaction(id, 'failed'),
    move: () => orders.editAddress(id, { city: `Stadt ${String(buyer)}` }),
  };
  try {
    if (isOfSubscriptions(does)) return actOnSubscription(shop, id, does);
    doings[does]();
  } catch {
    // A cancelled order stays cancelled; nothing is left to refund.
  }
  return id;
}

const OF_SUBSCRIPTIONS = ['subscribe', 'renew', 'unsubscribe', 'resume', 'pause', 'run-out'] as const;
type OfSubscriptions = (typeof OF_SUBSCRIPTIONS)[number];

function isOfSubscriptions(does: Action): does is OfSubscriptions {
  return OF_SUBSCRIPTIONS.some((one) => one === does);
}

/** A renewal is an order of its own, and says nothing of the subscription. */
function actOnSubscription({ subscriptions, shown }: Shop, order: number, does: OfSubscriptions): number {
  const own = [...shown.records.subscriptions.values()].find(({ parentOrderId }) => parentOrderId === order);
  if (!own) return order;
  if (does === 'renew') return subscriptions.renew(own.id);
  if (does === 'unsubscribe') subscriptions.cancel(own.id);
  else if (does === 'resume') subscriptions.reactivate(own.id);
  else if (does === 'pause') subscriptions.setStatus(own.id, 'paused');
  else if (does === 'run-out') subscriptions.expire(own.id);
  return order;
}
