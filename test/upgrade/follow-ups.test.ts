import * as v from 'valibot';
import { afterEach, describe, expect, it } from 'vitest';
import { fold } from '../../lib/core/ledger/fold/order.ts';
import type { Ref } from '../../lib/core/ledger/snapshot.ts';
import { Policy } from '../../lib/core/policy/policy.ts';
import {
  cartRef,
  cartState,
  customerRef,
  customerState,
  orderRef,
  orderState,
} from '../contracts/samples.ts';
import { MemoryMautic } from '../support/memory-mautic.ts';
import { cartRecordings } from '../support/recorded-carts.ts';
import { bodyOf } from '../support/woocommerce.ts';
import { MINUTE, openWorkshop } from '../support/workshop.ts';
import { startBridge } from './bridge.ts';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SEND = { template: 1 };

/** Every way in which a follow-up begins. */
const RULES = [
  { id: 'status', on: { status: 'completed' } },
  { id: 'first', on: 'first-purchase' },
  { id: 'repeat', on: 'repeat-purchase' },
  { id: 'last', on: 'last-purchase', after: '20 days' },
  { id: 'product', on: 'product' },
  { id: 'total', on: { orderTotal: { above: '1' } } },
  { id: 'orders', on: { totalOrders: { above: 0 } } },
  { id: 'spent', on: { totalPurchases: { above: '1' } } },
  { id: 'signup', on: 'signup' },
  { id: 'cart', on: 'cart' },
  { id: 'begun', on: { subscription: 'activated' } },
  { id: 'ended', on: { subscription: 'cancelled' } },
].map((rule) => ({ ...rule, send: SEND }));

const CARTS = { consent: 'not-required' };
const seconds = (time: number) => new Date(time).toISOString().slice(0, 19);

/** A shop as the version before has left it: orders, an account, a cart, a subscription, and no follow-ups. */
async function openShop() {
  const shop = openWorkshop(v.parse(Policy, { carts: CARTS, subscriptions: {} }));
  await shop.policyChange();
  const now = shop.clock.now();
  for (const id of [1, 2])
    await shop.order({ id, email: 'ana@example.test', createdAt: now, status: 'completed' });
  await shop.deliver('demo', 'customer.created', { ...bodyOf('0047'), date_created_gmt: seconds(now) });
  const cart = JSON.parse(cartRecordings().find(({ number }) => number === '0004')?.body ?? '') as object;
  await shop.deliver('demo', 'cart.updated', { ...cart, updated_at: new Date(now).toISOString() });
  await shop.deliver('demo', 'subscription.updated', {
    id: 3,
    status: 'cancelled',
    total: '10.00',
    currency: 'EUR',
    billing: { email: 'ana@example.test' },
    billing_period: 'month',
    date_created_gmt: seconds(now),
    date_modified_gmt: seconds(now),
    cancelled_date_gmt: seconds(now),
  });
  await shop.sync();
  shop.forward(DAY);
  return shop;
}

describe('an upgrade to follow-ups', () => {
  it('mails nothing of what was there before, whichever rules come with it', async () => {
    const shop = await openShop();
    shop.deploy(v.parse(Policy, { carts: CARTS, subscriptions: {}, followUps: RULES }));
    for (let hour = 0; hour < 40 * 24; hour += 12) {
      await shop.policyChange();
      await shop.sweep();
      await shop.sync();
      shop.forward(12 * HOUR);
    }

    expect(shop.mautic.sent).toEqual([]);
    await shop.order({ id: 9, email: 'bea@example.test', createdAt: shop.clock.now(), status: 'completed' });
    await shop.sync();
    expect(shop.mautic.sent.length).toBeGreaterThan(0);
  });
});

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const bridge of running.splice(0)) await bridge.close();
});

/** As the version before read what is done once for a thing. */
const Before = v.object({
  state: v.picklist(['claimed', 'doubt', 'refused', 'done', 'skipped', 'parked']),
  at: v.number(),
  reason: v.exactOptional(v.string()),
  doubts: v.exactOptional(v.number()),
  contactId: v.exactOptional(v.number()),
  plannedAt: v.exactOptional(v.number()),
});

describe('the version before', () => {
  it('reads what follow-ups write, on whatever they stand', async () => {
    const bridge = await startBridge(new MemoryMautic());
    running.push(bridge);
    const subscription: Ref = { kind: 'subscription', store: 'demo', id: '3' };
    await bridge.ledger.save(orderRef(1), orderState(), undefined);
    await bridge.ledger.save(cartRef('c1'), cartState(), undefined);
    await bridge.ledger.save(customerRef(1), customerState(), undefined);
    await bridge.ledger.save(
      subscription,
      fold(undefined, { type: 'subscription-mark', ref: subscription }),
      undefined,
    );
    const coupon = { code: 'mabcdefghj', expiresAt: 2 };
    await bridge.ledger.claimEffect(orderRef(1), 'note:followup:ask', { at: 1, contactId: 7 });
    await bridge.ledger.claimEffect(cartRef('c1'), 'coupon:cart-2', { at: 1, contactId: 7, coupon });
    await bridge.ledger.markEffect(cartRef('c1'), 'followup:cart-2', {
      state: 'skipped',
      at: 1,
      reason: 'lapsed',
    });
    await bridge.ledger.markEffect(customerRef(1), 'followup:hello', { state: 'done', at: 1 });
    await bridge.ledger.markEffect(subscription, 'followup:soon:2026-12-24', {
      state: 'parked',
      at: 1,
      reason: 'campaign-not-found',
    });

    const effects = (await bridge.items()).flatMap((item) =>
      Object.entries(item).filter(([name]) => name.startsWith('once:')),
    );

    expect(effects.map(([name]) => name).sort()).toEqual([
      'once:coupon:cart-2',
      'once:followup:cart-2',
      'once:followup:hello',
      'once:followup:soon:2026-12-24',
      'once:note:followup:ask',
    ]);
    for (const [name, effect] of effects) expect(v.safeParse(Before, effect).issues, name).toBeUndefined();
  });
});
