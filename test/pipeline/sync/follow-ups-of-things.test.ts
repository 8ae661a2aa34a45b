import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Policy } from '../../../lib/core/policy/policy.ts';
import { cartRecordings } from '../../support/recorded-carts.ts';
import { bodyOf } from '../../support/woocommerce.ts';
import { emailsThat, MINUTE, openWorkshop, type Workshop } from '../../support/workshop.ts';
import { orderBody } from './support.ts';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const GABI = 'gabi@example.test';
const CARTS = { after: '1 hour', consent: 'not-required' };

/** A cart of Gabi's, as a companion told of it. */
const CART = v.parse(
  v.looseObject({ id: v.string() }),
  JSON.parse(cartRecordings().find(({ number }) => number === '0004')?.body ?? ''),
);

interface Mailed {
  readonly template: number;
  readonly tokens: Readonly<Record<string, string>>;
}

interface Shop extends Workshop {
  readonly mailed: Mailed[];
}

/** A shop whose rules have been at work for a while, and all that is mailed with its tokens. */
async function openShop(policy: object): Promise<Shop> {
  const shop = openWorkshop(v.parse(Policy, policy));
  const mailed: Mailed[] = [];
  shop.world.emails = {
    ...shop.mautic.mailer,
    send: async (email) => {
      mailed.push({ template: email.emailId, tokens: email.tokens });
      return shop.mautic.mailer.send(email);
    },
  };
  await shop.policyChange();
  await shop.order({ id: 99, email: 'old@example.test', createdAt: shop.clock.now(), status: 'on-hold' });
  await shop.sync();
  shop.forward(2 * MINUTE);
  return Object.assign(shop, { mailed });
}

/** Time goes by, and what is due is rung for each quarter of an hour. */
async function pass(shop: Workshop, ms: number): Promise<void> {
  const until = shop.clock.now() + ms;
  await shop.sync();
  while (shop.clock.now() < until) {
    shop.forward(Math.min(15 * MINUTE, until - shop.clock.now()));
    await shop.sweep();
    await shop.sync();
  }
}

const iso = (time: number) => new Date(time).toISOString();

/** Gabi fills a cart, or does something about it. */
function fill(shop: Workshop, change: object = {}): Promise<void> {
  const now = iso(shop.clock.now());
  return shop.deliver('demo', 'cart.updated', { ...CART, updated_at: now, ...change });
}

describe('a cart that is left', () => {
  const RULES = {
    carts: CARTS,
    followUps: [
      { id: 'cart-1', on: 'cart', after: '2 hours', send: { template: 10 } },
      { id: 'cart-2', on: 'cart', after: '1 day', send: { template: 11 } },
    ],
  };

  it('is told of at each time once, with the way back to it', async () => {
    const shop = await openShop(RULES);
    await fill(shop);

    await pass(shop, 110 * MINUTE);
    expect(shop.mailed).toEqual([]);
    await pass(shop, 30 * MINUTE);
    expect(shop.mailed).toEqual([
      {
        template: 10,
        tokens: {
          cart_total: '18.73',
          cart_currency: 'EUR',
          cart_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:8040\/checkout-link\//) as unknown,
          items: '1 × Red mug: 12.90',
          coupon_code: '',
          coupon_expires: '',
        },
      },
    ]);
    await pass(shop, 3 * DAY);

    expect(shop.mailed.map(({ template }) => template)).toEqual([10, 11]);
  });

  it('is told of no more once it was bought', async () => {
    const shop = await openShop(RULES);
    await fill(shop);
    await pass(shop, 3 * HOUR);
    await shop.order({ id: 1, email: GABI, createdAt: shop.clock.now(), status: 'processing' });

    await pass(shop, 3 * DAY);

    expect(shop.mailed.map(({ template }) => template)).toEqual([10]);
  });

  it('is told of once, when the card is declined after the reminder', async () => {
    const shop = await openShop(RULES);
    await fill(shop);
    await pass(shop, 3 * HOUR);
    const body = orderBody(
      { id: 1, email: GABI, status: 'failed', createdAt: shop.clock.now() },
      shop.clock.now(),
    );
    const tried = { created_via: 'checkout', meta_data: [{ id: 1, key: '_mcb_cart_id', value: CART.id }] };
    await shop.deliver('demo', 'order.updated', { ...(body as object), ...tried });

    await pass(shop, 5 * HOUR);
    expect(shop.mailed.map(({ template }) => template)).toEqual([10]);
    await pass(shop, 2 * DAY);

    expect(shop.mailed.map(({ template }) => template)).toEqual([10, 11]);
  });

  it('is parked where nobody can tell whether it was told of, and replayed when somebody asks for it', async () => {
    const shop = await openShop({ carts: CARTS, followUps: [RULES.followUps[0]] });
    const { emails } = shop.world;
    shop.world.emails = emailsThat('hang');
    await fill(shop);
    await pass(shop, 4 * HOUR);
    shop.world.emails = emails;

    const said = await shop.replay({ all: true }, { dryRun: true });
    expect(said.flatMap(({ kind, outcome }) => (kind === 'effect' ? [outcome] : []))).toEqual([
      'stay parked: it may have been sent, and resending was not asked for',
    ]);
    await shop.replay({ all: true }, { resend: true });
    await pass(shop, HOUR);

    expect(shop.mailed.map(({ template }) => template)).toEqual([10]);
  });
});

