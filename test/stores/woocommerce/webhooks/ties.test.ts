import { describe, expect, test } from 'vitest';
import { fold, type State } from '../../../../lib/core/ledger/fold/order.ts';
import type { Snapshot } from '../../../../lib/core/ledger/snapshot.ts';
import { recordedSnapshot, snapshotIn } from '../../../support/translation.ts';
import { bodyOf } from '../../../support/woocommerce.ts';

function dataOf(...snapshots: readonly Snapshot[]) {
  return snapshots.reduce<State | undefined>(fold, undefined);
}

/** Two states of one order with the same date_modified_gmt, the later one second. */
const TIES = [
  ['0057', '0059', 'processing', 'completed'],
  ['0062', '0064', 'on-hold', 'processing'],
  ['0072', '0073', 'pending', 'processing'],
  ['0082', '0083', 'pending', 'cancelled'],
  ['0085', '0086', 'pending', 'on-hold'],
  ['0102', '0105', 'processing', 'completed'],
  ['0107', '0108', 'one refund', 'two refunds'],
  ['0144', '0146', 'processing', 'completed'],
  ['0158', '0160', 'completed', 'completed, with meta data the bridge does not use'],
  ['0180', '0182', 'processing', 'completed'],
  ['0208', '0212', 'processing', 'completed'],
] as const;

describe.each(TIES)('recordings %s and %s (%s, then %s)', (earlier, later) => {
  const [before, after] = [recordedSnapshot('order', earlier), recordedSnapshot('order', later)];

  test('were changed in one second', () => {
    expect(before.data.modifiedAt).toBe(after.data.modifiedAt);
    expect(before.ref).toEqual(after.ref);
  });

  test('leave the later state in either order of arrival', () => {
    expect(dataOf(before, after)).toMatchObject({ version: after.version, data: after.data });
    expect(dataOf(after, before)).toEqual(dataOf(before, after));
  });
});

test('statuses of one second are ranked from draft to trash, a shop’s own in the middle', () => {
  const statuses = [
    'pending',
    'failed',
    'on-hold',
    'my-own',
    'processing',
    'cancelled',
    'completed',
    'refunded',
    'trash',
  ];
  const ranks = statuses.map((status) => rankOf({ status }));

  expect(ranks.toSorted()).toEqual(ranks);
  expect(new Set(ranks).size).toBe(statuses.length);
});

test('refunds outrank completion, completion payment, and payment any status', () => {
  const date = '2026-11-21T23:07:47';
  const ranks = [
    { status: 'trash' },
    { status: 'pending', date_paid_gmt: date },
    { status: 'pending', date_completed_gmt: date },
    { status: 'pending', refunds: [{ total: '-1' }] },
  ].map(rankOf);

  expect(ranks.toSorted()).toEqual(ranks);
  expect(new Set(ranks).size).toBe(4);
});

/** The version of recording 0057 with other fields, without the hash at its end. */
function rankOf(fields: Readonly<Record<string, unknown>>): string {
  const { version } = snapshotIn('order', 'order.updated', { ...bodyOf('0057'), ...fields });
  return version.slice(0, version.lastIndexOf('.'));
}

test('a later second outranks everything', () => {
  const later = { ...bodyOf('0057'), date_modified_gmt: '2026-11-21T23:07:48', status: 'pending' };

  expect(
    snapshotIn('order', 'order.updated', later).version > recordedSnapshot('order', '0059').version,
  ).toBe(true);
});

test('a date without a zone loses to any in UTC, and wins and loses among its own kind', () => {
  const { date_modified_gmt: _modified, ...local } = bodyOf('0057');
  const at = (date_modified: string) =>
    snapshotIn('order', 'order.updated', { ...local, date_modified }).version;

  expect(at('2026-11-22T09:07:47') < recordedSnapshot('order', '0057').version).toBe(true);
  expect(at('2026-11-22T09:07:48') > at('2026-11-22T09:07:47')).toBe(true);
});
