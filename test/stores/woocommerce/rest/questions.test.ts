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

/** What is asked, but for the fields. */
async function askedFor(question: StoreQuestion): Promise<string> {
  return (await asked(question)).replace(/&_fields=[\w,]+$/, '');
}

describe('a question', () => {
  test('asks for 100 at once, by id', async () => {
    expect(await askedFor({ kind: 'order', page: 3 })).toBe(
      '/wp-json/wc/v3/orders?per_page=100&page=3&orderby=id&order=asc',
    );
  });

  test('gives its window in the one form that is right in every time zone (facts §1.8)', async () => {
    const modifiedAfter = Date.parse('2026-11-21T23:28:56.789Z');

    expect(
      await askedFor({ kind: 'order', page: 1, modifiedAfter, modifiedBefore: modifiedAfter + 60_000 }),
    ).toBe(
      '/wp-json/wc/v3/orders?per_page=100&page=1&orderby=modified&order=asc&dates_are_gmt=true' +
        '&modified_after=2026-11-21T23:28:56&modified_before=2026-11-21T23:29:56',
    );
  });

  test('finds the trash by its status', async () => {
    expect(await askedFor({ kind: 'order', page: 1, trash: true })).toContain('&status=trash');
  });

  test('includes ids', async () => {
    expect(await askedFor({ kind: 'product', page: 1, ids: ['12', '15'] })).toBe(
      '/wp-json/wc/v3/products?per_page=100&page=1&orderby=id&order=asc&include=12,15',
    );
  });

  test('gives no window for customers, who have none', async () => {
    expect(await askedFor({ kind: 'customer', page: 1, modifiedAfter: 0 })).toBe(
      '/wp-json/wc/v3/customers?per_page=100&page=1&orderby=id&order=asc',
    );
  });

  test('names the role of customers only where another one is asked for', async () => {
    expect(await asked({ kind: 'customer', page: 2, role: 'wholesale_customer' })).toContain(
      '&role=wholesale_customer&',
    );
    expect(await asked({ kind: 'customer', page: 2 })).not.toMatch(/[?&]role=/);
  });

  test.each<[StoreQuestion['kind'], readonly string[]]>([
    [
      'order',
      ['id', 'status', 'total', 'billing', 'line_items', 'refunds', 'meta_data', 'date_modified_gmt'],
    ],
    ['product', ['id', 'name', 'sku', 'categories', 'date_modified_gmt']],
    ['customer', ['id', 'email', 'role', 'billing', 'date_modified_gmt']],
  ])('about any %s asks for what is read of it, not for the rest', async (kind, fields) => {
    const url = new URL(await asked({ kind, page: 1 }), 'https://shop.example.test');
    const named = url.searchParams.get('_fields')?.split(',') ?? [];

    expect(named).toEqual(expect.arrayContaining([...fields]));
    for (const field of ['_links', 'shipping', 'tax_lines', 'images', 'description'])
      expect(named).not.toContain(field);
  });

  test('about one order asks for the same', async () => {
    const { url, seen } = await serve(() => ({ status: 200, body: { id: 7 } }));
    const api = secureApiAt(url);

    must(await api.order('7'));
    await api.list({ kind: 'order', page: 1 });

    const [one, many] = seen.map((request) => new URL(request.url, url).searchParams.get('_fields'));
    expect(one).toBe(many);
  });

  test('about the outline asks for ids and dates, so many at once as are wanted', async () => {
    expect(await asked({ kind: 'order', page: 31, perPage: 10, outline: true })).toBe(
      '/wp-json/wc/v3/orders?per_page=10&page=31&orderby=id&order=asc&_fields=id,date_modified_gmt',
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
  test('behind a cache that takes its headers out has no total', async () => {
    const { url } = await serve(() => ({ status: 200, body: [{ id: 7 }] }));

    const page = must(await secureApiAt(url).list({ kind: 'order', page: 1 }));

    expect(page.items).toEqual([{ id: 7 }]);
    expect(page).not.toHaveProperty('total');
  });

  test.each(['yesterday', 'Fri, 01 Jan 1960 00:00:00 GMT', 'Sat, 13 Sep 275760 00:00:00 GMT'])(
    'without a usable date (%s) takes our clock',
    async (date) => {
      const { url } = await serve(() => ({ ...EMPTY, headers: { 'x-wp-total': '0', date } }));
      const before = Date.now();

      const { now } = must(await secureApiAt(url).list({ kind: 'order', page: 1 }));

      expect(now).toBeGreaterThanOrEqual(before);
      expect(now).toBeLessThanOrEqual(Date.now());
    },
  );

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
