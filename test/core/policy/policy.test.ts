import { describe, expect, test } from 'vitest';
import { config } from '../../../bridge.config.ts';
import { normaliseEmail } from '../../../lib/core/ledger/email.ts';
import { defineBridge, stageOf } from '../../../lib/core/policy/configuration/bridge-config.ts';
import { DEFAULT_POLICY, isIgnored, type Policy } from '../../../lib/core/policy/policy.ts';
import { placeholderOf } from '../../../lib/core/policy/tag-template.ts';

type Input = Parameters<typeof defineBridge>[0];

const STORE = { id: 'demo', kind: 'woocommerce', currency: 'EUR' } as const;
const MAUTIC = { url: 'https://mautic.example.com/crm' };

/** Places of the problems, in the order they are listed. */
function problemsOf(input: unknown): readonly string[] {
  try {
    // What a user types need not be what the types say.
    defineBridge(input as Input);
  } catch (error) {
    const [, ...lines] = String(error).split('\n');
    return lines.map((line) => line.trim());
  }
  return [];
}

const placesOf = (input: unknown) => problemsOf(input).map((problem) => problem.split(': ')[0]);
const withPolicy = (policy: unknown) => ({ stores: [STORE], mautic: MAUTIC, policy });

function policy(input: Input['policy']): Policy {
  return stageOf(defineBridge({ stores: [STORE], mautic: MAUTIC, policy: input })).policy;
}

describe('a configuration', () => {
  test('needs no more than a store and an address', () => {
    expect(stageOf(defineBridge({ stores: [STORE], mautic: MAUTIC }))).toEqual({
      alarms: {},
      stores: [STORE],
      mautic: MAUTIC,
      policy: DEFAULT_POLICY,
      sharesWith: [],
      aws: {
        rateLimit: { perSecond: 50, burst: 100 },
        syncConcurrency: 2,
        recordConcurrency: 2,
        memory: {},
        logRetentionDays: 30,
        tags: {},
      },
    });
  });

  test('that is shipped has one store, demo, of kind woocommerce, in euros', () => {
    expect(stageOf(config).stores).toEqual([STORE]);
  });

  test("has the WooCommerce plugin's field aliases and harmless settings by default", () => {
    expect(DEFAULT_POLICY).toMatchObject({
      countedStatuses: ['processing', 'completed'],
      customerRoles: ['customer'],
      fields: 'create',
      aliases: {
        orderData: 'mautic_woo_order_data',
        totalSpent: 'mautic_woo_total_spent',
        orderCount: 'mautic_woo_order_count',
      },
      company: false,
      address2: false,
      tags: ['status:{status}', 'sku:{sku}', 'category:{slug}'],
      ignore: [],
      maxOrders: 5000,
    });
  });

  test('takes one role for all as well as a list of them', () => {
    expect(policy({ customerRoles: '*' }).customerRoles).toEqual(['*']);
    expect(policy({ customerRoles: ['customer', 'wholesale'] }).customerRoles).toEqual([
      'customer',
      'wholesale',
    ]);
    expect(placesOf({ stores: [STORE], mautic: MAUTIC, policy: { customerRoles: 'customer' } })).toEqual([
      'policy.customerRoles',
    ]);
  });

  test('keeps the defaults of the keys that are not given', () => {
    expect(policy({ aliases: { orderCount: false }, company: true })).toEqual({
      ...DEFAULT_POLICY,
      aliases: { ...DEFAULT_POLICY.aliases, orderCount: false },
      company: true,
    });
  });

  test('tells of every problem at once, each with its place', () => {
    const places = placesOf({
      stores: [{ id: 'Demo', kind: 'shopify', currency: 'eur', url: 'shop' }],
      mautic: { url: 'mautic', token: 'x' },
      policy: {
        countedStatuses: [''],
        fields: 'make',
        aliases: { orderData: 'Order-Data', totalSpent: 'x' },
        tags: ['', '-{sku}', '{price}', '{sku}{status}'],
        ignore: ['example.com'],
        maxOrders: 0,
        colour: true,
      },
    });

    expect(places).toEqual([
      'stores.0.id',
      'stores.0.kind',
      'stores.0.url',
      'stores.0.currency',
      'mautic.url',
      'mautic.token',
      'policy.countedStatuses.0',
      'policy.fields',
      'policy.aliases.orderData',
      'policy.aliases.totalSpent',
      'policy.tags.0',
      'policy.tags.1',
      'policy.tags.2',
      'policy.tags.3',
      'policy.ignore.0',
      'policy.maxOrders',
      'policy.colour',
    ]);
  });

  test('says how many problems there are, and in which file', () => {
    expect(() => defineBridge({ stores: [], mautic: { url: 'x' } })).toThrow(
      'bridge.config.ts has 2 problems:\n  stores: must hold at least one store\n  mautic.url: must be a URL like https://www.yourshop.com',
    );
  });

  test('that is missing as a whole is a problem like any other', () => {
    expect(problemsOf(undefined)).toHaveLength(1);
    expect(placesOf({})).toEqual(['stores', 'mautic']);
  });

  test('refuses two stores of one id', () => {
    const twice = { stores: [STORE, STORE], mautic: MAUTIC };

    expect(problemsOf(twice)).toEqual(['stores: must have ids that differ']);
  });

  // The check of the whole list runs only once every store in it has all its keys.
  test('tells of two stores of one id along with what else is wrong with them', () => {
    const { currency: _, ...incomplete } = STORE;

    expect(placesOf({ stores: [STORE, incomplete], mautic: MAUTIC })).toEqual([
      'stores.1.currency',
      'stores',
    ]);
  });
});

