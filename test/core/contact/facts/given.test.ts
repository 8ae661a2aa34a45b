import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { factsOf, type OwnEntry } from '../../../../lib/core/contact/facts/facts.ts';
import { givenBy } from '../../../../lib/core/contact/facts/given.ts';
import type { EffectState, EffectStates } from '../../../../lib/core/ledger/effect-state.ts';
import { Policy } from '../../../../lib/core/policy/policy.ts';
import {
  cartRef,
  cartState,
  customerRef,
  customerState,
  orderRef,
  orderState,
} from '../../../contracts/samples.ts';

const RULES = [
  { id: 'vip', on: 'coupon', tag: 'vip' },
  { id: 'in', on: 'coupon', segment: { add: 5 } },
  { id: 'out', on: 'coupon', segment: { remove: 5 } },
];
const POLICY = v.parse(Policy, { followUps: RULES });

const done = (id: string, at = 1, state: EffectState['state'] = 'done'): EffectStates => ({
  [`followup:${id}`]: { state, at },
});

function order(effects: EffectStates, { id = 1, deleted = false } = {}): OwnEntry {
  return { ref: orderRef(id), state: { ...orderState(), deleted: deleted ? ['a'] : [] }, effects };
}

const given = (...entries: readonly OwnEntry[]) => givenBy(factsOf(entries, new Map()), POLICY);

describe('what follow-ups have given', () => {
  it('is what their rules did for an order, a cart or an account', () => {
    const cart = { ref: cartRef('c1'), state: cartState(), effects: done('vip') };
    const account = { ref: customerRef(1), state: customerState(), effects: done('in') };

    expect(given(order(done('vip')))).toEqual({ tags: ['vip'], segments: [] });
    expect(given(cart, account)).toEqual({ tags: ['vip'], segments: [5] });
  });

  it.each(['claimed', 'doubt', 'refused', 'skipped', 'parked'] as const)('is nothing that is %s', (state) => {
    expect(given(order({ ...done('vip', 1, state), ...done('in', 1, state) }))).toEqual({
      tags: [],
      segments: [],
    });
  });

  it('goes with an order or account that is deleted, and with the rule', () => {
    const account = {
      ref: customerRef(1),
      state: { ...customerState(), deleted: true },
      effects: done('in'),
    };
    const facts = factsOf([order(done('vip'))], new Map());

    expect(given(order(done('vip'), { deleted: true }), account)).toEqual({ tags: [], segments: [] });
    expect(givenBy(facts, v.parse(Policy, {}))).toEqual({ tags: [], segments: [] });
  });

  it('is the segment of whichever rule was the last, put in or taken out', () => {
    const left = (...steps: readonly (readonly [string, number, EffectState['state']?])[]) =>
      given(...steps.map(([id, at, state], index) => order(done(id, at, state), { id: index + 1 }))).segments;

    expect(left(['in', 1], ['out', 2])).toEqual([]);
    expect(left(['out', 1], ['in', 2])).toEqual([5]);
    expect(left(['in', 1], ['out', 2], ['in', 3])).toEqual([5]);
    expect(left(['in', 1], ['out', 2, 'doubt'])).toEqual([]);
    expect(left(['in', 1], ['out', 2, 'refused'])).toEqual([5]);
  });

  it('is also what a rule does at this moment', () => {
    const [, , out] = POLICY.followUps ?? [];
    const now = out ? [{ rule: out, at: 9 }] : [];

    expect(givenBy(factsOf([order(done('in'))], new Map()), POLICY, now).segments).toEqual([]);
  });
});
