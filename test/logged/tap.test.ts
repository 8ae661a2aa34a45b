import { describe, expect, it } from 'vitest';
import { shapeOf } from './tap.ts';

const HASHES = { contact: 'VfKsq0KCTGLaE2txI9o9xs', version: '1779022800000.okqPxB' };

function line(fields: object): string {
  return JSON.stringify({ message: 'Recorded', ref: 'order/demo/52', ...HASHES, ...fields });
}

describe('what is logged', () => {
  it.each([
    { ref: 'order/demo/5' },
    { contact: 'lG-UNYaRQ2vD4n6yEo_tih' },
    { version: '1795302474000.KE6-i_' },
    { version: '1795302474000.read.KE6-i_' },
  ])('says nothing new where %j is all that differs', (fields) => {
    expect(shapeOf(line(fields))).toBe(shapeOf(line({})));
  });

  it.each([
    ['a consumer key', { contact: 'ck_73d5e7939793dd96abc' }],
    ['another length', { contact: 'ada-lovelace' }],
    ['an address', { contact: 'VfKsq0KCTGLaE2@tea.test' }],
    ['a word instead of a version', { version: 'Lovelace' }],
    ['a word within a version', { version: '1779022800000.Lovelace' }],
    ['another field', { winner: 'lGcUNYaRQ2vD4n6yEoTtih' }],
    ['another message', { message: 'Dropped' }],
  ])('says something new with %s where a hash stood', (_what, fields) => {
    expect(shapeOf(line(fields))).not.toBe(shapeOf(line({})));
  });
});
