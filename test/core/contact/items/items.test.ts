import { describe, expect, it } from 'vitest';
import { neededProducts } from '../../../../lib/core/contact/desired.ts';
import { type Facts, factsOf } from '../../../../lib/core/contact/facts/facts.ts';
import { sendableName, sendableValue } from '../../../../lib/core/contact/items/item-write.ts';
import {
  forgivenRows,
  type ItemGaps,
  type ItemRow,
  MOST_ITEMS,
  planItems,
} from '../../../../lib/core/contact/items/items-plan.ts';
import type { OrderData } from '../../../../lib/core/ledger/snapshot.ts';
import type { CustomObjects } from '../../../../lib/core/policy/custom-objects.ts';
import { DEFAULT_POLICY } from '../../../../lib/core/policy/policy.ts';
import { contact, orderLine, orderRef, orderState } from '../../../contracts/samples.ts';

const ADA = contact('ada');
const ALL_OF_ORDERS = {
  ordernumber: 'number',
  status: 'status',
  currency: 'currency',
  total: 'totalMinor',
  gross: 'total',
  refunded: 'refunded',
  net: 'net',
  createdat: 'createdAt',
  paidat: 'paidAt',
  completedat: 'completedAt',
  coupons: 'coupons',
  items: 'items',
  skus: 'skus',
  paymentmethod: 'paymentMethod',
  country: 'country',
} as const;
const ALL_OF_LINES = {
  orderkey: 'orderKey',
  sku: 'sku',
  name: 'name',
  productid: 'productId',
  quantity: 'quantity',
  total: 'total',
  categories: 'categories',
  status: 'status',
} as const;
const OBJECTS: CustomObjects = {
  orders: { object: 'orders', unique: 'orderkey', attributes: ALL_OF_ORDERS },
  lines: { object: 7, unique: 'linekey', attributes: ALL_OF_LINES },
};
const NO_GAPS: ItemGaps = { objects: new Set(), attributes: new Set() };
const NO_ROWS: ReadonlyMap<string, ItemRow> = new Map();

type ItemsWish = Parameters<typeof planItems>[0];

/** Ada's orders, numbered from 1, one created after the other. */
function orders(...changes: readonly Partial<OrderData>[]): Facts {
  const entries = changes.map((change, index) => ({
    ref: orderRef(index + 1),
    state: orderState({ createdAt: 1_750_000_000_000 + 1000 * index, ...change }),
  }));
  return factsOf(
    entries,
    new Map([['product/demo/7', { name: '', sku: '', categories: ['engines', 'old'] }]]),
  );
}

function wish(facts: Facts | undefined, change: Partial<ItemsWish> = {}): ItemsWish {
  const policy = { ...DEFAULT_POLICY, customObjects: OBJECTS };
  return { facts, contact: ADA, contactId: 5, policy, gaps: NO_GAPS, now: 0, ...change };
}

/** Values as they are sent, by alias, of the item in this row. */
function sentTo(row: string, of: ItemsWish, rows = NO_ROWS): Record<string, unknown> | undefined {
  const item = planItems(of, rows).due.find((one) => one.row === row);
  if (!item) return undefined;
  return Object.fromEntries(
    Object.entries(item.write.attributes).map(([alias, value]) => [alias, sendableValue(value)]),
  );
}

/** The rows after everything that is due was written. */
function written(of: ItemsWish, rows = NO_ROWS): ReadonlyMap<string, ItemRow> {
  const sent = planItems(of, rows).due.map(({ row, fingerprint }) => [
    row,
    { fingerprint, contactId: of.contactId },
  ]);
  return new Map([...rows, ...(sent as [string, ItemRow][])]);
}

