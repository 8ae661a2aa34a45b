import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Policy } from '../../lib/core/policy/policy.ts';
import { expectHeld } from '../support/compare.ts';
import { runsOf } from '../support/depth.ts';
import { type ExpectedContact, expectedContacts, type RawDelivery } from '../support/oracle.ts';
import { expectedSubscriptions } from '../support/subscription-oracle.ts';
import type { World } from '../support/world.ts';
import { type FeedSending, feedHistory } from './feeds.ts';
import { history } from './histories.ts';
import { arrivals, live } from './live.ts';

const RUNS = runsOf(60);
const POLICY = v.parse(Policy, { subscriptions: {} });

function held({ mautic }: World) {
  return [...mautic.rows.values()].map((row) => ({
    ...row,
    fields: Object.fromEntries(row.fields),
    tags: [...row.tags],
  }));
}

/** Field and date that follow from subscriptions, where there is a contact. */
function fieldsOf(row: ReturnType<typeof held>[number]) {
  const { subscription_status: status = null, next_billing_date: next = null } = row.fields;
  return { status, next };
}

function withTags(
  contacts: ReadonlyMap<string, ExpectedContact>,
  said: readonly RawDelivery[],
): ReadonlyMap<string, ExpectedContact> {
  const expected = expectedSubscriptions(said);
  return new Map(
    [...contacts].map(([email, contact]) => [
      email,
      { ...contact, tags: [...contact.tags, ...(expected.get(email)?.tags ?? [])].sort() },
    ]),
  );
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
    const world = await live({ deliveries: arrivals(sent, keys), seed, crashes, policy: POLICY });
    const said = feeds.flatMap((sending) => sending.said);
    const contacts = expectedContacts([...woo.deliveries, ...said]);

    expectHeld(held(world), withTags(contacts, said));
    const subscriptions = expectedSubscriptions(said);
    for (const row of held(world)) {
      const expected = contacts.has(row.email) ? subscriptions.get(row.email) : undefined;
      expect(fieldsOf(row)).toEqual({ status: expected?.status ?? null, next: expected?.next ?? null });
    }
  });
}

async function expectAlways(property: ReturnType<typeof endsRight>): Promise<void> {
  const outcome = await fc.check(property, { numRuns: RUNS });
  expect(outcome.errorInstance, fc.defaultReportMessage(outcome)).toBeNull();
}

describe('subscriptions of people who also buy in a shop of WooCommerce', () => {
  it('stand right in their contacts whatever came in which order and how often', async () => {
    await expectAlways(endsRight(false));
  }, 600_000);

  it('stand right when processes are killed at any step', async () => {
    await expectAlways(endsRight(true));
  }, 600_000);
});
