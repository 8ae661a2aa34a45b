import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Policy } from '../../lib/core/policy/policy.ts';
import { createErase } from '../../lib/pipeline/people/erase.ts';
import { expectedCarts } from '../support/cart-oracle.ts';
import { shareOf } from '../support/depth.ts';
import type { RawDelivery } from '../support/oracle.ts';
import { shuffled } from '../support/random.ts';
import { dayIn } from '../support/shop-day.ts';
import { keyOf } from '../support/workshop.ts';
import { World } from '../support/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const POLICY = v.parse(Policy, { carts: { consent: 'not-required', segment: 3, tag: 'cart:abandoned' } });
const SEEDS = Array.from({ length: shareOf(40) }, (_none, index) => index + 1);

interface Play {
  readonly seed: number;
  readonly end: number;
  /** Happens before each delivery arrives. */
  readonly meanwhile?: (world: World) => Promise<void>;
}

async function play(deliveries: readonly RawDelivery[], { seed, end, meanwhile }: Play): Promise<World> {
  const world = new World(POLICY);
  world.now = end;
  for (const [index, delivery] of deliveries.entries()) {
    await meanwhile?.(world);
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

interface Told {
  readonly email?: string;
  readonly created_at?: string;
  readonly billing?: { readonly email?: string };
  readonly date_created_gmt?: string;
}

/** As if nobody had known whose it is what this person began by then (epoch ms). */
function without(person: string, by: number, deliveries: readonly RawDelivery[]): readonly RawDelivery[] {
  return deliveries.map((delivery) => {
    const body = JSON.parse(delivery.body) as Told;
    const begun = Date.parse(body.created_at ?? `${String(body.date_created_gmt)}Z`);
    if ((body.email ?? body.billing?.email) !== person || begun > by) return delivery;
    const nobody = body.billing ? { billing: { ...body.billing, email: '' } } : { email: '' };
    return { ...delivery, body: JSON.stringify({ ...body, ...nobody }) };
  });
}

/** Whoever holds something else than they should, while the carts grow old. */
async function differing(world: World, told: readonly RawDelivery[]) {
  const found: object[] = [];
  for (const wait of [0, 40 * MINUTE, HOUR, DAY, 12 * DAY, 3 * DAY]) {
    world.now += wait;
    await world.sweep();
    await world.settle();
    const now = held(world);
    for (const [email, cart] of expected(told, world.now))
      if (email !== '' && (now.get(email) ?? 'none') !== cart)
        found.push({ email, cart, found: now.get(email) });
  }
  return found;
}

describe('carts and unpaid orders of a shop', () => {
  it.each(SEEDS)(
    'are in Mautic as an independent calculation says, whatever comes when (%i)',
    async (seed) => {
      const { deliveries, end } = dayIn(seed);
      const world = await play(shuffled([...deliveries, ...deliveries.slice(seed % 5)], seed), { seed, end });

      expect(await differing(world, deliveries)).toEqual([]);
    },
  );

  it.each(SEEDS)(
    'are nobody’s when their person is erased meanwhile, least of all of an address that was corrected (%i)',
    async (seed) => {
      const { deliveries, end } = dayIn(seed);
      const person = `${['ada', 'bob', 'carol', 'dora'][seed % 4] ?? ''}@example.test`;
      const erasedAt = end - (seed % 5) * HOUR;
      let isErased = false;
      const world = await play(shuffled([...deliveries, ...deliveries], seed), {
        seed,
        end,
        // Whom nobody knows yet cannot be erased: it is asked for again.
        meanwhile: async ({ ledger }) => {
          if (isErased || !(await ledger.profile(keyOf(person)))) return;
          const lost = { ring: async () => undefined };
          const parts = { contacts: ledger, doorbell: lost, clock: { now: () => erasedAt } };
          await createErase(parts).mark(keyOf(person));
          isErased = true;
        },
      });

      expect(await differing(world, isErased ? without(person, erasedAt, deliveries) : deliveries)).toEqual(
        [],
      );
    },
  );
});
