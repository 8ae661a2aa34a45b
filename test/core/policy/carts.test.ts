import { describe, expect, test } from 'vitest';
import { defineBridge, stageOf } from '../../../lib/core/policy/configuration/bridge-config.ts';
import { policyHash } from '../../../lib/core/policy/configuration/policy-mark.ts';
import { DEFAULT_POLICY, type Policy } from '../../../lib/core/policy/policy.ts';

type Input = Parameters<typeof defineBridge>[0];

const HOUR = 3_600_000;
const CONSENT = { fields: ['shop/news'], require: true };

function policy(given: unknown): Policy {
  const input = {
    stores: [{ id: 'demo', kind: 'woocommerce', currency: 'EUR' }],
    mautic: { url: 'https://mautic.example.com' },
    policy: given,
  };
  // What a user types need not be what the types say.
  return stageOf(defineBridge(input as Input)).policy;
}

function complaintOf(given: unknown): string {
  try {
    policy(given);
  } catch (error) {
    return String(error);
  }
  return '';
}

describe('carts in the policy', () => {
  test('are off by default, and an upgrade looks at nobody again for them', () => {
    expect(policy({})).not.toHaveProperty('carts');
    expect(policyHash(policy({}), [])).toBe(policyHash(DEFAULT_POLICY, []));
  });

  test('have defaults for everything, and ask for consent', () => {
    expect(policy({ carts: {}, consent: CONSENT }).carts).toEqual({
      after: HOUR,
      forget: 14 * 24 * HOUR,
      unpaid: true,
      consent: 'required',
      aliases: {
        cartData: 'mautic_woo_cart_data',
        recoveryUrl: 'mautic_woo_recovery_url',
        couponCode: 'mautic_woo_coupon_code',
      },
    });
  });

  test('refuse a share that shops do not keep: its coupons would differ from what was asked for', () => {
    const complaint = (percent: number) =>
      complaintOf({ carts: { consent: 'not-required', coupon: { percent, days: 7 } } });

    for (const percent of [10, 12.5, 33.33, 0.07, 100]) expect(complaint(percent)).toBe('');
    for (const percent of [33.333, 0.001, 12.3456789])
      expect(complaint(percent)).toMatch(/carts\.coupon\.percent.*must have two decimals at most/);
    for (const percent of [0, -1, 101, Number.NaN]) expect(complaint(percent)).not.toBe('');
  });

  test.each([
    ['1 minute', 60_000],
    ['90 minutes', 90 * 60_000],
    ['2 weeks', 14 * 24 * HOUR],
    ['1 month', 30 * 24 * HOUR],
  ])('take a span of time like %s', (after, expected) => {
    expect(policy({ carts: { consent: 'not-required', after, forget: '1 year' } }).carts?.after).toBe(
      expected,
    );
  });

  test.each([
    [{ after: 3600 }, 'policy.carts.after: must be a text in quotes'],
    [{ after: 'an hour' }, 'must be a span of time like "1 hour" or "14 days"'],
    [{ after: '0 hours' }, 'must be a minute at least'],
    [{ after: '2 days', forget: '1 day' }, 'must not be forgotten before they are abandoned'],
    [{ consent: 'no' }, 'must be required or not-required'],
    [{ segment: 0 }, 'must be an id in Mautic'],
    [{ tag: '-cart' }, 'must not start with "-"'],
    [{ tag: 'cart:{status}' }, 'must hold nothing but {sku} in braces'],
    [{ recovered: { tag: 'back:{sku}' } }, 'must be a fixed tag'],
    [{ aliases: { cartData: 'email' } }, "is one of Mautic's own fields"],
    [{ aliases: { cartData: 'one_cart', recoveryUrl: 'one_cart' } }, 'must differ from each other'],
    [{ aliases: { cartData: 'mautic_woo_order_data' } }, 'which policy.aliases.orderData fills already'],
    [{ segmnt: 3 }, 'did you mean segment?'],
  ])('are refused with a sentence: %j', (carts, sentence) => {
    expect(complaintOf({ carts: { consent: 'not-required', ...carts } })).toContain(sentence);
  });

  test('that ask for consent are refused where nobody says which answer that is', () => {
    expect(complaintOf({ carts: {} })).toContain('policy.carts: must know who said yes');
    expect(complaintOf({ carts: {}, consent: CONSENT })).toBe('');
  });

  test('must not share a segment with those who said yes', () => {
    const consent = { ...CONSENT, segment: 5 };

    expect(complaintOf({ carts: { segment: 5 }, consent })).toContain('must have segments of its own');
    expect(complaintOf({ carts: { recovered: { segment: 5 } }, consent })).toContain('segments of its own');
  });
});
