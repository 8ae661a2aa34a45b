import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectHeld } from '../support/compare.ts';
import { expectedContacts, type RawDelivery } from '../support/oracle.ts';
import { randomFrom } from '../support/random.ts';
import { World } from '../support/world.ts';
import { history } from './histories.ts';

interface Life {
  readonly deliveries: readonly RawDelivery[];
  readonly seed: number;
  /** Kill processes and lose rings on the way. */
  readonly crashes: boolean;
}

/** Runs the pipelines over deliveries as they arrive; batches and killings follow from the seed. */
async function live({ deliveries, seed, crashes }: Life): Promise<World> {
  const world = new World();
  const random = randomFrom(seed);
  const killAt = () => (crashes && random() < 0.4 ? 1 + Math.floor(random() * 24) : undefined);
  for (const delivery of deliveries) {
    world.deliver(delivery);
    const record = () => (random() < 0.6 ? world.record(1 + Math.floor(random() * 5), killAt()) : undefined);
    const sync = () => (random() < 0.5 ? world.sync(1 + Math.floor(random() * 4), killAt()) : undefined);
    if (random() < 0.5) await Promise.all([record(), sync()]);
    else {
      await record();
      await sync();
    }
    if (random() < 0.1) world.now += 61_000;
    if (random() < 0.2) await world.sweep(killAt());
    if (crashes && random() < 0.05) world.loseRings();
  }
  await world.settle();
  return world;
}

function held(world: World) {
  return [...world.mautic.rows.values()].map((row) => ({
    ...row,
    fields: Object.fromEntries(row.fields),
    tags: [...row.tags],
  }));
}

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 300);

function endsRight(crashes: boolean) {
  return fc.asyncProperty(history, fc.nat(), async ({ deliveries }, seed) => {
    const world = await live({ deliveries, seed, crashes });
    expectHeld(held(world), expectedContacts(deliveries));
    expect(Object.values(world.ledger.contents().profiles).filter(({ parked }) => parked)).toEqual([]);
  });
}

async function expectAlways(property: ReturnType<typeof endsRight>): Promise<void> {
  const outcome = await fc.check(property, { numRuns: RUNS });
  expect(outcome.errorInstance, fc.defaultReportMessage(outcome)).toBeNull();
}

describe('any history of orders, with edited addresses, ties, deletions, restorations and repetitions', () => {
  it('ends in the same contacts in whatever order its deliveries arrive', async () => {
    await expectAlways(endsRight(false));
  }, 600_000);

  it('ends in the same contacts when processes are killed at any step and rings are lost', async () => {
    await expectAlways(endsRight(true));
  }, 600_000);
});
