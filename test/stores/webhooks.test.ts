import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Store } from '../../lib/core/policy/configuration/store.ts';
import { CATALOG } from '../../lib/stores/catalog.ts';
import { senderOf } from '../../lib/stores/senders.ts';
import { sourceOf } from '../../lib/stores/webhooks.ts';
import { feedFixture, feedRecording, feedRecordings, hasFeedFixture } from '../support/fluentcart.ts';
import { recordedDeliveries } from '../support/woocommerce.ts';

test.each(Store.entries.kind.options)('a store of kind %s has its source and its catalog entry', (kind) => {
  expect(sourceOf(kind).kind).toBe(kind);
  expect(sourceOf(kind).headers).toBe(CATALOG[kind].headers);
  expect(sourceOf(kind).topics).toBe(CATALOG[kind].topics);
});

test.each(Store.entries.kind.options)('who sends for a store of kind %s is what its source says', (kind) => {
  expect(sourceOf(kind)).toMatchObject(senderOf(kind));
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

test('every recording that the README of FluentCart names exists', () => {
  const text = readFileSync(new URL('../../lib/stores/fluentcart/README.md', import.meta.url), 'utf8');
  const [, quirks = ''] = text.split('## Quirks');
  const table = quirks.split('\n').filter((line) => line.startsWith('|'));
  const named = table.flatMap((line) => [...(line.split('|')[2] ?? '').matchAll(/\b[01]\d\d\b/g)].flat());
  const files = table.flatMap((line) =>
    [...(line.split('|')[2] ?? '').matchAll(/`([\w.]+)`/g)].map(([, file = '']) => file),
  );

  expect(named.length).toBeGreaterThan(15);
  for (const number of named) expect(() => feedRecording(number)).not.toThrow();
  for (const file of files) expect(hasFeedFixture(file), file).toBe(true);
});

test('every feed that sends the secret carries the headers of the catalog', () => {
  const names = Object.values(CATALOG.fluentcart.headers);
  const own = feedRecordings().filter(({ headers }) => headers['x-bridge-secret']);

  expect(own.length).toBeGreaterThan(10);
  expect(own.filter(({ headers }) => names.some((name) => !headers[name]))).toEqual([]);
});

test('the events asked of FluentCart are all it has', () => {
  const offered = feedFixture('rest-webhook-feed-settings');
  const events = JSON.stringify(offered).match(/(?<=")(order|subscription|shipping_status)_\w+(?=")/g);

  expect([...new Set(events)].sort()).toEqual([...CATALOG.fluentcart.topics].sort());
});
