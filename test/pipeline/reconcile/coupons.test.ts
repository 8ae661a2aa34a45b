import { beforeEach, describe, expect, test } from 'vitest';
import { succeeded } from '../../../lib/core/ledger/failure.ts';
import { AWAY, DAY, HOUR, MINUTE, Reconciling } from '../../support/reconciling.ts';

const MARK = [{ key: '_mcb_coupon', value: '1' }];

let bridge: Reconciling;

beforeEach(() => {
  bridge = new Reconciling();
  bridge.change = { coupons: true };
});

/** Nothing that a removal answers is looked at. */
const SAID_AND_NOT_DONE = succeeded(undefined as never);

/** A coupon that expires in so long. */
function coupon(code: string, inMs: number, isOurs = true): string {
  const expiresAt = bridge.shop.now() + inMs;
  const made = bridge.shop.coupons.create({ code, expiresAt, metaData: isOurs ? MARK : [] });
  return made.code;
}

function left(): readonly string[] {
  return bridge.shop.coupons.all().map(({ code }) => code);
}

function aboutCoupons(): readonly string[] {
  return bridge.asked.filter((call) => call.includes('coupon'));
}

describe('coupons in the shop', () => {
  test('that the bridge made, that have expired and that nobody used are deleted at night', async () => {
    for (const [code, used] of [
      ['expired', false],
      ['used', true],
    ] as const) {
      coupon(code, HOUR);
      if (used) bridge.place('anna', { coupons: [code], status: 'pending' });
    }
    coupon('good', 9 * DAY);
    coupon('of-the-shop', HOUR, false);
    bridge.shop.coupons.create({ code: 'for-ever', metaData: MARK });
    bridge.pass(HOUR + MINUTE);
    await bridge.run();
    expect(left()).toHaveLength(5);

    bridge.pass(2 * DAY);
    await bridge.run();

    expect(left()).toEqual(['used', 'good', 'of-the-shop', 'for-ever']);
  });

  test('are looked at once a night, page by page, and all that moved up meanwhile', async () => {
    for (let index = 0; index < 250; index += 1)
      coupon(`m${String(index)}`, index % 2 === 0 ? HOUR : 90 * DAY);
    bridge.pass(3 * DAY);

    await bridge.run();
    const asked = aboutCoupons().length;
    await bridge.run();

    expect(left()).toHaveLength(125);
    expect(aboutCoupons()).toHaveLength(asked);
  });

  test('are gone on with by the next run, where time was up or the shop away', async () => {
    for (let index = 0; index < 30; index += 1) coupon(`m${String(index)}`, HOUR);
    bridge.pass(3 * DAY);
    bridge.intercept = (call) => (call === 'remove coupon 30' ? AWAY : undefined);

    await bridge.run();
    expect(left().length).toBeGreaterThan(0);
    bridge.intercept = () => undefined;
    bridge.pass(15 * MINUTE);
    await bridge.run();

    expect(left()).toEqual([]);
  });

  test('that a shop shows although it has deleted them keep nobody from the rest', async () => {
    for (let index = 0; index < 120; index += 1) coupon(`m${String(index)}`, HOUR);
    bridge.pass(3 * DAY);
    bridge.intercept = (call) => (call.startsWith('remove coupon') ? SAID_AND_NOT_DONE : undefined);

    await bridge.run();
    await bridge.run();

    const removed = aboutCoupons().filter((call) => call.startsWith('remove'));
    expect(new Set(removed).size).toBe(120);
    expect(removed).toHaveLength(120);
  });

  test('are not asked for by a policy that makes none', async () => {
    bridge.change = {};
    coupon('expired', HOUR);
    bridge.pass(3 * DAY);

    await bridge.run();

    expect([left(), aboutCoupons()]).toEqual([['expired'], []]);
    expect(await bridge.register('COUPONS')).toBeUndefined();
  });
});
