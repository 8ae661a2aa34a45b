import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldText, TEXT_LIMIT, tagText } from '../../../../lib/core/contact/text/plain-text.ts';
import { slugText } from '../../../../lib/core/contact/text/slug.ts';

describe('a slug', () => {
  test.each([
    ['t-shirts', 't-shirts'],
    ['%d0%ba%d0%bd%d0%b8%d0%b3%d0%b8', 'книги'],
    ['%E6%9C%AC-%e2%82%ac-%F0%9F%8E%81', '本-€-🎁'],
    ['caf%c3%a9', 'café'],
    ['a%2fb', 'a/b'],
    ['100%', '100%'],
    ['%d0%ba%d0', 'к%d0'],
    ['%d0%ba%d', 'к%d'],
    ['%d0%d0%ba', '%d0к'],
    ['%e4%f6%fc', '%e4%f6%fc'],
    ['%c0%80%ed%a0%80%f7%bf%bf%bf', '%c0%80%ed%a0%80%f7%bf%bf%bf'],
    ['%zz%%41', '%zz%A'],
    ['%25d0%25ba', '%d0%ba'],
  ])('%s is read as %s', (slug, text) => {
    expect(slugText(slug)).toBe(text);
  });

  test('of any text comes back as that text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(text.isWellFormed());
        expect(slugText(encodeURIComponent(text))).toBe(text);
      }),
    );
  });
});

describe('a long text', () => {
  test.each([0, 1, 2])('is never cut within an escape, %i characters before the limit', (shift) => {
    const text = `${'a'.repeat(TEXT_LIMIT - shift)}%e4%f6`;

    expect(tagText(text)).toBe('a'.repeat(TEXT_LIMIT - shift));
    expect(fieldText(text)).toBe('a'.repeat(TEXT_LIMIT - shift));
  });

  test('is cut behind an escape that fits, and behind a percent sign that is none', () => {
    expect(fieldText(`${'a'.repeat(TEXT_LIMIT - 3)}%e4%f6`)).toBe(`${'a'.repeat(TEXT_LIMIT - 3)}%e4`);
    expect(fieldText(`${'a'.repeat(TEXT_LIMIT - 1)}% off`)).toBe(`${'a'.repeat(TEXT_LIMIT - 1)}%`);
  });
});
