import { describe, expect, it, test } from 'vitest';
import type { FieldInfo } from '../../../lib/core/contact/contact-write.ts';
import {
  type DesireOptions,
  desiredContact,
  neededFields,
  neededProducts,
} from '../../../lib/core/contact/desired.ts';
import { type Facts, factsOf } from '../../../lib/core/contact/facts/facts.ts';
import { normaliseEmail } from '../../../lib/core/ledger/email.ts';
import { fold, type State } from '../../../lib/core/ledger/fold/order.ts';
import {
  keyOf,
  type OrderData,
  type ProductData,
  type Ref,
  refName,
} from '../../../lib/core/ledger/snapshot.ts';
import { DEFAULT_POLICY, type Policy } from '../../../lib/core/policy/policy.ts';
import { cleanText } from '../../../lib/simulators/mautic/database/text-cleaning.ts';
import { orderLine, orderRef, orderState } from '../../contracts/samples.ts';
import { snapshotsOf } from '../../support/translation.ts';

const { orderData, totalSpent, orderCount } = DEFAULT_POLICY.aliases;
const FIELDS = new Map<string, FieldInfo>([
  [String(orderData), { type: 'textarea' }],
  [String(totalSpent), { type: 'number' }],
  [String(orderCount), { type: 'number' }],
]);

function options(policy: Partial<Policy> = {}, fields: DesireOptions['fields'] = FIELDS): DesireOptions {
  const currencies = new Map([['demo', 'EUR']]);
  return { policy: { ...DEFAULT_POLICY, ...policy }, currencies, fields, now: 0 };
}

/** The facts of one contact after the recordings of these numbers. */
function recordedFacts(email: string, ...numbers: readonly string[]): Facts {
  const address = normaliseEmail(email);
  const states = new Map<string, { ref: Ref; state: State }>();
  for (const snapshot of snapshotsOf(...numbers)) {
    const name = refName(snapshot.ref);
    states.set(name, { ref: snapshot.ref, state: fold(states.get(name)?.state, snapshot) });
  }
  const own = [...states.values()].flatMap(({ ref, state }) =>
    state.type !== 'product' && state.contact === keyOf(address) ? [{ ref, state }] : [],
  );
  const products = [...states].flatMap(([name, { state }]) =>
    state.type === 'product' ? [[name, state.data] as const] : [],
  );
  return factsOf(own, new Map(products));
}

/** Orders of one contact, numbered from 1, one created after the other. */
function madeUp(...changes: readonly Partial<OrderData>[]): Facts {
  const entries = changes.map((change, index) => ({
    ref: orderRef(index + 1),
    state: orderState({ createdAt: 1000 * (index + 1), ...change }),
  }));
  return factsOf(entries, new Map());
}

function desired(facts: Facts, given: DesireOptions = options()) {
  const contact = desiredContact(facts, given);
  if (!contact) throw new Error('this should be a contact');
  return contact;
}

function field(facts: Facts, alias: string | false, given?: DesireOptions) {
  return desired(facts, given).fields[String(alias)];
}

const IDENTITY = snapshotIdentity();

function snapshotIdentity(): OrderData['identity'] {
  const { data } = orderState();
  if (!data) throw new Error('the sample has data');
  return data.identity;
}

function withIdentity(change: Partial<OrderData['identity']>): Facts {
  return madeUp({ identity: { ...IDENTITY, ...change } });
}

describe('a contact', () => {
  test('is nobody without orders and customers', () => {
    expect(desiredContact(factsOf([], new Map()), options())).toBeUndefined();
  });

  test('holds what its first order says (recording 0057)', () => {
    const { fields, totals } = desired(recordedFacts('helene@example.test', '0057'));

    expect(totals).toEqual({ orderCount: 1, spent: { EUR: '57.17' } });
    expect(fields).toMatchObject({
      firstname: 'Hélène',
      lastname: "O'Brien-Ñandú",
      phone: '0123456789',
      address1: '1 place d’Italie',
      city: 'Paris',
      zipcode: '75013',
      state: null,
      country: 'France',
      mautic_woo_total_spent: '57.17',
      mautic_woo_order_count: '1',
    });
    expect(JSON.parse(String(fields['mautic_woo_order_data']))).toMatchObject({ order_id: '23' });
  });

  test('keeps its name when its order was deleted, and loses what the order counted for (0182, 0186)', () => {
    const { fields, tags, totals } = desired(recordedFacts('ada@example.test', '0182', '0186', '0020'));

    expect(fields['firstname']).toBe('Ada');
    expect(fields).toMatchObject({
      mautic_woo_order_data: null,
      mautic_woo_total_spent: null,
      mautic_woo_order_count: null,
    });
    expect([tags, totals]).toEqual([[], { orderCount: 0, spent: {} }]);
  });

  test('counts an order again once it was restored (0182, 0184, 0185)', () => {
    const { totals } = desired(recordedFacts('ada@example.test', '0182', '0184', '0185'));

    expect(totals).toEqual({ orderCount: 1, spent: { EUR: '16.20' } });
  });
});

