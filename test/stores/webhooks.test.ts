import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Store } from '../../lib/core/policy/policy.ts';
import { CATALOG } from '../../lib/stores/catalog.ts';
import { sourceOf } from '../../lib/stores/webhooks.ts';
import { recordedDeliveries } from '../support/woocommerce.ts';

test.each(Store.entries.kind.options)('a store of kind %s has its source and its catalog entry', (kind) => {
  expect(sourceOf(kind).kind).toBe(kind);
  expect(sourceOf(kind).headers).toBe(CATALOG[kind].headers);
  expect(sourceOf(kind).topics).toBe(CATALOG[kind].topics);
});

test.each(Store.entries.kind.options)('every topic asked of a store of kind %s is taken', (kind) => {
  expect(CATALOG[kind].topics.filter((topic) => sourceOf(kind).accepts(topic) === 'drop')).toEqual([]);
});

test('every topic asked of WooCommerce was recorded', () => {
  const recorded = new Set(recordedDeliveries().map(({ topic }) => topic));
  expect(CATALOG.woocommerce.topics.filter((topic) => !recorded.has(topic))).toEqual([]);
});

test('every signed recording carries the headers of the catalog', () => {
  const names = Object.values(CATALOG.woocommerce.headers);
  const signed = recordedDeliveries().filter(({ topic }) => topic !== '');
  expect(signed.filter(({ headers }) => names.some((name) => !headers[name]))).toEqual([]);
});

test('every recording that the README names exists', () => {
  const text = readFileSync(new URL('../../lib/stores/woocommerce/README.md', import.meta.url), 'utf8');
  const named = [...text.matchAll(/\b0\d{3}\b/g)].map(([number]) => number);
  const recorded = new Set(recordedDeliveries().map(({ number }) => number));

  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((number) => !recorded.has(number))).toEqual([]);
});