describe('the items of a contact', () => {
  it('are one for each order and one for each line, the newest order first', () => {
    const facts = orders({}, { lines: [orderLine(), orderLine({ sku: 'PUNCH', name: '' })] });

    expect(
      planItems(wish(facts), NO_ROWS).due.map(({ row, write }) => [row, write.object, write.name]),
    ).toEqual([
      ['orders#demo/2', 'orders', 'Order 23'],
      ['7#demo/2/1', 7, 'Difference engine'],
      ['7#demo/2/2', 7, 'PUNCH'],
      ['orders#demo/1', 'orders', 'Order 23'],
      ['7#demo/1/1', 7, 'Difference engine'],
    ]);
  });

  it('say of an order what the ledger says, amounts as decimals and in minor units, moments in UTC', () => {
    const facts = orders({
      refunded: '-4.90',
      paidAt: Date.UTC(2026, 0, 2, 3, 4, 5),
      coupons: ['spring', 'vip'],
      lines: [orderLine({ quantity: 2 }), orderLine({ sku: 'PUNCH', name: 'Punch' })],
    });

    expect(sentTo('orders#demo/1', wish(facts))).toEqual({
      orderkey: `demo/1/${ADA}`,
      ordernumber: '23',
      status: 'processing',
      currency: 'EUR',
      total: 1990,
      gross: '19.90',
      refunded: '-4.90',
      net: '15.00',
      createdat: '2025-06-15T15:06:40+00:00',
      paidat: '2026-01-02T03:04:05+00:00',
      coupons: 'spring,vip',
      items: '2 x Difference engine,1 x Punch',
      skus: 'ENGINE,PUNCH',
      paymentmethod: 'bacs',
      country: 'United Kingdom',
    });
  });

  it('say of a line its order, product, quantity, categories and status', () => {
    expect(sentTo('7#demo/1/1', wish(orders({ status: 'completed' })))).toEqual({
      linekey: `demo/1/1/${ADA}`,
      orderkey: `demo/1/${ADA}`,
      sku: 'ENGINE',
      name: 'Difference engine',
      productid: '7',
      quantity: 1,
      total: '19.90',
      categories: 'engines,old',
      status: 'completed',
    });
  });

  it('have keys of their own contact, because one item for two contacts would be linked to both', () => {
    const bert = contact('bert');

    expect(sentTo('orders#demo/1', wish(orders({}), { contact: bert }))).toMatchObject({
      orderkey: `demo/1/${bert}`,
    });
  });

  it('are nothing without a policy for them', () => {
    const policy = DEFAULT_POLICY;

    expect(planItems(wish(orders({}), { policy }), NO_ROWS).due).toEqual([]);
  });

  it('need the products of all orders once lines carry categories, counted or not', () => {
    const facts = orders({ status: 'cancelled' });
    const policy = { ...DEFAULT_POLICY, tags: [] };

    expect(neededProducts(facts, policy)).toEqual([]);
    expect(neededProducts(facts, { ...policy, customObjects: OBJECTS })).toHaveLength(1);
  });
});

describe('the difference to what was written', () => {
  it('is nothing once everything was written', () => {
    const of = wish(orders({}, {}));

    expect(planItems(of, written(of)).due).toEqual([]);
  });

  it('is what changed alone', () => {
    const rows = written(wish(orders({}, {})));
    const changed = wish(orders({}, { status: 'completed' }));

    expect(planItems(changed, rows).due.map(({ row }) => row)).toEqual(['orders#demo/2', '7#demo/2/1']);
  });

  it('is everything for another contact in Mautic, and what a request may have changed', () => {
    const of = wish(orders({}));
    const rows = written(of);
    const claimed = new Map([...rows].map(([name, row]) => [name, { ...row, claimed: true }]));

    expect(planItems({ ...of, contactId: 6 }, rows).due).toHaveLength(2);
    expect(planItems(of, claimed).due).toHaveLength(2);
  });

  it('leaves out what Mautic refuses, until it changes or somebody replays the contact', () => {
    const of = wish(orders({}));
    const rows = new Map([...written(of)].map(([name, row]) => [name, { ...row, parked: 'refused' }]));

    expect(planItems(of, rows).due).toEqual([]);
    expect(planItems(of, forgivenRows(rows)).due).toHaveLength(2);
    expect(planItems(of, forgivenRows(written(of))).due).toEqual([]);
    expect(planItems(wish(orders({ status: 'completed' })), rows).due).toHaveLength(2);
  });

  it('is at most fifty items at a time, the newest orders before older ones', () => {
    const of = wish(orders(...Array.from({ length: 40 }, () => ({}))));
    const first = planItems(of, NO_ROWS);

    expect(first.more).toBe(true);
    expect(first.due).toHaveLength(MOST_ITEMS);
    expect(first.due[0]?.row).toBe('orders#demo/40');
    expect(planItems(of, written(of)).due[0]?.row).toBe('orders#demo/15');
    expect(planItems(of, written(of, written(of))).more).toBe(false);
  });
});