test('whoever only tried to buy is no contact, but one that exists is kept right', () => {
  const attempt = madeUp({ status: 'failed' });

  expect(desiredContact(attempt, options())).toBeUndefined();
  expect(desired(attempt, { ...options(), exists: true })).toMatchObject({
    tags: ['status:failed'],
    fields: { firstname: 'Ada' },
  });
});

describe('what was spent', () => {
  test.each([
    ['two partial refunds (0108)', ['0108'], '78.56'],
    ['a refund over an amount only (0119)', ['0119'], '14.20'],
    ['several orders (0059, 0073, 0119)', ['0059', '0073', '0119'], '110.85'],
  ])('is totals minus refunds: %s', (_what, numbers, spent) => {
    expect(field(recordedFacts('helene@example.test', ...numbers), totalSpent)).toBe(spent);
  });

  test('leaves out an order that was refunded as a whole (0109)', () => {
    const { fields, totals } = desired(recordedFacts('helene@example.test', '0109'));

    expect(totals).toEqual({ orderCount: 0, spent: {} });
    expect(fields).toMatchObject({ mautic_woo_total_spent: null, mautic_woo_order_count: null });
  });

  test('counts an order in yen but does not add it to euros (0057, 0134)', () => {
    const { fields, totals } = desired(recordedFacts('helene@example.test', '0057', '0134'));

    expect(totals).toEqual({ orderCount: 2, spent: { EUR: '57.17', JPY: '1800.00' } });
    expect(fields).toMatchObject({ mautic_woo_total_spent: '57.17', mautic_woo_order_count: '2' });
  });

  test('is blank when only another currency was spent (0134)', () => {
    expect(desired(recordedFacts('helene@example.test', '0134')).fields).toMatchObject({
      mautic_woo_total_spent: null,
      mautic_woo_order_count: '1',
    });
  });

  test('is blank, not zero, for a free order (0132)', () => {
    expect(desired(recordedFacts('helene@example.test', '0132')).fields).toMatchObject({
      mautic_woo_total_spent: null,
      mautic_woo_order_count: '1',
    });
  });

  test('is exact', () => {
    expect(field(madeUp({ total: '0.1' }, { total: '0.2' }), totalSpent)).toBe('0.30');
    expect(field(madeUp({ total: '9007199254740993.01' }, { total: '0.01' }), totalSpent)).toBe(
      '9007199254740993.02',
    );
  });

  test('counts orders of the statuses the policy names, and no others', () => {
    const facts = recordedFacts('helene@example.test', '0057', '0071', '0080', '0086', '0109');

    expect(desired(facts).totals.orderCount).toBe(1);
    expect(desired(facts, options({ countedStatuses: ['pending', 'refunded'] })).totals).toEqual({
      orderCount: 2,
      spent: { EUR: '39.48' },
    });
  });

  test.each(['constructor', '__proto__', 'toString'])(
    'in a currency called %s is nothing special',
    (currency) => {
      const spentOn = (status: string) =>
        field(madeUp({ status, currency, total: '3.00' }), totalSpent, {
          ...options(),
          currencies: new Map(),
        });

      expect([spentOn('on-hold'), spentOn('processing')]).toEqual([null, '3.00']);
    },
  );

  test('may be more than a single amount can be', () => {
    const most = '9'.repeat(30);

    expect(field(madeUp({ total: most }, { total: most }), totalSpent)).toBe(`1${'9'.repeat(29)}8.00`);
  });

  test('is of the currency of the store the newest order came from, over both stores, and nothing is converted', () => {
    const shops = [
      { store: 'demo', total: '10.00', currency: 'EUR' },
      { store: 'tokyo', total: '1800', currency: 'JPY' },
      { store: 'tokyo', total: '5.00', currency: 'EUR' },
      { store: 'demo', total: '200', currency: 'JPY' },
    ].map(({ store, ...change }, index) => ({
      ref: orderRef(index + 1, store),
      state: orderState({ createdAt: 1000 * (index + 1), ...change }),
    }));
    const both = new Map([
      ['demo', 'EUR'],
      ['tokyo', 'JPY'],
    ]);
    const rule = { segment: 3, minSpent: '1000' };
    const boughtBy = (orders: number, change: Partial<OrderData> = {}) => {
      const last = { ref: orderRef(9, 'tokyo'), state: orderState({ createdAt: 9000, ...change }) };
      const facts = factsOf([...shops.slice(0, orders), ...('status' in change ? [last] : [])], new Map());
      const { fields, totals, segments } = desired(facts, {
        ...options({ segments: [rule] }),
        currencies: both,
      });
      return [fields[String(totalSpent)], totals.orderCount, segments];
    };

    expect(boughtBy(1)).toEqual(['10.00', 1, []]);
    expect(boughtBy(2)).toEqual(['1800.00', 2, [3]]);
    expect(boughtBy(3)).toEqual(['1800.00', 3, [3]]);
    expect(boughtBy(4)).toEqual(['15.00', 4, []]);
    expect(boughtBy(4, { status: 'on-hold' })).toEqual(['2000.00', 4, [3]]);
  });
});

