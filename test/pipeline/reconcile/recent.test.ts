import { beforeEach, describe, expect, test } from 'vitest';
import { isSettledReading } from '../../../lib/core/ledger/version.ts';
import { contactOf, emailOf, HOUR, MINUTE, Reconciling } from '../../support/reconciling.ts';

let bridge: Reconciling;

beforeEach(() => {
  bridge = new Reconciling();
});

/** The bridge is connected, its webhooks are made, and everything is a while ago. */
async function connect(): Promise<void> {
  await bridge.run();
  await bridge.deliver();
  bridge.pass(15 * MINUTE);
  bridge.asked = [];
}

function lists(kind: string): readonly string[] {
  return bridge.asked.filter((call) => call.startsWith(`list ${kind} `));
}

async function isSettled(id: number): Promise<boolean> {
  const version = (await bridge.order(id))?.version;
  return version !== undefined && isSettledReading(version);
}

describe('what no webhook told', () => {
  test('is found: an order nobody heard of reaches the ledger, and its contact is rung for', async () => {
    await connect();
    const id = bridge.place('ada');
    bridge.pass(15 * MINUTE);

    await bridge.run();

    expect(await bridge.order(id)).toMatchObject({
      data: { status: 'processing' },
      contact: contactOf('ada'),
    });
    expect(bridge.doorbell.take()).toEqual([{ contact: contactOf('ada'), wanted: 1, attempts: 0 }]);
    expect(bridge.said('A store was read').at(-1)?.fields).toMatchObject({
      store: 'demo',
      changed: 1,
      finished: true,
    });
  });

  test('is found when the webhook was there but its delivery was lost', async () => {
    await connect();
    const id = bridge.place('ada');
    await bridge.deliver();
    bridge.shop.orders.setStatus(id, 'completed');
    bridge.shop.deliveries.takeNext();
    bridge.shop.deliveries.interrupt();
    expect(await bridge.status(id)).toBe('processing');
    bridge.pass(15 * MINUTE);

    await bridge.run();

    expect(await bridge.status(id)).toBe('completed');
  });

  test('is repaired when the webhook itself was stale: the proven lost update (facts/woocommerce §1.7)', async () => {
    await connect();
    const id = bridge.shop.orders.place(
      { status: 'pending', billing: { email: emailOf('ada') } },
      'rest-api',
    );
    // While order.created is under way the order changes; order.updated then carries what PHP has in memory.
    await bridge.deliverOne(() => bridge.shop.orders.setStatus(id, 'completed'));
    await bridge.deliverOne();
    await bridge.recordAll();
    expect(bridge.shop.orders.get(id)?.status).toBe('completed');
    expect(bridge.shop.deliveries.waiting()).toBe(0);
    expect(await bridge.status(id)).toBe('pending');
    bridge.pass(15 * MINUTE);

    await bridge.run();

    expect(await bridge.status(id)).toBe('completed');
    expect(bridge.doorbell.take().map(({ contact }) => contact)).toContain(contactOf('ada'));
  });

  test('stays right though a stale delivery of the same second comes after the reading', async () => {
    await connect();
    const id = bridge.place('ada', { status: 'completed' });

    await bridge.deliverOne(async () => {
      bridge.shop.orders.setStatus(id, 'processing');
      bridge.pass(MINUTE);
      await bridge.run();
    });
    await bridge.recordAll();

    expect(await bridge.status(id)).toBe('processing');
  });

  test('a product nobody described is read with the order that names it', async () => {
    const product = bridge.shop.products.create({ name: 'Engine', categories: ['engines'] });
    bridge.pass(30 * 24 * HOUR);
    await connect();
    bridge.place('ada', { lines: [{ productId: product }] });
    bridge.pass(15 * MINUTE);

    await bridge.run();

    const name = `product/demo/${String(product)}`;
    expect(bridge.ledger.contents().things[name]).toMatchObject({ data: { categories: ['engines'] } });
    expect(lists('products by id')).toHaveLength(1);
  });

  test('a product that changed is read by itself', async () => {
    const product = bridge.shop.products.create({ name: 'Engine' });
    bridge.pass(24 * HOUR);
    await connect();
    bridge.shop.products.update(product, { categories: ['engines'] });
    bridge.pass(15 * MINUTE);

    await bridge.run();

    const name = `product/demo/${String(product)}`;
    expect(bridge.ledger.contents().things[name]).toMatchObject({ data: { categories: ['engines'] } });
  });
});