describe('what was written and is no longer so', () => {
  it('is called deleted when the order is gone or has fewer lines, and counts for nothing', () => {
    const rows = written(wish(orders({ lines: [orderLine(), orderLine()] }, {})));
    const facts = orders({}, {});
    const gone = { ...facts, orders: facts.orders.slice(0, 1), goneOrders: facts.orders.slice(1) };

    expect(planItems(wish(gone), rows).due.map(({ row }) => row)).toEqual([
      'orders#demo/1',
      '7#demo/1/2',
      '7#demo/2/1',
      'orders#demo/2',
    ]);
    expect(sentTo('orders#demo/2', wish(gone), rows)).toEqual({
      orderkey: `demo/2/${ADA}`,
      status: 'deleted',
      total: 0,
      gross: '0.00',
      refunded: '0.00',
      net: '0.00',
    });
    expect(sentTo('7#demo/1/2', wish(gone), rows)).toEqual({
      linekey: `demo/1/2/${ADA}`,
      status: 'deleted',
      quantity: 0,
      total: '0.00',
    });
  });

  it('is called moved when the order is somebody else’s now', () => {
    const rows = written(wish(orders({}, {})));

    expect(sentTo('orders#demo/2', wish(orders({})), rows)).toMatchObject({ status: 'moved', total: 0 });
  });

  it('is called deleted when the whole contact is withdrawn', () => {
    const rows = written(wish(orders({})));
    const withdrawn = wish(undefined);

    expect(sentTo('orders#demo/1', withdrawn, rows)).toMatchObject({ status: 'deleted', total: 0 });
    expect(planItems(withdrawn, written(withdrawn, rows)).due).toEqual([]);
  });

  it('comes back when the order does', () => {
    const of = wish(orders({}));
    const moved = written(wish(orders()), written(of));

    expect(sentTo('orders#demo/1', of, moved)).toMatchObject({ status: 'processing', total: 1990 });
  });

  it('stays as it is when its object left the policy', () => {
    const rows = new Map([['receipts#demo/1', { fingerprint: 'x', contactId: 5 }]]);

    expect(planItems(wish(undefined), rows).due).toEqual([]);
  });
});

describe('what Mautic does not have', () => {
  it('is left out: an object with its items, a field alone', () => {
    const facts = orders({});
    const noLines = wish(facts, { gaps: { ...NO_GAPS, objects: new Set(['7']) } });
    const noStatus = wish(facts, { gaps: { ...NO_GAPS, attributes: new Set(['status']) } });

    expect(planItems(noLines, NO_ROWS).due.map(({ row }) => row)).toEqual(['orders#demo/1']);
    expect(sentTo('orders#demo/1', noStatus)).not.toHaveProperty('status');
  });

  it('takes the items along where it is their unique field: each write would make one more', () => {
    const gaps = { ...NO_GAPS, attributes: new Set(['orderkey']) };

    // The key of the order is also an attribute of its lines, which go without it.
    expect(planItems(wish(orders({}), { gaps }), NO_ROWS).due.map(({ row }) => row)).toEqual(['7#demo/1/1']);
  });
});

