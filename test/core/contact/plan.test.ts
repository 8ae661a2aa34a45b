import { describe, expect, test } from 'vitest';
import { NOTHING_WRITTEN, UNKNOWN, type Written } from '../../../lib/core/contact/contact.ts';
import { type Desired, desiredContact } from '../../../lib/core/contact/desired.ts';
import { factsOf } from '../../../lib/core/contact/facts/facts.ts';
import { forgotten, type PlanOptions, planChange, withRefusal } from '../../../lib/core/contact/plan.ts';
import { DEFAULT_POLICY } from '../../../lib/core/policy/policy.ts';
import { orderRef, orderState } from '../../contracts/samples.ts';

const OWN = 'mautic_woo_order_count';
const LONG = 'x'.repeat(41);

function wanted(fields: Desired['fields'], tags: readonly string[] = []): Desired {
  const facts = factsOf([{ ref: orderRef(1), state: orderState() }], new Map());
  const desired = desiredContact(facts, {
    policy: DEFAULT_POLICY,
    currencies: new Map(),
    fields: new Map(),
    now: 0,
  });
  if (!desired) throw new Error('the sample is a contact');
  return { ...desired, fields, tags };
}

function plan(desired: Desired | undefined, written: Written, change: Partial<PlanOptions> = {}) {
  return planChange(desired, written, { full: false, ownAliases: new Set([OWN]), ...change });
}

/** What is known once everything wanted was written. */
function onceWritten(desired: Desired, written: Written = NOTHING_WRITTEN): Written {
  const change = plan(desired, written);
  if (!change) throw new Error('nothing to write');
  return change.result;
}

const ADA = wanted({ firstname: 'Ada', city: null, address1: LONG, [OWN]: '1' }, ['status:pending', 'vip']);

describe('a plan', () => {
  test('writes all there is the first time', () => {
    expect(plan(ADA, NOTHING_WRITTEN)).toMatchObject({
      fields: { firstname: 'Ada', address1: LONG, [OWN]: '1' },
      addTags: ['status:pending', 'vip'],
      removeTags: [],
    });
  });

  test('is none when nothing changed, also after it was stored', () => {
    const stored = JSON.parse(JSON.stringify(onceWritten(ADA))) as Written;

    expect(plan(ADA, stored)).toBeUndefined();
    expect(plan(wanted({}), NOTHING_WRITTEN)).toBeUndefined();
  });

  test('is none when only the order of tags changed', () => {
    expect(plan(wanted(ADA.fields, ['vip', 'status:pending']), onceWritten(ADA))).toBeUndefined();
  });

  test('writes the difference: changed fields, new tags, tags to take away', () => {
    const next = wanted({ ...ADA.fields, firstname: 'Augusta' }, ['status:completed', 'vip']);

    expect(plan(next, onceWritten(ADA))).toMatchObject({
      fields: { firstname: 'Augusta' },
      addTags: ['status:completed'],
      removeTags: ['status:pending'],
    });
  });

  test.each([
    ['another long value', LONG, `${LONG}y`],
    ['a short value that looks like the mark of a long one', LONG, '#abc'],
    ['a value that looks like a blank', null, 'null'],
    ['a value that looks like the mark of the unknown', 'x', UNKNOWN],
  ])('notices %s', (_what, before, now) => {
    const written = onceWritten(wanted({ note: before, firstname: 'Ada' }), {
      ...NOTHING_WRITTEN,
      fields: { note: '=z' },
    });

    expect(plan(wanted({ note: now, firstname: 'Ada' }), written)?.fields).toEqual({ note: now });
  });

  test('does not keep long values, which the ledger would hold twice', () => {
    expect(JSON.stringify(onceWritten(wanted({ note: 'x'.repeat(10_000) }))).length).toBeLessThan(200);
  });
});

