import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Policy } from '../../../lib/core/policy/policy.ts';
import { type FollowUpLine, listFollowUps, previewTokens } from '../../../lib/pipeline/follow-ups/list.ts';
import { startsSoFar } from '../../../lib/pipeline/registers/since.ts';
import { keyOf, MINUTE, openWorkshop, STORES, type Workshop } from '../../support/workshop.ts';

const ANNA = 'anna@example.test';
const BEA = 'bea@example.test';
const DAY = 24 * 60 * MINUTE;
const POLICY = v.parse(Policy, {
  followUps: [
    { id: 'thanks', on: { status: 'completed' }, after: '3 days', send: { template: 7 } },
    { id: 'welcome', on: 'first-purchase', after: '1 day', send: { template: 8 } },
  ],
});

/** Two buyers, a day ago; one of them cancelled. */
async function openShop(): Promise<Workshop> {
  const shop = openWorkshop(POLICY);
  await shop.policyChange();
  await shop.order({ id: 9, email: 'nobody@example.test', status: 'pending', createdAt: shop.clock.now() });
  await shop.sync();
  shop.forward(2 * MINUTE);
  const createdAt = shop.clock.now();
  await shop.order({ id: 1, email: ANNA, status: 'completed', createdAt });
  await shop.order({ id: 2, email: BEA, status: 'completed', createdAt });
  await shop.order({ id: 2, email: BEA, status: 'cancelled', createdAt });
  await shop.sync();
  shop.forward(2 * DAY);
  return shop;
}

async function list(shop: Workshop, contact?: string, missing: readonly string[] = []) {
  const lines: FollowUpLine[] = [];
  const { ledger, clock } = shop;
  const since = () =>
    startsSoFar({ stores: STORES, policy: POLICY, things: ledger, registers: ledger, clock });
  const parts = {
    survey: ledger,
    contacts: ledger,
    things: ledger,
    policy: POLICY,
    since,
    zones: new Map(),
    clock,
  };
  const history = { missing: async () => new Set(missing) };
  const summary = await listFollowUps(
    { ...parts, history },
    contact === undefined ? undefined : keyOf(contact),
    (line) => void lines.push(line),
  );
  return {
    summary: Object.fromEntries(summary),
    said: lines.map(({ thing, rule, sentence }) => `${thing} ${rule}: ${sentence}`),
    lines,
  };
}

describe('the list of follow-ups', () => {
  it('says of a contact what is due when, and what not and why', async () => {
    const shop = await openShop();

    expect((await list(shop, ANNA)).said).toEqual([
      expect.stringMatching(/^order\/demo\/1 welcome: due since 2026-12-02T/),
      expect.stringMatching(/^order\/demo\/1 thanks: due at 2026-12-04T/),
    ]);
    expect((await list(shop, BEA)).said).toEqual([
      'order/demo/2 welcome: not sent: nothing has begun it',
      'order/demo/2 thanks: not sent: the order was cancelled, refunded or failed',
    ]);
  });

  it('sums up each rule over everybody, without an address', async () => {
    const shop = await openShop();
    const { summary, lines } = await list(shop);

    expect(summary).toEqual({
      thanks: { due: 0, ahead: 1, not: { 'order-has-ended': 1, 'has-not-begun': 1 } },
      welcome: { due: 1, ahead: 0, not: { 'has-not-begun': 2 } },
    });
    expect(JSON.stringify(lines)).not.toContain('@');
  });

  it('says what waits for the past of a store', async () => {
    const shop = await openShop();

    expect((await list(shop, ANNA, ['demo'])).said).toContain(
      'order/demo/1 welcome: not sent: it counts the past, which is not in the ledger: backfill the store, or say history: none',
    );
  });

  it('changes nothing in the ledger', async () => {
    const shop = await openShop();
    const before = structuredClone(shop.ledger.contents());

    await list(shop);

    expect(shop.ledger.contents()).toEqual(before);
  });
});

it('a preview has the tokens of one order, and of none where there is none', async () => {
  const shop = await openShop();
  const things = shop.ledger;

  expect(await previewTokens({ things }, { kind: 'order', store: 'demo', id: '1' })).toMatchObject({
    order_id: '1',
    order_status: 'completed',
  });
  expect(await previewTokens({ things }, { kind: 'order', store: 'demo', id: '77' })).toBeUndefined();
});
