import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldText, tagText } from '../../../../lib/core/contact/text/plain-text.ts';
import { cleanTag, cleanText } from '../../../../lib/simulators/mautic/database/text-cleaning.ts';

const PIECES = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '&',
    'amp;',
    '&eacute;',
    '<',
    '>',
    '\u200B',
    '\u200E',
    '\u00A0',
    '\u3000',
    '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    '\n',
    '\u0000',
  ),
);
const TEXTS = fc.array(PIECES, { maxLength: 12 }).map((pieces) => pieces.join(''));

test.each([
  ['\u200Etea\u200F', 'tea'],
  ['\u00A0 tea \u2003', 'tea'],
  ['flag 🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'flag 🏴'],
  ['a\u200Db', 'a\u200Db'],
])('what nobody sees is trimmed at the ends, as Mautic does: %j becomes %j', (text, expected) => {
  expect(fieldText(text)).toBe(expected);
});

test('whatever it holds, a text and a tag are kept by Mautic as they are sent', () => {
  fc.assert(
    fc.property(TEXTS, (text) => {
      const [field, tag] = [fieldText(text), tagText(text)];

      expect(cleanText(field)).toBe(field);
      expect(cleanText(tag)).toBe(tag);
      expect(cleanTag(tag)).toBe(tag);
    }),
  );
});
