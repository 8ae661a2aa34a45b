import { type Body, isObject } from '../../../../core/stores/fields.ts';

/** The seed's envelopes stand one within the other at most. */
const MOST_ENVELOPES = 3;
/** Names that only an order has, of which a list of REST gives them all. */
const ORDER_NAMES = ['payment_status', 'shipping_status', 'total_amount', 'total_paid', 'receipt_number'];
/** Names of a transaction and of a subscription, which have an id and a status as well. */
const OTHER_NAMES = ['transaction_type', 'billing_interval', 'parent_order_id'];

/**
 * The order in a body, with what belongs to it: in a webhook it stands beside it, in an answer of REST inside, and the
 * seed's document puts either into `data`. `undefined`: there is no order in it.
 */
export function orderBodyIn(body: Body): Body | undefined {
  let found: Body = body;
  for (let depth = 0; depth < MOST_ENVELOPES; depth += 1) {
    if (isObject(found['order'])) return { ...found, ...found['order'], ...addressesIn(found) };
    if (isOrder(found)) return { ...found, ...addressesIn(found) };
    if (!isObject(found['data'])) return undefined;
    found = found['data'];
  }
  return undefined;
}

function isOrder(body: Body): boolean {
  return ORDER_NAMES.some((name) => Object.hasOwn(body, name)) && !OTHER_NAMES.some((name) => name in body);
}

/** The list of one order of REST has no addresses by name (recording `rest.orders.detail`). */
function addressesIn(body: Body): Body {
  const order = isObject(body['order']) ? body['order'] : {};
  const listed = Object.values(listOf(order['order_addresses'] ?? body['order_addresses'])).filter(isObject);
  const of = (type: string) => listed.find((address) => address['type'] === type);
  const named = (name: string) => body[name] ?? order[name];
  return {
    billing_address: named('billing_address') ?? of('billing'),
    shipping_address: named('shipping_address') ?? of('shipping'),
  };
}

function listOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : [];
}
