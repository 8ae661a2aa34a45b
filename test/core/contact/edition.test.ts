import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOTHING_WRITTEN, UNKNOWN, type Written } from '../../../lib/core/contact/contact.ts';
import { editionOf, together } from '../../../lib/core/contact/edition.ts';

const ONE: Written = {
  fields: { city: '=Ulm', country: '=Germany', total: '=12.00' },
  tags: ['sku:tea', 'status:processing'],
  refused: { state: { value: '=Bayern', reason: 'not-allowed' } },
};
const OTHER: Written = {
  fields: { city: '=Köln', country: '=Germany' },
  tags: ['sku:tea', 'status:completed'],
  refused: {},
};

describe('what two wrote at the same time', () => {
  it('is known where both say the same, and unknown elsewhere', () => {
    expect(together(ONE, OTHER).fields).toEqual({ city: UNKNOWN, country: '=Germany', total: UNKNOWN });
  });

  it('names all tags of both, and is unsure of those that one alone names, or was unsure of', () => {
    const { tags, unsureTags } = together(ONE, {
      ...OTHER,
      tags: ['sku:mug', 'sku:tea'],
      unsureTags: ['sku:tea'],
    });

    expect(tags).toEqual(['sku:mug', 'sku:tea', 'status:processing']);
    expect(unsureTags).toEqual(tags);
  });

  it('keeps refusals, segments, what was left alone, and the later of two moments', () => {
    const both = together(
      { ...ONE, segments: [1], kept: ['total'], consentedAt: 5, seenAt: 9 },
      { ...OTHER, segments: [2, 1], consentedAt: 7, seenAt: 8, optedOut: true },
    );

    expect(both).toMatchObject({ refused: ONE.refused, segments: [1, 2], kept: ['total'] });
    expect(both).toMatchObject({ consentedAt: 7, seenAt: 9, optedOut: true });
  });

  it('is what one wrote when the other wrote the same', () => {
    expect(together(ONE, ONE)).toEqual(ONE);
    expect(together(NOTHING_WRITTEN, NOTHING_WRITTEN)).toEqual(NOTHING_WRITTEN);
  });

  it('is the same whoever is asked first, and forgets no tag and no field of either', () => {
    const some = fc.record({
      fields: fc.dictionary(fc.constantFrom('city', 'total', 'phone'), fc.constantFrom('=a', '=b', UNKNOWN)),
      tags: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd')).map((tags) => tags.toSorted()),
      refused: fc.constant({}),
    });
    fc.assert(
      fc.property(some, some, (one, other) => {
        const both = together(one, other);
        expect(both).toEqual(together(other, one));
        expect(both.tags).toEqual(expect.arrayContaining([...one.tags, ...other.tags]));
        expect(Object.keys(both.fields)).toEqual(
          expect.arrayContaining(Object.keys({ ...one.fields, ...other.fields })),
        );
      }),
    );
  });
});

describe('an edition', () => {
  it('begins with its author and differs with what it says and whether it is written yet', () => {
    const names = [
      editionOf({ author: 'a.' }, ONE),
      editionOf({ author: 'a.' }, OTHER),
      editionOf({ author: 'a.', openSince: 5 }, ONE),
      editionOf({ author: 'b.' }, ONE),
    ].map(({ name }) => name);

    expect(new Set(names).size).toBe(4);
    expect(names.map((name) => name.slice(0, 2))).toEqual(['a.', 'a.', 'a.', 'b.']);
  });
});
