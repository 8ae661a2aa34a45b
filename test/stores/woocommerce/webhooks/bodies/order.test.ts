import { describe, expect, test, vi } from 'vitest';
import type { OrderData } from '../../../../../lib/core/ledger/snapshot.ts';
import { woocommerce } from '../../../../../lib/stores/woocommerce/webhooks/index.ts';
import { recordedSnapshot, snapshotIn } from '../../../../support/translation.ts';
import { arrivalWith, bodyOf } from '../../../../support/woocommerce.ts';

const recordedOrder = (number: string) => recordedSnapshot('order', number);

/** The order of recording 0057 with other fields. */
function changed(fields: Readonly<Record<string, unknown>>) {
  return snapshotIn('order', 'order.updated', { ...bodyOf('0057'), ...fields });
}

/** Recording 0057 without one field. */
function without(field: string) {
  const { [field]: _left, ...rest } = bodyOf('0057');
  return snapshotIn('order', 'order.updated', rest);
}

test('translates a checkout (recording 0057)', () => {
  const { ref, address, data } = recordedOrder('0057');

  expect(ref).toEqual({ kind: 'order', store: 'demo', id: '23' });
  expect(address).toMatchObject({ usable: true, email: 'helene@example.test' });
  expect(data).toEqual({
    number: '23',
    status: 'processing',
    currency: 'EUR',
    total: '57.17',
    refunded: '0.00',
    discount: '5.16',
    createdAt: Date.UTC(2026, 10, 21, 23, 7, 47),
    modifiedAt: Date.UTC(2026, 10, 21, 23, 7, 47),
    paymentMethod: 'Cash on delivery',
    lines: [
      { productId: '12', sku: 'TEA-SENCHA', name: 'Thé vert Sencha 緑茶', quantity: 2, total: '24.03' },
      { productId: '15', sku: 'TSHIRT-M-RED', name: 'T-shirt - M, Rouge', quantity: 1, total: '17.71' },
    ],
    coupons: ['bienvenue10'],
    customerId: '0',
    identity: {
      firstName: 'Hélène',
      lastName: "O'Brien-Ñandú",
      company: '',
      phone: '0123456789',
      address1: '1 place d’Italie',
      address2: '',
      city: 'Paris',
      state: '',
      postcode: '75013',
      country: 'FR',
    },
    consent: {},
    attribution: {},
  } satisfies OrderData);
});

