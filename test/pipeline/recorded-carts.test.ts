import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Policy } from '../../lib/core/policy/policy.ts';
import { expectedCarts } from '../support/cart-oracle.ts';
import type { RawDelivery } from '../support/oracle.ts';
import { shuffled } from '../support/random.ts';
import { cartRecordings } from '../support/recorded-carts.ts';
import { World } from '../support/world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A moment after the last of them came in. */
const RECORDED = Date.parse('2026-11-27T00:10:00Z');
const POLICY = v.parse(Policy, { carts: { consent: 'not-required', segment: 3, tag: 'cart:abandoned' } });

const deliveries: readonly RawDelivery[] = [...cartRecordings(), ...cartRecordings('unpaid')]
  .filter(({ topic }) => topic !== '')
  .map(({ number, topic, body, receivedAt }) => ({
    topic,
    body,
    receivedAt,
    webhookId: '6',
    deliveryId: number,
  }));

interface Play {
  readonly every?: number;
  /** Processes die at steps that follow from this. */
  readonly killing?: number;
  readonly policy?: Policy;
}

/** All deliveries come in as quickly as they were recorded, then nothing happens for a quarter of an hour. */
async function play(
  some: readonly RawDelivery[],
  { every = 1, killing, policy = POLICY }: Play = {},
): Promise<World> {
  const world = new World(policy);
  world.now = RECORDED;
  for (const [index, delivery] of some.entries()) {
    world.deliver(delivery);
    if (index % every !== 0) continue;
    await world.record(10, killing && 1 + ((index * 7 + killing) % 23));
    await world.sync(10, killing && 1 + ((index * 11 + killing) % 37));
  }
  await world.settle();
  return world;
}

/** What stands in Mautic, address by address; `null`: nothing of a cart. */
function held(world: World): ReadonlyMap<string, unknown> {
  return new Map(
    [...world.mautic.rows.values()].map(({ id, email, fields, tags }): [string, unknown] => {
      const json = fields.get('mautic_woo_cart_data');
      const url = String(fields.get('mautic_woo_recovery_url') ?? '').split('?')[0];
      const isMember = world.mautic.membersOf(3).has(id);
      if (typeof json !== 'string')
        return [email, isMember || tags.has('cart:abandoned') || url !== '' ? 'left behind' : null];
      const cart = JSON.parse(json) as { cart_id: string; total: string; date: string; items: unknown[] };
      const touched = Date.parse(cart.date);
      expect([isMember, tags.has('cart:abandoned')]).toEqual([true, true]);
      return [email, { id: cart.cart_id, total: cart.total, items: cart.items.length, url, touched }];
    }),
  );
}

function expectHeld(world: World, some: readonly RawDelivery[]): void {
  const found = held(world);
  for (const [address, cart] of expectedCarts(some, world.now))
    expect([address, found.get(address) ?? null]).toEqual([address, cart]);
}

async function laterBy(world: World, ms: number): Promise<World> {
  world.now += ms;
  await world.sweep();
  await world.settle();
  return world;
}

describe('the recorded carts and unpaid orders', () => {
  it('are many, and some of them are abandoned an hour later', () => {
    const later = [...expectedCarts(deliveries, RECORDED + 2 * HOUR).values()];

    expect(deliveries.length).toBeGreaterThan(45);
    expect(later.filter((cart) => cart !== null).length).toBe(4);
    expect([...expectedCarts(deliveries, RECORDED).values()].filter((cart) => cart !== null)).toEqual([]);
  });

  it('are in Mautic as an independent calculation says, at once, two hours and a fortnight later', async () => {
    const world = await play(deliveries);

    expectHeld(world, deliveries);
    expectHeld(await laterBy(world, 2 * HOUR), deliveries);
    expectHeld(await laterBy(world, 14 * DAY), deliveries);
  });

  it.each([1, 2, 3, 4, 5])('are so in any order (shuffle %i)', async (seed) => {
    const world = await play(shuffled(deliveries, seed), { every: seed });

    expectHeld(await laterBy(world, 2 * HOUR), deliveries);
    expectHeld(await laterBy(world, 14 * DAY), deliveries);
  });

  it.each([1, 2, 3])('are so when each comes three times, shuffled (%i)', async (seed) => {
    const world = await play(shuffled([...deliveries, ...deliveries, ...deliveries], seed), { every: 5 });

    expectHeld(await laterBy(world, 2 * HOUR), deliveries);
  });

  it.each([1, 2, 3, 4, 5, 6])('are so though processes die in the middle (%i)', async (killing) => {
    const world = await play(shuffled([...deliveries, ...deliveries], killing), { every: 2, killing });

    expectHeld(await laterBy(world, 2 * HOUR), deliveries);
    expectHeld(await laterBy(world, 14 * DAY), deliveries);
  });

  it.each([7, 20, 41])(
    'are so when they come in while others have been abandoned already (%i)',
    async (at) => {
      const world = await play(deliveries.slice(0, at));
      await laterBy(world, 2 * HOUR);
      for (const delivery of deliveries.slice(at)) world.deliver(delivery);
      await world.settle();

      expectHeld(await laterBy(world, HOUR), deliveries);
    },
  );

  it('without a yes nothing of them reaches Mautic, where the policy asks for it', async () => {
    const consent = { fields: ['lab/marketing-opt-in'], require: true };
    const unbought = deliveries.filter(({ deliveryId }) => !/^(0008|0009|001[01])$/.test(deliveryId));
    const world = await play(unbought, {
      policy: v.parse(Policy, { carts: { segment: 3, tag: 'cart:abandoned' }, consent }),
    });

    await laterBy(world, 2 * HOUR);

    const carts = [...held(world)].filter(([, cart]) => cart !== null);
    expect(carts.map(([email]) => email)).toEqual(['gabi@example.test']);
    const strangers = [
      'two.tabs@example.test',
      "o'neil+shop@example.test",
      'gabi@example.tst',
      'upper.case@example.test',
    ];
    expect(strangers.filter((email) => world.mautic.byEmail(email))).toEqual([]);
  });
});
