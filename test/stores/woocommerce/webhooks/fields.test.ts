import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { StoreKind } from '../../../../lib/core/stores/store-api.ts';
import { woocommerce } from '../../../../lib/stores/woocommerce/webhooks/index.ts';
import { cartRecordings } from '../../../support/recorded-carts.ts';
import { bodyOf, recordedDeliveries } from '../../../support/woocommerce.ts';
import { restRecording } from '../../support.ts';

type Body = Readonly<Record<string, unknown>>;

const KINDS: readonly StoreKind[] = ['order', 'product', 'customer'];
const NOW = Date.parse('2026-12-01T00:00:00Z');
const REST = new URL('../../../fixtures/woocommerce/rest/', import.meta.url);

function isThing(body: unknown): body is Body {
  return typeof body === 'object' && body !== null && !Array.isArray(body) && 'id' in body;
}

/** Every body of this kind that a running WooCommerce ever sent or answered with. */
function bodiesOf(kind: StoreKind): readonly Body[] {
  const told = [...recordedDeliveries(), ...cartRecordings(), ...cartRecordings('unpaid')]
    .filter(({ topic }) => topic.startsWith(`${kind}.`))
    .map(({ body }) => JSON.parse(body) as unknown);
  const answered = readdirSync(REST)
    .filter((file) => new RegExp(`^${kind}s?[-.]`).test(file))
    .flatMap((file) => restRecording(file.replace('.json', '')).body);
  return [...told, ...answered].filter(isThing);
}

function read(kind: StoreKind, item: unknown) {
  return woocommerce.read({ kind, store: 'demo', item, now: NOW });
}

describe.each(KINDS)('an answer about a %s that holds only the fields asked for', (kind) => {
  const fields = woocommerce.fields[kind];
  const bodies = bodiesOf(kind);

  test('says what the whole says, for everything that was recorded', () => {
    expect(bodies.length).toBeGreaterThan(5);
    for (const body of bodies) {
      const part = Object.fromEntries(Object.entries(body).filter(([name]) => fields.includes(name)));

      expect(read(kind, part)).toEqual(read(kind, body));
    }
  });

  test('is shorter', () => {
    for (const body of bodies.filter(({ _links }) => _links !== undefined))
      expect(fields.filter((field) => field in body).length).toBeLessThan(Object.keys(body).length * 0.7);
  });

  test('misses none of them without a loss', () => {
    const differs = (field: string) =>
      bodies.some((body) => {
        const { [field]: _field, ...rest } = body;
        return JSON.stringify(read(kind, rest)) !== JSON.stringify(read(kind, body));
      });

    // Read where others are missing, or of a kind that was not recorded.
    const rare = ['number', 'date_created', 'date_modified', 'payment_method', 'date_created_gmt'];
    const fallbacks = new Set([...rare, 'first_name', 'last_name', 'meta_data', 'parent_id', 'created_via']);
    expect(fields.filter((field) => !fallbacks.has(field) && !differs(field))).toEqual([]);
  });
});

test('what an order is a part of is asked for', () => {
  const said = [0, 600].map((parent_id) => JSON.stringify(read('order', { ...bodyOf('0057'), parent_id })));

  expect(new Set(said).size).toBe(2);
  expect(woocommerce.fields.order).toEqual(expect.arrayContaining(['parent_id', 'created_via']));
});

test('consent and attribution stand in the meta data of an order, which is asked for', () => {
  const meta_data = [
    { id: 1, key: '_wc_other/lab/marketing-opt-in', value: '1' },
    { id: 2, key: '_wc_order_attribution_utm_source', value: 'newsletter' },
  ];
  const body: Body = { ...bodiesOf('order')[0], meta_data };
  const fields = woocommerce.fields.order;

  const part = Object.fromEntries(Object.entries(body).filter(([name]) => fields.includes(name)));

  expect(read('order', part)).toMatchObject({
    snapshots: [
      { data: { consent: { 'lab/marketing-opt-in': true }, attribution: { utm_source: 'newsletter' } } },
    ],
  });
});
