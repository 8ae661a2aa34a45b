import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { succeeded } from '../../../lib/core/ledger/failure.ts';
import { Policy } from '../../../lib/core/policy/policy.ts';
import { emailsThat, keyOf, MINUTE, openWorkshop, type Workshop } from '../../support/workshop.ts';

const ANNA = 'anna@example.test';
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const THANKS = { id: 'thanks', on: { status: 'completed' }, after: '3 days', send: { template: 7 } };
const WELCOME = { id: 'welcome', on: 'first-purchase', after: '1 day', send: { template: 8 } };

function policyOf(...followUps: readonly object[]): Policy {
  return v.parse(Policy, { followUps });
}

/** A shop whose rules have been at work for a minute. */
async function openShop(policy: Partial<Policy>): Promise<Workshop> {
  const shop = openWorkshop(policy);
  await shop.policyChange();
  await shop.order({
    id: 99,
    email: 'somebody@example.test',
    createdAt: shop.clock.now(),
    status: 'pending',
  });
  await shop.sync();
  shop.forward(2 * MINUTE);
  return shop;
}

/** Time goes by, and what is due is rung for each hour. */
async function pass(shop: Workshop, ms: number): Promise<void> {
  const until = shop.clock.now() + ms;
  await shop.sync();
  while (shop.clock.now() < until) {
    shop.forward(Math.min(HOUR, until - shop.clock.now()));
    await shop.sweep();
    await shop.sync();
  }
}

function bought(shop: Workshop, id: number, more: object = {}): Promise<void> {
  return shop.order({ id, email: ANNA, createdAt: shop.clock.now(), status: 'completed', ...more });
}

const sentOf = (shop: Workshop) =>
  shop.mautic.sent.map(({ emailId, order }) => `${String(emailId)} of ${order}`);

describe('a follow-up', () => {
  it('is sent once, when it is due, and nothing is asked or written before', async () => {
    const shop = await openShop(policyOf(THANKS));
    await bought(shop, 1);

    await pass(shop, 3 * DAY - 2 * HOUR);
    expect(sentOf(shop)).toEqual([]);
    await pass(shop, 3 * HOUR);
    expect(sentOf(shop)).toEqual(['7 of 1']);
    await bought(shop, 1);
    await pass(shop, 20 * DAY);
    expect(sentOf(shop)).toEqual(['7 of 1']);
    expect(await shop.effects(1)).toMatchObject({ 'followup:thanks': { state: 'done' } });
  });

  it.each(['cancelled', 'refunded', 'trash'])('is not sent once the order is %s', async (status) => {
    const shop = await openShop(policyOf(THANKS));
    const createdAt = shop.clock.now();
    await bought(shop, 1);
    await pass(shop, 2 * DAY);

    await shop.order({ id: 1, email: ANNA, createdAt, status });
    await pass(shop, 10 * DAY);

    expect(sentOf(shop)).toEqual([]);
    expect(await shop.effects(1)).toEqual({});
    expect(shop.profile(ANNA).work).toBeUndefined();
  });

  it('is not sent once its rule is out of the policy', async () => {
    const shop = await openShop(policyOf(THANKS));
    await bought(shop, 1);
    await pass(shop, DAY);

    shop.deploy({});
    await pass(shop, 10 * DAY);

    expect(sentOf(shop)).toEqual([]);
  });

  it.each([
    'repeat-purchase',
    'product',
    { totalOrders: { above: 1 } },
    { totalPurchases: { above: '1.00' } },
  ])('that a contact gets once is sent once when several orders begin it at once: %j', async (on) => {
    const shop = await openShop(policyOf({ ...THANKS, on }));
    for (const id of [1, 2, 3]) await bought(shop, id);

    await pass(shop, 10 * DAY);

    expect(sentOf(shop)).toHaveLength(1);
  });

  it('that comes due while its contact is being written is looked at once more before it is sent', async () => {
    const shop = await openShop(policyOf({ ...THANKS, when: { totalOrdersAbove: 5 } }));
    await bought(shop, 1);
    await pass(shop, 3 * DAY - MINUTE);
    const edit = shop.mautic.edit.bind(shop.mautic);
    shop.mautic.edit = async (items) => {
      shop.forward(2 * MINUTE);
      return edit(items);
    };

    await bought(shop, 2);
    await pass(shop, DAY);

    expect(sentOf(shop)).toEqual([]);
  });

  it('of a new rule goes to nobody who bought before', async () => {
    const shop = await openShop(policyOf(THANKS));
    await bought(shop, 1);
    await pass(shop, HOUR);

    shop.deploy(policyOf(THANKS, WELCOME));
    await shop.policyChange();
    await shop.ledger.wantAgain(keyOf(ANNA), shop.clock.now());
    await pass(shop, 10 * DAY);

    expect(sentOf(shop)).toEqual(['7 of 1']);
  });

  it('is sent to nobody because of an upgrade: a ledger of today has no rule, and so no history', async () => {
    const shop = openWorkshop({});
    await shop.policyChange();
    await bought(shop, 1);
    await shop.settle();

    shop.forward(HOUR);
    shop.deploy(policyOf({ ...THANKS, after: '2 hours' }, { ...WELCOME, after: '2 hours' }));
    await shop.policyChange();
    shop.forward(10 * MINUTE);
    await shop.policyChange();
    await pass(shop, 10 * DAY);
    expect(sentOf(shop)).toEqual([]);

    await bought(shop, 2);
    await pass(shop, DAY);
    expect(sentOf(shop)).toEqual(['7 of 2']);
  });

  it('goes to a first buyer once, whatever becomes of that order', async () => {
    const shop = await openShop(policyOf(WELCOME));
    const createdAt = shop.clock.now();
    await bought(shop, 1);
    await pass(shop, 2 * DAY);
    expect(sentOf(shop)).toEqual(['8 of 1']);

    await shop.order({ id: 1, email: ANNA, createdAt, status: 'trash' });
    await bought(shop, 2);
    await pass(shop, 5 * DAY);

    expect(sentOf(shop)).toEqual(['8 of 1']);
  });

  it('starts again with each order where it follows the last one', async () => {
    const shop = await openShop(policyOf({ ...THANKS, on: 'last-purchase', after: '5 days' }));
    await bought(shop, 1);
    await pass(shop, 3 * DAY);
    await bought(shop, 2);
    await pass(shop, 4 * DAY);
    expect(sentOf(shop)).toEqual([]);
    await pass(shop, 2 * DAY);

    expect(sentOf(shop)).toEqual(['7 of 2']);
  });

  it('that is seven days late is not sent, and says so', async () => {
    const shop = await openShop(policyOf(THANKS));
    await bought(shop, 1);
    await shop.sync();

    shop.forward(11 * DAY);
    await shop.sweep();
    await shop.sync();

    expect(sentOf(shop)).toEqual([]);
    expect(await shop.effects(1)).toMatchObject({
      'followup:thanks': { state: 'skipped', reason: 'lapsed' },
    });
    expect(shop.lines).toContainEqual({
      level: 'warn',
      message: 'A note or e-mail is not due any more, and is not sent',
      fields: { order: 'order/demo/1', effect: 'followup:thanks', reason: 'lapsed' },
    });
  });

  it('is parked where nobody can tell whether it was sent, and never sent twice', async () => {
    const shop = await openShop(policyOf(THANKS));
    shop.world.emails = emailsThat('hang');
    await bought(shop, 1);

    await pass(shop, 5 * DAY);

    expect(await shop.effects(1)).toMatchObject({
      'followup:thanks': { state: 'parked', reason: 'email-in-doubt' },
    });
  });

  it('is not sent to people who asked for no more', async () => {
    const shop = await openShop(policyOf(THANKS));
    shop.world.emails = { ...shop.mautic.mailer, mayBeMailed: async () => succeeded(false) };
    await bought(shop, 1);

    await pass(shop, 5 * DAY);

    expect(sentOf(shop)).toEqual([]);
    expect(await shop.effects(1)).toMatchObject({ 'followup:thanks': { reason: 'do-not-contact' } });
  });
});

