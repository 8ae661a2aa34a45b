import * as v from 'valibot';
import { gmtDates, links, type Site, siteDates } from '../records/site.ts';
import type { Shop } from '../shop.ts';
import type { ShopWebhook } from '../webhooks/webhooks.ts';
import { invalidParameter, ok, type RestAnswer, restError } from './rest-answer.ts';
import { paged } from './rest-lists.ts';
import type { RestRequest } from './rest-request.ts';

const Wanted = v.object({
  name: v.exactOptional(v.string()),
  topic: v.exactOptional(v.string()),
  delivery_url: v.exactOptional(v.string()),
  secret: v.exactOptional(v.string()),
  status: v.exactOptional(v.picklist(['active', 'paused', 'disabled'])),
});

/** `GET /wc/v3/webhooks`, newest first unless asked otherwise (recording `webhooks-list`). */
export function listWebhooks(shop: Shop, { query }: RestRequest): RestAnswer {
  const perPage = Number(query.get('per_page') ?? '10');
  const page = Math.max(1, Number(query.get('page') ?? '1'));
  const status = query.get('status') ?? 'all';
  const all = shop.webhooks.all().filter((one) => status === 'all' || one.status === status);
  const sorted = query.get('order') === 'asc' ? all : all.toReversed();
  const shown = sorted.slice((page - 1) * perPage, page * perPage);
  return paged(
    shown.map((webhook) => webhookBody(webhook, shop.site)),
    all.length,
    perPage,
  );
}

export function getWebhook(shop: Shop, id: number): RestAnswer {
  const webhook = shop.webhooks.get(id);
  return webhook === undefined ? unknownId(404) : ok(webhookBody(webhook, shop.site));
}

/** A status is ignored: it is active (facts/woocommerce §4). */
export function createWebhook(shop: Shop, { body }: RestRequest): RestAnswer {
  const wanted = wantedIn(body);
  if ('body' in wanted) return wanted;
  if (wanted.delivery_url === undefined) {
    const message = 'Missing parameter(s): delivery_url';
    const data = { status: 400, params: ['delivery_url'] };
    return { status: 400, body: { code: 'rest_missing_callback_param', message, data } };
  }
  const wrong = wrongIn(shop, { topic: '', ...wanted });
  if (wrong !== undefined) return wrong;
  const { topic = '', delivery_url: deliveryUrl, name, secret } = wanted;
  const webhook = shop.webhooks.create({
    topic,
    deliveryUrl,
    ...(name === undefined ? {} : { name }),
    ...(secret === undefined ? {} : { secret }),
  });
  return ok(webhookBody(webhook, shop.site), 201);
}

export function changeWebhook(shop: Shop, id: number, { body }: RestRequest): RestAnswer {
  if (shop.webhooks.get(id) === undefined) return unknownId(400);
  const wanted = wantedIn(body);
  if ('body' in wanted) return wanted;
  const wrong = wrongIn(shop, wanted);
  if (wrong !== undefined) return wrong;
  const { delivery_url: deliveryUrl, ...rest } = wanted;
  const change = shop.webhooks.change(id, deliveryUrl === undefined ? rest : { ...rest, deliveryUrl });
  return ok(webhookBody(change, shop.site));
}

/** Recordings `webhook-delete-noforce`, `webhook-delete-force`. */
export function deleteWebhook(shop: Shop, id: number, { query }: RestRequest): RestAnswer {
  const webhook = shop.webhooks.get(id);
  if (webhook === undefined) return unknownId(404);
  if (query.get('force') !== 'true') {
    return restError(501, 'woocommerce_rest_trash_not_supported', 'Webhooks do not support trashing.');
  }
  shop.webhooks.delete(id);
  return ok(webhookBody(webhook, shop.site));
}

function wantedIn(body: unknown): v.InferOutput<typeof Wanted> | RestAnswer {
  const wanted = v.safeParse(Wanted, body);
  return wanted.success ? wanted.output : invalidParameter('status', 'A parameter is of a wrong type.');
}

/** Recordings `webhook-create-bad-topic`, `webhook-create-bad-url`. */
function wrongIn({ webhooks }: Shop, wanted: v.InferOutput<typeof Wanted>): RestAnswer | undefined {
  if (wanted.topic !== undefined && !webhooks.knows(wanted.topic)) {
    return restError(
      400,
      'woocommerce_rest_shop_webhook_invalid_topic',
      'Webhook topic is required and must be valid.',
    );
  }
  if (wanted.delivery_url !== undefined && !/^https?:\/\//.test(wanted.delivery_url)) {
    return restError(
      400,
      'woocommerce_rest_shop_webhook_invalid_delivery_url',
      'Webhook delivery URL must be a valid URL starting with http:// or https://.',
    );
  }
  return undefined;
}

/** Recording `webhook-get-404`; for a change the status is read in WooCommerce's source. */
function unknownId(status: 400 | 404): RestAnswer {
  return restError(status, 'woocommerce_rest_shop_webhook_invalid_id', 'ID is invalid.');
}

/** Without its secret and its failures, which REST never shows (facts/woocommerce §1.3, §2). */
function webhookBody(webhook: ShopWebhook, site: Site): Record<string, unknown> {
  const { id, name, status, topic, deliveryUrl, createdAt, modifiedAt } = webhook;
  const [resource, event] = topic.split('.');
  const dates = { date_created: createdAt, date_modified: modifiedAt };
  const local = siteDates(site, dates);
  const gmt = gmtDates(dates);
  return {
    id,
    name,
    status,
    topic,
    resource,
    event,
    hooks: [],
    delivery_url: deliveryUrl,
    date_created: local.date_created,
    date_created_gmt: gmt.date_created_gmt,
    date_modified: local.date_modified,
    date_modified_gmt: gmt.date_modified_gmt,
    _links: links(site, 'webhooks', id),
  };
}
