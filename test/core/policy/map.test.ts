import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { NOTHING_KEPT } from '../../../lib/core/ledger/kept.ts';
import { defineBridge, stageOf } from '../../../lib/core/policy/configuration/bridge-config.ts';
import { keptOf } from '../../../lib/core/policy/kept.ts';
import { MAP_SOURCES, mapSourceOf } from '../../../lib/core/policy/map-source.ts';
import { Policy } from '../../../lib/core/policy/policy.ts';

type Input = Parameters<typeof defineBridge>[0];

function policyOf(policy: unknown) {
  const input = {
    stores: [{ id: 'demo', kind: 'woocommerce', currency: 'EUR' }],
    mautic: { url: 'https://mautic.example.com' },
    policy,
  };
  // What a user types need not be what the types say.
  return stageOf(defineBridge(input as Input)).policy;
}

function complaintOf(policy: unknown): string {
  try {
    policyOf(policy);
  } catch (error) {
    return String(error);
  }
  return '';
}

describe('a map of fields', () => {
  test('takes every source of the list', () => {
    const names = MAP_SOURCES.map((name) =>
      name.replace('<key>', 'k').replace('<name>', 'n').replace('<currency>', 'EUR'),
    );

    expect(names.filter((name) => mapSourceOf(name) === undefined)).toEqual([]);
    const map = Object.fromEntries(names.map((name, index) => [name, `field_${String(index)}`]));
    expect(policyOf({ map }).map).toEqual(map);
  });

  test('takes the examples of its design', () => {
    const map = {
      'billing.company': 'company',
      'meta.vat_number': 'vat',
      'attribution.utm_source': 'last_utm_source',
      firstOrderDate: 'first_order_date',
    };

    expect(policyOf({ map }).map).toEqual(map);
  });

  test.each([
    [{ 'billing.compny': 'x1' }, 'did you mean billing.company?'],
    [{ 'everything.else': 'x1' }, 'must be one of billing.firstName'],
    [{ 'meta.': 'x1' }, 'must be'],
    [{ 'meta.__proto__': 'x1' }, 'must be'],
    [{ 'totalSpent.euro': 'x1' }, 'must be'],
    [{ currency: 'email' }, 'is filled by the bridge itself'],
    [{ currency: 'city' }, 'is filled by the bridge itself'],
    [{ currency: 'points' }, 'is a field by which Mautic itself keeps count'],
    [{ currency: 'Mixed-Case' }, 'must be 2 to 25 of a-z'],
    [{ currency: 'limit' }, 'is a name that Mautic keeps for itself'],
    [{ currency: 'mautic_woo_order_count' }, 'which policy.aliases.orderCount fills already'],
    [{ currency: 'same', language: 'same' }, 'which policy.map.currency fills already'],
  ])('is refused with a sentence: %j', (map, sentence) => {
    expect(complaintOf({ map })).toContain(sentence);
  });

  test('is refused where another decision fills the same field', () => {
    const map = { 'billing.company': 'company', currency: 'opt_in' };
    const consent = { fields: ['lab/x'], alias: 'opt_in' };

    expect(complaintOf({ map, company: true })).toContain('which policy.company fills already');
    expect(complaintOf({ map, consent })).toContain('which policy.consent.alias fills already');
  });
});

describe('what stores keep for a map', () => {
  test('is nothing without one, and nothing for what the ledger holds anyway', () => {
    expect(keptOf({ tags: [] })).toEqual(NOTHING_KEPT);
    expect(keptOf({ tags: [], map: { currency: 'last_currency', 'billing.city': 'town' } })).toEqual(
      NOTHING_KEPT,
    );
  });

  test('is checkouts that were only begun where unpaid ones count as carts', () => {
    const keeps = (carts: object) =>
      keptOf(v.parse(Policy, { carts: { consent: 'not-required', ...carts } }));

    expect([keeps({}).drafts, keeps({ unpaid: false }).drafts]).toEqual([true, false]);
  });

  test('is the key of a checkbox that consent names', () => {
    const consent = { fields: ['lab/x', 'meta._optin'], require: true };

    expect(keptOf({ tags: [], consent }).orderMeta).toEqual(['_optin']);
  });

  test('is the keys that are mapped, and where orders go to if that is', () => {
    const map = {
      'meta.vat': 'vat',
      language: 'lang',
      'customerMeta.tier': 'tier',
      'shipping.city': 'ship_city',
    };

    expect(keptOf({ tags: ['colour:{attribute.pa_color}', 'x:{attribute.pa_color}'], map })).toEqual({
      orderMeta: ['vat', 'wpml_language'],
      customerMeta: ['tier'],
      attributes: ['pa_color'],
      shipping: true,
      shippingMethods: false,
      registered: false,
      drafts: false,
      cartTries: false,
      productLinks: false,
    });
  });
});
