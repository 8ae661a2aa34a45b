import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Policy } from '../../../lib/core/policy/policy.ts';
import type { NewOrder } from '../../../lib/simulators/woocommerce/records/orders/new-order.ts';
import type { Via } from '../../../lib/simulators/woocommerce/records/orders/order-state.ts';
import { createShopApi } from '../../../lib/simulators/woocommerce/shop-api.ts';
import { must } from '../../mautic/support.ts';
import { openStore, secureApiAt } from '../../stores/support.ts';
import { shopsOf } from '../../support/shops.ts';
import { ANNA, type Bench, HOUR, MINUTE, orderBody, SHOP, startBench } from './support.ts';

const POLICY = v.parse(Policy, {
  tags: [],
  carts: { consent: 'not-required' },
  followUps: [{ id: 'cart-1', on: 'cart', after: '2 hours', send: { template: 1 } }],
});

/** A shop that is asked over HTTP, and a bridge that hears of its orders only what a test tells it. */
async function start({ isKeyless = false }: { isKeyless?: boolean } = {}) {
  let now = () => Date.now();
  const store = await openStore({ clock: { now: () => now() }, home: `${SHOP}/` });
  const api = secureApiAt(store.url);
  const bench = await startBench({
    policy: POLICY,
    since: new Map([['demo', 0]]),
    shops: ({ clock }) => shopsOf({ api, clock, isKeyless }),
  });
  now = () => bench.clock.now();
  await bench.person('POST', '/emails/new', {
    name: 'Cart',
    subject: 'Cart',
    customHtml: '<p>{cart_url}</p>',
  });
  bench.coldStart();

  /** Placed in the shop, and told of. */
  async function place(order: NewOrder = {}, via?: Via): Promise<number> {
    const id = store.shop.orders.place(
      { status: 'pending', billing: { email: ANNA, first_name: 'Anna' }, ...order },
      via,
    );
    const found = must(await createShopApi(store.shop).order(String(id)));
    await bench.deliver('order.updated', found?.item);
    await bench.sync();
    return id;
  }
  return { bench, store, place };
}

async function letPass(bench: Bench, ms: number): Promise<void> {
  const until = bench.clock.now() + ms;
  while (bench.clock.now() < until) {
    bench.forward(10 * MINUTE);
    await bench.sweep();
  }
}

/** E-mails that were sent, by the link in them. */
function mails(bench: Bench): readonly string[] {
  const sent = bench.calls().filter(({ method, path }) => method === 'POST' && path.endsWith('/send'));
  return sent.map(({ body }) => {
    const { tokens } = v.parse(v.object({ tokens: v.record(v.string(), v.string()) }), body);
    return tokens['{cart_url}'] ?? '';
  });
}

async function told(bench: Bench, id: number) {
  return (await bench.effects(id))['followup:cart-1'];
}

