import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Policy } from '../../../lib/core/policy/policy.ts';
import { type Attempt, CARTS, cartOf, DAY, letPass, order, PAY, segments, start } from './left-checkouts.ts';
import { ANNA, type Bench, endpoints, HOUR, itemsOf, MINUTE, SHOP, startBench } from './support.ts';

describe('a checkout that nobody paid', () => {
  it('stands in Mautic once it is an hour old: what was in it, the way back, segment and tag', async () => {
    const bench = await start();
    await order(bench, { lines: [{ sku: 'TEA', name: 'Tea' }, { sku: 'CUP' }] });
    const placedAt = bench.clock.now();
    await letPass(bench, HOUR - 2 * MINUTE);
    expect(bench.contacts(ANNA)).toEqual([]);

    await letPass(bench, 2 * MINUTE);

    expect(cartOf(bench)).toEqual({
      data: {
        cart_id: '1',
        total: '12.00',
        currency: 'EUR',
        date: new Date(placedAt - 1000).toISOString().replace('.000Z', 'Z'),
        items: [
          { name: 'Tea', sku: 'TEA', quantity: 1, price: '12.00', url: '', image: '' },
          { name: 'Name of CUP', sku: 'CUP', quantity: 1, price: '12.00', url: '', image: '' },
        ],
      },
      url: PAY,
      coupon: null,
    });
    expect(await segments(bench)).toEqual([1]);
    expect(bench.contact().tags).toEqual(['cart:abandoned']);
  });

  it('is taken back when it is paid', async () => {
    const bench = await start();
    await order(bench);
    const createdAt = bench.clock.now() - 1000;
    await letPass(bench, HOUR);

    await order(bench, { status: 'processing', createdAt, paid: true });

    expect(cartOf(bench)).toEqual({ data: null, url: null, coupon: null });
    expect(await segments(bench)).toEqual([]);
    expect(bench.contact().tags).toEqual([]);
  });

  it('is taken back when something else is bought, and when it is forgotten', async () => {
    const bench = await start();
    await order(bench, { id: 1 });
    await order(bench, { id: 2, email: 'ben@example.test' });
    await letPass(bench, HOUR);
    expect(await segments(bench)).toEqual([1]);

    await order(bench, { id: 3, status: 'processing' });
    await letPass(bench, 14 * DAY);

    expect([await segments(bench), await segments(bench, 'ben@example.test')]).toEqual([[], []]);
    expect(cartOf(bench, 'ben@example.test').data).toBeNull();
  });

  it('is not taken back by WooCommerce, which cancels it; the link then fills the cart again', async () => {
    const bench = await start();
    const createdAt = bench.clock.now();
    await order(bench, { createdAt });
    await letPass(bench, HOUR);

    await order(bench, { status: 'cancelled', createdAt });

    expect(cartOf(bench).url).toMatch(new RegExp(`^${SHOP}/checkout-link/\\?products=1:1&mcb_mail=[\\w-]+$`));
    expect(await segments(bench)).toEqual([1]);
  });

  it('is never there for whoever pays within the hour', async () => {
    const bench = await start();
    const createdAt = bench.clock.now();
    await order(bench, { createdAt, status: 'failed' });
    await letPass(bench, 20 * MINUTE);
    await order(bench, { createdAt, status: 'processing', paid: true });
    bench.calls();

    await letPass(bench, 3 * HOUR);

    expect(bench.calls()).toEqual([]);
    expect(cartOf(bench)).toEqual({ data: null, url: null, coupon: null });
  });

  it('makes nobody a contact under whose address cards are tried', async () => {
    const bench = await start();
    for (const id of [1, 2, 3, 4]) await order(bench, { id, status: 'failed' });

    await letPass(bench, 2 * HOUR);

    expect(bench.contacts(ANNA)).toEqual([]);
  });

  it('of another address than before leaves the first one alone', async () => {
    const bench = await start();
    const createdAt = bench.clock.now();
    await order(bench, { createdAt, email: 'ana@example.test' });
    await letPass(bench, HOUR);
    expect(cartOf(bench, 'ana@example.test').data).not.toBeNull();

    await order(bench, { createdAt });

    expect(cartOf(bench, 'ana@example.test')).toEqual({ data: null, url: null, coupon: null });
    expect(await segments(bench, 'ana@example.test')).toEqual([]);
    expect(await segments(bench)).toEqual([1]);
  });
});