describe('as recorded', () => {
  test('keeps the total after refunds and adds the refunds up, in whatever order they stand (0107 to 0109)', () => {
    expect(recordedOrder('0107').data).toMatchObject({
      total: '95.76',
      refunded: '-16.20',
      status: 'completed',
    });
    expect(recordedOrder('0108').data).toMatchObject({
      total: '95.76',
      refunded: '-17.20',
      status: 'completed',
    });
    expect(recordedOrder('0109').data).toMatchObject({
      total: '95.76',
      refunded: '-95.76',
      status: 'refunded',
    });
  });

  test('knows the refund that setting the status made by itself (0114)', () => {
    const { total, refunded } = recordedOrder('0114').data;
    expect(refunded).toBe(`-${total}`);
  });

  test('says when it was paid: cash on completion, a transfer when it came (0057, 0059, 0062, 0064)', () => {
    expect(recordedOrder('0057').data).not.toHaveProperty('paidAt');
    expect(recordedOrder('0057').data).not.toHaveProperty('completedAt');
    expect(recordedOrder('0059').data).toMatchObject({
      paidAt: 1_795_302_467_000,
      completedAt: 1_795_302_467_000,
    });
    expect(recordedOrder('0062').data).not.toHaveProperty('paidAt');
    expect(recordedOrder('0064').data).toMatchObject({ status: 'processing', paidAt: 1_795_302_468_000 });
  });

  test('reads dates as UTC, not as the time on the shop wall (0057)', () => {
    expect(bodyOf('0057')).toMatchObject({ date_created: '2026-11-22T00:07:47' });
    expect(new Date(recordedOrder('0057').data.createdAt).toISOString()).toBe('2026-11-21T23:07:47.000Z');
  });

  test('is a snapshot without a contact when there is no e-mail (0126)', () => {
    const { address, data } = recordedOrder('0126');

    expect(address).toEqual({ usable: false, reason: 'no-email' });
    expect(new Set(Object.values(data.identity))).toEqual(new Set(['']));
    expect(data.total).toBe('16.20');
  });

  test('knows an address whatever its case (0129)', () => {
    expect(recordedOrder('0129').address).toMatchObject({
      usable: true,
      email: 'mixed.case+tag@example.test',
    });
  });

  test('takes coupons, lines without SKU and four-byte characters (0120)', () => {
    const { data } = recordedOrder('0120');

    expect(data.coupons).toEqual(['bienvenue10', 'été-2026']);
    expect(data.lines.map(({ sku }) => sku)).toEqual(['TEA-SENCHA', 'TSHIRT-L-BLUE', '', 'EBOOK-1']);
    expect(data).toMatchObject({
      customerId: '2',
      total: '89.98',
      identity: { firstName: 'Zoë 😀', lastName: 'Łukasz-日本' },
    });
  });

  test('keeps the line of an erased product under product 0 (0146)', () => {
    expect(recordedOrder('0146').data.lines).toEqual([
      { productId: '0', sku: '', name: 'Ephémère', quantity: 1, total: '4.00' },
    ]);
  });

  test('may have no lines and cost nothing (0132)', () => {
    expect(recordedOrder('0132').data).toMatchObject({ lines: [], total: '0.00', status: 'completed' });
  });

  test('keeps its own currency (0134)', () => {
    expect(recordedOrder('0134').data).toMatchObject({ currency: 'JPY', total: '1800.00' });
  });

  test('takes 60 lines (0123)', () => {
    expect(recordedOrder('0123').data.lines).toHaveLength(60);
  });
});

test('takes every field of the bill from its own place', () => {
  const billing = {
    first_name: 'a',
    last_name: 'b',
    company: 'c',
    phone: 'd',
    address_1: 'e',
    address_2: 'f',
    city: 'g',
    state: 'h',
    postcode: 'i',
    country: 'j',
    email: 'k@example.test',
  };

  expect(Object.values(changed({ billing }).data.identity).join('')).toBe('abcdefghij');
});

test('has another version for any other content', () => {
  expect(changed({ total: '57.18' }).version).not.toBe(changed({}).version);
  expect(changed({ billing: { email: 'a@example.test' } }).version).not.toBe(
    changed({ billing: { email: 'b@example.test' } }).version,
  );
});

describe('what is missing has a stand-in', () => {
  test.each([
    ['the id for the number', { number: null }, { number: '23' }],
    ['the method for its title', { payment_method_title: '' }, { paymentMethod: 'cod' }],
    ['shop time for UTC', { date_created_gmt: null }, { createdAt: Date.UTC(2026, 10, 22, 0, 7, 47) }],
    ['zero for an amount', { total: 'free', discount_total: null }, { total: '0', discount: '0' }],
    ['a guest for a customer', { customer_id: null }, { customerId: '0' }],
  ])('%s', (_what, fields, expected) => {
    expect(changed(fields).data).toMatchObject(expected);
  });
});