describe('somebody who registers', () => {
  const RULES = { followUps: [{ id: 'hello', on: 'signup', after: '1 day', send: { template: 12 } }] };

  async function register(shop: Workshop, id: number, at: number): Promise<void> {
    const dates = {
      date_created_gmt: iso(at).slice(0, 19),
      date_modified_gmt: iso(shop.clock.now()).slice(0, 19),
    };
    await shop.deliver('demo', 'customer.created', { ...bodyOf('0047'), id, ...dates });
  }

  it('is greeted once, a day after', async () => {
    const shop = await openShop(RULES);
    await register(shop, 5, shop.clock.now());
    await pass(shop, 12 * HOUR);
    await register(shop, 5, shop.clock.now() - 12 * HOUR);

    await pass(shop, 3 * DAY);

    expect(shop.mailed).toEqual([
      { template: 12, tokens: { first_name: 'Clairé', last_name: 'Dupont-Müller' } },
    ]);
  });

  it('is not greeted when the account is old', async () => {
    const shop = await openShop(RULES);
    await register(shop, 5, shop.clock.now() - 30 * DAY);

    await pass(shop, 3 * DAY);

    expect(shop.mailed).toEqual([]);
  });
});

describe('a subscription', () => {
  const RULES = {
    followUps: [
      { id: 'begun', on: { subscription: 'activated' }, after: '1 hour', send: { template: 13 } },
      { id: 'soon', on: { beforeRenewal: '3 days' }, send: { template: 14 } },
    ],
  };

  function subscribe(shop: Workshop, next: number, change: object = {}): Promise<void> {
    const now = iso(shop.clock.now()).slice(0, 19);
    return shop.deliver('demo', 'subscription.updated', {
      id: 3,
      status: 'active',
      parent_id: 0,
      total: '10.00',
      currency: 'EUR',
      billing: { email: GABI },
      billing_period: 'month',
      billing_interval: '1',
      line_items: [{ product_id: 11, name: 'Tea club' }],
      date_created_gmt: now,
      date_modified_gmt: now,
      next_payment_date_gmt: iso(next).slice(0, 19),
      ...change,
    });
  }

  it('is followed up when it begins, and before each renewal, of a buyer who is a contact', async () => {
    const shop = await openShop(RULES);
    await shop.order({ id: 1, email: GABI, createdAt: shop.clock.now(), status: 'processing' });
    const begun = shop.clock.now();
    await subscribe(shop, begun + 30 * DAY);

    await pass(shop, 2 * HOUR);
    expect(shop.mailed.map(({ template }) => template)).toEqual([13]);
    await pass(shop, 28 * DAY);
    expect(shop.mailed.slice(1)).toEqual([
      {
        template: 14,
        tokens: expect.objectContaining({
          subscription_name: 'Tea club',
          next_billing_date: iso(begun + 30 * DAY).slice(0, 10),
        }) as unknown,
      },
    ]);
    await subscribe(shop, begun + 60 * DAY, { date_created_gmt: iso(begun).slice(0, 19) });
    await pass(shop, 31 * DAY);

    expect(shop.mailed.map(({ template }) => template)).toEqual([13, 14, 14]);
  });
});

describe('an order of which an e-mail tells', () => {
  const RULE = { id: 'thanks', on: { status: 'completed' }, send: { template: 15 } };

  async function told(policy: object): Promise<string> {
    const markups: unknown[] = [];
    const shop = await openShop({ followUps: [RULE], ...policy });
    shop.world.emails = {
      ...shop.mautic.mailer,
      send: async (email) => {
        markups.push(email.markup);
        return shop.mautic.mailer.send(email);
      },
    };
    await shop.deliver('demo', 'product.updated', {
      id: 1,
      name: 'Tea',
      sku: 'TEA',
      categories: [],
      permalink: 'https://shop.test/tea',
      images: [],
      date_modified_gmt: iso(shop.clock.now()).slice(0, 19),
    });
    await shop.order({ id: 1, email: GABI, createdAt: shop.clock.now(), status: 'completed' });
    await pass(shop, HOUR);
    return JSON.stringify(markups);
  }

  it('is shown with links to its products where the policy asks for them, and without where it does not', async () => {
    expect(await told({ itemLinks: true })).toContain('https://shop.test/tea');
    expect(await told({})).toMatch(/<table>.*Name of TEA.*<\/table>/);
    expect(await told({})).not.toContain('https://shop.test/tea');
  });
});
