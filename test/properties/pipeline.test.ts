import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectHeld } from '../support/compare.ts';
import { expectedContacts } from '../support/oracle.ts';
import { randomFrom } from '../support/random.ts';
import { World } from '../support/world.ts';
import { history } from './histories.ts';

/** Runs the pipelines over deliveries as they arrive, killing processes at steps that follow from the seed. */
async function live(
  world: World,
  deliveries: Parameters<World['deliver']>[0][],
  seed: number,
  crashes: boolean,
): Promise<void> {
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
}

function held(world: World) {
  return [...world.mautic.rows.values()].map((row) => ({
    ...row,
    fields: Object.fromEntries(row.fields),
    tags: [...row.tags],
  }));
}

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 300);

describe('any history of orders, with edited addresses, ties, deletions, restorations and repetitions', () => {
  it('ends in the same contacts in whatever order its deliveries arrive', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.nat(), async ({ deliveries }, seed) => {
        const world = new World();
        await live(world, [...deliveries], seed, false);
        expectHeld(held(world), expectedContacts(deliveries));
      }),
      { numRuns: RUNS },
    );
  });

  it('ends in the same contacts when processes are killed at any step and rings are lost', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.nat(), async ({ deliveries }, seed) => {
        const world = new World();
        await live(world, [...deliveries], seed, true);
        expectHeld(held(world), expectedContacts(deliveries));
      }),
      { numRuns: RUNS },
    );
  });
});
