import { describe, expect, test } from 'vitest';
import { defineBridge, stageOf } from '../../../lib/core/policy/configuration/bridge-config.ts';
import { policyHash } from '../../../lib/core/policy/configuration/policy-mark.ts';
import { DEFAULT_POLICY, type Policy } from '../../../lib/core/policy/policy.ts';

type Input = Parameters<typeof defineBridge>[0];

function stage(policy: unknown) {
  const input = {
    stores: [{ id: 'demo', kind: 'woocommerce', currency: 'EUR' }],
    mautic: { url: 'https://mautic.example.com' },
    policy,
  };
  // What a user types need not be what the types say.
  return stageOf(defineBridge(input as Input));
}

function complaintOf(policy: unknown): string {
  try {
    stage(policy);
  } catch (error) {
    return String(error);
  }
  return '';
}

const CONSENT = { fields: ['lab/marketing-opt-in'], require: true, segment: 5, alias: 'marketing_opt_in' };

describe('consent in the policy', () => {
  test('is taken as designed', () => {
    expect(stage({ consent: CONSENT }).policy.consent).toEqual(CONSENT);
    expect(stage({ consent: { fields: ['lab/x'], segment: 5 } }).policy.consent).toEqual({
      fields: ['lab/x'],
      require: false,
      segment: 5,
    });
  });

  test.each([
    [{ fields: [], require: true }, 'must name at least one checkout field'],
    [{ fields: ['newsletter'], require: true }, 'must be the id of a checkout field'],
    [{ fields: ['meta.'], require: true }, 'must be the id of a checkout field'],
    [{ fields: ['_wc_other/opt-in'], require: true }, 'without the _wc_other/'],
    [{ fields: ['lab/x'] }, 'must say what follows from the answer'],
    [{ ...CONSENT, alias: 'email' }, "is one of Mautic's own fields"],
    [{ ...CONSENT, alias: 'mautic_woo_order_count' }, 'which policy.aliases.orderCount fills already'],
  ])('is refused with a sentence: %j', (consent, sentence) => {
    expect(complaintOf({ consent })).toContain(sentence);
  });

  test('is refused where its segment is one of the rules, too', () => {
    expect(complaintOf({ consent: CONSENT, segments: [{ segment: 5, minOrders: 1 }] })).toContain(
      'policy.consent: must have a segment of its own',
    );
  });

  test('has to be there for contacts who declined to be left out', () => {
    expect(complaintOf({ contacts: { declined: false } })).toContain('policy.contacts: must not leave out');
    expect(stage({ consent: CONSENT, contacts: { declined: false } }).policy.contacts).toEqual({
      registered: true,
      unpaid: false,
      declined: false,
    });
  });
});

describe('the hash of a policy', () => {
  const stores = [{ id: 'demo', currency: 'EUR' }];

  test('is what it was before consent, mapped fields and the like came in: nobody is looked at again for them', () => {
    const former: Policy = {
      ...DEFAULT_POLICY,
      notes: ['completed'],
      segments: [{ segment: 3, minOrders: 2 }],
    };

    expect(policyHash(DEFAULT_POLICY, stores)).toBe('qlZajAEh449gWXn4qDhxem');
    expect(policyHash(former, stores)).toBe('s9HJM0oO0dAB_wMOtzh91-');
    expect(policyHash(stage({}).policy, stores)).toBe('qlZajAEh449gWXn4qDhxem');
  });
});
