import { expect, test } from 'vitest';
import { storeApiOf } from '../../lib/stores/rest.ts';
import { must } from '../mautic/support.ts';
import { sourceOf } from '../support/sources.ts';
import { KEY, openStore } from './support.ts';

const TOOLS = { clock: Date, randomId: () => 'nonce', sourceOf };

test('a store with a URL is opened by its kind', async () => {
  const store = await openStore();
  const api = storeApiOf({ id: 'demo', kind: 'woocommerce', url: store.url, currency: 'EUR' }, KEY, TOOLS);

  expect(must(await api?.list({ kind: 'order', page: 1 }))).toMatchObject({ items: [], total: 0 });
});

test('a store without a URL has no API', () => {
  expect(storeApiOf({ id: 'demo', kind: 'woocommerce', currency: 'EUR' }, KEY, TOOLS)).toBeUndefined();
});
