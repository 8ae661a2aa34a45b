import * as v from 'valibot';
import type { Arrival } from '../../../core/ledger/delivery.ts';
import { LOOKED_UP } from '../../../core/ledger/fold/order.ts';
import { type Kept, NOTHING_KEPT } from '../../../core/ledger/kept.ts';
import { momentIn } from '../../../core/ledger/moment.ts';
import type { Ref, Snapshot } from '../../../core/ledger/snapshot.ts';
import { contentHash } from '../../../core/ledger/version.ts';
import { type Body, Id, isObject } from '../../../core/stores/fields.ts';
import type { DropReason, Translation } from '../../../core/stores/source.ts';
import { Cart, CartId, cartSnapshots } from './bodies/cart.ts';
import { Customer, customerSnapshot } from './bodies/customer.ts';
import { orderOrDraft } from './bodies/draft.ts';
import { Order } from './bodies/order.ts';
import { Product, productSnapshot } from './bodies/product.ts';
import { isSubscription, Subscription, subscriptionSnapshot } from './bodies/subscription.ts';
import type { Witness } from './bodies/witness.ts';
import { whyNothing } from './nothing.ts';
import { isTopic, type Topic } from './topics.ts';

/** A delivery whose body is an object with a usable id. */
interface Parcel {
  readonly id: string;
  readonly body: Body;
  readonly arrival: Arrival;
  readonly kept: Kept;
}

const TRANSLATORS: Readonly<Record<Topic, (parcel: Parcel) => Translation>> = {
  'order.created': orderSeen,
  'order.updated': orderSeen,
  'order.restored': orderRestored,
  'order.deleted': orderDeleted,
  'customer.created': customerSeen,
  'customer.updated': customerSeen,
  'customer.deleted': customerDeleted,
  // Of the companion, where a shop has it.
  'cart.updated': cartSeen,
  'product.created': productSeen,
  'product.updated': productSeen,
  'product.published': productSeen,
  'product.restored': productSeen,
  // Trashing a coupon or a page sends it too, with an id that is no product's (recordings 0046, 0197).
  'product.deleted': () => drop('product-deletion'),
  'subscription.created': subscriptionSeen,
  'subscription.updated': subscriptionSeen,
  'subscription.switched': subscriptionSeen,
  'subscription.deleted': subscriptionDeleted,
};

export function translate(arrival: Arrival, kept: Kept = NOTHING_KEPT): Translation {
  const body = objectIn(arrival.body);
  if (!body) return drop('malformed');
  const { topic } = arrival;
  if (!isTopic(topic)) return drop('unknown-topic');
  if (!Object.hasOwn(body, 'id')) return drop(whyNothing(body, topic));
  const id = v.safeParse(topic === 'cart.updated' ? CartId : Id, body.id);
  return id.success
    ? remarked(TRANSLATORS[topic]({ id: id.output, body, arrival, kept }), body)
    : drop('malformed');
}

/** API version 1 has only dates by the site's clock. */
function remarked(translation: Translation, body: Body): Translation {
  const isLocal = typeof body.date_modified === 'string' && !Object.hasOwn(body, 'date_modified_gmt');
  return isLocal && 'snapshots' in translation ? { ...translation, remark: 'local-dates' } : translation;
}

function objectIn(bytes: Uint8Array): Body | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function orderSeen({ body, ...parcel }: Parcel): Translation {
  if (isSubscription(body)) return subscriptionSeen({ body, ...parcel });
  const order = v.safeParse(Order, body);
  if (!order.success) return drop('malformed');
  const snapshots = orderOrDraft(order.output, witnessOf(parcel));
  return snapshots ? take(...snapshots) : drop('checkout-draft');
}

function cartSeen({ body, arrival }: Parcel): Translation {
  const cart = v.safeParse(Cart, body);
  return cart.success ? take(...cartSnapshots(cart.output, arrival.store)) : drop('malformed');
}

/** No `order.updated` follows a restoration, so the order it carries counts as well (recording 0185). */
function orderRestored(parcel: Parcel): Translation {
  const seen = orderSeen(parcel);
  return take(mark(parcel, 'restored'), ...('snapshots' in seen ? seen.snapshots : []));
}

function orderDeleted(parcel: Parcel): Translation {
  return take(mark(parcel, 'deleted'));
}

function mark({ id, arrival }: Parcel, what: 'deleted' | 'restored'): Snapshot {
  return { type: 'order-mark', ref: ref('order', id, arrival), mark: what, by: nameOf(arrival) };
}

/** 20 digits, a slash and 32 hexadecimal digits at most are what WooCommerce sends. */
const SHORT_NAME = /^[\w./-]{1,64}$/;

/**
 * The delivery id alone names every delivery of that webhook in that second. Nobody signs either: what cannot be
 * WooCommerce's is kept as its hash, and passes neither for long nor for something that REST found.
 */
function nameOf({ webhookId, deliveryId }: Arrival): string {
  const name = `${webhookId}/${deliveryId}`;
  return SHORT_NAME.test(name) && !name.startsWith(LOOKED_UP) ? name : contentHash(name);
}

function subscriptionSeen({ body, ...parcel }: Parcel): Translation {
  const found = isSubscription(body) ? v.safeParse(Subscription, body) : undefined;
  return found?.success ? take(subscriptionSnapshot(found.output, witnessOf(parcel))) : drop('malformed');
}

function subscriptionDeleted({ id, arrival }: Parcel): Translation {
  return take({ type: 'subscription-mark', ref: ref('subscription', id, arrival) });
}

function customerSeen({ body, ...parcel }: Parcel): Translation {
  const customer = v.safeParse(Customer, body);
  return customer.success ? take(customerSnapshot(customer.output, witnessOf(parcel))) : drop('malformed');
}

function customerDeleted({ id, arrival }: Parcel): Translation {
  return take({ type: 'customer-mark', ref: ref('customer', id, arrival) });
}

function productSeen({ body, ...parcel }: Parcel): Translation {
  const product = v.safeParse(Product, body);
  return product.success ? take(productSnapshot(product.output, witnessOf(parcel))) : drop('malformed');
}

/** A webhook says what the store held when it sent it, and never whether that was all. */
function witnessOf({ arrival: { store, receivedAt }, kept }: Pick<Parcel, 'arrival' | 'kept'>): Witness {
  return { store, receivedAt: momentIn(receivedAt) ?? 0, kept };
}

function ref(kind: Ref['kind'], id: string, { store }: Arrival): Ref {
  return { kind, store, id };
}

function take(...snapshots: readonly Snapshot[]): Translation {
  return { snapshots };
}

function drop(dropped: DropReason): Translation {
  return { dropped };
}
