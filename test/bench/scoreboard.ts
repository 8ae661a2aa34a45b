import { expectedContacts, type RawDelivery } from '../support/oracle.ts';
import { type Body, consume } from './baselines/consumers.ts';
import { playIntoBridge } from './mautic.ts';
import type { Section } from './report.ts';
import type { Score } from './scoreboard-table.ts';
import { judge } from './support/judge.ts';
import { type MeteredMautic, startMeteredMautic } from './support/metered-mautic.ts';
import { inCopy, ORDERS_AND_CUSTOMERS, PRODUCTS, type ShopDelivery } from './support/shop.ts';
import { chunks } from './support/statistics.ts';

const SHOPS = 4;
/** Every so many deliveries one comes a second time. */
const REPEATED = 10;
/** So many reach the bridge before sync looks. */
const BURST = 10;
/** Between look-up and insert a real Mautic lets another request in (recordings 493, 494). */
const RACE_MS = 5;

/** What four shops sent, in the order in which the queue of a shop sends it, and one in ten twice. */
const DELIVERIES: readonly ShopDelivery[] = Array.from({ length: SHOPS }, (_, shop) =>
  ORDERS_AND_CUSTOMERS.flatMap((delivery, index) => {
    const copy = inCopy(delivery, shop);
    return index % REPEATED === 0 ? [copy, copy] : [copy];
  }),
).flat();

/** Who writes, and how. */
const CONSUMERS: readonly (readonly [string, (mautic: MeteredMautic) => Promise<void>])[] = [
  ['the bridge', (mautic) => playIntoBridge(mautic, [...chunks(DELIVERIES, BURST)])],
  [
    'the plugin’s sequence, in the shop',
    ({ url }) => consume(url, DELIVERIES, { workers: 1, totals: fromTheShop() }),
  ],
  ['four workers on a queue', ({ url }) => consume(url, DELIVERIES, { workers: 4, totals: addedUp })],
];

/** All three on the same deliveries and the same Mautic: what they lose, double and get wrong, and what it costs. */
export async function benchScoreboard(): Promise<Section> {
  const expected = expectedContacts([...PRODUCTS, ...DELIVERIES].map(rawOf));
  const scores: Score[] = [];
  for (const [name, play] of CONSUMERS) {
    const mautic = await startMeteredMautic({ raceWindowMs: RACE_MS, takesRefusals: true });
    try {
      await play(mautic);
      const { calls, ms } = mautic.spent();
      const seconds = Math.round(ms / 1000);
      scores.push({ name, ...judge(mautic.simulator, expected), calls, seconds });
    } finally {
      await mautic.close();
    }
  }
  const [bridge] = scores;
  return {
    title: 'Scoreboard: the same deliveries, the same Mautic',
    notes: [
      'Doubled: contacts beyond the first of an address, and notes beyond the first of an order and status. Wrong: name, city, number of orders, total or status.',
      `${String(DELIVERIES.length)} deliveries of ${String(SHOPS)} shops as recorded, one in ${String(REPEATED)} twice; ${String(expected.size)} addresses.`,
      ...scores.map(
        ({ name, lost, doubled, wrong, calls, seconds }) =>
          `${name}: lost ${String(lost)}, doubled ${String(doubled)}, wrong ${String(wrong)}, ${String(calls)} calls, ${String(seconds)} s of Mautic's time`,
      ),
    ],
    figures: (['lost', 'doubled', 'wrong'] as const).map((what) => ({
      name: `the bridge: ${what}`,
      unit: 'things',
      value: bridge?.[what] ?? Number.NaN,
      limit: 0,
    })),
    scores,
  };
}

/** The plugin stands in the shop: it knows every order of an address as it is now, and adds up what it was paid. */
function fromTheShop() {
  const orders = new Map<number, Body>();
  return (order: Body) => {
    if (order.id !== undefined) orders.set(order.id, order);
    const own = [...orders.values()].filter(
      ({ status, billing }) =>
        billing?.['email'] === order.billing?.['email'] &&
        (status === 'processing' || status === 'completed'),
    );
    return { count: own.length, spent: own.reduce((sum, { total }) => sum + Number(total), 0) };
  };
}

/** Who knows deliveries only adds a new order to what Mautic holds. */
function addedUp({ total }: Body, held: Record<string, unknown>, topic: string) {
  if (topic !== 'order.created') return undefined;
  const numberOf = (alias: string) => Number(held[alias] ?? 0);
  return {
    count: numberOf('mautic_woo_order_count') + 1,
    spent: numberOf('mautic_woo_total_spent') + Number(total),
  };
}

function rawOf({ topic, headers, body, receivedAt }: ShopDelivery): RawDelivery {
  return {
    topic,
    webhookId: headers['x-wc-webhook-id'] ?? '',
    deliveryId: headers['x-wc-webhook-delivery-id'] ?? '',
    receivedAt: new Date(receivedAt).toISOString(),
    body,
  };
}
