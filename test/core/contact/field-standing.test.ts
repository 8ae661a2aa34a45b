import { expect, it } from 'vitest';
import { fieldStandingText, readFieldStanding } from '../../../lib/core/contact/field-standing.ts';

const STANDING = { readAt: 7, troubles: { phone: { code: 'field-unique', message: 'Why.', triedAt: 3 } } };

it('is read as it was written', () => {
  expect(readFieldStanding(fieldStandingText(STANDING))).toEqual(STANDING);
});

it('of a later version is read as far as this one knows it', () => {
  const later = { ...STANDING, more: 1, troubles: { phone: { ...STANDING.troubles.phone, since: 5 } } };

  expect(readFieldStanding(JSON.stringify(later))).toEqual(STANDING);
});

it.each(['', '{}', '[]', '{"readAt":"x","troubles":{}}'])('is none when it is "%s"', (text) => {
  expect(readFieldStanding(text)).toBeUndefined();
});