describe('right before an e-mail about a cart', () => {
  it('the shop is asked for the orders of the address, and the link is the one that works now', async () => {
    const { bench, store, place } = await start();
    const id = await place();
    bench.calls();

    await letPass(bench, 3 * HOUR);

    expect(mails(bench)).toEqual([expect.stringContaining(`/checkout/order-pay/${String(id)}/`)]);
    const asked = store.requests.map(({ path, query }) => [path, query.get('search')]);
    expect(asked).toEqual([['/wp-json/wc/v3/orders', ANNA]]);
  });

  it('WooCommerce may have cancelled it without a word: the link fills the cart again', async () => {
    const { bench, store, place } = await start();
    const product = store.shop.products.create({ name: 'Tea', sku: 'TEA' });
    const id = await place({ lines: [{ productId: product }] });
    bench.calls();
    await letPass(bench, HOUR);
    store.shop.orders.setStatus(id, 'cancelled');

    await letPass(bench, 2 * HOUR);

    expect(mails(bench)).toEqual([
      expect.stringMatching(new RegExp(`^${SHOP}/checkout-link/\\?products=${String(product)}:1&`)),
    ]);
  });

  it.each([
    ['it was paid', { is: 'paid' }],
    ['another order was placed', { is: 'another' }],
    ['another one was placed under the address in other letters', { is: 'ANNA' }],
    ['it was deleted', { is: 'trashed' }],
    ['it was erased', { is: 'erased' }],
  ])('nothing is sent, though no webhook told: %s', async (_what, { is }) => {
    const { bench, store, place } = await start();
    const { orders } = store.shop;
    const id = await place();
    bench.calls();
    await letPass(bench, HOUR);
    if (is === 'paid') orders.setStatus(id, 'processing');
    if (is === 'another') orders.place({ billing: { email: ANNA } });
    if (is === 'ANNA') orders.place({ billing: { email: 'Anna@Example.test' } });
    if (is === 'trashed') orders.trash(id);
    if (is === 'erased') {
      orders.trash(id);
      orders.erase(id);
    }

    await letPass(bench, 3 * HOUR);

    expect(mails(bench)).toEqual([]);
    expect(await told(bench, id)).toMatchObject({ state: 'skipped', reason: 'bought' });
  });

  it('a purchase under the address as it is typed in the shop counts, though the bridge knows its domain in ASCII', async () => {
    const { bench, store, place } = await start();
    const typed = 'anna@ex\u00e4mple.test';
    const id = await place({ billing: { email: typed } });
    bench.calls();
    await letPass(bench, HOUR);
    store.shop.orders.place({ billing: { email: typed } });

    await letPass(bench, 3 * HOUR);

    expect(mails(bench)).toEqual([]);
    expect(await told(bench, id)).toMatchObject({ state: 'skipped', reason: 'bought' });
    const asked = store.requests.flatMap(({ query }) => query.get('search') ?? []);
    expect(asked).toEqual(['anna@xn--exmple-cua.test', typed]);
  });

  it('what others bought whose address only holds this one stops nothing', async () => {
    const { bench, store, place } = await start();
    await place();
    bench.calls();
    store.shop.orders.place({ billing: { email: `joh${ANNA}` } });

    await letPass(bench, 3 * HOUR);

    expect(mails(bench)).toHaveLength(1);
  });

  it('a shop that gives no answer is asked again every five minutes, and after an hour it is said', async () => {
    const { bench, store, place } = await start();
    const id = await place();
    bench.calls();
    store.faults.failNext('html-503', 10_000);

    await letPass(bench, 2 * HOUR + 10 * MINUTE);
    const first = await told(bench, id);
    expect(first).toMatchObject({ state: 'refused', reason: 'unavailable' });
    expect(bench.lines.filter(({ level }) => level === 'error')).toEqual([]);
    await letPass(bench, HOUR);

    expect(mails(bench)).toEqual([]);
    expect(bench.lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: 'A shop does not say whether a cart was bought; its e-mail waits',
      }),
    );
    while (store.faults.strike());
    await letPass(bench, 20 * MINUTE);
    expect(mails(bench)).toHaveLength(1);
  });

  it('a key that may not read orders keeps the e-mail, too: nobody is mailed on a guess', async () => {
    const { bench, store, place } = await start();
    const id = await place();
    bench.calls();
    store.faults.failNext('html-403', 10_000);

    await letPass(bench, 3 * HOUR);

    expect(mails(bench)).toEqual([]);
    expect(await told(bench, id)).toMatchObject({ state: 'refused', reason: 'blocked' });
  });

  it('what was heard of since the contact was looked at counts: it is decided again before the claim', async () => {
    const { bench, place } = await start({ isKeyless: true });
    const id = await place();
    bench.calls();
    await letPass(bench, 2 * HOUR - 10 * MINUTE);
    let isBought = false;
    bench.front.before = async ({ method, path }) => {
      if (isBought || method !== 'GET' || !path.startsWith('/api/contacts')) return undefined;
      isBought = true;
      await bench.order({ id: 77, createdAt: bench.clock.now() });
      return undefined;
    };

    await letPass(bench, HOUR);

    expect(isBought).toBe(true);
    expect(mails(bench)).toEqual([]);
    expect(await told(bench, id)).toBeUndefined();
  });

  it('so does a try at the same cart under another address, of which this contact hears', async () => {
    const { bench, place } = await start({ isKeyless: true });
    const meta = [{ key: '_mcb_cart_id', value: 'cart-1' }];
    const id = await place({ meta });
    bench.calls();
    await letPass(bench, 2 * HOUR - 10 * MINUTE);
    let isTried = false;
    bench.front.before = async ({ method, path }) => {
      if (isTried || method !== 'GET' || !path.startsWith('/api/contacts')) return undefined;
      isTried = true;
      const now = bench.clock.now();
      const tried = { id: 77, email: 'ben@example.test', status: 'failed', createdAt: now };
      const meta_data = meta.map((one) => ({ id: 1, ...one }));
      const body = { ...(orderBody(tried, now) as object), created_via: 'checkout', meta_data };
      await bench.deliver('order.updated', body);
      return undefined;
    };

    await letPass(bench, HOUR);

    expect(isTried).toBe(true);
    expect(mails(bench)).toEqual([]);
    expect(await told(bench, id)).not.toMatchObject({ state: 'done' });
  });

  it('without keys the ledger decides', async () => {
    const { bench, store, place } = await start({ isKeyless: true });
    await place();
    bench.calls();

    await letPass(bench, 3 * HOUR);

    expect(mails(bench)).toHaveLength(1);
    expect(store.requests).toEqual([]);
  });
});