describe('who was waited for', () => {
  it('is not written when the time has come and it changes nothing: the ring is innocent', async () => {
    const bench = await start();
    await order(bench, { id: 1, status: 'processing', createdAt: bench.clock.now() - DAY });
    await order(bench, { id: 2 });
    await order(bench, { id: 3, createdAt: bench.clock.now() + 30 * MINUTE, status: 'failed' });
    bench.calls();

    await letPass(bench, HOUR);

    expect(endpoints(bench.calls())).toEqual([]);
    await letPass(bench, 40 * MINUTE);
    expect(cartOf(bench).data).toMatchObject({ cart_id: '3' });
  });

  it('is written no more than the difference', async () => {
    const bench = await start();
    await order(bench, { id: 1, status: 'processing', createdAt: bench.clock.now() - DAY });
    await order(bench, { id: 2 });
    bench.calls();

    await letPass(bench, HOUR);

    const writes = bench.calls().filter(({ path }) => path.endsWith('/batch/edit'));
    expect(writes.flatMap(itemsOf).map((item) => Object.keys(item).sort())).toEqual([
      ['id', 'mautic_woo_cart_data', 'mautic_woo_recovery_url', 'tags'],
    ]);
  });
});

describe('switching carts on', () => {
  it('writes nobody who has none, and leaves alone what a plugin left in the fields', async () => {
    const bench = await start();
    await order(bench, { id: 1, status: 'processing', createdAt: bench.clock.now() - DAY });
    const { id } = bench.contact();
    await bench.person('PATCH', `/contacts/${String(id)}/edit`, { mautic_woo_cart_data: 'of a plugin' });
    bench.coldStart();
    await bench.wantLater(ANNA);

    await letPass(bench, MINUTE);

    expect(bench.contact().fields['mautic_woo_cart_data']).toBe('of a plugin');
  });

  it('asks for a link of 255 characters, and of 191 where Mautic takes no more', async () => {
    const limits: unknown[] = [];
    for (const version of ['5', '7.0'] as const) {
      const bench = await start(CARTS, { simulator: { version } });
      await order(bench, { status: 'processing' });
      const made = bench.calls().filter(({ path }) => path === '/api/fields/contact/new');
      limits.push(
        made
          .filter(({ body }) => (body as { type?: string }).type === 'url')
          .map(({ body, status }) => [(body as { charLengthLimit: number }).charLengthLimit, status]),
      );
    }

    expect(limits).toEqual([
      [[255, 201]],
      [
        [255, 400],
        [191, 201],
      ],
    ]);
  });
});

describe('a link that does not fit', () => {
  it('gives way to the next that does, and to none: it is never cut', async () => {
    const bench = await start();
    const long = `${PAY}&more=${'x'.repeat(300)}`;
    await order(bench, { body: { payment_url: long } });
    await letPass(bench, HOUR);

    expect(cartOf(bench).url).toMatch(/\/checkout-link\/\?products=1:1/);

    await order(bench, { id: 2, body: { payment_url: long, version: '9.9.0' } });
    await letPass(bench, HOUR);
    expect(cartOf(bench)).toMatchObject({ data: { cart_id: '2' }, url: null });
  });
});

describe('whoever buys what was abandoned', () => {
  const RECOVERING = { ...CARTS, recovered: { segment: 2, tag: 'cart:recovered' } };

  it('has come back, for good', async () => {
    const bench = await start(RECOVERING);
    const createdAt = bench.clock.now();
    await order(bench, { createdAt });
    await letPass(bench, HOUR);
    expect(await bench.effects(1)).toMatchObject({ 'cart:abandoned': { state: 'done' } });

    await order(bench, { createdAt, status: 'processing', paid: true });
    await letPass(bench, 30 * DAY);
    await order(bench, { id: 2, status: 'completed' });

    expect(await bench.effects(1)).toMatchObject({ 'cart:recovered': { state: 'done' } });
    expect(await segments(bench)).toEqual([2]);
    expect(bench.contact().tags).toEqual(['cart:recovered']);
  });

  it('has not where nothing had been abandoned', async () => {
    const bench = await start(RECOVERING);
    const createdAt = bench.clock.now();
    await order(bench, { createdAt });
    await letPass(bench, 30 * MINUTE);

    await order(bench, { createdAt, status: 'processing', paid: true });
    await letPass(bench, DAY);

    expect(await segments(bench)).toEqual([]);
    expect(await bench.effects(1)).toEqual({});
  });
});

describe('consent', () => {
  const policy = { consent: { fields: ['shop/news'], require: true } };
  const saying = (value: string) => ({ body: { meta_data: [{ id: 1, key: '_wc_other/shop/news', value }] } });

  it('is asked for where the policy requires it: without a yes nothing reaches Mautic', async () => {
    const bench = await start({ ...CARTS, consent: 'required' }, { policy: policy as Partial<Policy> });
    bench.calls();
    await order(bench, saying('0'));
    await order(bench, { id: 2, email: 'ben@example.test' });
    await order(bench, { id: 3, email: 'cleo@example.test', ...saying('1') });

    await letPass(bench, 2 * HOUR);

    expect(bench.contacts(ANNA)).toEqual([]);
    expect(bench.contacts('ben@example.test')).toEqual([]);
    expect(await segments(bench, 'cleo@example.test')).toEqual([1]);
    expect(JSON.stringify(bench.calls())).not.toMatch(/ben@|anna@/);
  });
});

