import { createShop } from '../../lib/simulators/woocommerce/shop.ts';
import type { ShopDelivery } from '../../lib/simulators/woocommerce/webhooks/delivery.ts';
import { CATALOG } from '../../lib/stores/catalog.ts';
import { Dice, Engine } from '../simulation/engine.ts';
import { Marks } from '../simulation/marks.ts';
import { type OrderHistory, ShopLife } from '../simulation/shop-life.ts';
import { randomFrom, shuffled } from '../support/random.ts';

/** A shop's webhooks, many months of them, and what truly happened. */
export interface ShopYear {
  /** Signed, in an order that is not quite that of the shop. */
  readonly deliveries: readonly ShopDelivery[];
  readonly histories: ReadonlyMap<number, OrderHistory>;
}

/** Who buys, in either store. */
export const PEOPLE: readonly string[] = Array.from(
  { length: 800 },
  (_, index) => `person${String(index)}@example.test`,
);
const SECOND = 1000;
/** Deliveries are mixed this far. */
const NEAR = 12;

/** As many deliveries as asked for; follows from the seed and the moment it begins. */
export function shopYear({ count, seed, secret, begin }: ShopYearOptions): ShopYear {
  const engine = new Engine(begin);
  const dice = new Dice(seed);
  const shop = createShop({ random: randomFrom(seed), clock: { now: () => engine.now } });
  const life = new ShopLife({ shop, engine, dice, people: PEOPLE, marks: new Marks(() => engine.now) });
  for (const topic of CATALOG.woocommerce.topics)
    shop.webhooks.create({ topic, deliveryUrl: 'https://bridge.example.test/webhooks/demo', secret });
  life.begin();
  const deliveries: ShopDelivery[] = [];
  while (deliveries.length < count) {
    engine.now += dice.between(0, 3) * SECOND;
    life.act();
    if (dice.chance(0.5)) deliveries.push(...allOf(shop));
  }
  return { deliveries: mixed(deliveries.slice(0, count), seed), histories: life.histories };
}

export interface ShopYearOptions {
  readonly count: number;
  readonly seed: number;
  readonly secret: string;
  /** Epoch ms. */
  readonly begin: number;
}

function allOf(shop: ReturnType<typeof createShop>): ShopDelivery[] {
  const sent: ShopDelivery[] = [];
  for (let next = shop.deliveries.takeNext(); next !== undefined; next = shop.deliveries.takeNext()) {
    shop.deliveries.finish(next, 200);
    if (next.kind === 'event') sent.push(next);
  }
  return sent;
}

/** Each comes a few places from where it was sent. */
export function mixed<Sent>(deliveries: readonly Sent[], seed: number): Sent[] {
  const groups = Array.from({ length: Math.ceil(deliveries.length / NEAR) }, (_, index) =>
    deliveries.slice(index * NEAR, (index + 1) * NEAR),
  );
  return groups.flatMap((group, index) => shuffled(group, seed + index));
}