describe('what webhooks told already', () => {
  test('is told to the contact if `record` died before it told, and somebody emptied the queue since', async () => {
    await connect();
    const id = bridge.place('ada');
    await bridge.deliver();
    bridge.doorbell.take();
    bridge.pass(MINUTE);
    bridge.shop.orders.setStatus(id, 'completed');
    const { ledger } = bridge;
    const untold = { ...ledger };
    ledger.want = async () => {
      throw new Error('the process was killed');
    };
    await bridge.deliver();
    Object.assign(ledger, untold);
    expect(await bridge.status(id)).toBe('completed');
    const wanted = (await ledger.profile(contactOf('ada')))?.wanted ?? 0;
    bridge.pass(15 * MINUTE);

    await bridge.run();

    expect((await ledger.profile(contactOf('ada')))?.wanted).toBe(wanted + 1);
  });

  test('is confirmed without telling the contact again, once', async () => {
    await connect();
    const id = bridge.place('ada');
    await bridge.deliver();
    const told = await bridge.ledger.profile(contactOf('ada'));
    bridge.pass(15 * MINUTE);

    await bridge.run();

    expect(await bridge.ledger.profile(contactOf('ada'))).toEqual(told);
    expect(bridge.said('A store was read').at(-1)?.fields).toMatchObject({ read: 1, changed: 0 });
    const settled = (await bridge.order(id))?.version;
    expect(settled && isSettledReading(settled)).toBe(true);

    bridge.pass(15 * MINUTE);
    await bridge.run();
    expect((await bridge.order(id))?.version).toBe(settled);
  });

  test('is confirmed though `record` changes the order at the same moment', async () => {
    await connect();
    const id = bridge.place('ada');
    await bridge.deliver();
    bridge.pass(MINUTE);
    let saves = 0;
    const things = new Proxy(bridge.ledger, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (name !== 'save') return member;
        return async (...[ref, state, revision]: Parameters<typeof target.save>) => {
          saves += 1;
          const entry = (await target.load([ref])).get(`order/demo/${String(id)}`);
          if (saves === 1 && entry) await target.save(ref, entry.state, entry.revision);
          return target.save(ref, state, revision);
        };
      },
    });
    bridge.change = { things };

    await bridge.run();

    expect(saves).toBe(2);
    expect(await isSettled(id)).toBe(true);
  });

  test('is read again for twenty minutes and costs no write', async () => {
    await connect();
    bridge.place('ada');
    bridge.pass(15 * MINUTE);
    await bridge.run();
    const before = JSON.stringify(bridge.ledger.contents());
    const read = bridge.said('A store was read').length;

    bridge.pass(15 * MINUTE);
    await bridge.run();
    expect(bridge.said('A store was read')[read]?.fields).toMatchObject({ read: 1, changed: 0 });
    bridge.pass(15 * MINUTE);
    await bridge.run();
    expect(bridge.said('A store was read')[read + 1]?.fields).toMatchObject({ read: 0 });
    expect(JSON.stringify(bridge.ledger.contents())).toBe(before);
  });

  test('of this very second is not settled yet; the next run settles it', async () => {
    await connect();
    const id = bridge.place('ada');

    await bridge.run();
    expect(await isSettled(id)).toBe(false);

    bridge.pass(15 * MINUTE);
    await bridge.run();
    expect(await isSettled(id)).toBe(true);
  });

  test('a checkout in progress is left out', async () => {
    await connect();
    const id = bridge.shop.orders.openDraft();
    bridge.pass(15 * MINUTE);

    await bridge.run();

    expect(await bridge.order(id)).toBeUndefined();
  });

  test('a refund that was deleted, which moves no date and tells nobody, is found by reading again', async () => {
    await connect();
    const id = bridge.place('ada');
    const refund = bridge.shop.orders.refund(id, '4.00');
    bridge.pass(MINUTE);
    await bridge.run();
    expect((await bridge.order(id))?.data?.refunded).toBe('-4.00');
    bridge.shop.orders.deleteRefund(id, refund);
    bridge.pass(MINUTE);

    await bridge.run();
    expect((await bridge.order(id))?.data?.refunded).toBe('0.00');

    const again = JSON.stringify(bridge.ledger.contents());
    await bridge.run();
    expect(JSON.stringify(bridge.ledger.contents())).toBe(again);
  });

  test('an erased product leaves past orders as they were', async () => {
    const product = bridge.shop.products.create({ name: 'Engine', sku: 'ENGINE' });
    await connect();
    const id = bridge.place('ada', { lines: [{ productId: product }] });
    bridge.pass(MINUTE);
    await bridge.run();
    bridge.shop.products.erase(product);
    bridge.pass(MINUTE);

    await bridge.run();

    expect((await bridge.order(id))?.data?.lines).toMatchObject([
      { productId: String(product), sku: 'ENGINE' },
    ]);
  });
});

