import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../../lib/core/ledger/failure.ts';
import { failureOf, must, type Reply, serve } from '../../../mautic/support.ts';
import { manualDeadlines } from '../../../support/deadlines.ts';
import { apiAt, behindProxy, openStore, secureApiAt } from '../../support.ts';

const ORDERS = { kind: 'order', page: 1 } as const;
const WEBHOOK = {
  name: 'n',
  topic: 'order.updated',
  deliveryUrl: 'https://b.test/w',
  secret: 'signing-secret',
} as const;
const HTML = { 'Content-Type': 'text/html; charset=UTF-8' };

async function read(reply: Reply) {
  const { url } = await serve(() => reply);
  return failureOf(await secureApiAt(url).list(ORDERS));
}

async function written(reply: Reply) {
  const { url } = await serve(() => reply);
  return failureOf(await secureApiAt(url).createWebhook(WEBHOOK));
}

describe('a store that takes no calls for now', () => {
  test.each([
    [429, '30', 30_000],
    [503, '600', 600_000],
    [503, 'Sat, 21 Nov 2026 23:12:48 GMT', 60_000],
    [503, 'Tue, 21 Nov 2028 23:12:48 GMT', 3_600_000],
    [429, '31536000', 3_600_000],
  ])('%i is retried when it says (%s)', async (status, after, wait) => {
    const headers = { ...HTML, 'retry-after': after, date: 'Sat, 21 Nov 2026 23:11:48 GMT' };

    expect(await read({ status, headers, body: '<html>' })).toMatchObject({
      kind: 'retry',
      retryAfterMs: wait,
    });
    expect(await written({ status, headers, body: '<html>' })).toMatchObject({ kind: 'retry' });
  });

  test('says no time it does not know', async () => {
    expect(
      await read({ status: 503, headers: { ...HTML, 'retry-after': 'soon' }, body: '' }),
    ).not.toHaveProperty('retryAfterMs');
  });
});

describe('a server error', () => {
  test.each([[500], [502], [504], [520]])(
    '%i has done nothing to a read and may have to a write',
    async (status) => {
      expect(await read({ status, headers: HTML, body: '<html>' })).toMatchObject({ kind: 'retry' });
      expect(await written({ status, headers: HTML, body: '<html>' })).toMatchObject({ kind: 'unknown' });
    },
  );
});

describe('an answer that is not WooCommerce’s', () => {
  test('is retried, and may have hidden a deed when it succeeded', async () => {
    const page = { status: 200, headers: HTML, body: '<!DOCTYPE html>' };

    expect(await read(page)).toMatchObject({ kind: 'retry', code: 'not-woocommerce' });
    expect(await written(page)).toMatchObject({ kind: 'unknown', code: 'not-woocommerce' });
    expect(await written({ ...page, status: 404 })).toMatchObject({ kind: 'retry', code: 'not-woocommerce' });
  });

  test('names plain permalinks for a page not found', async () => {
    expect((await read({ status: 404, headers: HTML, body: '<!DOCTYPE html>' })).message).toContain(
      'permalinks',
    );
  });

  test('is a person’s matter when it forbids', async () => {
    expect(await read({ status: 403, headers: HTML, body: '<html>' })).toMatchObject({
      kind: 'authorise',
      code: 'blocked',
    });
  });

  test('is noticed by its shape', async () => {
    const { url } = await serve(() => ({ status: 200, headers: { 'x-wp-total': '1' }, body: { ok: true } }));

    expect(failureOf(await secureApiAt(url).list(ORDERS))).toMatchObject({ code: 'not-woocommerce' });
    expect(failureOf(await secureApiAt(url).order('1'))).toMatchObject({ code: 'not-woocommerce' });
  });
});

describe('an error of a plugin', () => {
  test('that forbids is a person’s matter', async () => {
    const body = { code: 'rest_disabled', message: 'Zugriff verweigert', data: { status: 403 } };

    expect(await read({ status: 403, body })).toMatchObject({ kind: 'authorise', code: 'forbidden' });
    expect(await read({ status: 401, body })).toMatchObject({ kind: 'authorise', code: 'forbidden' });
  });

  test('is not repeated when its code is none', async () => {
    const body = { code: 'Dear anna@example.com', data: null };

    expect(JSON.stringify(await read({ status: 400, body }))).not.toContain('anna');
  });
});

describe('a connection', () => {
  test('that breaks has done nothing to a read and may have to a write', async () => {
    const store = await openStore();
    store.faults.failNext('commit-then-reset', 2);
    const api = apiAt(store.url);

    expect(failureOf(await api.list(ORDERS))).toMatchObject({ kind: 'retry', code: 'connection-lost' });
    expect(failureOf(await api.createWebhook(WEBHOOK))).toMatchObject({
      kind: 'unknown',
      code: 'connection-lost',
    });
    expect(must(await api.webhooks())).toHaveLength(1);
  });

  test('that is slow likewise', async () => {
    const deadlines = manualDeadlines();
    const { url } = await serve(({ method, url: asked }) => {
      deadlines.pass(method, asked.split('?')[0] ?? '');
      return new Promise<Reply>(() => undefined);
    });
    const api = apiAt('https://shop.example.test', { http: behindProxy(url, deadlines) });

    expect(failureOf(await api.list(ORDERS))).toMatchObject({ kind: 'retry', code: 'timeout' });
    expect(failureOf(await api.createWebhook(WEBHOOK))).toMatchObject({ kind: 'unknown', code: 'timeout' });
  });
});

describe('no failure tells a secret:', () => {
  const keys = { consumerKey: 'ck_hush', consumerSecret: 'cs_hush' };
  const refusals: readonly Reply[] = [
    ...[401, 403, 404, 400, 429, 500, 503].map((status) => ({ status, headers: HTML, body: '<html>' })),
    ...[401, 403].map((status) => ({ status, body: { code: 'woocommerce_rest_cannot_view', message: 'm' } })),
    { status: 401, body: { code: 'woocommerce_rest_authentication_error', message: 'm' } },
    { status: 404, body: { code: 'rest_no_route', message: 'm' } },
    { status: 301, headers: { Location: 'https://shop.example.test/?consumer_secret=cs_hush' } },
    { status: 200, headers: HTML, body: '<html>' },
  ];

  test.each([
    ['plain http', (url: string) => apiAt(url, { keys })],
    ['https', (url: string) => secureApiAt(url, keys)],
  ])('over %s', async (_way, open) => {
    for (const reply of refusals) {
      const { url } = await serve(() => reply);
      const api = open(url);
      const outcomes: Outcome<unknown>[] = [
        await api.list(ORDERS),
        await api.order('7'),
        await api.webhooks(),
      ];
      outcomes.push(
        await api.createWebhook(WEBHOOK),
        await api.changeWebhook('7', { secret: 'signing-secret' }),
      );

      for (const outcome of outcomes) {
        const text = JSON.stringify(failureOf(outcome));
        expect(text).not.toMatch(/hush|signing-secret|consumer_|oauth_|\?/);
      }
    }
  });
});