describe('one a day', () => {
  const policy = v.parse(Policy, { followUps: [THANKS, WELCOME], perContact: '1 per 24 hours' });

  it('is all that somebody gets, and the time is in the ledger before anything is sent', async () => {
    const shop = await openShop({
      ...policy,
      followUps: [THANKS, { ...THANKS, id: 'twin' }]
        .map((rule) => v.parse(Policy, { followUps: [rule] }).followUps?.[0])
        .filter((rule) => rule !== undefined),
    });
    const times: number[] = [];
    shop.world.emails = {
      ...shop.mautic.mailer,
      send: async (email) => {
        times.push(shop.clock.now() - (shop.profile(ANNA).mailedAt ?? 0));
        return shop.mautic.mailer.send(email);
      },
    };
    await bought(shop, 1);

    await pass(shop, 3 * DAY + 23 * HOUR);
    expect(sentOf(shop)).toHaveLength(1);
    await pass(shop, 3 * HOUR);
    expect(sentOf(shop)).toHaveLength(2);
    expect(times).toEqual([0, 0]);
  });

  it('is kept to when a process dies between its note and the e-mail', async () => {
    const shop = await openShop(policy);
    await bought(shop, 1);
    await pass(shop, 12 * HOUR);
    await shop.ledger.noteMailed(keyOf(ANNA), shop.clock.now() + 11 * HOUR);

    await pass(shop, 30 * HOUR);
    expect(sentOf(shop)).toEqual([]);
    await pass(shop, 8 * HOUR);

    expect(sentOf(shop)).toEqual(['8 of 1']);
  });

  it('writes nothing where the policy does not ask for it', async () => {
    const shop = await openShop(policyOf(THANKS));
    await bought(shop, 1);

    await pass(shop, 4 * DAY);

    expect(sentOf(shop)).toHaveLength(1);
    expect(shop.profile(ANNA)).not.toHaveProperty('mailedAt');
  });
});

describe('what was moved here from elsewhere', () => {
  it('goes out when it would have gone out there, also after its template was missing for a while', async () => {
    const shop = await openShop(policyOf(THANKS));
    await shop.order({ id: 1, email: ANNA, createdAt: shop.clock.now() - 400 * DAY, status: 'completed' });
    const plannedAt = shop.clock.now() + 2 * DAY;
    const ref = { kind: 'order', store: 'demo', id: '1' } as const;
    await shop.ledger.markEffect(ref, 'followup:thanks', {
      state: 'refused',
      at: plannedAt,
      reason: 'migrated',
      plannedAt,
    });
    await shop.ledger.wantAgain(keyOf(ANNA), shop.clock.now());
    shop.world.emails = { ...shop.mautic.mailer, stateOf: async () => succeeded('unpublished') };

    await pass(shop, 3 * DAY);
    expect(sentOf(shop)).toEqual([]);
    expect(await shop.effects(1)).toMatchObject({
      'followup:thanks': { reason: 'email-unpublished', plannedAt },
    });
    shop.world.emails = shop.mautic.mailer;
    await pass(shop, 2 * DAY);

    expect(sentOf(shop)).toEqual(['7 of 1']);
  });
});
