import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Policy } from '../../lib/core/policy/policy.ts';
import { expectedCarts } from '../support/cart-oracle.ts';
import { shareOf } from '../support/depth.ts';
import type { RawDelivery } from '../support/oracle.ts';
import { shuffled } from '../support/random.ts';
import { dayIn } from '../support/shop-day.ts';
import { World } from '../support/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const POLICY = v.parse(Policy, { carts: { consent: 'not-required', segment: 3, tag: 'cart:abandoned' } });
const SEEDS = Array.from({ length: shareOf(40) }, (_none, index) => index + 1);

async function play(
  deliveries: readonly RawDelivery[],
  { seed, end }: { seed: number; end: number },
): Promise<World> {
  const world = new World(POLICY);
  world.now = end;
  for (const [index, delivery] of deliveries.entries()) {
    world.deliver(delivery);
    if (index % 3 !== 0) continue;
    await world.record(10, seed % 2 === 0 ? 1 + ((index * 7 + seed) % 29) : undefined);
    await world.sync(10, seed % 2 === 0 ? 1 + ((index * 5 + seed) % 43) : undefined);
  }
  await world.settle();
  return world;
}

/** What is left of a cart in each contact: its id, segment and tag. */
function held(world: World): ReadonlyMap<string, string> {
  return new Map(
    [...world.mautic.rows.values()].map(({ id, email, fields, tags }) => {
      const json = fields.get('mautic_woo_cart_data');
      const cart = typeof json === 'string' ? (JSON.parse(json) as { cart_id: string }).cart_id : 'none';
      const link = fields.get('mautic_woo_recovery_url') ? 'link' : '';
      const segment = world.mautic.membersOf(3).has(id) ? 'segment' : '';
      return [
        email,
        [cart, link, segment, tags.has('cart:abandoned') ? 'tag' : ''].filter(Boolean).join(' '),
      ];
    }),
  );
}

/** As the independent calculation says. */
function expected(deliveries: readonly RawDelivery[], at: number): ReadonlyMap<string, string> {
  const carts = [...expectedCarts(deliveries, at)];
  return new Map(
    carts.map(([email, cart]) => [
      email,
      cart ? [cart.id, cart.url === '' ? '' : 'link', 'segment tag'].filter(Boolean).join(' ') : 'none',
    ]),
  );
}

describe('carts and unpaid orders of a shop', () => {
  it.each(SEEDS)(
    'are in Mautic as an independent calculation says, whatever comes when (%i)',
    async (seed) => {
      const { deliveries, end } = dayIn(seed);
      const world = await play(shuffled([...deliveries, ...deliveries.slice(seed % 5)], seed), { seed, end });

      for (const wait of [0, 40 * MINUTE, HOUR, DAY, 12 * DAY, 3 * DAY]) {
        world.now += wait;
        await world.sweep();
        await world.settle();
        const found = held(world);
        const differing = [...expected(deliveries, world.now)].filter(
          ([email, cart]) => (found.get(email) ?? 'none') !== cart,
        );
        expect(differing.map(([email, cart]) => ({ email, cart, found: found.get(email) }))).toEqual([]);
      }
    },
  );
});
