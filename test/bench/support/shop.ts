import * as v from 'valibot';
import { RECORDED_SECRET, type Recording, recordedDeliveries, sign } from '../../support/woocommerce.ts';

/** One delivery of a store, recorded or made from a recording. */
export interface ShopDelivery {
  readonly topic: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What was being done in the shop. */
  readonly step: string;
  /** When the recording was received, epoch ms. */
  readonly receivedAt: number;
}

const Body = v.looseObject({
  id: v.optional(v.number()),
  number: v.optional(v.string()),
  email: v.optional(v.string()),
  billing: v.optional(v.looseObject({ email: v.optional(v.string()) })),
});

/** Every recorded delivery about an order or a customer, in the order it came. */
export const ORDERS_AND_CUSTOMERS: readonly ShopDelivery[] = recordedDeliveries()
  .filter(({ topic }) => /^(order|customer)\./.test(topic))
  .map(shopDelivery);

/** Every recorded delivery about a product: they come before the orders. */
export const PRODUCTS: readonly ShopDelivery[] = recordedDeliveries()
  .filter(({ topic }) => topic.startsWith('product.'))
  .map(shopDelivery);

/** What a store sends to the webhooks that README.md tells to add. */
export const SUBSCRIBED: readonly ShopDelivery[] = recordedDeliveries()
  .filter(({ topic }) => /^(order|customer)\.|^product\.(created|updated)$/.test(topic))
  .map(shopDelivery);

/** Ids of different copies never meet. */
const COPY_STEP = 1_000_000;
/** Whose address is on nearly every recorded order. */
const HOUSE_ACCOUNT = 'helene@';

/**
 * The same delivery in another shop: other orders, customers, products and addresses. The one address under which nearly all
 * was ordered becomes one of its own for each order, as most buyers buy once; that is also the harder case.
 */
export function inCopy(delivery: ShopDelivery, copy: number): ShopDelivery {
  const body = v.parse(Body, JSON.parse(delivery.body));
  if (body.id === undefined) return delivery;
  const id = body.id + copy * COPY_STEP;
  const moved = (email: string | undefined) => email && addressIn(email, copy, id);
  const changed = JSON.stringify({
    ...body,
    id,
    ...(body.number !== undefined && { number: String(id) }),
    ...(body.email !== undefined && { email: moved(body.email) }),
    ...(body.billing && { billing: { ...body.billing, email: moved(body.billing.email) } }),
  });
  return { ...delivery, body: changed };
}

/** The shop's headers with the signature and length of this body. */
export function signedHeaders({ headers, body }: ShopDelivery): Record<string, string> {
  return {
    ...headers,
    'x-wc-webhook-signature': sign(body, RECORDED_SECRET),
    'content-length': String(Buffer.byteLength(body)),
  };
}

/** One order's whole life under an address of its own, as often as asked for. */
export function orderOf(delivery: ShopDelivery, order: { id: number; email: string }): ShopDelivery {
  const body = v.parse(Body, JSON.parse(delivery.body));
  const changed = { ...body, id: order.id, number: String(order.id) };
  return {
    ...delivery,
    body: JSON.stringify({ ...changed, billing: { ...body.billing, email: order.email } }),
  };
}

function addressIn(email: string, copy: number, id: number): string {
  const [local = '', domain = ''] = email.split('@');
  const person = email.toLowerCase().startsWith(HOUSE_ACCOUNT) ? `${local}.${String(id)}` : local;
  return `${person}.s${String(copy)}@${domain}`;
}

function shopDelivery({ topic, headers, body, label, receivedAt }: Recording): ShopDelivery {
  return { topic, headers, body, step: label, receivedAt: Date.parse(receivedAt) };
}
