import { expect, test } from 'vitest';
import { momentIn } from '../../../lib/core/ledger/moment.ts';
import { version } from '../../../lib/core/ledger/version.ts';

test.each([
  ['1970-01-01T00:00:00Z', 0],
  ['2026-11-22T12:00:00.123456789Z', 1_795_348_800_123],
  ['Sat, 21 Nov 2026 23:11:48 GMT', 1_795_302_708_000],
  ['9999-12-31T23:59:59.999Z', 253_402_300_799_999],
])('%s is a moment, and fits into a version', (text, at) => {
  expect(momentIn(text)).toBe(at);
  expect(version({ modifiedAt: at, readAt: at, receivedAt: at, schema: 1, rank: [], content: 0 })).toContain(
    `~${String(at).padStart(15, '0')}`,
  );
});

test.each([
  '',
  'yesterday',
  '1969-12-31T23:59:59.999Z',
  '-000001-01-01T00:00:00Z',
  '+010000-01-01T00:00:00Z',
  '+275760-09-13T00:00:00.000Z',
  'Sat, 13 Sep 275760 00:00:00 GMT',
])('“%s” is none', (text) => {
  expect(momentIn(text)).toBeUndefined();
});
