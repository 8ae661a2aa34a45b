import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import table from '../../../lib/stores/fluentcart/published-api.data.json' with { type: 'json' };
import { fluentcart } from '../../../lib/stores/fluentcart/webhooks/index.ts';
import { failureOf, must, serve } from '../../mautic/support.ts';
import { feedArrivalWith, feedBody, orderIn } from '../../support/fluentcart.ts';
import { fluentApiAt, openFluent, START } from './rest/support.ts';

/** The maker's page, as it was published. */
const published = readFileSync(
  new URL('../../fixtures/fluentcart/published-api.txt', import.meta.url),
  'utf8',
);

const Row = v.variant('verdict', [
  v.strictObject({
    what: v.string(),
    verdict: v.picklist(['used']),
    reason: v.pipe(v.string(), v.nonEmpty()),
    fact: v.optional(v.string()),
  }),
  v.strictObject({
    what: v.string(),
    verdict: v.picklist(['accepted', 'refused', 'absent']),
    reason: v.pipe(v.string(), v.nonEmpty()),
    fact: v.pipe(v.string(), v.regex(/^facts\/fluentcart [A-D]\d$/)),
  }),
]);

function listed(pattern: RegExp): readonly string[] {
  return [...published.matchAll(pattern)].map(([, what = '']) => what).sort();
}

function names(rows: readonly { readonly what: string }[]): readonly string[] {
  return rows.map(({ what }) => what).sort();
}

describe('the table of what is published', () => {
  it('gives a reason for everything, and a fact for what is not used', () => {
    for (const row of Object.values(table).flat())
      expect(v.safeParse(Row, row).issues, row.what).toBeUndefined();
  });

  it('has every endpoint of the page, once', () => {
    const endpoints = listed(/^- `((?:GET|POST|PUT|DELETE) [^`]+)`/gm);

    expect(endpoints.length).toBeGreaterThan(80);
    expect(names(table.endpoints)).toEqual(endpoints);
  });

  it('has every event, parameter and status of the page', () => {
    expect(names(table.events)).toEqual(listed(/^- `((?:order|subscription|payment)\.[a-z]+)`/gm));
    expect(names(table.parameters)).toEqual(listed(/^- `(page|per_page)` - /gm));
    expect(names(table.statuses)).toEqual(listed(/^- `(\d{3})` - /gm));
  });

  it('has every header and way of authentication the page names', () => {
    const shapes = names(table.shapes).join('\n');
    for (const header of listed(/^(X-[\w-]+):/gm)) expect(shapes).toContain(header);
    for (const way of ['Cookie Authentication', 'Application Passwords', 'OAuth', 'apiKey']) {
      expect(published).toContain(way);
      expect(names(table.authentication).join('\n')).toContain(way);
    }
  });
});

describe('the client and the table', () => {
  it('agree on which endpoints are used', async () => {
    const { store, shop, lamp, api, place } = await openFluent();
    const order = place();
    shop.orders.pay(order);
    must(await api.list({ kind: 'order', page: 1, modifiedAfter: START - 9e9 }));
    must(await api.list({ kind: 'order', page: 1, ids: [String(order)] }));
    must(await api.list({ kind: 'customer', page: 1 }));
    must(await api.list({ kind: 'subscription', page: 1 }));
    must(await api.list({ kind: 'product', page: 1, modifiedAfter: 0 }));
    must(await api.list({ kind: 'product', page: 1, ids: [String(lamp)] }));
    must(await api.order(String(order)));
    must(
      await api.createWebhook({
        name: 'n',
        topic: 'order_paid_done',
        deliveryUrl: 'https://b.test/webhooks/f',
        secret: 's',
      }),
    );
    must(await api.changeWebhook('1', { secret: 't' }));
    must(await api.webhooks());

    const asked = store.requests.map(({ method, path }) => `${method} ${path.replace(/\/\d+$/, '/{id}')}`);
    const used = table.endpoints.filter(({ verdict }) => verdict === 'used');

    expect([...new Set(asked)].sort()).toEqual(names(used));
    for (const { what } of table.parameters)
      expect(store.requests.some(({ params }) => params.has(what))).toBe(true);
  });

  it.each(table.events)('agree that the event $what is taken', ({ what }) => {
    expect(fluentcart.accepts(what)).toBe('take');
    expect(orderIn(feedArrivalWith(what, { success: true, data: feedBody('101') })).ref.id).toBe('12');
  });

  it('agree on the published envelopes and errors', async () => {
    const page = {
      success: true,
      data: [{ id: 7 }],
      pagination: { current_page: 1, per_page: 10, total: 100, total_pages: 10 },
    };
    const error = {
      success: false,
      error: { code: 'validation_error', message: 'x', details: { email: ['x'] } },
    };
    const answers = [
      { status: 200, body: page },
      { status: 422, body: error },
      {
        status: 429,
        headers: { 'x-ratelimit-reset': '1795744830', date: 'Fri, 27 Nov 2026 02:00:00 GMT' },
        body: error,
      },
    ];
    const { url } = await serve(() => answers.shift() ?? { status: 404 });
    const api = fluentApiAt(url);

    expect(must(await api.list({ kind: 'order', page: 1 }))).toMatchObject({
      items: [{ id: 7 }],
      total: 100,
    });
    expect(failureOf(await api.order('7'))).toMatchObject({
      kind: 'park',
      message: expect.stringContaining('of email'),
    });
    expect(failureOf(await api.order('7'))).toMatchObject({ kind: 'retry', retryAfterMs: 30_000 });
  });
});
