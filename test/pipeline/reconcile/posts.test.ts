import { beforeEach, describe, expect, test } from 'vitest';
import { isSettledReading, type Version } from '../../../lib/core/ledger/version.ts';
import { contactOf, DAY, emailOf, HOUR, MINUTE, Reconciling } from '../../support/reconciling.ts';

/** A shop that keeps its orders as WordPress posts: no edit without a change of status moves a date (facts/woocommerce §1.16). */
let bridge: Reconciling;
let id: number;

beforeEach(async () => {
  bridge = new Reconciling({ storage: 'posts' });
  await bridge.run();
  id = bridge.place('typo', { lines: [{ price: '24.00' }] });
  await bridge.deliver();
  bridge.pass(15 * MINUTE);
  await bridge.run();
  bridge.pass(15 * MINUTE);
});

/** The shop's next deliveries never arrive. */
function lose(): void {
  for (let sent = bridge.shop.deliveries.takeNext(); sent; sent = bridge.shop.deliveries.takeNext())
    bridge.shop.deliveries.finish(sent, 200);
}

function correct(): void {
  bridge.shop.orders.edit(id, { billing: { email: emailOf('right') }, lines: [{ price: '144.00' }] });
}

async function expectCorrected(): Promise<void> {
  expect(await bridge.order(id)).toMatchObject({
    email: emailOf('right'),
    contact: contactOf('right'),
    data: { total: '144.00' },
  });
  for (const name of ['typo', 'right'])
    expect((await bridge.ledger.profile(contactOf(name)))?.work, name).toBe('live');
}

describe('an order that is edited without moving its date', () => {
  test('is what the later of two readings says, and its contacts hear of it', async () => {
    correct();
    lose();
    bridge.pass(MINUTE);

    await bridge.run();

    await expectCorrected();
  });

  test('was read and is read again within minutes when its webhook differs', async () => {
    bridge.pass(DAY);
    await bridge.run();
    correct();
    await bridge.deliver();
    expect((await bridge.order(id))?.email).toBe(emailOf('typo'));
    bridge.asked = [];

    await bridge.reread();

    await expectCorrected();
    expect(bridge.asked).toEqual(['list orders by id 1']);
    bridge.asked = [];
    await bridge.reread();
    expect(bridge.asked).toEqual([]);
  });

  test('is read again by the next whole reading, too', async () => {
    bridge.pass(DAY);
    await bridge.run();
    correct();
    await bridge.deliver();

    await bridge.run();

    await expectCorrected();
    expect(await bridge.register('REREAD')).toEqual({ orders: [] });
  });

  test('twice, while it is read again, is read once more', async () => {
    bridge.pass(DAY);
    await bridge.run();
    bridge.shop.orders.edit(id, { lines: [{ price: '30.00' }] });
    await bridge.deliver();
    let edited = false;
    const { ledger } = bridge;
    const things = new Proxy(ledger, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (name !== 'save') return member;
        return async (...args: Parameters<typeof ledger.save>) => {
          const saved = await target.save(...args);
          if (!edited) {
            edited = true;
            correct();
            await bridge.deliver();
          }
          return saved;
        };
      },
    });
    bridge.change = { things };

    await bridge.run();
    expect(bridge.said('A store was read').at(-1)?.fields).toMatchObject({ finished: true });
    bridge.change = {};
    await bridge.reread();

    await expectCorrected();
  });

  test('while it is read the first time, and its webhook comes before the reading is in the ledger, is read again', async () => {
    const other = bridge.place('bea', { lines: [{ price: '24.00' }] });
    lose();
    bridge.pass(MINUTE);
    const { ledger } = bridge;
    const things = new Proxy(ledger, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (name !== 'save') return member;
        return async (...args: Parameters<typeof ledger.save>) => {
          const [ref] = args;
          if (ref.id === String(other) && bridge.shop.orders.get(other)?.billing.email === emailOf('bea')) {
            bridge.shop.orders.edit(other, { billing: { email: emailOf('carl') } });
            await bridge.deliver();
          }
          return target.save(...args);
        };
      },
    });
    bridge.change = { things };
    await bridge.run();
    bridge.change = {};
    expect((await bridge.order(other))?.email).toBe(emailOf('bea'));

    await bridge.reread();

    expect((await bridge.order(other))?.email).toBe(emailOf('carl'));
  });

  test('and its webhook was lost: the nightly reading finds it', async () => {
    bridge.pass(HOUR);
    await bridge.run();
    correct();
    lose();
    await bridge.run();
    expect((await bridge.order(id))?.email).toBe(emailOf('typo'));
    bridge.pass(DAY);

    await bridge.run();

    await expectCorrected();
  });

  test('a month later, and its webhook was lost: the weekly reading finds it', async () => {
    bridge.pass(30 * DAY);
    await bridge.run();
    correct();
    lose();
    bridge.pass(8 * DAY);

    await bridge.run();

    await expectCorrected();
  });

  test('keeps the product that was erased from the shop meanwhile', async () => {
    const productId = bridge.shop.products.create({ name: 'Engine', sku: 'ENGINE' });
    const other = bridge.place('ada', { lines: [{ productId }] });
    bridge.pass(MINUTE);
    await bridge.run();
    bridge.shop.products.erase(productId);
    bridge.shop.orders.edit(other, { billing: { email: emailOf('bea') } });
    lose();
    bridge.pass(MINUTE);

    await bridge.run();

    expect(await bridge.order(other)).toMatchObject({
      email: emailOf('bea'),
      data: { lines: [{ productId: String(productId), sku: 'ENGINE' }] },
    });
  });
});

