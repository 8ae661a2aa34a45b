import { expect, it, vi } from 'vitest';
import { desiredContact } from '../../lib/core/contact/desired.ts';
import type { KnownOrder } from '../../lib/core/contact/facts/known-order.ts';
import { orderDataJson } from '../../lib/core/contact/order-data.ts';
import { DEFAULT_POLICY } from '../../lib/core/policy/policy.ts';
import { snapshotIn } from '../support/translation.ts';
import { FuzzWorld } from './bridge/fuzz-world.ts';
import { gatewayEvent } from './bridge/gateway-event.ts';
import type { Request } from './inputs/input.ts';
import { signed, TOPIC, withHeaders } from './inputs/shop.ts';
import type { Finding } from './oracle/findings.ts';
import { run } from './oracle/run-input.ts';

const ADDRESS = 'ada@example.test';
const MOST_DIGITS = '9'.repeat(30);

function delivery(topic: string, body: Record<string, unknown>): Request {
  const headers = {
    'content-type': 'application/json',
    'x-wc-webhook-id': '1',
    'x-wc-webhook-delivery-id': 'b0a1',
  };
  return signed({ topic, headers, body });
}

function order(fields: Record<string, unknown>): Request {
  return delivery('order.updated', { id: 7, status: 'processing', billing: { email: ADDRESS }, ...fields });
}

async function findingsOf(...requests: readonly Request[]): Promise<readonly Finding[]> {
  const { findings } = await run(new FuzzWorld(), { kind: 'fault', type: 'requests', requests });
  return findings;
}

/** An order as the ledger keeps it. */
function kept(fields: Record<string, unknown>): KnownOrder {
  const { ref, data } = snapshotIn('order', 'order.updated', { id: 7, status: 'processing', ...fields });
  const state = { type: 'order', contacts: {}, sights: {}, deleted: [], restored: [], data } as const;
  return { ref, data, state, effects: {} };
}

it('a total and a refund that add up to 31 digits cost the amount, not the contact', async () => {
  const found = await findingsOf(
    order({ currency: 'EUR', total: MOST_DIGITS, refunds: [{ total: MOST_DIGITS }] }),
  );

  expect(found).toEqual([]);
});

it('two orders that add up to 31 digits cost the amount, not the contact', async () => {
  const found = await findingsOf(
    order({ currency: 'EUR', total: MOST_DIGITS }),
    order({ id: 8, currency: 'EUR', total: MOST_DIGITS }),
  );

  expect(found).toEqual([]);
});

it('half a surrogate pair that is written as an entity does not reach Mautic', async () => {
  const found = await findingsOf(order({ billing: { email: ADDRESS, first_name: '&#xD800;' } }));

  expect(found).toEqual([]);
});

it('an entity within an entity does not become a tag of HTML in Mautic', async () => {
  const found = await findingsOf(order({ billing: { email: ADDRESS, first_name: 'Ada &amp;lt;b' } }));

  expect(found).toEqual([]);
});

it('a letter that is written as an entity is in lower case in a tag', async () => {
  expect(await findingsOf(order({ status: '&#65;' }))).toEqual([]);
});

it('a product with hundreds of long categories fits into the ledger', async () => {
  const categories = Array.from({ length: 500 }, (_, index) => ({
    slug: `${String(index)}${'a'.repeat(990)}`,
  }));

  expect(await findingsOf(delivery('product.updated', { id: 7, categories }))).toEqual([]);
});

it('the marks of an order fit into the ledger, whatever the unsigned headers say', async () => {
  const deletion = delivery('order.deleted', { id: 7 });
  const deletions = Array.from({ length: 60 }, (_, index) =>
    withHeaders(deletion, { 'x-wc-webhook-delivery-id': `${String(index)}-${'a'.repeat(8000)}` }),
  );

  expect(await findingsOf(...deletions)).toEqual([]);
});

it('the statuses an order was seen in fit into the ledger', async () => {
  const orders = Array.from({ length: 140 }, (_, index) =>
    order({ status: `${String(index)}${'\u7dd1'.repeat(990)}` }),
  );

  expect(await findingsOf(...orders)).toEqual([]);
});

it('what was written of a contact with thousands of articles fits into the ledger', async () => {
  const orders = Array.from({ length: 8 }, (_, index) => {
    const sku = (line: number) => `${String(index)}-${String(line)}-${'a'.repeat(170)}`;
    const line_items = Array.from({ length: 320 }, (_line, line) => ({
      sku: sku(line),
      quantity: 1,
      total: '1',
    }));
    return order({ id: 7 + index, line_items });
  });

  expect(await findingsOf(...orders)).toEqual([]);
});

it('the largest body of a message and the longest headers fit into a message together', async () => {
  const request = order({ customer_note: '' });
  const note = 'a'.repeat(768 * 1024 - 8192 - request.body.length);
  const long = withHeaders(order({ customer_note: note }), {
    [TOPIC]: 'order.updated',
    'x-wc-webhook-delivery-id': '"'.repeat(8600),
  });

  expect(await findingsOf(long)).toEqual([]);
});

it('the largest order is cut to a short field without trying every length of it', () => {
  const name = '\u7dd1'.repeat(60);
  const line_items = Array.from({ length: 600 }, () => ({ name, sku: 'a', quantity: 1, total: '1' }));
  const coupon_lines = Array.from({ length: 2000 }, (_, index) => ({ code: `\u7dd1${String(index)}` }));
  const largest = kept({ line_items, coupon_lines });
  const tries = vi.spyOn(JSON, 'stringify');

  expect(orderDataJson(largest, 191)?.length).toBeLessThanOrEqual(191);

  expect(tries.mock.calls.length).toBeLessThan(50);
});

it('an order in a currency called constructor is nothing special when its store is gone', () => {
  const facts = {
    orders: [kept({ status: 'pending', currency: 'constructor' })],
    parts: [],
    goneOrders: [],
    customers: [],
    products: new Map(),
    carts: [],
    orderedCarts: new Set<string>(),
    elsewhere: new Map<string, never>(),
    forgettableCarts: [],
    subscriptions: [],
    carriers: [],
  };
  const fields = new Map([['mautic_woo_total_spent', { type: 'number' }]]);

  expect(
    desiredContact(facts, { policy: DEFAULT_POLICY, currencies: new Map(), fields, exists: true, now: 0 })
      ?.fields,
  ).toMatchObject({
    mautic_woo_total_spent: null,
  });
});

it('what the ledger keeps of consent is well-formed', () => {
  const { data } = kept({ meta_data: [{ id: 1, key: '_wc_other/\ud800', value: '1' }] });

  expect(Object.keys(data.consent).every((name) => name.isWellFormed())).toBe(true);
});

it('a header called constructor reaches the function as it was sent', () => {
  const event = gatewayEvent({ store: 'demo', headers: [['constructor', 'x']], body: Buffer.alloc(0) });

  expect(event.headers['constructor']).toBe('x');
});
