import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectHeld } from '../support/compare.ts';
import { runsOf } from '../support/depth.ts';
import { expectedContacts } from '../support/oracle.ts';
import type { World } from '../support/world.ts';
import { history } from './histories.ts';
import { live } from './live.ts';

function held(world: World) {
  return [...world.mautic.rows.values()].map((row) => ({
    ...row,
    fields: Object.fromEntries(row.fields),
    tags: [...row.tags],
  }));
}

const RUNS = runsOf(300);

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