describe('tags', () => {
  const tagsFor = (facts: Facts, ...tags: string[]) => desired(facts, options({ tags })).tags;
  const withSku = (sku: string) => madeUp({ lines: [orderLine({ sku })] });

  test('are in lower case, sorted and without duplicates (0059, 0101, 0020, 0026)', () => {
    expect(desired(recordedFacts('helene@example.test', '0059', '0101', '0020', '0026')).tags).toEqual([
      'category:the-cafe',
      'sku:tea-sencha',
      'sku:tshirt-m-red',
      'status:processing',
    ]);
  });

  test('name the status of the newest order, counted or not (0059, 0086)', () => {
    expect(tagsFor(recordedFacts('helene@example.test', '0059', '0086'), 'status:{status}')).toEqual([
      'status:on-hold',
    ]);
  });

  test('name products of counted orders only (0064, 0177)', () => {
    expect(tagsFor(recordedFacts('yamada@example.test', '0064'), '{sku}')).toEqual(['tea-sencha']);
    expect(tagsFor(recordedFacts('yamada@example.test', '0064', '0177'), '{sku}')).toEqual([]);
  });

  test('take an erased product without a SKU for none (0144)', () => {
    expect(tagsFor(recordedFacts('helene@example.test', '0144'), 'sku:{sku}')).toEqual([]);
    expect(tagsFor(withSku('  '), 'sku:{sku}')).toEqual([]);
  });

  test('without a placeholder are for those whose orders count', () => {
    expect(tagsFor(recordedFacts('helene@example.test', '0057'), 'Customer')).toEqual(['customer']);
    expect(tagsFor(recordedFacts('helene@example.test', '0086'), 'Customer')).toEqual([]);
  });

  test.each(['$&', "$'", '$1', '$$'])('take %s in a SKU literally', (sku) => {
    expect(tagsFor(withSku(sku), 'sku:{sku}!')).toEqual([`sku:${sku}!`]);
  });

  test('never start with a hyphen, because Mautic would take that tag away', () => {
    expect(tagsFor(withSku('-vip'), '{sku}')).toEqual([]);
    expect(tagsFor(withSku(' \u0000 -vip'), ' {sku}')).toEqual([]);
    expect(tagsFor(withSku('-vip'), 'sku:{sku}')).toEqual(['sku:-vip']);
  });

  test('have at most 191 characters, and no half of one (recording 147)', () => {
    const [tag = ''] = tagsFor(withSku('😀'.repeat(300)), '{sku}');

    expect(Array.from(tag)).toHaveLength(191);
    expect(tag.isWellFormed()).toBe(true);
  });

  test('are one line without angle brackets, as Mautic would keep them', () => {
    expect(tagsFor(withSku(' A\tB\n<b>C '), 'sku:{sku}')).toEqual(['sku: a b ‹b›c']);
  });
});

