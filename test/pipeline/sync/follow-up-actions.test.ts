import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { failed, succeeded } from '../../../lib/core/ledger/failure.ts';
import { Policy } from '../../../lib/core/policy/policy.ts';
import { keyOf, MINUTE, notesThat, openWorkshop, type Workshop } from '../../support/workshop.ts';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ANNA = 'anna@example.test';
const LOST = { kind: 'unknown', code: 'timeout', message: 'Mautic did not answer.' } as const;

function policyOf(...actions: readonly object[]): Policy {
  const rule = { on: { status: 'completed' }, after: '1 day' };
  return v.parse(Policy, {
    followUps: actions.map((action, index) => ({ id: `r${String(index)}`, ...rule, ...action })),
  });
}

/** A shop whose rules have been at work for a while. */
async function openShop(policy: Policy): Promise<Workshop> {
  const shop = openWorkshop(policy);
  await shop.policyChange();
  await shop.order({ id: 99, email: 'old@example.test', createdAt: shop.clock.now(), status: 'on-hold' });
  await shop.sync();
  shop.forward(2 * MINUTE);
  return shop;
}

async function pass(shop: Workshop, ms: number): Promise<void> {
  const until = shop.clock.now() + ms;
  await shop.sync();
  while (shop.clock.now() < until) {
    shop.forward(Math.min(HOUR, until - shop.clock.now()));
    await shop.sweep();
    await shop.sync();
  }
}

function bought(shop: Workshop, id = 1, more: object = {}): Promise<void> {
  return shop.order({ id, email: ANNA, createdAt: shop.clock.now(), status: 'completed', ...more });
}

/** As after a deployment: everything is looked at again. */
async function deploy(shop: Workshop, policy: Policy): Promise<void> {
  shop.deploy(policy);
  await shop.policyChange();
  shop.forward(10 * MINUTE);
  await shop.policyChange();
  await pass(shop, HOUR);
}

const idOf = (shop: Workshop) => shop.contact(ANNA).id;
const inSegment = (shop: Workshop, segment: number) => shop.mautic.membersOf(segment).has(idOf(shop));
const campaignOf = (shop: Workshop, campaign: number) => shop.mautic.entered.get(campaign) ?? [];

describe('a tag', () => {
  const POLICY = policyOf({ tag: 'follow-up' });

  it('is given when it is due, and not before', async () => {
    const shop = await openShop(POLICY);
    await bought(shop);

    await pass(shop, 23 * HOUR);
    expect(shop.contact(ANNA).tags).not.toContain('follow-up');
    await pass(shop, 2 * HOUR);

    expect(shop.contact(ANNA).tags).toContain('follow-up');
    expect(await shop.effects(1)).toMatchObject({ 'followup:r0': { state: 'done' } });
  });

  it('stays when the order is refunded, and goes when it is deleted or the rule is taken out', async () => {
    const shop = await openShop(POLICY);
    await bought(shop);
    await pass(shop, 2 * DAY);
    await bought(shop, 1, { status: 'refunded' });
    await pass(shop, DAY);
    expect(shop.contact(ANNA).tags).toContain('follow-up');

    await deploy(shop, v.parse(Policy, {}));
    expect(shop.contact(ANNA).tags).not.toContain('follow-up');
    await deploy(shop, POLICY);
    expect(shop.contact(ANNA).tags).toContain('follow-up');
    await shop.deliver('demo', 'order.deleted', { id: 1 });
    await pass(shop, HOUR);

    expect(shop.contact(ANNA).tags).not.toContain('follow-up');
  });

  it('is not called for once the order was cancelled before it was due', async () => {
    const shop = await openShop(POLICY);
    await bought(shop);
    await bought(shop, 1, { status: 'cancelled' });

    await pass(shop, 3 * DAY);

    expect(shop.contact(ANNA).tags).not.toContain('follow-up');
  });

  it('that is seven days late is passed over, and says so', async () => {
    const shop = await openShop(POLICY);
    await bought(shop);
    await shop.sync();
    shop.forward(9 * DAY);

    await pass(shop, HOUR);

    expect(shop.contact(ANNA).tags).not.toContain('follow-up');
    expect(await shop.effects(1)).toMatchObject({ 'followup:r0': { state: 'skipped', reason: 'lapsed' } });
  });
});

