import { expect, test } from 'vitest';
import { desiredContact, neededProducts } from '../../../../lib/core/contact/desired.ts';
import { factsOf, type OwnEntry } from '../../../../lib/core/contact/facts/facts.ts';
import { fold } from '../../../../lib/core/ledger/fold/order.ts';
import { type ProductData, refName } from '../../../../lib/core/ledger/snapshot.ts';
import { DEFAULT_POLICY } from '../../../../lib/core/policy/policy.ts';
import { feedArrival, feedRecording, orderIn } from '../../../support/fluentcart.ts';
import { snapshotsOf } from '../../../support/translation.ts';

const LAMP: ProductData = {
  name: 'Lampe',
  sku: '',
  skus: { 2: 'FC-LAMP', 3: 'OTHER' },
  categories: ['lampen'],
};
const NAME = 'product/fluent/42';

function entryOf(number: string): OwnEntry {
  const snapshot = orderIn(feedArrival(feedRecording(number)));
  const state = fold(undefined, snapshot);
  if (state.type !== 'order') throw new Error('no order');
  return { ref: snapshot.ref, state };
}

function desired(products: ReadonlyMap<string, ProductData>) {
  return desiredContact(factsOf([entryOf('103')], products), {
    policy: DEFAULT_POLICY,
    currencies: new Map([['fluent', 'EUR']]),
    fields: new Map([['mautic_woo_order_data', { type: 'textarea' }]]),
    now: 0,
  });
}

test('a line without a SKU has that of its variation, in tags and in the order data', () => {
  const { tags, fields } = desired(new Map([[NAME, LAMP]])) ?? {};

  expect(tags).toEqual(['category:lampen', 'sku:fc-lamp', 'status:processing']);
  expect(String(fields?.['mautic_woo_order_data'])).toContain('"sku":"FC-LAMP"');
});

test('a line whose product nobody described has no SKU and no tags of either', () => {
  const { tags } = desired(new Map()) ?? {};

  expect(tags).toEqual(['status:processing']);
});

test('a variation the product does not know, or one named like a property of every object, has none', () => {
  expect(desired(new Map([[NAME, { ...LAMP, skus: {} }]]))?.tags).not.toContain('sku:fc-lamp');
  expect(desired(new Map([[NAME, { name: '', sku: '', categories: [] }]]))?.tags).toEqual([
    'status:processing',
  ]);
});

test('products are needed for SKUs only where orders name none', () => {
  const policy = { ...DEFAULT_POLICY, tags: ['sku:{sku}'] };
  const [seen] = snapshotsOf('0057');
  if (seen?.type !== 'order') throw new Error('no order');
  const state = fold(undefined, seen);
  if (state.type !== 'order') throw new Error('no order');
  const named = { ref: seen.ref, state };

  expect(neededProducts(factsOf([entryOf('103')], new Map()), policy)).toEqual([
    { kind: 'product', store: 'fluent', id: '42' },
  ]);
  expect(neededProducts(factsOf([named], new Map()), policy)).toEqual([]);
});

test('the products of the newest order are asked for though it does not count: the order data shows their SKUs', () => {
  // Refunded whole.
  const facts = factsOf([entryOf('104')], new Map());
  const refs = (policy: Partial<typeof DEFAULT_POLICY>) =>
    neededProducts(facts, { ...DEFAULT_POLICY, ...policy }).map(refName);

  expect(refs({})).toEqual([NAME]);
  expect(refs({ tags: [] })).toEqual([NAME]);
  expect(refs({ tags: [], aliases: { ...DEFAULT_POLICY.aliases, orderData: false } })).toEqual([]);
});