describe('identity fields', () => {
  test('are cut at 191, or at the limit Mautic names, by code points', () => {
    const facts = withIdentity({ firstName: '😀'.repeat(200), lastName: 'é'.repeat(100) });
    const fields = new Map(FIELDS).set('lastname', { type: 'text', limit: 64 });

    expect(Array.from(String(field(facts, 'firstname')))).toHaveLength(191);
    expect(String(field(facts, 'firstname')).isWellFormed()).toBe(true);
    expect(field(facts, 'lastname', options({}, fields))).toBe('é'.repeat(64));
  });

  test('do not end in a space where they are cut', () => {
    const fields = new Map(FIELDS).set('city', { type: 'text', limit: 4 });

    expect(field(withIdentity({ city: 'New York' }), 'city', options({}, fields))).toBe('New');
  });

  test.each(['5 < 6', 'a <b> c', 'two\r\nlines', '\u0007bell', ' padded '])(
    'hold %j in a form that Mautic keeps as it is',
    (text) => {
      const value = String(field(withIdentity({ city: text }), 'city'));

      expect(cleanText(value)).toBe(value);
      expect(value).toMatch(/^[^\p{Cc}<>]+$/u);
    },
  );

  // WooCommerce stores a lone < as &lt; (sanitize_text_field); Mautic decodes it and cuts from there on.
  test.each([
    '5 &lt; 6',
    '&#60;b&#62;x',
    'Fish &amp; Chips',
    'Ada &amp;lt;b',
    '&#xD800;',
    '&amp;#xD800;&#0060;',
  ])('hold %j, as WooCommerce may send it, in a form that Mautic keeps as it is', (text) => {
    const value = String(field(withIdentity({ city: text }), 'city'));

    expect(cleanText(value)).toBe(value);
  });

  test('are blank where nothing is known, and where Mautic has no name for it', () => {
    expect(desired(withIdentity({ phone: ' ', country: 'XX', state: 'YY' })).fields).toMatchObject({
      phone: null,
      country: null,
      state: null,
    });
  });

  test('give names for the codes of country and state', () => {
    expect(desired(withIdentity({ country: 'DE', state: 'DE-BY' })).fields).toMatchObject({
      country: 'Germany',
      state: 'Bayern',
    });
  });

  test('hold company and second address line only if the policy says so', () => {
    const facts = withIdentity({ company: 'Analytical Ltd', address2: 'Door 3' });

    expect(Object.keys(desired(facts).fields)).not.toContain('company');
    expect(Object.keys(desired(facts).fields)).not.toContain('address2');
    expect(desired(facts, options({ company: true, address2: true })).fields).toMatchObject({
      company: 'Analytical Ltd',
      address2: 'Door 3',
    });
  });
});

describe('order fields', () => {
  test('are left out when the policy says so or Mautic has none of that alias', () => {
    const aliases = { orderData: false, totalSpent: 'spent', orderCount: 'missing' } as const;
    const fields = new Map<string, FieldInfo>([['spent', { type: 'number' }]]);

    const { fields: held } = desired(
      recordedFacts('helene@example.test', '0057'),
      options({ aliases }, fields),
    );

    expect(held).toMatchObject({ spent: '57.17' });
    expect(Object.keys(held).filter((alias) => /missing|false|mautic_woo/.test(alias))).toEqual([]);
  });

  it.each([
    ['textarea', undefined, { lines: 4, atMost: 1000 }],
    ['html', undefined, { lines: 4, atMost: 1000 }],
    ['text', undefined, { lines: undefined, atMost: 191 }],
    ['text', 64, { lines: undefined, atMost: 64 }],
    ['text', 1000, { lines: 4, atMost: 1000 }],
  ])('describe the newest order within a %s field of limit %s', (type, limit, { lines, atMost }) => {
    const fields = new Map(FIELDS).set(String(orderData), { type, ...(limit !== undefined && { limit }) });
    const json = String(
      field(recordedFacts('helene@example.test', '0057', '0120'), orderData, options({}, fields)),
    );

    const read = JSON.parse(json) as { order_id: string; line_items?: unknown[] };
    expect(read.order_id).toBe('43');
    expect(read.line_items?.length).toBe(lines);
    expect(json.length).toBeLessThanOrEqual(atMost);
  });
});

describe('what a plan needs', () => {
  test('is each product of counted orders, once, but no erased ones (0057, 0101, 0144, 0071)', () => {
    const facts = recordedFacts('helene@example.test', '0057', '0101', '0144');

    expect(neededProducts(facts, DEFAULT_POLICY).map(refName)).toEqual([
      'product/demo/12',
      'product/demo/15',
    ]);
    expect(neededProducts(recordedFacts('helene@example.test', '0071'), DEFAULT_POLICY)).toEqual([]);
  });

  test('is no product when no tag names a category', () => {
    const facts = recordedFacts('helene@example.test', '0057');

    expect(neededProducts(facts, { ...DEFAULT_POLICY, tags: ['sku:{sku}'] })).toEqual([]);
  });

  test('are fields that can hold the values', () => {
    expect(neededFields(DEFAULT_POLICY)).toMatchObject([
      { alias: 'mautic_woo_order_data', type: 'textarea' },
      { alias: 'mautic_woo_total_spent', type: 'number', scale: 2 },
      { alias: 'mautic_woo_order_count', type: 'number', scale: 0 },
    ]);
    const aliases = { orderData: false, totalSpent: false, orderCount: 'orders' } as const;
    expect(neededFields({ ...DEFAULT_POLICY, aliases }).map(({ alias }) => alias)).toEqual(['orders']);
  });

  test('gives categories by product, of the store the order came from', () => {
    const elsewhere: ProductData = { name: '', sku: '', categories: ['elsewhere'] };
    const facts = recordedFacts('helene@example.test', '0057', '0020');
    const products = new Map(facts.products).set('product/other/15', elsewhere);

    expect(desired({ ...facts, products }, options({ tags: ['{slug}'] })).tags).toEqual(['the-cafe']);
  });
});
