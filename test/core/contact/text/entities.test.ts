import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEntities } from '../../../../lib/core/contact/text/entities.ts';
import { cleanText } from '../../../../lib/simulators/mautic/database/text-cleaning.ts';

describe('text that WordPress stored', () => {
  test.each([
    ['Fish &amp; Chips', 'Fish & Chips'],
    ['5 &lt; 6 &gt; 4', '5 < 6 > 4'],
    ['&quot;O&#039;Brien&#x22;', '"O\'Brien"'],
    ['&#x1F375;&#0000038;', '🍵&'],
    ['Caf&eacute; &Eacute;lite &hearts; &thetasym;', 'Café Élite ♥ ϑ'],
    ['AT&T; &unknown; &#; &;', 'AT&T; &unknown; &#; &;'],
    [
      '&constructor; &#0; &#x110000; &#99999999999999999999;',
      '&constructor; &#0; &#x110000; &#99999999999999999999;',
    ],
  ])('%j is read as %j', (text, expected) => {
    expect(decodeEntities(text)).toBe(expected);
  });

  test.each(['&#xD800;', '&#55296;', '&#xdfff;', '&#xD83D;&#xDE00;'])(
    'keeps %s, which is half a character',
    (text) => {
      expect(decodeEntities(text)).toBe(text);
      expect(cleanText(text)).toBe(text);
    },
  );

  test('is decoded until nothing is left that Mautic would decode once more', () => {
    expect(decodeEntities('Ada &amp;amp;lt;b &#38;#38;#60;')).toBe('Ada <b <');
  });

  test('nested without end is no entity to Mautic any more', () => {
    const text = decodeEntities(`&${'amp;'.repeat(200)}lt;b`);

    expect(cleanText(text)).toBe(text);
    expect(text).not.toContain('&');
  });

  test('never holds what Mautic reads differently, but for tags', () => {
    const piece = fc.constantFrom(
      '&',
      'amp;',
      'lt;',
      '#60;',
      '#x26;',
      '#xD800;',
      '#38',
      ';',
      'a',
      'quot;',
      'eacute;',
      'copy;',
      '#X41;',
    );
    fc.assert(
      fc.property(fc.string({ unit: piece, maxLength: 40 }), (raw) => {
        const text = decodeEntities(raw).replaceAll('<', '‹');

        expect(cleanText(text)).toBe(text);
        expect(text.isWellFormed()).toBe(true);
      }),
    );
  });
});
