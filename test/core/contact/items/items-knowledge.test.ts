import { expect, test } from 'vitest';
import {
  gapsOf,
  type ItemsKnowledge,
  readItemsKnowledge,
} from '../../../../lib/core/contact/items/items-knowledge.ts';
import { contentHash } from '../../../../lib/core/ledger/version.ts';
import type { CustomObjects } from '../../../../lib/core/policy/custom-objects.ts';
import { DEFAULT_POLICY } from '../../../../lib/core/policy/policy.ts';

const HOUR = 3_600_000;
const NOON = Date.parse('2026-12-01T12:00:00Z');
const ORDERS: CustomObjects = { orders: { object: 'orders', unique: 'orderkey', attributes: {} } };
const FOUND: ItemsKnowledge = {
  policy: contentHash(ORDERS),
  objects: { orderlines: NOON },
  attributes: { colour: NOON },
  noPlugin: NOON,
};

const known = (now: number, customObjects: CustomObjects = ORDERS, text = JSON.stringify(FOUND)) =>
  readItemsKnowledge(text, { ...DEFAULT_POLICY, customObjects }, now);

test('what Mautic lacks is left out for an hour', () => {
  const gaps = gapsOf(known(NOON + HOUR - 1));

  expect([...gaps.objects, ...gaps.attributes]).toEqual(['orderlines', 'colour']);
  expect(gapsOf(known(NOON + HOUR))).toEqual({ objects: new Set(), attributes: new Set() });
});

test('a plugin that is not there is looked for again after a day', () => {
  expect(known(NOON + 24 * HOUR - 1).noPlugin).toBe(NOON);
  expect(known(NOON + 24 * HOUR)).not.toHaveProperty('noPlugin');
});

test('another policy of custom objects forgets what was found under the one before', () => {
  const other: CustomObjects = {
    orders: { object: 'orders', unique: 'orderkey', attributes: { n: 'number' } },
  };

  expect(known(NOON, other)).toEqual({ policy: contentHash(other), objects: {}, attributes: {} });
});

test.each(['', 'no JSON', '{"policy":1}'])('a register that says %j says nothing', (text) => {
  expect(known(NOON, ORDERS, text)).toMatchObject({ objects: {}, attributes: {} });
});
