import { describe, expect, it } from 'vitest';
import { desiredContact, neededProducts } from '../../../lib/core/contact/desired.ts';
import { factsOf, type OwnEntry } from '../../../lib/core/contact/facts/facts.ts';
import type { OrderData, ProductData } from '../../../lib/core/ledger/snapshot.ts';
import { defineBridge } from '../../../lib/core/policy/configuration/bridge-config.ts';
import { DEFAULT_POLICY, type Policy } from '../../../lib/core/policy/policy.ts';
import { orderLine, orderRef, orderState } from '../../contracts/samples.ts';

const FIELDS = new Map([
  ['mautic_woo_total_spent', { type: 'number' }],
  ['mautic_woo_order_count', { type: 'number' }],
]);
const PRODUCTS = new Map<string, ProductData>([
  ['product/demo/1', { name: 'Tea', sku: 'TEA', categories: ['t%C3%A9s'] }],
  ['product/demo/2', { name: 'Cup', sku: 'CUP', categories: ['cups'] }],
]);

function order(id: number, product: '1' | '2', change: Partial<OrderData> = {}): OwnEntry {
  const sku = product === '1' ? 'TEA' : 'CUP';
  const lines = [orderLine({ productId: product, sku })];
  return { ref: orderRef(id), state: orderState({ createdAt: id, total: '10.00', lines, ...change }) };
}

const TEA_THEN_CUP = [order(1, '1'), order(2, '2', { status: 'completed' })];

function desired(only: Policy['only'] | undefined, products: ReadonlyMap<string, ProductData> = PRODUCTS) {
  const policy: Policy = { ...DEFAULT_POLICY, ...(only && { only }) };
  const facts = factsOf(TEA_THEN_CUP, products);
  return desiredContact(facts, { policy, currencies: new Map(), fields: FIELDS, now: 0 });
}

function complaintOf(only: unknown): string {
  try {
    defineBridge({
      stores: [{ id: 'demo', kind: 'woocommerce', currency: 'EUR' }],
      mautic: { url: 'https://mautic.example.com' },
      policy: { only } as never,
    });
  } catch (error) {
    return String(error);
  }
  return '';
}

describe('orders that only count for some SKUs or categories', () => {
  it.each([
    ['a SKU, however it is written', { skus: ['tea '], categories: [] }],
    ['a category, as people read it', { skus: [], categories: ['tés'] }],
    ['either of them', { skus: ['nothing'], categories: ['Tés'] }],
  ])('are told by %s', (_what, only) => {
    expect(desired(only)).toMatchObject({
      fields: { mautic_woo_total_spent: '10.00', mautic_woo_order_count: '1' },
      tags: ['category:tés', 'sku:tea', 'status:processing'],
    });
  });

  it('are all there are without it', () => {
    expect(desired(undefined)?.fields).toMatchObject({ mautic_woo_order_count: '2' });
  });

  it('leave a contact with nothing else what it is', () => {
    const contact = desired({ skus: ['MISSING'], categories: [] });

    expect(contact?.fields).toMatchObject({ firstname: 'Ada', mautic_woo_order_count: null });
    expect(contact?.tags).toEqual([]);
  });

  it('do not count by a category before its product is described, which is waited for', () => {
    const policy: Policy = { ...DEFAULT_POLICY, tags: [], only: { skus: [], categories: ['cups'] } };

    expect(desired(policy.only, new Map())?.fields).toMatchObject({ mautic_woo_order_count: null });
    expect(neededProducts(factsOf(TEA_THEN_CUP, new Map()), policy).map(({ id }) => id)).toEqual(['1', '2']);
  });

  it('have to be named', () => {
    expect(complaintOf({})).toContain('must name skus, categories or both');
  });
});
