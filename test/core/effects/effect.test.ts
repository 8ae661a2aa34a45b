import { describe, expect, it } from 'vitest';
import { factsOf, type OwnEntry } from '../../../lib/core/contact/facts/facts.ts';
import { type EffectOptions, effectsOf, parentsKnownAt } from '../../../lib/core/effects/effect.ts';
import type { OrderData } from '../../../lib/core/ledger/snapshot.ts';
import { DEFAULT_POLICY, type Policy } from '../../../lib/core/policy/policy.ts';
import { orderRef, orderState } from '../../contracts/samples.ts';

const STARTED = 1_750_000_000_000;
const POLICY: Partial<Policy> = {
  notes: ['processing', 'completed'],
  emails: {
    completed: { template: 7, transactional: true },
    refunded: { template: 8, transactional: false },
  },
};

interface Made extends Partial<OrderData> {
  readonly id?: number;
  readonly store?: string;
  readonly seen?: readonly string[];
  readonly deleted?: readonly string[];
}

function made({ id = 23, store = 'demo', seen, deleted = [], ...data }: Made = {}): OwnEntry {
  const state = orderState({ createdAt: STARTED + 1, ...data });
  const sights = seen ? Object.fromEntries(seen.map((status) => [status, 1])) : state.sights;
  return { ref: orderRef(id, store), state: { ...state, sights, deleted } };
}

function effects(entries: readonly OwnEntry[], options: Partial<EffectOptions> = {}) {
  const policy = { ...DEFAULT_POLICY, ...POLICY };
  const since = new Map([['demo', STARTED]]);
  return effectsOf(factsOf(entries, new Map()), { policy, since, ...options });
}

function ids(...given: Parameters<typeof effects>): readonly string[] {
  return effects(...given).map(({ id, thing }) => `${thing.id} ${id}`);
}

describe('the effects of an order', () => {
  it('are none under the default policy, whatever it went through', () => {
    const entry = made({ status: 'completed', seen: ['pending', 'processing', 'completed'] });

    expect(ids([entry], { policy: DEFAULT_POLICY })).toEqual([]);
  });

  it('are a note for each listed status it was seen in', () => {
    const entry = made({ status: 'on-hold', seen: ['completed', 'on-hold', 'processing', 'pending'] });

    expect([...ids([entry])].sort()).toEqual(['23 note:completed', '23 note:processing']);
  });

  it('are an e-mail for the status it is in now, and none for one that passed', () => {
    const entry = made({ status: 'refunded', seen: ['completed', 'refunded'] });

    expect(effects([entry], { policy: { ...DEFAULT_POLICY, ...POLICY, notes: [] } })).toEqual([
      expect.objectContaining({
        kind: 'email',
        id: 'email:refunded',
        template: 8,
        transactional: false,
      }),
    ]);
  });

  it('say whether the e-mail goes to people who asked not to be mailed', () => {
    const [effect] = effects([made({ status: 'completed', seen: [] })]);

    expect(effect).toMatchObject({ kind: 'email', template: 7, transactional: true });
  });

  it('are there whether they were done or not, under the same name', () => {
    const done = { 'note:processing': { state: 'done', at: 1 } } as const;

    expect(ids([{ ...made(), effects: done }])).toEqual(ids([made()]));
  });

  it('have names that differ between orders and statuses', () => {
    const entries = [1, 2].map((id) => made({ id, status: 'completed', seen: ['processing', 'completed'] }));

    const all = ids(entries);

    expect(all).toHaveLength(6);
    expect(new Set(all).size).toBe(6);
  });

  it.each(['__proto__', 'constructor', 'toString'])('are none for a status that is called %s', (status) => {
    expect(ids([made({ status, seen: [] })])).toEqual([]);
  });
});

