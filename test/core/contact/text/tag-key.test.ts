import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byKey, tagKey } from '../../../../lib/core/contact/text/tag-key.ts';
import { fold } from '../../../../lib/simulators/mautic/database/unique-index.ts';

describe('the key of a tag', () => {
  test.each([
    ['Straße', 'STRASSE'],
    ['ẞ', 'ss'],
    ['x🎉', 'x🚀'],
    ['m²', 'm2'],
    ['tea™', 'teatm'],
    ['ＴＥＡ', 'tea'],
    ['Café', 'cafe'],
    ['Cafe\u0301', 'café'],
    ['te\u200Ba', 'tea'],
    ['te\u00ADa', 'tea'],
    ['\uFEFFtea', 'tea'],
    ['Æsop', 'aesop'],
    ['œuvre', 'oeuvre'],
    ['ΟΔΟΣ', 'οδος'],
    ['tea ', 'tea'],
    ['İ', 'i'],
  ])('is the same for %j and %j', (one, other) => {
    expect(tagKey(one)).toBe(tagKey(other));
  });

  test.each([
    ['tea', 'teas'],
    ['ø', 'o'],
    ['ł', 'l'],
    ['m²', 'm3'],
    ['a b', 'ab'],
    ['a-b', 'ab'],
    ['sku:a', 'sku:b'],
  ])('tells %j from %j', (one, other) => {
    expect(tagKey(one)).not.toBe(tagKey(other));
  });

  test('is the key of itself, and holds equal what the database of the simulator does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
        expect(tagKey(tagKey(one))).toBe(tagKey(one));
        expect(tagKey(one) === tagKey(other) || fold(one) !== fold(other)).toBe(true);
      }),
    );
  });
});

test('of equal tags the first is found by the key', () => {
  expect([...byKey(['tee', 'Tée', 'cup']).values()]).toEqual(['tee', 'cup']);
});
