import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DesireOptions, desiredContact, neededFields } from '../../../../lib/core/contact/desired.ts';
import { lacksConsent, newestAnswer } from '../../../../lib/core/contact/facts/consent.ts';
import { type Facts, factsOf, type OwnEntry } from '../../../../lib/core/contact/facts/facts.ts';
import type { CartData, OrderData } from '../../../../lib/core/ledger/snapshot.ts';
import { DEFAULT_POLICY, type Policy } from '../../../../lib/core/policy/policy.ts';
import { orderRef, orderState } from '../../../contracts/samples.ts';

const OPT_IN = 'lab/marketing-opt-in';
const ASKING = { consent: { fields: [OPT_IN], require: true, segment: 5, alias: 'marketing_opt_in' } };
const POLICY: Policy = { ...DEFAULT_POLICY, ...ASKING };

function order(id: number, change: Partial<OrderData>): OwnEntry {
  return { ref: orderRef(id), state: orderState({ createdAt: id * 1000, consent: {}, ...change }) };
}

/** A cart that was begun and touched last at these moments. */
function cart([createdAt, updatedAt]: readonly [number, number], yes: boolean): OwnEntry {
  const data: CartData = {
    status: 'open',
    createdAt,
    updatedAt,
    currency: 'EUR',
    total: '9.00',
    lines: [],
    coupons: [],
    customerId: '0',
    firstName: '',
    lastName: '',
    country: '',
    links: [],
    consent: { [OPT_IN]: yes },
  };
  const ref = { kind: 'cart', store: 'demo', id: `c-${String(createdAt)}` } as const;
  return { ref, state: { type: 'cart', contacts: {}, ordered: false, gone: false, data } };
}

/** Orders numbered from 1, one placed after the other, with what was answered in each. */
function answered(...answers: readonly Readonly<Record<string, boolean>>[]): Facts {
  return factsOf(
    answers.map((consent, index) => order(index + 1, { consent })),
    new Map(),
  );
}

function desired(facts: Facts, policy: Policy = POLICY) {
  const fields: DesireOptions['fields'] = new Map([['marketing_opt_in', { type: 'boolean' }]]);
  return desiredContact(facts, { policy, currencies: new Map([['demo', 'EUR']]), fields, now: 0 });
}

