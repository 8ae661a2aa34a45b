import { describe, expect, it, test } from 'vitest';
import type { FieldInfo } from '../../../lib/core/contact/contact-write.ts';
import {
  desiredContact,
  identityAliases,
  neededFields,
  neededProducts,
  ownAliases,
  totalAliases,
} from '../../../lib/core/contact/desired.ts';
import { type Facts, factsOf, type OwnEntry } from '../../../lib/core/contact/facts/facts.ts';
import type { CustomerState } from '../../../lib/core/ledger/fold/order.ts';
import type { OrderData, ProductData } from '../../../lib/core/ledger/snapshot.ts';
import { DEFAULT_POLICY, type Policy } from '../../../lib/core/policy/policy.ts';
import { customerRef, orderLine, orderRef, orderState } from '../../contracts/samples.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-01-10T12:00:00Z');
const { identity } = orderState().data as OrderData;

/** Orders numbered from 1, ten days apart. */
function orders(...changes: readonly Partial<OrderData>[]): readonly OwnEntry[] {
  return changes.map((change, index) => ({
    ref: orderRef(index + 1),
    state: orderState({ createdAt: START + index * 10 * DAY, attribution: {}, ...change }),
  }));
}

function customer(meta: Readonly<Record<string, string>>): OwnEntry {
  const state: CustomerState = {
    type: 'customer',
    data: { modifiedAt: 1, role: 'customer', identity, meta },
    contacts: {},
    deleted: false,
  };
  return { ref: customerRef(7), state };
}

interface Mapping {
  /** What Mautic's field takes; a text by default. */
  readonly type?: string;
  readonly limit?: number;
  readonly products?: ReadonlyMap<string, ProductData>;
}

/** What becomes of one source in a field, and whether it fits. */
function mapped(
  source: string,
  entries: readonly OwnEntry[],
  { type = 'text', limit, products }: Mapping = {},
) {
  const policy: Policy = { ...DEFAULT_POLICY, map: { [source]: 'mapped' } };
  const fields = new Map<string, FieldInfo>([['mapped', { type, ...(limit !== undefined && { limit }) }]]);
  const facts = factsOf(entries, products ?? new Map());
  const contact = desiredContact(facts, { policy, currencies: new Map([['demo', 'EUR']]), fields, now: 0 });
  if (!contact) throw new Error('this should be a contact');
  return contact.unfit.length > 0 ? 'unfit' : contact.fields['mapped'];
}

describe('a mapped value', () => {
  test.each([
    ['billing.company', { identity: { ...identity, company: 'Analytical Engines' } }, 'Analytical Engines'],
    ['billing.country', { identity: { ...identity, country: 'DE' } }, 'Germany'],
    ['billing.state', { identity: { ...identity, country: 'DE', state: 'DE-BY' } }, 'Bayern'],
    ['shipping.city', { shipping: { ...identity, city: 'Leeds' } }, 'Leeds'],
    ['meta.vat_number', { meta: { vat_number: 'GB123' } }, 'GB123'],
    ['attribution.utm_source', { attribution: { utm_source: 'newsletter' } }, 'newsletter'],
    ['language', { meta: { wpml_language: 'de' } }, 'de'],
    ['currency', { currency: 'USD' }, 'USD'],
    ['paymentMethod', { paymentMethod: 'Invoice' }, 'Invoice'],
    ['lastCoupons', { coupons: ['ten', 'tea'] }, 'ten, tea'],
    ['shipping.city', {}, null],
    ['meta.vat_number', { meta: { other: 'x' } }, null],
    ['meta.constructor_of', {}, null],
  ] as const)('is taken from %s of the newest order', (source, change, value) => {
    expect(mapped(source, orders({}, change))).toBe(value);
  });

  it('is that of the newest order that has it', () => {
    const entries = orders(
      { meta: { vat: 'old' }, attribution: { utm_source: 'ads' } },
      { meta: { vat: 'new' }, attribution: { utm_source: 'mail' } },
      { meta: {}, attribution: {} },
    );

    expect(mapped('meta.vat', entries)).toBe('new');
    expect(mapped('attribution.utm_source', entries)).toBe('mail');
  });

  it('is taken from the meta of a customer', () => {
    expect(mapped('customerMeta.loyalty', [...orders({}), customer({ loyalty: 'gold' })])).toBe('gold');
    expect(mapped('customerMeta.loyalty', orders({}))).toBeNull();
  });

  it('is a date or an amount over the orders that count', () => {
    const entries = orders(
      { total: '30.00', coupons: ['first'] },
      { total: '10.00', status: 'failed' },
      { total: '20.01', refunded: '-5.00', coupons: ['last', 'first'] },
      { total: '9.00', status: 'refunded', refunded: '-9.00' },
    );

    expect(mapped('firstOrderDate', entries)).toBe('2026-01-10');
    expect(mapped('lastOrderDate', entries)).toBe('2026-01-30');
    expect(mapped('averageOrderValue', entries)).toBe('22.51');
    expect(mapped('daysBetweenOrders', entries)).toBe('20');
    expect(mapped('refundedTotal', entries)).toBe('14.00');
    expect(mapped('coupons', entries)).toBe('last, first');
  });

  it('is nothing over no orders', () => {
    const entries = orders({ status: 'on-hold' });

    for (const source of [
      'firstOrderDate',
      'averageOrderValue',
      'daysBetweenOrders',
      'refundedTotal',
      'coupons',
    ])
      expect(mapped(source, entries)).toBeNull();
  });

  it('is a total in one currency, whatever the base currency is', () => {
    const entries = orders({ currency: 'USD', total: '7.00' }, { currency: 'EUR', total: '5.00' });

    expect(mapped('totalSpent.USD', entries)).toBe('7.00');
    expect(mapped('totalSpent.GBP', entries)).toBeNull();
  });

  it('is the category of which most pieces were bought', () => {
    const entries = orders(
      { lines: [orderLine({ productId: '1', quantity: 3 }), orderLine({ productId: '2', quantity: 2 })] },
      { lines: [orderLine({ productId: '2', quantity: 2 })] },
    );
    const product = (...categories: readonly string[]): ProductData => ({ name: '', sku: '', categories });
    const products = new Map([
      ['product/demo/1', product('tea')],
      ['product/demo/2', product('cups', 'gifts')],
    ]);
    const policy: Policy = { ...DEFAULT_POLICY, tags: [], map: { favouriteCategory: 'favourite' } };

    expect(mapped('favouriteCategory', entries, { products })).toBe('cups');
    expect(neededProducts(factsOf(entries, new Map()), policy).map(({ id }) => id)).toEqual(['1', '2']);
    expect(neededProducts(factsOf(entries, new Map()), { ...policy, map: {} })).toEqual([]);
  });
});

