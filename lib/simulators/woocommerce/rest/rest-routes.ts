import { orderBody } from '../records/orders/order-body.ts';
import type { Shop } from '../shop.ts';
import { GONE } from '../webhooks/event-body.ts';
import { CRITICAL, ok, type RestAnswer, restError } from './rest-answer.ts';
import { createCoupon, deleteCoupon, getCoupon, listCoupons } from './rest-coupons.ts';
import { authenticate, type Gate } from './rest-keys.ts';
import { fieldsIn, listThings } from './rest-lists.ts';
import type { RestRequest } from './rest-request.ts';
import { changeWebhook, createWebhook, deleteWebhook, getWebhook, listWebhooks } from './rest-webhooks.ts';
import { withFields } from './selection.ts';

type Handler = (shop: Shop, request: RestRequest, id: number) => RestAnswer;

const ROUTES: readonly (readonly [method: string, pattern: RegExp, handler: Handler])[] = [
  ['GET', /^\/orders$/, (shop, { query }) => listThings(shop, 'orders', query)],
  ['GET', /^\/products$/, (shop, { query }) => listThings(shop, 'products', query)],
  ['GET', /^\/customers$/, (shop, { query }) => listThings(shop, 'customers', query)],
  ['GET', /^\/orders\/(\d+)$/, (shop, request, id) => getOrder(shop, request, id)],
  ['GET', /^\/coupons$/, (shop, request) => listCoupons(shop, request)],
  ['GET', /^\/coupons\/(\d+)$/, (shop, _request, id) => getCoupon(shop, id)],
  ['POST', /^\/coupons$/, (shop, request) => createCoupon(shop, request)],
  ['DELETE', /^\/coupons\/(\d+)$/, (shop, request, id) => deleteCoupon(shop, id, request)],
  ['GET', /^\/webhooks$/, (shop, request) => listWebhooks(shop, request)],
  ['GET', /^\/webhooks\/(\d+)$/, (shop, _request, id) => getWebhook(shop, id)],
  ['POST', /^\/webhooks$/, (shop, request) => createWebhook(shop, request)],
  ['PUT', /^\/webhooks\/(\d+)$/, (shop, request, id) => changeWebhook(shop, id, request)],
  ['DELETE', /^\/webhooks\/(\d+)$/, (shop, request, id) => deleteWebhook(shop, id, request)],
];

/** In the order WordPress checks: the key, the route, what the key may do. */
export function answerRest(shop: Shop, gate: Gate, request: RestRequest): RestAnswer {
  const api = `${new URL(shop.site.home).pathname}wp-json/`;
  if (!request.path.startsWith(api))
    return { status: 404, body: '<!DOCTYPE html><title>Page not found</title>' };
  const key = authenticate(gate, request);
  if (key !== undefined && 'status' in key) return key;
  const path = request.path.slice(api.length - 1).replace(/^\/wc\/v3/, '');
  for (const [method, pattern, handler] of ROUTES) {
    const match = method === request.method ? pattern.exec(path) : null;
    if (match === null) continue;
    return key === undefined ? nobody(method) : handler(shop, request, Number(match[1] ?? 0));
  }
  return restError(404, 'rest_no_route', 'No route was found matching the URL and request method.');
}

/** Trashed orders are shown, drafts too (recordings `order-trashed-get`, `order-get-404`). */
function getOrder(shop: Shop, { query }: RestRequest, id: number): RestAnswer {
  const order = shop.orders.get(id);
  if (order === undefined) return { status: 404, body: GONE.order };
  const fields = fieldsIn(query);
  return shop.flaws.ruin('orders', [id], fields)
    ? CRITICAL
    : ok(withFields(orderBody(order, shop.site), fields));
}

/** Recordings `err-401-none`, `err-401-bad-key`, `err-401-plain-http-basic`; for writes read in WooCommerce's source. */
function nobody(method: string): RestAnswer {
  const verb = { POST: 'create', PUT: 'edit', DELETE: 'delete' }[method] ?? 'view';
  return restError(401, `woocommerce_rest_cannot_${verb}`, 'Sorry, you cannot list resources.');
}
