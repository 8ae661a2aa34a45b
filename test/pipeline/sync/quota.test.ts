import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { nextPlaceAt } from '../../../lib/core/effects/quota.ts';
import { Policy } from '../../../lib/core/policy/policy.ts';
import { takePlace } from '../../../lib/pipeline/sync/pace/quota.ts';
import { MINUTE, openWorkshop, type Workshop } from '../../support/workshop.ts';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const QUOTA = { rule: 'back', perDay: 2 };

describe('the places of a day', () => {
  it('are as many as the rule says, and as many the day after', async () => {
    const { ledger, clock, forward } = openWorkshop();
    const take = () => takePlace({ registers: ledger, clock }, QUOTA);

    expect([await take(), await take(), await take()]).toEqual([true, true, false]);
    forward(DAY);
    expect(await take()).toBe(true);
  });

  it('are never more, however many take one at once', async () => {
    const { ledger, clock } = openWorkshop();
    const taken = await Promise.all(
      Array.from({ length: 20 }, () => takePlace({ registers: ledger, clock }, QUOTA)),
    );

    expect(taken.filter((isTaken) => isTaken)).toHaveLength(2);
  });

  it('of another rule are others', async () => {
    const { ledger, clock } = openWorkshop();
    const parts = { registers: ledger, clock };
    for (let taken = 0; taken < 3; taken += 1) await takePlace(parts, QUOTA);

    expect(await takePlace(parts, { ...QUOTA, rule: 'other' })).toBe(true);
  });

  it('are looked for again at the same time of the next day', () => {
    expect(nextPlaceAt(HOUR)).toBe(HOUR + DAY);
  });
});

/** A rule that reaches whoever bought before it; far more than it says bought on one day. */
async function openShop(reach: object): Promise<Workshop> {
  const shop = openWorkshop({});
  await shop.policyChange();
  for (let id = 1; id <= 9; id += 1)
    await shop.order({
      id,
      email: `buyer${String(id)}@example.test`,
      createdAt: shop.clock.now(),
      status: 'completed',
    });
  await shop.settle();
  shop.forward(30 * DAY);
  shop.deploy(
    v.parse(Policy, {
      followUps: [{ id: 'back', on: 'last-purchase', after: '10 days', send: { template: 3 }, reach }],
    }),
  );
  return shop;
}

describe('a rule that reaches everybody', () => {
  it('sends no more than it says in a day, however wrong the number of people is, and reaches all', async () => {
    const shop = await openShop({ everybody: true, perDay: 2, people: 2 });
    const perDay: number[] = [];
    for (let hour = 0; hour < 6 * 24; hour += 1) {
      const before = shop.mautic.sent.length;
      await shop.policyChange();
      await shop.sweep();
      await shop.sync();
      const day = Math.floor(shop.clock.now() / DAY);
      perDay[day] = (perDay[day] ?? 0) + shop.mautic.sent.length - before;
      shop.forward(HOUR);
    }

    expect(Math.max(...perDay.filter((count) => count > 0))).toBe(2);
    expect(new Set(shop.mautic.sent.map(({ order }) => order)).size).toBe(9);
    expect(shop.mautic.sent).toHaveLength(9);
  });

  it('reads no register for whoever buys from now on, and other rules none at all', async () => {
    const shop = await openShop({ everybody: true, perDay: 1, people: 1 });
    await shop.policyChange();
    shop.forward(HOUR);
    await shop.order({ id: 50, email: 'new@example.test', createdAt: shop.clock.now(), status: 'completed' });
    shop.forward(10 * DAY);
    for (let hour = 0; hour < 4; hour += 1) {
      await shop.sweep();
      await shop.sync();
      shop.forward(HOUR);
    }

    expect(shop.mautic.sent.filter(({ order }) => order === '50')).toHaveLength(1);
  });
});