describe('the answer that counts', () => {
  it('is none without a field in the policy, whatever was answered', () => {
    expect(newestAnswer(answered({ [OPT_IN]: true }), DEFAULT_POLICY)).toBeUndefined();
  });

  it('is none while only other questions were answered: a purchase is no consent', () => {
    const facts = answered({}, { 'lab/gift-wrap': true });

    expect(newestAnswer(facts, POLICY)).toBeUndefined();
    expect(lacksConsent(facts, POLICY)).toBe(true);
  });

  it('is that of the newest order that has one', () => {
    expect(newestAnswer(answered({ [OPT_IN]: true }, { [OPT_IN]: false }), POLICY)?.yes).toBe(false);
    expect(newestAnswer(answered({ [OPT_IN]: false }, { [OPT_IN]: true }, {}), POLICY)).toEqual({
      at: 2000,
      yes: true,
    });
  });

  it('is no where a yes and a no are of one moment', () => {
    const two = { consent: { ...ASKING.consent, fields: [OPT_IN, 'lab/offers'] } };
    const facts = answered({ [OPT_IN]: true, 'lab/offers': false });

    expect(newestAnswer(facts, two)?.yes).toBe(false);
    expect(newestAnswer(facts, { consent: { ...two.consent, fields: ['lab/offers', OPT_IN] } })?.yes).toBe(
      false,
    );
  });

  it('is a yes of a cart from when that was begun: whatever touches it later says nothing of it', () => {
    const facts = factsOf([cart([500, 9000], true), order(1, { consent: { [OPT_IN]: false } })], new Map());

    expect(newestAnswer(facts, POLICY)?.yes).toBe(false);
    expect(newestAnswer(factsOf([cart([500, 9000], true)], new Map()), POLICY)).toEqual({
      at: 500,
      yes: true,
    });
  });

  it('is a no of a cart until that was touched last', () => {
    const facts = factsOf([cart([500, 9000], false), order(1, { consent: { [OPT_IN]: true } })], new Map());

    expect(newestAnswer(facts, POLICY)).toEqual({ at: 9000, yes: false });
  });

  it('is no answer by the name of something that every record has', () => {
    expect(
      newestAnswer(answered({}), { consent: { ...ASKING.consent, fields: ['constructor'] } }),
    ).toBeUndefined();
  });

  it('is what another plugin noted at the order, where the policy names the key', () => {
    const policy = { consent: { ...ASKING.consent, fields: ['meta._optin'] } };
    const noted = (value: string) => factsOf([order(1, { meta: { _optin: value } })], new Map());

    expect(newestAnswer(noted('yes'), policy)?.yes).toBe(true);
    expect(newestAnswer(noted('0'), policy)?.yes).toBe(false);
    expect(newestAnswer(noted('asked'), policy)).toBeUndefined();
  });

  it('stays what it was when its order is deleted, or nobody pays it', () => {
    const deleted = order(1, { consent: { [OPT_IN]: true } });
    const gone = { ...deleted, state: { ...deleted.state, deleted: ['2/1'] } } as OwnEntry;
    const failed = order(2, { consent: { [OPT_IN]: false }, status: 'failed' });

    expect(newestAnswer(factsOf([gone], new Map()), POLICY)?.yes).toBe(true);
    expect(newestAnswer(factsOf([gone, failed], new Map()), POLICY)?.yes).toBe(false);
  });

  it('is also that of a part of what was bought in one go', () => {
    const facts = factsOf(
      [order(1, {}), order(2, { parentId: '1', consent: { [OPT_IN]: true } })],
      new Map(),
    );

    expect([facts.orders.length, facts.parts.length]).toEqual([1, 1]);
    expect(newestAnswer(facts, POLICY)).toEqual({ at: 2000, yes: true });
  });

  it('is the same in whatever order the orders are known', () => {
    const answers = fc.array(
      fc.record({ at: fc.integer({ min: 1, max: 4 }), yes: fc.option(fc.boolean(), { nil: undefined }) }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(answers, fc.nat(), (given, seed) => {
        const entries = given.map(({ at, yes }, index) =>
          order(index + 1, { createdAt: at, consent: yes === undefined ? {} : { [OPT_IN]: yes } }),
        );
        const shuffled = entries
          .map((entry, index) => ({ entry, key: (index * 7919 + seed) % 101 }))
          .sort((a, b) => a.key - b.key)
          .map(({ entry }) => entry);
        const last = Math.max(...given.flatMap(({ at, yes }) => (yes === undefined ? [] : [at])));
        const expected = given.filter(({ at, yes }) => at === last && yes !== undefined);

        const answer = newestAnswer(factsOf(shuffled, new Map()), POLICY);

        expect(answer?.yes).toBe(expected.length === 0 ? undefined : expected.every(({ yes }) => yes));
      }),
    );
  });
});

describe('what follows from the answer', () => {
  it('is a field of yes and no, blank while nothing was answered', () => {
    expect(neededFields(POLICY)).toContainEqual({
      alias: 'marketing_opt_in',
      label: 'Marketing Opt-in',
      type: 'boolean',
    });
    expect(desired(answered({ [OPT_IN]: true }))?.fields).toMatchObject({ marketing_opt_in: 'yes' });
    expect(desired(answered({ [OPT_IN]: false }))?.fields).toMatchObject({ marketing_opt_in: 'no' });
    expect(desired(answered({}))?.fields).toMatchObject({ marketing_opt_in: null });
  });

  it('is the segment of who said yes, beside those of the rules', () => {
    const policy = { ...POLICY, segments: [{ segment: 9, minOrders: 1 }] };

    expect(desired(answered({ [OPT_IN]: true }), policy)).toMatchObject({
      segments: [5, 9],
      consentedAt: 1000,
    });
    expect(desired(answered({ [OPT_IN]: false }), policy)?.segments).toEqual([9]);
    expect(desired(answered({}), policy)?.segments).toEqual([9]);
  });

  it('is nothing at all without consent in the policy', () => {
    const contact = desired(answered({ [OPT_IN]: true }), DEFAULT_POLICY);

    expect(contact?.fields).not.toHaveProperty('marketing_opt_in');
    expect(contact?.segments).toEqual([]);
  });

  it('forbids mail only where it is required', () => {
    const lax = { consent: { ...ASKING.consent, require: false } };

    expect(lacksConsent(answered({ [OPT_IN]: false }), lax)).toBe(false);
    expect(lacksConsent(answered({ [OPT_IN]: true }), POLICY)).toBe(false);
    expect(lacksConsent(answered({ [OPT_IN]: false }), POLICY)).toBe(true);
  });
});