describe('meta data', () => {
  const meta = [
    { id: 7, key: '_wc_order_attribution_utm_source', value: 'newsletter' },
    { id: 8, key: '_wc_order_attribution_session_entry', value: 'https://shop.example.test/?a=1' },
    { id: 9, key: '_wc_other/lab/marketing-opt-in', value: '1' },
    { id: 10, key: '_wc_other/lab/sms', value: '0' },
    { id: 11, key: '_wc_other/lab/how-did-you-hear', value: 'a friend' },
    { id: 12, key: '_wc_order_attribution_utm_medium', value: { nested: ['x'] } },
    { id: 13, key: '_wc_other/', value: '1' },
  ];

  test('holds consent and attribution', () => {
    const { consent, attribution } = changed({ meta_data: meta }).data;

    expect(consent).toEqual({ 'lab/marketing-opt-in': true, 'lab/sms': false });
    expect(attribution).toEqual({
      utm_source: 'newsletter',
      session_entry: 'https://shop.example.test/?a=1',
    });
  });

  test('may stand in any order (it changes between deliveries)', () => {
    expect(changed({ meta_data: meta.toReversed() }).version).toBe(changed({ meta_data: meta }).version);
  });

  test('counts only with the newest of two values of one key', () => {
    const opt = (id: number, value: unknown) => ({ id, key: '_wc_other/lab/opt', value });

    expect(changed({ meta_data: [opt(2, '0'), opt(1, '1')] }).data.consent).toEqual({ 'lab/opt': false });
    expect(changed({ meta_data: [opt(1, '0'), opt(2, '1')] }).data.consent).toEqual({ 'lab/opt': true });
    expect(changed({ meta_data: [opt(2, 'maybe'), opt(1, '1')] }).data.consent).toEqual({});
  });

  test('does not reach the prototype of anything', () => {
    const { data } = changed({ meta_data: [{ id: 1, key: '_wc_other/__proto__', value: '1' }] });

    expect(Object.keys(data.consent)).toEqual([]);
    expect(Object.getPrototypeOf(data.consent)).toBe(Object.prototype);
  });

  test('that the bridge does not use changes nothing (recording 0120 has objects and lists in it)', () => {
    const noise = [{ id: 1, key: 'nested', value: { a: [1, { b: 'é' }] } }, { id: 2 }, 'x', null];
    expect(changed({ meta_data: noise }).version).toBe(recordedOrder('0057').version);
  });
});