describe('an order that does not qualify', () => {
  it.each([
    ['before the store was connected', STARTED - 1, []],
    ['in the moment the store was connected', STARTED, []],
    ['after the store was connected', STARTED + 1, ['23 note:processing']],
  ])('is told apart by when it was created: %s', (_when, createdAt, expected) => {
    expect(ids([made({ createdAt })])).toEqual(expected);
  });

  it('may have been changed later', () => {
    expect(ids([made({ createdAt: STARTED - 1, modifiedAt: STARTED + 9 })])).toEqual([]);
  });

  it('is every order of a store without a start, and its neighbours are not', () => {
    expect(ids([made({ id: 1, store: 'other' }), made({ id: 2 })])).toEqual(['2 note:processing']);
  });

  it('is one that is gone', () => {
    expect(ids([made({ deleted: ['2/1'] })])).toEqual([]);
    expect(ids([made({ status: 'trash', seen: ['processing', 'trash'] })])).toEqual([]);
  });
});

describe('a rule that came into the policy later', () => {
  const since = (rules: readonly (readonly [string, number])[]) =>
    Object.assign(new Map([['demo', STARTED]]), { rules: new Map(rules) });
  const before = made({
    id: 1,
    createdAt: STARTED + 5,
    status: 'completed',
    seen: ['processing', 'completed'],
  });
  const after = made({ id: 2, createdAt: STARTED + 15, status: 'completed', seen: ['completed'] });

  it('has effects for orders created after it came, and the older rules go on', () => {
    const rules = since([
      ['email:completed', STARTED + 10],
      ['note:completed', STARTED + 10],
      ['note:processing', STARTED],
    ]);

    expect([...ids([before, after], { since: rules })].sort()).toEqual([
      '1 note:processing',
      '2 email:completed',
      '2 note:completed',
    ]);
  });

  it('finishes what had been begun when it was in the policy before', () => {
    const effects = { 'note:completed': { state: 'doubt', at: 1 } } as const;

    expect(ids([{ ...before, effects }], { since: since([['note:completed', STARTED + 10]]) })).toContain(
      '1 note:completed',
    );
  });
});

describe('an order that names a parent', () => {
  const part = made({ id: 2, parentId: '1', status: 'completed', seen: ['processing', 'completed'] });
  const whole = made({ id: 1, seen: [] });

  it('has no effects where that is an order of the same buyer, there or gone', () => {
    expect(ids([whole, part])).toEqual([]);
    expect(ids([made({ id: 1, deleted: ['2/1'] }), part])).toEqual([]);
    expect(ids([made({ id: 1, parentId: '2', seen: [] }), part])).toEqual([]);
  });

  it('has none while nobody knows the parent, and looks again when it would be known', () => {
    const options = { policy: { ...DEFAULT_POLICY, ...POLICY }, since: new Map([['demo', STARTED]]) };
    const at = (now: number, entry: OwnEntry = { ...part, savedAt: 1000 }) =>
      parentsKnownAt(factsOf([entry], new Map()), options, now);

    expect(ids([part])).toEqual([]);
    expect([at(1000), at(1_200_999), at(1_201_000)]).toEqual([1_201_000, 1_201_000, undefined]);
    expect(at(1000, { ...made({ id: 2, parentId: '1', seen: [] }), savedAt: 1000 })).toBeUndefined();
    expect(at(1000, part)).toBeUndefined();
  });

  it('has them where the parent is another buyer’s, or the order itself', () => {
    const facts = factsOf([part], new Map(), { foreign: new Set(['order/demo/1']) });
    const options = { policy: { ...DEFAULT_POLICY, ...POLICY }, since: new Map([['demo', STARTED]]) };

    expect(effectsOf(facts, options).map(({ id }) => id)).toHaveLength(3);
    expect(ids([made({ id: 2, parentId: '2' })])).toEqual(['2 note:processing']);
  });

  it('finishes what was begun before it was known to be a part', () => {
    const open = { state: 'doubt', at: 1 } as const;
    const effects = {
      'note:completed': open,
      'email:completed': open,
      'note:processing': { ...open, state: 'refused' },
    } as const;

    expect([...ids([whole, { ...part, effects }])].sort()).toEqual(['2 email:completed', '2 note:completed']);
  });
});
