import { describe, expect, test } from 'vitest';
import { failureOf, must, type Reply, serve } from '../../../mautic/support.ts';
import { recordedReply, restRecording, secureApiAt } from '../../support.ts';

async function answeredBy(reply: Reply) {
  const { url, seen } = await serve(() => reply);
  return { api: secureApiAt(url), seen };
}

const ORDERS = { kind: 'order', page: 1 } as const;

describe('what a running store answered', () => {
  test('is read as a page, its total and the store’s clock (recording orders-modified_after-gmt)', async () => {
    const { api } = await answeredBy(recordedReply('orders-modified_after-gmt'));

    const page = must(await api.list(ORDERS));

    expect(page).toMatchObject({ total: 15, now: Date.UTC(2026, 10, 21, 23, 11, 48) });
    expect(page.items).toEqual(restRecording('orders-modified_after-gmt').body);
  });

  test('is empty past the last page (recording orders-beyond-last)', async () => {
    const { api } = await answeredBy(recordedReply('orders-beyond-last'));

    expect(must(await api.list({ ...ORDERS, page: 999 }))).toMatchObject({ items: [], total: 0 });
  });

  test.each([['order-one'], ['order-trashed-get']])(
    'is an order, in the trash too (recording %s)',
    async (name) => {
      const { api } = await answeredBy(recordedReply(name));

      const order = must(await api.order('43'));

      expect(order?.item).toEqual(restRecording(name).body);
      expect(order?.now).toBe(Date.parse(restRecording(name).headers.date ?? ''));
    },
  );

  test('is nothing for an erased order (recording order-get-404)', async () => {
    const { api } = await answeredBy(recordedReply('order-get-404'));

    expect(must(await api.order('54'))).toBeUndefined();
  });

  test('is a list of webhooks without their secrets (recordings webhooks-list, webhook-disabled-by-failures)', async () => {
    const listed = await answeredBy(recordedReply('webhooks-list'));
    const disabled = recordedReply('webhook-disabled-by-failures');
    const alone = { ...disabled, headers: { 'x-wp-total': '1' }, body: [disabled.body] };

    const webhooks = must(await listed.api.webhooks());

    expect(webhooks).toHaveLength(18);
    expect(webhooks[17]).toEqual({
      id: '1',
      topic: 'order.created',
      deliveryUrl: 'http://127.0.0.1:8071/hook',
      status: 'active',
    });
    expect(must(await (await answeredBy(alone)).api.webhooks())).toMatchObject([
      { id: '21', status: 'disabled' },
    ]);
  });

  test('is done for a new and a changed webhook (recordings webhook-create, webhook-put-paused)', async () => {
    const created = await answeredBy(recordedReply('webhook-create'));
    const changed = await answeredBy(recordedReply('webhook-put-paused'));
    const webhook = { name: 'n', topic: 'order.updated', deliveryUrl: 'https://b.test/w', secret: 's' };

    must(await created.api.createWebhook(webhook));
    must(await changed.api.changeWebhook('19', { status: 'active' }));

    expect(created.seen[0]).toMatchObject({
      method: 'POST',
      url: '/wp-json/wc/v3/webhooks',
      json: { name: 'n', topic: 'order.updated', delivery_url: 'https://b.test/w', secret: 's' },
    });
    expect(changed.seen[0]).toMatchObject({
      method: 'PUT',
      url: '/wp-json/wc/v3/webhooks/19',
      json: { status: 'active' },
    });
  });
});

describe('a refusal is classified by its code:', () => {
  test.each([
    ['err-401-bad-key', { kind: 'authorise', code: 'unauthorised' }],
    ['err-401-bad-secret', { kind: 'authorise', code: 'unauthorised' }],
    ['err-401-none', { kind: 'authorise', code: 'unauthorised' }],
    ['err-401-plain-http-basic', { kind: 'authorise', code: 'unauthorised' }],
    ['err-writeonly-key-read', { kind: 'authorise', code: 'unauthorised' }],
    ['rest_route-plain-permalink', { kind: 'authorise', code: 'unauthorised' }],
    ['err-404-route', { kind: 'retry', code: 'no-such-endpoint' }],
    ['err-400-bad-param', { kind: 'park', code: 'bad-request' }],
    ['orders-orderby-price', { kind: 'park', code: 'bad-request' }],
    ['orders-per_page-101', { kind: 'park', code: 'bad-request' }],
    ['webhook-get-404', { kind: 'park', code: 'not-found' }],
  ])('%s', async (name, expected) => {
    const { api } = await answeredBy(recordedReply(name));

    expect(failureOf(await api.list(ORDERS))).toMatchObject(expected);
  });

  test('names the refused parameter (recording err-400-bad-param)', async () => {
    const { api } = await answeredBy(recordedReply('err-400-bad-param'));

    expect(failureOf(await api.list(ORDERS)).message).toContain('rest_invalid_param of per_page');
  });

  test('an order is only erased where the store says so itself', async () => {
    const { api } = await answeredBy(recordedReply('err-404-route'));

    expect(failureOf(await api.order('54'))).toMatchObject({ code: 'no-such-endpoint' });
  });
});