describe('the first run', () => {
  test('reads what changed since an hour before the connection, and not the history', async () => {
    const old = bridge.place('history');
    bridge.pass(3 * HOUR);
    const recent = bridge.place('ada');
    bridge.pass(30 * MINUTE);
    await bridge.ledger.connectedSince('demo', bridge.now);

    await bridge.run();

    expect(await bridge.status(old)).toBeUndefined();
    expect(await bridge.status(recent)).toBe('processing');
  });

  test('connects a store that nobody asked for yet, two minutes before', async () => {
    await bridge.run();

    expect(await bridge.ledger.connectedSince('demo', 1)).toBe(bridge.now - 120_000);
  });

  test('after a register that nobody can read any more begins again', async () => {
    await bridge.ledger.write(
      { of: { store: 'demo' }, name: 'READ-orders' },
      'from another version',
      undefined,
    );
    const id = bridge.place('ada');
    bridge.pass(MINUTE);

    await bridge.run();

    expect(await bridge.status(id)).toBe('processing');
    expect(await bridge.register('READ-orders')).toMatchObject({ readTo: expect.any(Number) });
  });
});

describe('the cursor', () => {
  test("stands two seconds before the store's clock, in whole seconds, and moves on with it", async () => {
    await bridge.run();
    const second = Math.floor(bridge.now / 1000) * 1000;
    expect(await bridge.register('READ-orders')).toEqual({
      readTo: second - 2000,
      from: second - 2000 - 20 * MINUTE,
    });

    bridge.pass(15 * MINUTE);
    await bridge.run();
    for (const stream of ['orders', 'trash', 'products'])
      expect(await bridge.register(`READ-${stream}`)).toMatchObject({ readTo: second - 2000 + 15 * MINUTE });
  });

  test('knows the latest change', async () => {
    await connect();
    bridge.place('ada');
    const placed = bridge.shop.now();
    bridge.pass(15 * MINUTE);
    await bridge.run();
    bridge.pass(HOUR);
    await bridge.run();

    expect(await bridge.register('READ-orders')).toMatchObject({ newest: placed });
  });

  test('never goes back when the clock of the store does', async () => {
    await connect();
    const before = await bridge.register('READ-orders');
    bridge.pass(-HOUR);

    await bridge.run();

    expect(await bridge.register('READ-orders')).toEqual(before);
    const id = bridge.place('ada');
    bridge.pass(MINUTE);
    await bridge.run();
    expect(await bridge.status(id)).toBe('processing');
  });
});

describe('two runs at once', () => {
  test('do no harm: all orders are there, and the cursor is where one of them left it', async () => {
    await connect();
    const ids = Array.from({ length: 120 }, (_, index) => {
      bridge.pass(1000);
      return bridge.place(`buyer-${String(index)}`);
    });
    bridge.pass(MINUTE);

    await Promise.all([bridge.run(), bridge.run(), bridge.run()]);
    await bridge.run();

    for (const id of ids) expect(await bridge.status(id)).toBe('processing');
    expect(bridge.counted['StoreUnread']).toBeUndefined();
    expect(await bridge.register('FOLDING')).toEqual({ refs: [] });
  });
});