describe('a segment', () => {
  it('is come into when it is due, and left when the rule is taken out', async () => {
    const shop = await openShop(policyOf({ segment: { add: 5 } }));
    await bought(shop);

    await pass(shop, 23 * HOUR);
    expect(inSegment(shop, 5)).toBe(false);
    await pass(shop, 2 * HOUR);
    expect(inSegment(shop, 5)).toBe(true);
    await deploy(shop, v.parse(Policy, {}));

    expect(inSegment(shop, 5)).toBe(false);
  });

  it('of another rule is left by a rule that takes out, by whomever one was put in', async () => {
    const shop = await openShop(
      policyOf(
        { segment: { add: 5 } },
        { segment: { remove: 5 }, after: '3 days' },
        { segment: { remove: 6 } },
      ),
    );
    await bought(shop);
    await shop.sync();
    shop.mautic.membersOf(6).add(idOf(shop));

    await pass(shop, 2 * DAY);
    expect([inSegment(shop, 5), inSegment(shop, 6)]).toEqual([true, false]);
    await pass(shop, 2 * DAY);
    expect(inSegment(shop, 5)).toBe(false);
    await deploy(shop, shop.current.policy);
    await bought(shop, 1, { total: '99.00' });
    await pass(shop, DAY);

    expect(inSegment(shop, 5)).toBe(false);
  });

  it('is left in the end where the answer never came', async () => {
    const shop = await openShop(policyOf({ segment: { remove: 6 } }));
    await bought(shop);
    await shop.sync();
    const lists = { ...shop.mautic.lists };
    let lost = 0;
    Object.assign(shop.mautic.lists, {
      remove: async (segment: number, contacts: readonly number[]) => {
        lost += 1;
        return lost < 3 ? failed({ ...LOST, kind: 'retry' }) : lists.remove(segment, contacts);
      },
    });
    shop.mautic.membersOf(6).add(idOf(shop));

    await pass(shop, 3 * DAY);

    expect(inSegment(shop, 6)).toBe(false);
    expect(await shop.effects(1)).toMatchObject({ 'followup:r0': { state: 'done' } });
  });
});

describe('a campaign', () => {
  const POLICY = policyOf({ campaign: { add: 9 } }, { campaign: { remove: 9 }, after: '4 days' });

  it('is entered once, and left once', async () => {
    const shop = await openShop(POLICY);
    await bought(shop);

    await pass(shop, 2 * DAY);
    expect(campaignOf(shop, 9)).toEqual([idOf(shop)]);
    await bought(shop, 1, { total: '99.00' });
    await pass(shop, DAY);
    expect(campaignOf(shop, 9)).toEqual([idOf(shop)]);
    await pass(shop, 2 * DAY);

    expect(campaignOf(shop, 9)).toEqual([]);
  });

  it.each([
    ['was entered though the answer never came', true],
    ['was not entered and the answer never came', false],
  ])('that %s is looked at before it is entered again', async (_case, entered) => {
    const shop = await openShop(policyOf({ campaign: { add: 9 } }));
    const { campaigns } = shop.mautic;
    let asked = 0;
    shop.world.campaigns = {
      ...campaigns,
      add: async (campaign, contact) => {
        asked += 1;
        if (asked > 1 || entered) await campaigns.add(campaign, contact);
        return asked > 1 ? succeeded(undefined) : failed(LOST);
      },
    };
    await bought(shop);

    await pass(shop, 3 * DAY);

    expect(campaignOf(shop, 9)).toEqual([idOf(shop)]);
    expect(asked).toBe(entered ? 1 : 2);
    expect(await shop.effects(1)).toMatchObject({ 'followup:r0': { state: 'done' } });
  });

  it('that is not there is parked, and entered when somebody replays it', async () => {
    const shop = await openShop(policyOf({ campaign: { add: 9 } }));
    const { campaigns } = shop.world;
    const missing = {
      kind: 'park',
      code: 'campaign-not-found',
      message: 'Mautic has no campaign 9.',
    } as const;
    shop.world.campaigns = { ...campaigns, add: async () => failed(missing) };
    await bought(shop);
    await pass(shop, 2 * DAY);
    expect(await shop.effects(1)).toMatchObject({ 'followup:r0': { state: 'parked', reason: missing.code } });
    shop.world.campaigns = campaigns;

    await shop.replay({ all: true });
    await pass(shop, HOUR);

    expect(campaignOf(shop, 9)).toEqual([idOf(shop)]);
  });
});

describe('a note', () => {
  const POLICY = policyOf({ note: 'Ask {first_name} about order {order_number}, {not_a_token}' });
  const TEXT = 'Ask Anna about order 1, {not_a_token}\n[demo/1/followup:r0]';

  it('is added once, with its tokens and the marker by which it is found', async () => {
    const shop = await openShop(POLICY);
    await bought(shop);

    await pass(shop, 3 * DAY);

    expect(shop.mautic.notes.map(({ text }) => text)).toEqual([TEXT]);
    expect(await shop.effects(1)).toMatchObject({ 'note:followup:r0': { state: 'done' } });
  });

  it('whose answer never came is looked for, also when the rule has gone', async () => {
    const shop = await openShop(POLICY);
    const { notes } = shop.world;
    shop.world.notes = { ...notesThat('hang'), has: async () => failed({ ...LOST, kind: 'retry' }) };
    await bought(shop);
    await pass(shop, 25 * HOUR);
    shop.world.notes = notes;
    shop.deploy(v.parse(Policy, {}));
    await shop.ledger.wantAgain(keyOf(ANNA), shop.clock.now());

    await pass(shop, HOUR);

    expect(shop.mautic.notes).toEqual([]);
    expect(await shop.effects(1)).toMatchObject({
      'note:followup:r0': { state: 'skipped', reason: 'lapsed' },
    });
  });

  it('that is seven days late is not added', async () => {
    const shop = await openShop(POLICY);
    await bought(shop);
    await shop.sync();
    shop.forward(9 * DAY);

    await pass(shop, HOUR);

    expect(shop.mautic.notes).toEqual([]);
  });
});
