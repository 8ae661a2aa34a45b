import { describe, expect, test } from 'vitest';
import type { StoreQuestion } from '../../../../lib/core/stores/store-api.ts';
import { must, serve } from '../../../mautic/support.ts';
import { secureApiAt } from '../../support.ts';

const EMPTY = {
  status: 200,
  headers: { 'x-wp-total': '0', date: 'Sat, 21 Nov 2026 23:11:48 GMT' },
  body: [],
};

async function asked(question: StoreQuestion): Promise<string> {
  const { url, seen } = await serve(() => EMPTY);
  must(await secureApiAt(url).list(question));
  return decodeURIComponent(seen[0]?.url ?? 'nothing');
}

describe('a question', () => {
  test('asks for 100 at once, by id', async () => {
    expect(await asked({ kind: 'order', page: 3 })).toBe(
      '/wp-json/wc/v3/orders?per_page=100&page=3&orderby=id&order=asc',
    );
  });

  test('gives its window in the one form that is right in every time zone (facts §1.8)', async () => {
    const modifiedAfter = Date.parse('2026-11-21T23:28:56.789Z');

    expect(
      await asked({ kind: 'order', page: 1, modifiedAfter, modifiedBefore: modifiedAfter + 60_000 }),
    ).toBe(
      '/wp-json/wc/v3/orders?per_page=100&page=1&orderby=modified&order=asc&dates_are_gmt=true' +
        '&modified_after=2026-11-21T23:28:56&modified_before=2026-11-21T23:29:56',
    );
  });

  test('finds the trash by its status', async () => {
    expect(await asked({ kind: 'order', page: 1, trash: true })).toContain('&status=trash');
  });

  test('includes ids', async () => {
    expect(await asked({ kind: 'product', page: 1, ids: ['12', '15'] })).toBe(
      '/wp-json/wc/v3/products?per_page=100&page=1&orderby=id&order=asc&include=12,15',
    );
  });

  test('gives no window for customers, who have none', async () => {
    expect(await asked({ kind: 'customer', page: 1, modifiedAfter: 0 })).toBe(
      '/wp-json/wc/v3/customers?per_page=100&page=1&orderby=id&order=asc',
    );
  });

  test('names the role of customers only where another one is asked for', async () => {
    expect(await asked({ kind: 'customer', page: 2, role: 'wholesale_customer' })).toBe(
      '/wp-json/wc/v3/customers?per_page=100&page=2&orderby=id&order=asc&role=wholesale_customer',
    );
  });

  test('about no ids is not asked, because the store would answer with all', async () => {
    const { url, seen } = await serve(() => EMPTY);

    expect(must(await secureApiAt(url).list({ kind: 'order', page: 1, ids: [] }))).toMatchObject({
      items: [],
      total: 0,
    });
    expect(seen).toEqual([]);
  });

  test('is asked below the path the store lives under', async () => {
    const { url, seen } = await serve(() => EMPTY);

    must(await secureApiAt(`${url}/shop/`).list({ kind: 'order', page: 1 }));

    expect(seen[0]?.url).toMatch(/^\/shop\/wp-json\/wc\/v3\/orders/);
  });
});

describe('an answer', () => {
  test('without a usable date takes our clock', async () => {
    const { url } = await serve(() => ({ ...EMPTY, headers: { 'x-wp-total': '0', date: 'yesterday' } }));
    const before = Date.now();

    expect(must(await secureApiAt(url).list({ kind: 'order', page: 1 })).now).toBeGreaterThanOrEqual(before);
  });

  test('may hold anything: items are not looked at', async () => {
    const items = [null, 7, 'x', { id: '<b>' }, []];
    const { url } = await serve(() => ({ ...EMPTY, body: items }));

    expect(must(await secureApiAt(url).list({ kind: 'order', page: 1 })).items).toEqual(items);
  });

  test('leaves out what is no webhook, and takes an unknown status for a pause', async () => {
    const whole = { id: 7, topic: 'order.created', delivery_url: 'https://b.test', status: 'sleeping' };
    const body = [null, { id: 1 }, whole];
    const { url } = await serve(() => ({ status: 200, headers: { 'x-wp-total': '3' }, body }));

    expect(must(await secureApiAt(url).webhooks())).toEqual([
      { id: '7', topic: 'order.created', deliveryUrl: 'https://b.test', status: 'paused' },
    ]);
  });
});