describe('an order from before the connection', () => {
  async function historyOf(other: Reconciling): Promise<number> {
    const productId = other.shop.products.create({ name: 'Engine', categories: ['engines'] });
    const old = other.place('ada', { lines: [{ productId }] });
    other.pass(30 * DAY);
    await other.run();
    await other.deliver();
    other.hook('order.updated');
    other.shop.orders.edit(old, { billing: { email: emailOf('bea') } });
    await other.deliver();
    return old;
  }

  test('that is edited without moving its date is read soon, with its products', async () => {
    const other = new Reconciling({ storage: 'posts' });
    const old = await historyOf(other);
    expect((await other.order(old))?.email).toBe(emailOf('bea'));

    await other.reread();

    expect(isSettledReading((await other.order(old))?.version ?? ('' as Version))).toBe(true);
    const products = Object.keys(other.ledger.contents().things).filter((name) =>
      name.startsWith('product/'),
    );
    expect(products).toHaveLength(1);
  });

  test('is not noted where nobody reads the store', async () => {
    const other = new Reconciling({ storage: 'posts' });
    other.keys = new Map();

    const old = await historyOf(other);

    expect((await other.order(old))?.email).toBe(emailOf('bea'));
    expect(await other.register('REREAD')).toBeUndefined();
  });
});

describe('a webhook that says what was read', () => {
  test('asks for nothing', async () => {
    bridge.shop.orders.edit(id, {});

    await bridge.deliver();

    expect(await bridge.register('REREAD')).toBeUndefined();
  });
});

describe('a shop without keys', () => {
  test.each([
    ['as they were sent', [0, 1, 2]],
    ['the last one first', [2, 1, 0]],
    ['the first one last', [1, 2, 0]],
  ])(
    'has the order as the webhook received last says it, though they are recorded %s',
    async (_how, order) => {
      const other = new Reconciling({ storage: 'posts' });
      other.keys = new Map();
      other.hook('order.updated');
      const edited = other.place('typo');
      while (await other.deliverOne());
      for (const name of ['better', 'right']) {
        other.pass(MINUTE);
        other.shop.orders.edit(edited, { billing: { email: emailOf(name) } });
        while (await other.deliverOne());
      }
      const waiting = other.deliveries.take().filter(({ topic }) => topic === 'order.updated');
      expect(waiting).toHaveLength(3);

      for (const index of order) {
        const delivery = waiting[index];
        if (delivery) await other.recordAll([delivery]);
      }

      expect((await other.order(edited))?.email).toBe(emailOf('right'));
    },
  );
});