describe('an item that failed alone', () => {
  const OF_ONE = wish(orders({}, {}));
  const tried = (row: string, change: Partial<ItemRow>) =>
    new Map([...written(OF_ONE)].map(([name, one]) => [name, name === row ? { ...one, ...change } : one]));
  const failed = { claimed: true, claimedAt: 0, serverErrors: 2, notBefore: 500 };

  it('waits for its time while the rest is written, and is no end of it', () => {
    const rows = tried('orders#demo/1', failed);

    expect(planItems({ ...OF_ONE, now: 499 }, rows)).toMatchObject({ due: [], more: false, waitsUntil: 500 });
  });

  it('goes when its time has come, alone, and after whatever did not fail', () => {
    const rows = tried('orders#demo/1', failed);
    const busy = new Map([...rows].filter(([name]) => name !== 'orders#demo/2'));
    const at = { ...OF_ONE, now: 500 };

    const first = planItems(at, busy);
    expect([first.due.map(({ row }) => row), first.alone, first.more]).toEqual([
      ['orders#demo/2'],
      false,
      true,
    ]);
    const then = planItems(at, rows);
    expect([then.due.map(({ row }) => row), then.alone, then.more]).toEqual([['orders#demo/1'], true, false]);
  });

  it.each([
    ['of other content', { fingerprint: 'before' }],
    ['of another contact', { contactId: 6 }],
  ])('tells nothing %s: that goes at once, with the others', (_of, change) => {
    const plan = planItems({ ...OF_ONE, now: 0 }, tried('orders#demo/1', { ...failed, ...change }));

    expect([plan.due.map(({ row }) => row), plan.alone]).toEqual([['orders#demo/1'], false]);
  });

  it('need not wait after a replay', () => {
    const plan = planItems({ ...OF_ONE, now: 0 }, forgivenRows(tried('orders#demo/1', failed)));

    expect([plan.due.map(({ row }) => row), plan.alone]).toEqual([['orders#demo/1'], false]);
  });
});

describe('a value Mautic’s plugin would break on', () => {
  it('is left out and said: a number beyond 32 bits or with a fraction', () => {
    const facts = orders({ total: '99999999.99', lines: [orderLine({ quantity: 1.5 })] });
    const plan = planItems(wish(facts), NO_ROWS);

    expect(plan.unfit).toEqual(['total', 'quantity']);
    expect(sentTo('orders#demo/1', wish(facts))).toMatchObject({ gross: '99999999.99' });
    expect(sentTo('orders#demo/1', wish(facts))).not.toHaveProperty('total');
  });

  it.each([
    [{ as: 'integer', value: 2_147_483_647 }, 2_147_483_647],
    [{ as: 'integer', value: 2_147_483_648 }, undefined],
    [{ as: 'day', value: Date.UTC(2026, 0, 31, 23) }, '2026-01-31'],
    [{ as: 'moment', value: Number.NaN }, undefined],
    [{ as: 'moment', value: -1 }, undefined],
    [{ as: 'url', value: 'not a url' }, undefined],
    [{ as: 'url', value: 'https://shop.example/o/1' }, 'https://shop.example/o/1'],
    [{ as: 'url', value: '' }, ''],
    [{ as: 'email', value: 'zz' }, undefined],
    [{ as: 'email', value: 'ada@example.com' }, 'ada@example.com'],
    [{ as: 'list', value: ['a', 'b'] }, ['a', 'b']],
  ] as const)('%j is sent as %j', (value, sent) => {
    expect(sendableValue(value)).toEqual(sent);
  });

  it('is a name of more than 191 characters, which is cut, or none', () => {
    expect(sendableName('ü'.repeat(300))).toBe('ü'.repeat(191));
    expect(sendableName(' \n ')).toBeUndefined();
  });
});
