import { describe, expect, test } from 'vitest';
import { adviceOn } from '../../../../lib/core/policy/configuration/advice.ts';
import { defineBridge, stageOf } from '../../../../lib/core/policy/configuration/bridge-config.ts';

type Input = Parameters<typeof defineBridge>[0];
type PolicyInput = NonNullable<Input['policy']>;

const FLUENT = {
  id: 'licences',
  kind: 'fluentcart',
  currency: 'EUR',
  url: 'https://licences.tea.test',
} as const;
const WOO = { id: 'tea', kind: 'woocommerce', currency: 'EUR', url: 'https://www.tea.test' } as const;
const FIELD = 'shop/newsletter';

const adviceFor = (stores: Input['stores'], policy: PolicyInput) =>
  adviceOn(stageOf(defineBridge({ stores, mautic: { url: 'https://mautic.tea.test' }, policy })));

describe('where every store is a FluentCart', () => {
  const advice = (policy: PolicyInput) => adviceFor([FLUENT], policy);

  test.each([
    ['attribution.utm_source', 'attribution'],
    ['coupons', 'coupon codes'],
    ['lastCoupons', 'coupon codes'],
    ['language', 'language of an order'],
  ])('a field that %s is mapped into is said to stay empty', (source, what) => {
    expect(advice({ map: { [source]: 'a_field' } })).toEqual([
      `policy.map.${source}: FluentCart tells the bridge no ${what}, so a_field stays empty`,
    ]);
  });

  test('what it does tell is mapped without a word', () => {
    const map = {
      'billing.company': 'company',
      'meta.vat_number': 'vat',
      'customerMeta.notes': 'remarks',
      'totalSpent.EUR': 'in_euro',
      paymentMethod: 'paid_by',
      firstOrderDate: 'first_order',
      favouriteCategory: 'favourite',
    };

    expect(advice({ map })).toEqual([]);
  });

  test.each([
    [{ tags: ['sku:{sku}', 'coupon:{coupon}'] }, /^policy\.tags: .*coupon codes, so nobody gets coupon:/],
    [{ tags: ['colour:{attribute.pa_colour}'] }, /^policy\.tags: .*attributes of variations/],
    [
      { customObjects: { orders: { object: 'orders', unique: 'key', attributes: { codes: 'coupons' } } } },
      /^policy\.customObjects: .*coupon codes, so codes stays empty/,
    ],
    [{ itemLinks: true }, /^policy\.itemLinks: .*pages and pictures/],
    [{ consent: { fields: [FIELD], segment: 5 } }, /^policy\.consent: .*, so nobody ever says yes$/],
    [
      { consent: { fields: [FIELD], require: true } },
      /nobody ever says yes, and no e-mail is sent but those that are transactional$/,
    ],
    [{ carts: { consent: 'not-required' } }, /^policy\.carts: .*no carts, so nobody is reminded/],
    [
      { followUps: [{ id: 'hi', on: 'signup', tag: 'new' }] },
      /^policy\.followUps, hi: .*signups, so it never/,
    ],
    [{ followUps: [{ id: 'hi', on: 'coupon', tag: 'new' }] }, /coupon codes, so it never begins/],
    [{ followUps: [{ id: 'hi', on: { coupon: 'ten' }, tag: 'new' }] }, /coupon codes, so it never begins/],
    [
      {
        followUps: [{ id: 'hi', on: 'refund', when: { shippingMethods: ['DHL'] }, send: { template: 1 } }],
      },
      /shipping methods, so it is never sent/,
    ],
    [
      {
        followUps: [{ id: 'hi', on: 'refund', send: { template: 1 }, coupon: { percent: 10, days: 7 } }],
      },
      /coupon codes, so none is made/,
    ],
  ] as const)('%j is said to wait for what never comes', (policy, said) => {
    expect(advice(policy as PolicyInput)).toEqual([expect.stringMatching(said)]);
  });

  test('an answer that another plugin notes in meta may be there', () => {
    expect(advice({ consent: { fields: ['meta._optin'], require: true } })).toEqual([]);
  });
});

describe('where one of the stores tells it', () => {
  test('nothing is said of a map', () => {
    expect(adviceFor([FLUENT, WOO], { map: { coupons: 'used_coupons' } })).toEqual([]);
  });

  test('a follow-up of another store is said to wait in vain', () => {
    const followUps = [
      { id: 'all', on: 'signup', tag: 'new' },
      { id: 'one', store: 'licences', on: 'signup', tag: 'new' },
    ] as const;

    expect(adviceFor([FLUENT, WOO], { followUps: [...followUps] })).toEqual([
      expect.stringMatching(/^policy\.followUps, one: FluentCart /),
    ]);
  });

  test('renewals are orders of their own in FluentCart alone', () => {
    const followUps = [{ id: 'again', on: { subscription: 'renewed' }, tag: 'loyal' }] as const;

    expect(adviceFor([FLUENT], { followUps: [...followUps] })).toEqual([]);
    expect(adviceFor([WOO], { followUps: [...followUps] })).toEqual([
      'policy.followUps, again: WooCommerce tells the bridge no renewals as orders of their own, so it never begins',
    ]);
  });
});
