import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Policy } from '../../../lib/core/policy/policy.ts';
import { cartBody } from '../../support/recorded-carts.ts';
import { openWorkshop, type Workshop } from '../../support/workshop.ts';
import { orderBody } from './support.ts';

const DAY = 86_400_000;
const ZOE = 'zoe.mu@example.test';
const POLICY = v.parse(Policy, {
  carts: { segment: 3 },
  consent: { fields: ['lab/marketing-opt-in'], require: true },
});

/** A cart of somebody who has not said yes, touched now. */
async function cart(shop: Workshop, change: object = {}): Promise<void> {
  const updated_at = new Date(shop.clock.now()).toISOString().replace(/\.\d+Z/, 'Z');
  await shop.deliver('demo', 'cart.updated', { ...cartBody('0025'), updated_at, ...change });
  await shop.sync();
}

async function later(shop: Workshop, ms: number): Promise<void> {
  shop.forward(ms);
  await shop.sweep();
  await shop.sync();
  shop.ledger.lapse();
}

function known(shop: Workshop): readonly string[] {
  const { profiles, things } = shop.ledger.contents();
  return [...Object.values(profiles).map(({ email }) => email), ...Object.keys(things)];
}

describe('somebody who left a cart and never agreed to anything', () => {
  it('is never in Mautic, and forgotten thirty days after the cart is', async () => {
    const shop = openWorkshop(POLICY);
    await cart(shop);
    await later(shop, 2 * DAY);
    expect(shop.mautic.byEmail(ZOE)).toBeUndefined();
    expect(known(shop)).toHaveLength(2);

    await later(shop, 41 * DAY);
    expect(known(shop)).toHaveLength(2);
    await later(shop, 2 * DAY);

    expect(known(shop)).toEqual([]);
  });

  it.each(['expire', 'settle'] as const)(
    'is forgotten all the same when the ledger fails at %s, whether it had done it or not',
    async (method) => {
      for (const isDone of [false, true]) {
        const shop = openWorkshop(POLICY);
        const right = shop.ledger[method] as (...args: unknown[]) => Promise<unknown>;
        const fails = async (...args: unknown[]) => {
          Object.assign(shop.ledger, { [method]: right });
          if (isDone) await right(...args);
          throw new Error('the ledger is away');
        };
        Object.assign(shop.ledger, { [method]: fails });
        await cart(shop);
        expect(shop.ledger[method]).toBe(right);
        await later(shop, 3_600_000);

        await later(shop, 45 * DAY);

        expect(known(shop)).toEqual([]);
      }
    },
  );

  it('is kept for longer when the cart is touched again', async () => {
    const shop = openWorkshop(POLICY);
    await cart(shop);
    await later(shop, 30 * DAY);
    await cart(shop, { revision: 2 });

    await later(shop, 20 * DAY);
    expect(known(shop)).toHaveLength(2);
    await later(shop, 25 * DAY);

    expect(known(shop)).toEqual([]);
  });

  it('is forgotten like that where a shop up to 10.7 only knows a checkout that was begun', async () => {
    const shop = openWorkshop(POLICY);
    const draft = {
      ...(orderBody({ id: 7, email: ZOE, status: 'checkout-draft' }, shop.clock.now()) as object),
      date_created_gmt: new Date(shop.clock.now()).toISOString().slice(0, 19),
      version: '10.7.2',
      created_via: 'store-api',
    };
    await shop.deliver('demo', 'order.updated', draft);
    await shop.sync();
    await later(shop, 2 * DAY);
    expect(shop.mautic.byEmail(ZOE)).toBeUndefined();
    expect(known(shop)).toEqual([ZOE, 'cart/demo/order-7']);

    await later(shop, 43 * DAY);

    expect(known(shop)).toEqual([]);
  });

  it('is kept for good when something is bought', async () => {
    const shop = openWorkshop(POLICY);
    await cart(shop);
    await later(shop, 20 * DAY);
    await shop.order({ id: 1, email: ZOE, createdAt: shop.clock.now() });

    await later(shop, 100 * DAY);

    expect(shop.mautic.byEmail(ZOE)).toBeDefined();
    expect(known(shop)).toContain(ZOE);
    expect(known(shop)).toContain('order/demo/1');
  });

  it('is kept where there was a yes, because something of it is in Mautic', async () => {
    const shop = openWorkshop(POLICY);
    await cart(shop, { consent: { 'lab/marketing-opt-in': true } });
    await later(shop, 2 * DAY);
    expect(shop.mautic.membersOf(3).size).toBe(1);

    await later(shop, 100 * DAY);

    expect(shop.mautic.membersOf(3).size).toBe(0);
    expect(known(shop)).toContain(ZOE);
  });

  it('is forgotten under the address that was corrected, too', async () => {
    const shop = openWorkshop(POLICY);
    await cart(shop, { email: 'zoe@example.tst' });
    await cart(shop, { revision: 2, consent: { 'lab/marketing-opt-in': true } });
    await later(shop, 2 * DAY);

    await later(shop, 100 * DAY);

    expect(known(shop)).not.toContain('zoe@example.tst');
    expect(known(shop)).toContain(ZOE);
  });

  it('is forgotten with the cart when the address was taken out of it again', async () => {
    const shop = openWorkshop(POLICY);
    await cart(shop);
    await cart(shop, { revision: 2, email: '' });
    expect(JSON.stringify(shop.ledger.contents())).not.toContain('Müßiggang');
    await later(shop, 2 * DAY);
    expect(known(shop)).toHaveLength(2);

    await later(shop, 43 * DAY);

    expect(known(shop)).toEqual([]);
  });

  it('does not take along a cart that is somebody else by now', async () => {
    const shop = openWorkshop(POLICY);
    await cart(shop);
    shop.forward(20 * DAY);
    await cart(shop, { revision: 2, email: 'friend@example.test' });

    await later(shop, 26 * DAY);

    expect(known(shop).filter((name) => name.startsWith('cart/'))).toHaveLength(1);
  });

  it('is forgotten like that where the policy has no carts, or none any more', async () => {
    const shop = openWorkshop(v.parse(Policy, {}));
    await cart(shop);
    await later(shop, 2 * DAY);
    expect(known(shop)).toHaveLength(2);

    await later(shop, 43 * DAY);

    expect(known(shop)).toEqual([]);
  });
});
