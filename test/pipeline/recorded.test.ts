import { describe, expect, it } from 'vitest';
import { expectHeld } from '../support/compare.ts';
import type { RawDelivery } from '../support/oracle.ts';
import { shuffled } from '../support/random.ts';
import { expectedFromRecordings, rawRecordedDeliveries } from '../support/recorded-expectation.ts';
import { World } from '../support/world.ts';

const recorded = rawRecordedDeliveries();
const expected = expectedFromRecordings();

async function play(deliveries: readonly RawDelivery[], every = 1): Promise<World> {
  const world = new World();
  for (const [index, delivery] of deliveries.entries()) {
    world.deliver(delivery);
    if (index % every !== 0) continue;
    await world.record(10);
    await world.sync(10);
  }
  await world.settle();
  return world;
}

function held(world: World) {
  return [...world.mautic.rows.values()].map(({ email, fields, tags }) => ({
    email,
    fields: Object.fromEntries(fields),
    tags: [...tags],
  }));
}

describe('all recorded deliveries of a store', () => {
  it('lead to contacts that equal an independent calculation', async () => {
    expect(expected.size).toBeGreaterThan(8);
    expectHeld(held(await play(recorded)), expected);
  });

  it.each([1, 2, 3, 4, 5])('lead to the same contacts in any order (shuffle %i)', async (seed) => {
    expectHeld(held(await play(shuffled(recorded, seed), seed)), expected);
  });

  it.each([1, 2, 3])('lead to the same contacts when each comes three times, shuffled (%i)', async (seed) => {
    expectHeld(held(await play(shuffled([...recorded, ...recorded, ...recorded], seed), 7)), expected);
  });

  it('make no call to Mautic when they all come again', async () => {
    const world = await play(recorded);
    const before = world.mautic.calls;
    for (const delivery of recorded) world.deliver(delivery);
    await world.settle();
    expect(world.mautic.calls).toBe(before);
  });
});
