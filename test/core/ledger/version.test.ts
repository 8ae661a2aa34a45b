import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalJson,
  contentHash,
  corrected,
  isSameSettled,
  type VersionParts,
  version,
} from '../../../lib/core/ledger/version.ts';

const PARTS: VersionParts = { modifiedAt: 1000, settled: false, schema: 1, rank: [0, 1], content: { a: 1 } };

test('is one string of parts of fixed width', () => {
  expect(version(PARTS)).toMatch(/^000000000001000\.0\.0001\.00000001\.[\w-]{22}$/);
});

test.each<[string, Partial<VersionParts>]>([
  ['later', { modifiedAt: 2000 }],
  ['settled', { settled: true }],
  ['of a newer translator', { schema: 2 }],
  ['of higher rank', { rank: [1, 0] }],
])('what is %s wins whatever the lesser parts say', (_what, greater) => {
  for (const content of Array.from({ length: 50 }, (_, index) => index)) {
    expect(version({ ...PARTS, ...greater, content }) > version({ ...PARTS, content: -content })).toBe(true);
  }
});

test.each<Partial<VersionParts>>([
  { modifiedAt: -1 },
  { modifiedAt: 1.5 },
  { modifiedAt: Number.NaN },
  { modifiedAt: 10 ** 15 },
  { schema: 10_000 },
  { rank: [10_000] },
  { rank: [-1] },
])('refuses %j', (parts) => {
  expect(() => version({ ...PARTS, ...parts })).toThrow(RangeError);
});

test('sorts like the tuple of its parts', () => {
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      expect(Math.sign(compareTuples(one, other))).toBe(compare(version(one), version(other)));
    }),
    { numRuns: 1000 },
  );
});

describe('content', () => {
  test('counts by its meaning, not by the order of its keys', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
    expect(contentHash({ b: 1, a: { d: 1, c: 2 } })).toBe(contentHash({ a: { c: 2, d: 1 }, b: 1 }));
  });

  test('counts with the order of its lists', () => {
    expect(contentHash([1, 2])).not.toBe(contentHash([2, 1]));
  });

  test('survives odd keys and nothing at all', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1},"b":1}');
    expect(canonicalJson(undefined)).toBe('null');
  });

  test('is the same JSON with its keys sorted', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

/** Close together, so that every part gets to decide. */
const parts: fc.Arbitrary<VersionParts> = fc.record({
  modifiedAt: fc.constantFrom(0, 9, 10, 1_795_302_467_000),
  settled: fc.boolean(),
  schema: fc.constantFrom(1, 2, 10),
  rank: fc.tuple(fc.constantFrom(0, 2, 10, 9999), fc.constantFrom(0, 2, 10)),
  content: fc.constantFrom('a', 'b'),
});

function compareTuples(one: VersionParts, other: VersionParts): number {
  const numbers = (value: VersionParts) => [
    value.modifiedAt,
    Number(value.settled),
    value.schema,
    ...value.rank,
  ];
  const right = numbers(other);
  const difference = numbers(one)
    .map((value, index) => value - (right[index] ?? 0))
    .find((value) => value !== 0);
  return difference ?? compare(contentHash(one.content), contentHash(other.content));
}

function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

describe('a later look at what has the same date', () => {
  const settled = version({ ...PARTS, settled: true });
  const other = version({ ...PARTS, settled: true, rank: [0, 0], content: 'other' });

  test('is one only among settled reads, of one date and one translator', () => {
    expect(isSameSettled(settled, other)).toBe(true);
    expect(isSameSettled(settled, version(PARTS))).toBe(false);
    expect(isSameSettled(version(PARTS), settled)).toBe(false);
    expect(isSameSettled(settled, version({ ...PARTS, settled: true, modifiedAt: 2000 }))).toBe(false);
    expect(isSameSettled(settled, version({ ...PARTS, settled: true, schema: 2 }))).toBe(false);
  });

  test('wins over the one before, and loses to whatever changed later', () => {
    const first = corrected(other, settled);
    const second = corrected(settled, first);

    expect(other < settled && first > settled && second > first).toBe(true);
    expect(isSameSettled(second, settled)).toBe(true);
    expect(version({ ...PARTS, modifiedAt: 2000 }) > second).toBe(true);
  });

  test('keeps the width of a version, however often it is corrected', () => {
    let known = settled;
    for (let times = 0; times < 20; times += 1) known = corrected(other, known);

    expect(known).toHaveLength(settled.length);
    expect(known.split('.')[1]).toBe('9');
  });
});