describe('blanking', () => {
  test('leaves alone what somebody else may have typed into a field the bridge never filled', () => {
    expect(plan(wanted({ city: null }), NOTHING_WRITTEN)).toBeUndefined();
    expect(plan(wanted({ city: null }), NOTHING_WRITTEN, { full: true })).toBeUndefined();
  });

  test('takes back a value the bridge wrote', () => {
    const change = plan(wanted({ city: null }), onceWritten(wanted({ city: 'London' })));

    expect(change?.fields).toEqual({ city: null });
    expect(change && plan(wanted({ city: null }), change.result)).toBeUndefined();
  });

  test('takes back a value whose writing may have happened', () => {
    const { intent } = plan(wanted({ city: 'London' }), NOTHING_WRITTEN) ?? {};

    expect(intent && plan(wanted({ city: null }), intent)?.fields).toEqual({ city: null });
  });

  test("empties the bridge's own fields on the first write, once", () => {
    const change = plan(wanted({ [OWN]: null, city: null }), NOTHING_WRITTEN);

    expect(change?.fields).toEqual({ [OWN]: null });
    expect(change && plan(wanted({ [OWN]: null, city: null }), change.result)).toBeUndefined();
  });
});

describe('after a doubt', () => {
  test('a plan writes every field and tag again', () => {
    expect(plan(ADA, onceWritten(ADA), { full: true })).toMatchObject({
      fields: { firstname: 'Ada', address1: LONG, [OWN]: '1' },
      addTags: ['status:pending', 'vip'],
      removeTags: [],
    });
  });

  test('a plan blanks again what was blanked', () => {
    const written = onceWritten(wanted({ city: null }), onceWritten(wanted({ city: 'London' })));

    expect(plan(wanted({ city: null }), written, { full: true })?.fields).toEqual({ city: null });
  });

  test('a plan takes away tags that may have been added, and no others', () => {
    const { intent } = plan(wanted({}, ['maybe']), onceWritten(wanted({}, ['sure']))) ?? {};

    expect(intent && plan(wanted({}, ['sure']), intent, { full: true })).toMatchObject({
      addTags: ['sure'],
      removeTags: ['maybe'],
    });
  });
});

describe('an intent', () => {
  test('names the fields and tags that are new, beside those that were written', () => {
    const change = plan(
      wanted({ firstname: 'Augusta', city: 'London' }, ['new', 'b']),
      onceWritten(wanted({ firstname: 'Ada' }, ['b', 'old'])),
    );

    expect(change?.intent).toEqual({
      fields: { firstname: '=Ada', city: UNKNOWN },
      tags: ['b', 'new', 'old'],
      unsureTags: ['new'],
      refused: {},
    });
  });

  test('whose attempt was refused has its tags sent with the next difference', () => {
    const { intent } = plan(wanted({}, ['b', 'new']), onceWritten(wanted({}, ['b']))) ?? {};
    const next = intent && plan(wanted({}, ['b', 'new']), intent);

    expect(next).toMatchObject({ addTags: ['new'], removeTags: [] });
    expect(next?.result).not.toHaveProperty('unsureTags');
    expect(next && plan(wanted({}, ['b', 'new']), next.result)).toBeUndefined();
  });

  test('of a version that named no unsure tags is read as it was', () => {
    const { unsureTags: _none, ...before } =
      plan(wanted({}, ['new']), NOTHING_WRITTEN)?.intent ?? NOTHING_WRITTEN;

    expect(plan(wanted({}, ['new']), before)).toBeUndefined();
    expect(plan(wanted({}, []), before)).toMatchObject({ removeTags: ['new'] });
  });

  test.each([
    ['only known fields change', wanted({ firstname: 'Augusta' }, ['b'])],
    ['only a tag goes', wanted({ firstname: 'Ada' }, [])],
    ['a known field is blanked', wanted({ firstname: null }, ['b'])],
    ['a field of our own is blanked', wanted({ firstname: 'Ada', [OWN]: null }, ['b'])],
  ])('is needless when %s', (_what, desired) => {
    const change = plan(desired, onceWritten(wanted({ firstname: 'Ada' }, ['b'])));

    expect(change).toBeDefined();
    expect(change).not.toHaveProperty('intent');
  });

  test('is needless when everything is written again after a doubt', () => {
    expect(plan(ADA, onceWritten(ADA), { full: true })).not.toHaveProperty('intent');
  });

  test('keeps when Mautic last showed the contact, and so does the result', () => {
    const change = plan(ADA, { ...NOTHING_WRITTEN, seenAt: 5 });

    expect([change?.intent?.seenAt, change?.result.seenAt]).toEqual([5, 5]);
  });
});

