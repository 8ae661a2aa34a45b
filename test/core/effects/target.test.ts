import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
  foundTarget,
  isFresh,
  lookAgainAt,
  readTarget,
  reasonOf,
  targetRegister,
  targetsOf,
} from '../../../lib/core/effects/target.ts';
import { Policy } from '../../../lib/core/policy/policy.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = Date.parse('2026-12-01T12:00:00Z');

describe('how a target was found', () => {
  it('keeps since when it is so, and when somebody looked last', () => {
    const first = foundTarget(undefined, 'missing', NOON);
    const again = foundTarget(first, 'missing', NOON + HOUR);
    const back = foundTarget(again, 'usable', NOON + 2 * HOUR);

    expect([first.since, again.since, back.since]).toEqual([NOON, NOON, NOON + 2 * HOUR]);
    expect(again.lookedAt).toBe(NOON + HOUR);
    expect(readTarget(JSON.stringify(again))).toEqual(again);
  });

  it('is not read from what another version may have written', () => {
    expect([undefined, '', '{}', '{"state":"burnt","lookedAt":1,"since":1}'].map(readTarget)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(readTarget(`{"state":"missing","lookedAt":1,"since":1,"more":2}`)).toMatchObject({ since: 1 });
  });

  it('holds for five minutes', () => {
    const found = foundTarget(undefined, 'usable', NOON);

    expect(isFresh(found, NOON + 5 * MINUTE - 1)).toBe(true);
    expect(isFresh(found, NOON + 5 * MINUTE)).toBe(false);
  });
});

describe('who waits for a target', () => {
  it.each([
    [0, 5 * MINUTE],
    [10 * MINUTE, 5 * MINUTE],
    [4 * HOUR, HOUR],
    [240 * HOUR, 6 * HOUR],
  ])('that has been away for %i ms looks again after %i ms', (away, wait) => {
    const found = { state: 'missing', lookedAt: NOON, since: NOON - away } as const;

    expect(lookAgainAt(found, NOON)).toBe(NOON + wait);
  });
});

it('targets are told apart by kind and id', () => {
  expect(targetRegister({ kind: 'email', id: 7 })).toEqual({ of: 'mautic', name: 'TARGET#email#7' });
  expect(reasonOf({ kind: 'email', id: 7 }, 'unpublished')).toBe('email-unpublished');
  expect(reasonOf({ kind: 'segment', id: 7 }, 'missing')).toBe('segment-not-found');
});

it('the targets of a policy are named once each', () => {
  const rule = { template: 7, transactional: true };

  expect(
    targetsOf(
      v.parse(Policy, {
        carts: { segment: 4, consent: 'not-required' },
        followUps: [
          { id: 'a', on: 'coupon', send: { template: 8 } },
          { id: 'b', on: 'coupon', segment: { remove: 5 } },
          { id: 'c', on: 'coupon', campaign: { add: 6 } },
        ],
        segments: [
          { segment: 3, minOrders: 1 },
          { segment: 3, minOrders: 2 },
        ],
        emails: { completed: rule, processing: rule },
      }),
    ),
  ).toEqual([
    { kind: 'email', id: 7 },
    { kind: 'email', id: 8 },
    { kind: 'segment', id: 3 },
    { kind: 'segment', id: 4 },
    { kind: 'segment', id: 5 },
    { kind: 'campaign', id: 6 },
  ]);
});
