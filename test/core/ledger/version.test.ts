import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalJson,
  contentHash,
  delayOf,
  isOfOneDate,
  isSettledReading,
  type Version,
  type VersionParts,
  version,
} from '../../../lib/core/ledger/version.ts';

const PARTS: VersionParts = {
  modifiedAt: 1000,
  schema: 1,
  rank: [0, 1],
  receivedAt: 5,
  content: { a: 1 },
};

test('is one string of parts of fixed width', () => {
  expect(version(PARTS)).toMatch(/^000000000001000\.0\.0001\.00000001\.~000000000000005\.[\w-]{22}$/);
  expect(version({ ...PARTS, readAt: 4000 })).toMatch(
    /^000000000001000\.~000000000004000\.0001\.00000001\.~000000000000005\.[\w-]{22}$/,
  );
});

test.each<[string, Partial<VersionParts>]>([
  ['later', { modifiedAt: 2000 }],
  ['settled', { readAt: 3000 }],
  ['of a newer translator', { schema: 2 }],
  ['of higher rank', { rank: [1, 0] }],
  ['received later', { receivedAt: 6 }],
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
  { readAt: -1 },
  { receivedAt: Number.NaN },
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
const parts: fc.Arbitrary<VersionParts> = fc.record(
  {
    modifiedAt: fc.constantFrom(0, 9, 10, 1_795_302_467_000),
    readAt: fc.constantFrom(0, 1, 11),
    schema: fc.constantFrom(1, 2, 10),
    rank: fc.tuple(fc.constantFrom(0, 2, 10, 9999), fc.constantFrom(0, 2, 10)),
    receivedAt: fc.constantFrom(0, 3, 10),
    content: fc.constantFrom('a', 'b'),
  },
  { requiredKeys: ['modifiedAt', 'schema', 'rank', 'receivedAt', 'content'] },
);

function compareTuples(one: VersionParts, other: VersionParts): number {
  const numbers = (value: VersionParts) => [
    value.modifiedAt,
    value.readAt ?? -1,
    value.schema,
    ...value.rank,
    value.receivedAt,
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

describe('a reading of what has the same date', () => {
  const first = version({ ...PARTS, readAt: 4000, rank: [9, 9] });

  test('wins over the one before, whatever it says, and loses to what changed later', () => {
    const later = version({ ...PARTS, readAt: 5000, rank: [0, 0] });

    expect(later > first).toBe(true);
    expect(version({ ...PARTS, modifiedAt: 2000 }) > later).toBe(true);
  });

  test('is told from what was seen by a webhook or too soon', () => {
    expect(isSettledReading(first)).toBe(true);
    expect(isSettledReading(version(PARTS))).toBe(false);
  });

  test('has the same date as a webhook of then, and no other', () => {
    expect(isOfOneDate(first, version(PARTS))).toBe(true);
    expect(isOfOneDate(first, version({ ...PARTS, modifiedAt: 2000, readAt: 4000 }))).toBe(false);
  });
});

describe('how late a webhook told', () => {
  test('is the time between its date and its receipt', () => {
    expect(delayOf(version({ ...PARTS, receivedAt: 61_000 }))).toBe(60_000);
  });

  test('is unknown of a reading, of what does not say when it came, and of what was stored before', () => {
    expect(delayOf(version({ ...PARTS, readAt: 61_000 }))).toBeUndefined();
    expect(delayOf(version({ ...PARTS, receivedAt: 0 }))).toBeUndefined();
    expect(delayOf(before({ ...PARTS, receivedAt: 61_000 }))).toBeUndefined();
  });
});

/** As the version before this one wrote them: neither when it was read nor when it was received. */
describe('a version that was stored before', () => {
  const hash = 'zzzzzzzzzzzzzzzzzzzzzz';
  const told = `000000000001000.0.0001.00000001.${hash}` as Version;
  const read = `000000000001000.1.0001.00000001.${hash}` as Version;
  /** Settled, and eight times corrected by a later reading. */
  const corrected = `000000000001000.9.0001.00000001.${hash}` as Version;

  test('is understood', () => {
    expect([told, read, corrected].map(isSettledReading)).toEqual([false, true, true]);
    expect(isOfOneDate(told, version(PARTS))).toBe(true);
  });

  test('loses where all it knows is equal', () => {
    expect(version(PARTS) > told).toBe(true);
    for (const stored of [told, read, corrected])
      expect(version({ ...PARTS, readAt: 0, rank: [0, 0] }) > stored).toBe(true);
  });

  test('wins and loses by what it knows', () => {
    expect(read > version(PARTS)).toBe(true);
    expect(told > version({ ...PARTS, rank: [0, 0], receivedAt: 9000 })).toBe(true);
    expect(version({ ...PARTS, rank: [0, 2] }) > told).toBe(true);
    expect(version({ ...PARTS, modifiedAt: 2000 }) > corrected).toBe(true);
    expect(corrected > version({ ...PARTS, modifiedAt: 999, readAt: 9000 })).toBe(true);
  });

  test('sorts among those of today by what it knows, and before them where that is equal', () => {
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        const right = compareTuples(known(one), known(other)) || -1;
        expect(compare(before(one), version(other))).toBe(Math.sign(right));
      }),
      { numRuns: 1000 },
    );
  });
});

/** What an earlier version knew of it: that of readings of one date, whatever they say, a later one counts was not known. */
function known({ readAt, ...one }: VersionParts): VersionParts {
  const same = { ...one, receivedAt: 0, content: '' };
  return readAt === undefined ? same : { ...same, readAt: 0, schema: 0, rank: [0, 0] };
}

/** The same parts as the version before this one wrote them. */
function before({ modifiedAt, readAt, schema, rank, content }: VersionParts): Version {
  const digits = (value: number, width: number) => String(value).padStart(width, '0');
  const progress = rank.map((value) => digits(value, 4)).join('');
  const settled = readAt === undefined ? '0' : '1';
  return `${digits(modifiedAt, 15)}.${settled}.${digits(schema, 4)}.${progress}.${contentHash(content)}` as Version;
}