describe('a refused value', () => {
  const refused = withRefusal(NOTHING_WRITTEN, 'country', { value: 'Atlantis', reason: 'not-allowed' });

  test('is not sent again, not even after a doubt', () => {
    expect(plan(wanted({ country: 'Atlantis' }), refused)).toBeUndefined();
    expect(plan(wanted({ country: 'Atlantis' }), refused, { full: true })).toBeUndefined();
  });

  test('keeps no other field back', () => {
    expect(plan(wanted({ country: 'Atlantis', city: 'Atlantis' }), refused)?.fields).toEqual({
      city: 'Atlantis',
    });
  });

  test('is forgotten once another value is sent, so that it may be tried again later', () => {
    const change = plan(wanted({ country: 'France' }), refused);

    expect(change).toMatchObject({ fields: { country: 'France' }, result: { refused: {} } });
    expect(change && plan(wanted({ country: 'Atlantis' }), change.result)?.fields).toEqual({
      country: 'Atlantis',
    });
  });

  test('is remembered while other fields change', () => {
    expect(plan(wanted({ country: 'Atlantis', city: 'x' }), refused)?.result.refused).toEqual(
      refused.refused,
    );
  });

  test('leaves other refusals in place', () => {
    const both = withRefusal(refused, 'state', { value: 'Sea', reason: 'not-allowed' });

    expect(Object.keys(both.refused)).toEqual(['country', 'state']);
    expect(refused.refused['state']).toBeUndefined();
  });
});

describe('a contact that is no longer ours', () => {
  test('loses every field and tag that was written, and nothing else', () => {
    const change = plan(undefined, onceWritten(ADA));

    expect(change).toMatchObject({
      fields: { firstname: null, address1: null, [OWN]: null },
      addTags: [],
      removeTags: ['status:pending', 'vip'],
    });
    expect(change?.fields).not.toHaveProperty('city');
    expect(change).not.toHaveProperty('intent');
    expect(change && plan(undefined, change.result)).toBeUndefined();
  });

  test('loses what may have been written too', () => {
    const { intent } = plan(ADA, NOTHING_WRITTEN) ?? {};

    expect(intent && plan(undefined, intent)).toMatchObject({
      fields: { firstname: null, address1: null, [OWN]: null },
      removeTags: ['status:pending', 'vip'],
    });
  });

  test('is not touched if nothing was written', () => {
    expect(plan(undefined, NOTHING_WRITTEN)).toBeUndefined();
    expect(plan(undefined, NOTHING_WRITTEN, { full: true })).toBeUndefined();
  });

  test('is written whole again when it comes back after it was deleted in Mautic, but for refused values', () => {
    const written = withRefusal(onceWritten(ADA), 'country', { value: 'Atlantis', reason: 'not-allowed' });

    const change = plan(wanted({ ...ADA.fields, country: 'Atlantis' }, ADA.tags), forgotten(written));

    expect(change?.fields).toEqual({ firstname: 'Ada', address1: LONG, [OWN]: '1' });
    expect(change).toMatchObject({ addTags: ['status:pending', 'vip'], removeTags: [] });
  });
});

describe('tags that Mautic holds equal', () => {
  const spelt = { ...NOTHING_WRITTEN, tags: ['SKU:Tée', 'vip'] };

  test('are no difference to what was written', () => {
    expect(plan(wanted({}, ['sku:tee', 'vip']), spelt)).toBeUndefined();
  });

  test('are written in full and taken away as they were written', () => {
    expect(plan(wanted({}, ['sku:tee', 'vip']), spelt, { full: true })).toMatchObject({
      addTags: ['SKU:Tée', 'vip'],
      removeTags: [],
    });
    expect(plan(wanted({}, ['vip']), spelt)).toMatchObject({ addTags: [], removeTags: ['SKU:Tée'] });
  });

  test('of which several were written leave one', () => {
    const several = { ...NOTHING_WRITTEN, tags: ['sku:tee', 'sku:tée'] };

    expect(plan(wanted({}, ['sku:tée']), several)).toMatchObject({ addTags: [], removeTags: ['sku:tee'] });
  });
});