describe('a checkout that was only begun, in a shop up to 10.7', () => {
  /** As the checkout page leaves it, by the version of WooCommerce that made it. */
  async function begin(bench: Bench, version = '10.7.2', changes: Attempt = {}): Promise<void> {
    const body = { version, created_via: 'store-api', ...changes.body };
    await order(bench, { status: 'checkout-draft', ...changes, body });
  }

  it('stands in Mautic like one that was not paid; the link fills the cart again', async () => {
    const bench = await start();
    await begin(bench);

    await letPass(bench, HOUR);

    expect(cartOf(bench)).toMatchObject({
      data: { cart_id: 'order-1', items: [{ sku: 'TEA', price: '12.00' }] },
      url: expect.stringMatching(new RegExp(`^${SHOP}/checkout-link/\\?products=1:1&`)),
    });
    expect(bench.contact().fields['mautic_woo_order_data'] ?? null).toBeNull();
    expect(await segments(bench)).toEqual([1]);
  });

  it('is no order: what was bought before stays the newest, and no status tag comes of it', async () => {
    const policy = { tags: ['status:{status}'] };
    const bench = await start(CARTS, { policy });
    await order(bench, { id: 1, status: 'completed', createdAt: bench.clock.now() - DAY, paid: true });
    await begin(bench, '10.7.2', { id: 2 });

    await letPass(bench, HOUR);

    const { tags, fields } = bench.contact();
    expect(tags).toContain('status:completed');
    expect(tags.filter((tag) => tag.startsWith('status:'))).toHaveLength(1);
    expect(fields['mautic_woo_order_data']).toContain('"order_id":"1"');
    expect(await segments(bench)).toEqual([1]);
  });

  it('is taken back when it is placed, and then is an order; it was won back', async () => {
    const bench = await start({ ...CARTS, recovered: { tag: 'cart:recovered' } });
    const createdAt = bench.clock.now();
    await begin(bench, '10.7.2', { createdAt });
    await letPass(bench, HOUR);

    const body = { version: '10.7.2', created_via: 'store-api' };
    await order(bench, { status: 'processing', createdAt, paid: true, body });

    expect(cartOf(bench)).toEqual({ data: null, url: null, coupon: null });
    expect(bench.contact().fields['mautic_woo_order_data']).toContain('"order_id":"1"');
    expect(bench.contact().tags).toEqual(['cart:recovered']);
  });

  it('is one with the order that it becomes and nobody pays: there is one way back, and it is paid there', async () => {
    const bench = await start();
    const createdAt = bench.clock.now();
    await begin(bench, '10.7.2', { createdAt });
    await letPass(bench, 10 * MINUTE);
    await order(bench, { createdAt, body: { version: '10.7.2', created_via: 'store-api' } });

    await letPass(bench, HOUR);
    expect(cartOf(bench)).toMatchObject({ data: { cart_id: '1' }, url: PAY });
    await order(bench, {
      status: 'processing',
      createdAt,
      paid: true,
      body: { version: '10.7.2', created_via: 'store-api' },
    });

    expect(await segments(bench)).toEqual([]);
  });

  it('is not taken back by WooCommerce, which deletes it after a day', async () => {
    const bench = await start();
    await begin(bench);
    await letPass(bench, HOUR);

    await bench.deliver('order.deleted', { id: 1 });
    await bench.sync();

    expect(await segments(bench)).toEqual([1]);
    await letPass(bench, 14 * DAY);
    expect(await segments(bench)).toEqual([]);
  });

  it.each([
    ['from 10.8 on, where it is a refused order', '10.8.0', {}],
    ['of a version that does not say which', '', {}],
    ['without an address', '10.7.2', { email: '' }],
    ['made by a program', '10.7.2', { body: { created_via: 'rest-api' } }],
  ])('is left out %s', async (_why, version, changes) => {
    const bench = await start();

    await begin(bench, version, changes);
    await letPass(bench, HOUR);

    expect(bench.contacts(ANNA)).toEqual([]);
    expect(bench.ledgerCalls.get('save')).toBeUndefined();
  });

  it('is left out by a policy without carts, at no cost', async () => {
    const bench = await startBench({ policy: v.parse(Policy, {}) });

    await begin(bench);

    expect(bench.ledgerCalls.get('save')).toBeUndefined();
  });
});
