import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectHeld } from '../support/compare.ts';
import { runsOf } from '../support/depth.ts';
import { expectedContacts } from '../support/oracle.ts';
import type { World } from '../support/world.ts';
import { type FeedSending, feedHistory } from './feeds.ts';
import { history } from './histories.ts';
import { arrivals, live } from './live.ts';

const RUNS = runsOf(100);

function held(world: World) {
  return [...world.mautic.rows.values()].map((row) => ({
    ...row,
    fields: Object.fromEntries(row.fields),
    tags: [...row.tags],
  }));
}

const both = fc.record({
  woo: history,
  feeds: feedHistory,
  keys: fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 40 }),
  seed: fc.nat(),
});

function endsRight(crashes: boolean) {
  return fc.asyncProperty(both, async ({ woo, feeds, keys, seed }) => {
    const sent = [...woo.deliveries, ...feeds.map(({ delivery }: FeedSending) => delivery)];
    const world = await live({ deliveries: arrivals(sent, keys), seed, crashes });
    const said = feeds.flatMap((sending) => sending.said);

    expectHeld(held(world), expectedContacts([...woo.deliveries, ...said]));
    const emails = [...world.mautic.rows.values()].map(({ email }) => email);
    expect(new Set(emails).size).toBe(emails.length);
    expect(Object.values(world.ledger.contents().profiles).filter(({ parked }) => parked)).toEqual([]);
  });
}

async function expectAlways(property: ReturnType<typeof endsRight>): Promise<void> {
  const outcome = await fc.check(property, { numRuns: RUNS });
  expect(outcome.errorInstance, fc.defaultReportMessage(outcome)).toBeNull();
}

describe('a shop of WooCommerce and one of FluentCart that feed one Mautic', () => {
  it('make one contact of each address, right whatever came in which order and how often', async () => {
    await expectAlways(endsRight(false));
  }, 600_000);

  it('make it right when processes are killed at any step', async () => {
    await expectAlways(endsRight(true));
  }, 600_000);
});