describe('a field alias that Mautic keeps for itself', () => {
  test.each(
    [
      ['limit', 'read', 'range', 'option', 'desc', 'true', 'null', 'select', 'order'],
      ['internal', 'owner', 'tags', 'stage', 'system', 'generated_email_domain', 'contact_id', 'id'],
      ['utm_source', 'hit_url', 'lead_email_sent_date'],
    ].flat(),
  )('is refused with what to do: %s', (alias) => {
    const config = withPolicy({ aliases: { totalSpent: alias } });

    expect(placesOf(config)).toEqual(['policy.aliases.totalSpent']);
    expect(() => policy({ aliases: { totalSpent: alias } })).toThrow(/keeps for itself: choose another one/);
  });
});

describe('a field alias', () => {
  test.each(['ab', 'a1', 'mautic_woo_order_data', 'a'.repeat(25)])('may be %s', (orderData) => {
    expect(policy({ aliases: { orderData } }).aliases.orderData).toBe(orderData);
  });

  test.each(['', 'a', 'A1', '1a', 'a-b', 'a_', 'é1', 'a'.repeat(26), true])(
    'may not be %j, which Mautic would change',
    (orderData) => {
      expect(placesOf(withPolicy({ aliases: { orderData } }))).toEqual(['policy.aliases.orderData']);
    },
  );
});

describe('a tag template', () => {
  test.each([
    ['status:{status}', 'status'],
    ['{sku}', 'sku'],
    ['in {slug}!', 'slug'],
    ['customer', undefined],
    ['{product}', 'product'],
    ['#{product_id}', 'product_id'],
    ['{coupon}', 'coupon'],
    ['{attribute.pa_color}', 'attribute'],
    ['{attribute.}', 'unknown'],
    ['{price}', 'unknown'],
    ['{}', 'unknown'],
    ['{constructor}', 'unknown'],
  ])('%s holds the placeholder %s', (template, placeholder) => {
    expect(placeholderOf(template)).toBe(placeholder);
  });

  test('that starts with a hyphen is refused with the reason', () => {
    expect(problemsOf(withPolicy({ tags: ['-vip'] }))).toEqual([
      'policy.tags.0: must not start with "-": Mautic would take that tag away',
    ]);
  });
});

describe('an ignored address', () => {
  const { ignore, ...rest } = policy({ ignore: ['Till@Shop.test', '*@marketplace.example', '*@MÜLLER.de'] });
  const ignores = (email: string) => {
    const address = normaliseEmail(email);
    return address.usable && isIgnored({ ...rest, ignore }, address.email);
  };

  test.each(['till@shop.test', 'TILL@SHOP.TEST', 'ada@marketplace.example', 'x+y@Marketplace.Example'])(
    'covers %s',
    (email) => {
      expect(ignores(email)).toBe(true);
    },
  );

  test.each([
    'a-till@shop.test',
    'till@shop.test.example',
    'ada@my-marketplace.example',
    'ada@sub.marketplace.example',
  ])('does not cover %s', (email) => {
    expect(ignores(email)).toBe(false);
  });

  // Orders come with the domain in punycode, the pattern keeps its umlaut: it is taken and never matches.
  test('covers a domain with an umlaut', () => {
    expect(ignores('ada@müller.de')).toBe(true);
  });

  test.each(['', '*', 'shop.test', 'a*@shop.test', '*@*', 'a b@shop.test', 'a@b@c'])(
    'may not be written %j',
    (pattern) => {
      expect(placesOf(withPolicy({ ignore: [pattern] }))).toEqual(['policy.ignore.0']);
    },
  );
});

describe('the id of a store', () => {
  test.each(['', '-a', 'Demo', 'a b', 'a/b', 'ä', 'a'.repeat(33)])(
    'may not be %j: it is part of a URL',
    (id) => {
      expect(placesOf({ stores: [{ ...STORE, id }], mautic: MAUTIC })).toEqual(['stores.0.id']);
    },
  );
});