describe('the type of the field', () => {
  const withMeta = (value: string): readonly OwnEntry[] => orders({ meta: { key: value } });

  test.each([
    ['number', '12.50', '12.50'],
    ['number', '0', null],
    ['number', '12,50', 'unfit'],
    ['boolean', 'Yes', 'yes'],
    ['boolean', '0', 'no'],
    ['boolean', 'maybe', 'unfit'],
    ['date', '2026-02-28', '2026-02-28'],
    ['date', '2026-02-28T10:00:00', '2026-02-28'],
    ['date', '2026-02-30', 'unfit'],
    ['date', '31/01/2026', 'unfit'],
    ['datetime', '2026-02-28', '2026-02-28 00:00:00'],
    ['time', 'noon', 'unfit'],
    ['email', 'Ada@Example.com', 'ada@example.com'],
    ['email', 'nobody', 'unfit'],
    ['url', 'https://example.com/x', 'https://example.com/x'],
    ['url', 'javascript:alert(1)', 'unfit'],
    ['locale', 'de-DE', 'de_DE'],
    ['select', 'gold', 'gold'],
    ['text', 'a < b', 'a ‹ b'],
  ])('%s takes %j as %j', (type, value, expected) => {
    expect(mapped('meta.key', withMeta(value), { type })).toBe(expected);
  });

  it('cuts a text to what the field takes, and gives a long one room', () => {
    expect(mapped('meta.key', withMeta('abcdef'), { limit: 3 })).toBe('abc');
    expect(mapped('meta.key', withMeta('a'.repeat(500)))).toHaveLength(191);
    expect(mapped('meta.key', withMeta('a'.repeat(500)), { type: 'textarea' })).toHaveLength(500);
  });

  it('makes choices of a list, moments of dates, and nothing of a date in a number', () => {
    expect(mapped('lastCoupons', orders({ coupons: ['a', 'b'] }), { type: 'multiselect' })).toBe('a|b');
    expect(mapped('lastOrderDate', orders({}), { type: 'datetime' })).toBe('2026-01-10 12:00:00');
    expect(mapped('lastOrderDate', orders({}), { type: 'number' })).toBe('unfit');
  });
});

describe('the fields of a map', () => {
  const policy: Policy = {
    ...DEFAULT_POLICY,
    map: {
      'billing.company': 'company',
      'meta.vat_number': 'vat_number',
      firstOrderDate: 'first_order',
      averageOrderValue: 'average_order',
      daysBetweenOrders: 'days_between',
      coupons: 'used_coupons',
    },
  };

  it('are made with a type that can hold the value, but for those that Mautic has itself', () => {
    expect(neededFields(policy).slice(3)).toEqual([
      { alias: 'vat_number', label: 'Vat Number', type: 'text' },
      { alias: 'first_order', label: 'First Order', type: 'date' },
      { alias: 'average_order', label: 'Average Order', type: 'number', scale: 2 },
      { alias: 'days_between', label: 'Days Between', type: 'number', scale: 0 },
      { alias: 'used_coupons', label: 'Used Coupons', type: 'textarea' },
    ]);
    expect(identityAliases(policy)).toContain('company');
  });

  it('may be filled by people too, so what is blank is not written over', () => {
    expect([...ownAliases(policy)]).toEqual(Object.values(DEFAULT_POLICY.aliases));
  });

  it('are left alone like other totals while a history is missing, where they add one up', () => {
    expect(totalAliases(policy).slice(2)).toEqual(['first_order', 'average_order', 'days_between']);
  });

  it('are left out where Mautic does not have them, or must not be given them', () => {
    const facts: Facts = factsOf(orders({ identity: { ...identity, company: 'ACME' } }), new Map());
    const wish = (fields: ReadonlyMap<string, FieldInfo>) =>
      desiredContact(facts, { policy, currencies: new Map(), fields, now: 0 })?.fields;

    expect(wish(new Map())).toMatchObject({ company: 'ACME' });
    expect(wish(new Map())).not.toHaveProperty('vat_number');
    expect(wish(new Map([['company', { type: 'text', leftOut: true }]]))).not.toHaveProperty('company');
  });
});
