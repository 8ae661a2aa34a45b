import { expect, test } from 'vitest';
import { NO_WEBHOOKS } from '../../../../lib/core/stores/store-api.ts';
import { failureOf, must } from '../../../mautic/support.ts';
import { fluentApiAt, openFluent } from './support.ts';

const WEBHOOK = {
  name: 'Mautic bridge: order_paid_done',
  topic: 'order_paid_done',
  deliveryUrl: 'https://bridge.example.test/webhooks/fluent',
  secret: 'hush',
};

test('a feed that is made is there, and sends what the bridge understands', async () => {
  const { api, shop, place } = await openFluent();
  must(await api.createWebhook(WEBHOOK));

  expect(must(await api.webhooks())).toEqual([
    { id: '1', topic: 'order_paid_done', deliveryUrl: WEBHOOK.deliveryUrl, status: 'active', secret: 'hush' },
  ]);
  shop.orders.pay(place());
  expect(shop.jobs.run()).toMatchObject([
    {
      url: WEBHOOK.deliveryUrl,
      headers: { 'x-fluentcart-event': 'order_paid_done', 'x-bridge-secret': 'hush' },
    },
  ]);
});

test('a feed that a person switched off is paused', async () => {
  const { api, shop } = await openFluent();
  must(await api.createWebhook(WEBHOOK));
  shop.feeds.setEnabled(1, 'no');

  expect(must(await api.webhooks())).toMatchObject([{ status: 'paused' }]);
});

test.each([
  ['is sent by another method', { request_method: 'put' }],
  ['sends chosen fields', { request_body: { type: 'selected_fields', data: [] } }],
  ['names no event', { request_headers: { type: 'no_headers', data: [] } }],
  ['hears of two events', { event_trigger: ['order_paid_done', 'order_fully_refunded'] }],
])('a feed that %s is as good as switched off, and right once it is activated', async (_what, flaw) => {
  const { api, shop } = await openFluent();
  must(await api.createWebhook(WEBHOOK));
  const [made] = shop.feeds.all();
  if (made) shop.feeds.save({ ...made.feed, ...flaw }, made.id);
  expect(must(await api.webhooks())).toMatchObject([{ status: 'disabled' }]);

  must(await api.changeWebhook('1', { status: 'active', secret: 'new' }));

  expect(must(await api.webhooks())).toMatchObject([
    { id: '1', status: 'active', secret: 'new', topic: 'order_paid_done' },
  ]);
});

test('a feed can name its event in its address instead of a header', async () => {
  const { api, shop } = await openFluent();
  must(await api.createWebhook(WEBHOOK));
  const [made] = shop.feeds.all();
  const request_url = `${WEBHOOK.deliveryUrl}?event=order_paid_done`;
  const request_headers = { type: 'custom_headers', data: [{ name: 'X-Bridge-Secret', value: 'hush' }] };
  if (made) shop.feeds.save({ ...made.feed, request_url, request_headers }, made.id);

  expect(must(await api.webhooks())).toMatchObject([{ status: 'active' }]);
});

test('a new secret leaves the rest of a feed as it is', async () => {
  const { api, shop } = await openFluent();
  must(await api.createWebhook(WEBHOOK));
  shop.feeds.setEnabled(1, 'no');

  must(await api.changeWebhook('1', { secret: 'new' }));

  expect(must(await api.webhooks())).toMatchObject([
    { status: 'paused', secret: 'new', deliveryUrl: WEBHOOK.deliveryUrl },
  ]);
});

test('a feed that is gone is looked for again', async () => {
  const { api } = await openFluent();

  expect(failureOf(await api.changeWebhook('7', { status: 'active' }))).toMatchObject({
    kind: 'retry',
    code: 'no-such-feed',
  });
});

test('a shop without Pro has no webhooks, and the failure says so', async () => {
  const { api } = await openFluent({ pro: false });

  expect(failureOf(await api.webhooks())).toMatchObject({ kind: 'park', code: NO_WEBHOOKS });
});

test('a shop that offers webhooks and has them switched off has none either', async () => {
  const { api, store } = await openFluent();
  const webhook = { title: 'Webhook', enabled: false, is_pro: true, is_pro_active: false };
  store.answerNext({ status: 200, body: { feeds: [], available_integrations: { webhook } } });

  expect(failureOf(await api.webhooks())).toMatchObject({ kind: 'park', code: NO_WEBHOOKS });
});

test('a feed of one product covers no event: it hears of the orders of that product only', async () => {
  const { api, store, shop } = await openFluent();
  must(await api.createWebhook(WEBHOOK));
  const [made] = shop.feeds.all();
  const feed = {
    id: 1,
    name: 'one',
    enabled: 'yes',
    provider: 'webhook',
    feed: made?.feed,
    scope: 'product',
  };
  const available_integrations = { webhook: { enabled: true } };
  store.answerNext({ status: 200, body: { feeds: [feed], available_integrations } });

  expect(must(await api.webhooks())).toEqual([]);
});

test('a shop that lost its answer to a new feed may have made it', async () => {
  const { store } = await openFluent();
  store.answerNext({ status: 500, body: '<html>' });

  expect(failureOf(await fluentApiAt(store.url).createWebhook(WEBHOOK))).toMatchObject({ kind: 'unknown' });
});