describe('the id', () => {
  test.each([
    [23, '23'],
    ['23', '23'],
    ['0023', '23'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  ])('%j is %s', (id, expected) => {
    expect(changed({ id }).ref.id).toBe(expected);
  });

  test.each([0, -1, 1.5, 1e300, '', 'x', '1e3', ' 1', '9'.repeat(40), null, true, [1], { id: 1 }])(
    '%j is none',
    (id) => {
      expect(woocommerce.translate(arrivalWith('order.updated', { id, status: 'pending' }))).toEqual({
        dropped: 'malformed',
      });
    },
  );
});

describe('the status', () => {
  test.each([
    ['wc-processing', 'processing'],
    [' completed ', 'completed'],
    ['wc-my-own', 'my-own'],
  ])('%j is %s', (status, expected) => {
    expect(changed({ status }).data.status).toBe(expected);
  });

  test.each(['', 'wc-', null, ['pending'], {}])('%j is none', (status) => {
    expect(woocommerce.translate(arrivalWith('order.updated', { id: 1, status }))).toEqual({
      dropped: 'malformed',
    });
  });
});

describe('the time of change', () => {
  const at = (fields: Readonly<Record<string, unknown>>) => changed(fields).data.modifiedAt;

  test('falls back from UTC to shop time to creation to zero, never to the clock', () => {
    const none = { date_modified_gmt: null, date_modified: 'x', date_created_gmt: 7 };

    expect(at({ date_modified_gmt: 'soon' })).toBe(Date.UTC(2026, 10, 22, 0, 7, 47));
    expect(at({ date_modified_gmt: null, date_modified: null })).toBe(Date.UTC(2026, 10, 21, 23, 7, 47));
    expect(at(none)).toBe(0);
  });

  test.each([
    ['2026-11-21T23:07:47Z', '2026-11-21T23:07:47.000Z'],
    ['2026-11-21 23:07:47', '2026-11-21T23:07:47.000Z'],
    ['2026-11-21T23:07:47.5', '2026-11-21T23:07:47.500Z'],
    ['2026-11-22T00:07:47+01:00', '2026-11-21T23:07:47.000Z'],
  ])('reads %s as %s', (text, expected) => {
    expect(new Date(at({ date_modified_gmt: text })).toISOString()).toBe(expected);
  });

  test('is the same wherever the bridge runs', () => {
    vi.stubEnv('TZ', 'America/New_York');
    const [offset, modifiedAt] = [new Date(2026, 10, 21).getTimezoneOffset(), at({})];
    vi.unstubAllEnvs();

    expect(offset).toBe(300);
    expect(modifiedAt).toBe(Date.UTC(2026, 10, 21, 23, 7, 47));
  });

  test.each([
    '0000-00-00T00:00:00',
    '1969-12-31T23:59:59',
    '+012026-01-01T00:00:00',
    '21 Nov 2026',
    '2026-11-21',
  ])('takes %s for no date', (text) => {
    expect(at({ date_modified_gmt: text, date_modified: null, date_created_gmt: null })).toBe(0);
  });
});

describe('a strange field costs that field only', () => {
  const strange: readonly unknown[] = [null, true, 7, 'x', [], ['x'], {}, { total: { a: 1 } }, [[[]]]];
  const fields = Object.keys(bodyOf('0057')).filter((field) => field !== 'id' && field !== 'status');

  test.each(fields)('%s', (field) => {
    for (const value of strange) {
      expect(changed({ [field]: value })).toMatchObject({
        ref: { id: '23' },
        data: { status: 'processing' },
      });
    }
    expect(without(field)).toMatchObject({ ref: { id: '23' } });
  });

  test('a price that is an object, a line that is none, a quantity in words', () => {
    const lines = [
      { product_id: 1, price: {}, sku: 5, quantity: '2' },
      null,
      { quantity: 'two', total: 1.5 },
    ];

    expect(changed({ line_items: lines }).data.lines).toEqual([
      { productId: '1', sku: '5', name: '', quantity: 2, total: '0' },
      { productId: '0', sku: '', name: '', quantity: 0, total: '1.5' },
    ]);
  });

  test('a list with gaps is an object in PHP', () => {
    const [first, second] = [{ code: 'a' }, { code: 'b' }];
    expect(changed({ coupon_lines: { 0: first, 3: second } }).data.coupons).toEqual(['a', 'b']);
  });

  test('a text is cut before it is too long for the ledger, never in the middle of a character', () => {
    const { data } = changed({
      billing: { first_name: `${'x'.repeat(999)}😀`, city: 'é'.repeat(70_000), state: 'a\ud800' },
    });

    expect(data.identity.firstName).toBe('x'.repeat(999));
    expect(data.identity.city).toHaveLength(1000);
    expect(data.identity.state).toBe('a\ufffd');
  });

  test('more refunds than a version can count', () => {
    const refunds = Array.from({ length: 10_001 }, () => ({ total: '-0.01' }));
    expect(changed({ refunds }).data.refunded).toBe('-100.01');
  });
});

describe('the order that an order names as its parent', () => {
  const parent = (fields: Readonly<Record<string, unknown>>) => changed(fields).data.parentId;

  test('is kept where there is one', () => {
    expect(parent({ parent_id: 600 })).toBe('600');
    expect(parent({ parent_id: '600', created_via: 'dokan' })).toBe('600');
  });

  test.each([0, '0', null, -1, 'x', [600]])('is none if it is %j', (parent_id) => {
    expect(changed({ parent_id }).data).not.toHaveProperty('parentId');
  });

  test.each([
    ['a subscription made it', { created_via: 'subscription' }],
    ['it renews one', { meta_data: [{ id: 1, key: '_subscription_renewal', value: 77 }] }],
    ['it takes one up again', { meta_data: [{ id: 1, key: '_subscription_resubscribe', value: '77' }] }],
    ['it changes one', { meta_data: [{ id: 1, key: '_subscription_switch', value: '77' }] }],
  ])('is none where %s', (_why, fields) => {
    expect(parent({ parent_id: 600, ...fields })).toBeUndefined();
  });

  test('is one where the note of a renewal is empty', () => {
    expect(parent({ parent_id: 600, meta_data: [{ id: 1, key: '_subscription_renewal', value: '' }] })).toBe(
      '600',
    );
  });

  test('makes the same body win over what a version stored that did not know of parents', () => {
    const { version: stored } = changed({ parent_id: 0 });

    expect(changed({ parent_id: 600 }).version > stored).toBe(true);
    expect(changed({ parent_id: 0, created_via: 'x' }).version).toBe(recordedOrder('0057').version);
  });
});
