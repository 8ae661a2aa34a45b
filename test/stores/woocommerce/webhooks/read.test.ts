import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { StoreKind } from '../../../../lib/core/stores/store-api.ts';
import { woocommerce } from '../../../../lib/stores/woocommerce/webhooks/index.ts';
import { recordedSnapshot } from '../../../support/translation.ts';
import { arrivalWith, bodyOf } from '../../../support/woocommerce.ts';

const NOW = Date.parse('2026-12-01T00:00:00Z');
const REST = new URL('../../../fixtures/woocommerce/rest/', import.meta.url);

function read(kind: StoreKind, item: unknown, now = NOW) {
  return woocommerce.read({ kind, store: 'demo', item, now });
}

/** Body of a recorded answer of the REST API. */
function answer(name: string): unknown {
  return (JSON.parse(readFileSync(new URL(`${name}.json`, REST), 'utf8')) as { body: unknown }).body;
}

describe('an order of the REST API', () => {
  test('says what a webhook with the same body would, and is settled (0057)', () => {
    const { snapshots, ...rest } = read('order', bodyOf('0057'));
    const told = recordedSnapshot('order', '0057');

    expect(snapshots).toMatchObject([{ ...told, version: expect.anything() }]);
    expect(rest).toEqual({ id: '23', modifiedAt: told.data.modifiedAt, settled: true });
    const [seen] = snapshots;
    expect(seen?.type === 'order' && seen.version > told.version).toBe(true);
  });

  test.each([
    [-1000, false],
    [0, false],
    [1999, false],
    [2000, true],
  ])('read %i ms after its last change is settled: %s', (after, settled) => {
    const { modifiedAt } = recordedSnapshot('order', '0057').data;

    const seen = read('order', bodyOf('0057'), modifiedAt + after);

    expect(seen.settled).toBe(settled);
    const [snapshot] = seen.snapshots;
    expect(snapshot?.type === 'order' && snapshot.version.split('.')[1]).toMatch(
      settled ? /^~\d{15}$/ : /^0$/,
    );
  });

  test('in the trash is an order in the status trash (order-trashed-get)', () => {
    const { snapshots } = read('order', answer('order-trashed-get'));

    expect(snapshots).toMatchObject([{ type: 'order', ref: { id: '172' }, data: { status: 'trash' } }]);
  });

  test('that is a checkout in progress says nothing, but has its place in the list', () => {
    const draft = { ...bodyOf('0057'), status: 'checkout-draft' };

    expect(read('order', draft)).toMatchObject({
      snapshots: [],
      dropped: 'checkout-draft',
      id: '23',
      modifiedAt: expect.any(Number),
    });
  });

  test('without a date in UTC has none: the local one would be wrong by the offset of the shop', () => {
    const { date_modified_gmt: _, ...item } = bodyOf('0057');

    const seen = read('order', item);

    expect(seen).not.toHaveProperty('modifiedAt');
    expect(seen.settled).toBe(false);
    expect(seen.snapshots).toHaveLength(1);
  });
});

describe('the recorded lists', () => {
  test.each<[string, StoreKind]>([
    ['orders-modified_after-gmt', 'order'],
    ['orders-status-trash', 'order'],
    ['products-modified_after', 'product'],
    ['customers', 'customer'],
  ])('%s are understood, each with its id and date', (name, kind) => {
    const items = answer(name) as readonly unknown[];

    expect(items.length).toBeGreaterThan(0);
    for (const item of items) {
      const seen = read(kind, item);
      expect(seen).toMatchObject({ id: expect.any(String), modifiedAt: expect.any(Number), settled: true });
      expect(seen.snapshots).toMatchObject([{ type: kind, ref: { kind, store: 'demo', id: seen.id } }]);
    }
  });
});

describe('what is no such thing', () => {
  test.each<StoreKind>(['order', 'customer', 'product'])('is dropped as a %s, and never throws', (kind) => {
    for (const item of [null, undefined, 'text', 7, [], {}, { id: 0 }, { id: 'x' }, { id: {}, status: [] }])
      expect(read(kind, item)).toMatchObject({ snapshots: [], dropped: 'malformed' });
  });

  test('keeps its id and date if it has them', () => {
    const item = { id: 5, date_modified_gmt: '2026-11-21T23:07:47' };

    expect(read('order', item)).toEqual({
      snapshots: [],
      dropped: 'malformed',
      id: '5',
      modifiedAt: Date.parse('2026-11-21T23:07:47Z'),
      settled: true,
    });
  });
});

test('a webhook is never settled, however old what it carries is', () => {
  const said = woocommerce.translate(arrivalWith('order.updated', { ...bodyOf('0057') }));

  const [snapshot] = 'snapshots' in said ? said.snapshots : [];
  expect(snapshot?.type === 'order' && snapshot.version.split('.')[1]).toBe('0');
});
