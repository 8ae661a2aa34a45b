import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { EffectState } from '../../lib/core/ledger/effect-state.ts';
import type { Ref } from '../../lib/core/ledger/snapshot.ts';
import { Policy } from '../../lib/core/policy/policy.ts';
import { createShop } from '../../lib/simulators/woocommerce/shop.ts';
import { createShopApi } from '../../lib/simulators/woocommerce/shop-api.ts';
import { expectedCarts } from '../support/cart-oracle.ts';
import { shareOf } from '../support/depth.ts';
import type { RawDelivery } from '../support/oracle.ts';
import { randomFrom, shuffled } from '../support/random.ts';
import { dayIn } from '../support/shop-day.ts';
import { World } from '../support/world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const POLICY = v.parse(Policy, {
  carts: { consent: 'not-required', segment: 3, coupon: { percent: 10, days: 7 } },
});
const SEEDS = Array.from({ length: shareOf(30) }, (_none, index) => index + 1);

/** A world whose processes die all the time, with a shop that takes coupons. */
async function play(seed: number) {
  const { deliveries, end } = dayIn(seed);
  const clock = { now: () => world.now };
  const shop = createShop({ random: randomFrom(seed), clock });
  const world: World = new World(POLICY, createShopApi(shop));
  world.now = end;
  for (const [index, delivery] of shuffled(deliveries, seed).entries()) {
    world.deliver(delivery);
    if (index % 3 !== 0) continue;
    await world.record(10, 1 + ((index * 7 + seed) % 29));
    await world.sync(10, 1 + ((index * 5 + seed) % 61));
    world.now += 20 * 60_000;
    await world.sweep();
    await world.sync(10, 1 + ((index * 11 + seed) % 71));
  }
  await world.settle();
  return { world, shop, deliveries };
}

/** One checkout that nobody paid, of which it is time to be told. */
async function leaveOne() {
  const clock = { now: () => world.now };
  const shop = createShop({ random: randomFrom(1), clock });
  const world: World = new World(POLICY, createShopApi(shop));
  shop.webhooks.create({ topic: 'order.updated', deliveryUrl: 'https://bridge.example.test/webhooks/demo' });
  shop.orders.place({ status: 'pending', billing: { email: 'ada@example.test' } });
  for (let next = shop.deliveries.takeNext(); next; next = shop.deliveries.takeNext()) {
    shop.deliveries.finish(next, 200);
    if (next.kind === 'event') world.deliver({ ...next, webhookId: String(next.webhookId) });
  }
  await world.record(10);
  await world.sync(10);
  world.now += HOUR;
  await world.sweep();
  return { world, shop };
}

interface Held {
  readonly ref: Ref;
  readonly contact: string | undefined;
  readonly coupon: EffectState;
}

/** What the ledger says of every coupon. */
async function couponsIn({ ledger }: World): Promise<readonly Held[]> {
  const held: Held[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await ledger.carriers(after);
    for (const { entry, ref } of items) {
      const { state, effects } = entry;
      const coupon = effects['coupon:cart'];
      if (coupon && state.type !== 'product') held.push({ ref, contact: state.contact, coupon });
    }
    after = next;
  } while (after !== undefined);
  return held;
}

/** Every address that an order or a cart was told under. */
function addressesOf(ref: Ref, deliveries: readonly RawDelivery[]): ReadonlySet<string> {
  const told = deliveries
    .filter(({ topic }) => topic.startsWith(`${ref.kind}.`))
    .map(({ body }) => JSON.parse(body) as Told)
    .filter(({ id }) => String(id) === ref.id);
  return new Set(told.flatMap(({ email, billing }) => email ?? billing?.email ?? []));
}

interface Told {
  readonly id: string | number;
  readonly email?: string;
  readonly billing?: { readonly email: string };
}

function codesIn({ mautic }: World): ReadonlyMap<string, string> {
  return new Map(
    [...mautic.rows.values()].flatMap(({ email, fields }) => {
      const code = fields.get('mautic_woo_coupon_code');
      return typeof code === 'string' ? [[email, code]] : [];
    }),
  );
}

describe('coupons of abandoned carts', () => {
  it.each(SEEDS)(
    'are made once a cart and once a contact, and stand in Mautic while the cart is abandoned (%i)',
    async (seed) => {
      const { world, shop, deliveries } = await play(seed);

      for (const wait of [0, HOUR, DAY, 6 * DAY, 8 * DAY]) {
        world.now += wait;
        await world.sweep();
        await world.settle();
        const held = await couponsIn(world);
        const known = held.flatMap(({ coupon: { code } }) => code ?? []);
        const there = shop.coupons.all().map(({ code }) => code);
        expect(there.filter((code) => known.filter((one) => one === code).length !== 1)).toEqual([]);
        const made = held.filter(({ coupon }) => coupon.state === 'done');
        expect(made.filter(({ coupon }) => !there.includes(coupon.code ?? ''))).toEqual([]);
        // What was given another address brings along the coupon of whoever had it before.
        const own = made.filter(({ ref }) => addressesOf(ref, deliveries).size === 1);
        expect(new Set(own.map(({ contact }) => contact)).size).toBe(own.length);

        const abandoned = expectedCarts(deliveries, world.now);
        const strays = [...codesIn(world)].filter(
          ([email, code]) => !abandoned.get(email) || !there.includes(code),
        );
        expect(strays).toEqual([]);
      }
      expect(codesIn(world).size).toBe(0);
    },
  );

  it('are one for a cart at whichever step a process dies, and the next one after it', async () => {
    const outcomes: number[] = [];
    let isDying = true;
    for (let step = 1; isDying; step += 1) {
      const { world, shop } = await leaveOne();
      isDying = await world.sync(10, step);
      await world.sync(10, 1 + ((step * 7) % 40));
      await world.settle();

      const [{ coupon } = { coupon: undefined }] = await couponsIn(world);
      outcomes.push(shop.coupons.all().length);
      expect({ step, codes: shop.coupons.all().map(({ code }) => code), state: coupon?.state }).toEqual({
        step,
        codes: [coupon?.code],
        state: 'done',
      });
      expect([...codesIn(world).values()]).toEqual([coupon?.code]);
    }
    expect(outcomes.length).toBeGreaterThan(20);
  });

  it('are made at all', async () => {
    let made = 0;
    for (const seed of SEEDS.slice(0, 10)) made += (await play(seed)).shop.coupons.all().length;

    expect(made).toBeGreaterThan(5);
  });
});
