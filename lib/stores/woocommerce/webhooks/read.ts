import * as v from 'valibot';
import type { Kept } from '../../../core/ledger/kept.ts';
import type { Snapshot } from '../../../core/ledger/snapshot.ts';
import { Id, isObject, Moment } from '../../../core/stores/fields.ts';
import type { DropReason, ReadItem, StoreReading } from '../../../core/stores/source.ts';
import type { StoreFields, StoreKind } from '../../../core/stores/store-api.ts';
import { Customer, customerSnapshot } from './bodies/customer.ts';
import { orderOrDraft } from './bodies/draft.ts';
import { Order } from './bodies/order.ts';
import { Product, productSnapshot } from './bodies/product.ts';
import { Subscription, subscriptionSnapshot } from './bodies/subscription.ts';
import { isSettled, type Witness } from './bodies/witness.ts';

/** An object's id and date, as far as it has them: the local date has no zone, so it says nothing here. */
const Named = v.object({ id: v.optional(v.fallback(v.optional(Id), undefined)), date_modified_gmt: Moment });

/**
 * The rest is most of an answer, and some of it is what plugins make slow. An order's `meta_data` is read for consent
 * and attribution, a customer's and the address an order goes to only if the policy maps something of them.
 */
export function fieldsOf({ customerMeta, shipping, shippingMethods, productLinks }: Kept): StoreFields {
  const isRead = (needed: boolean, name: string) => (field: string) => needed || field !== name;
  return {
    order: Object.keys(Order.entries)
      .filter(isRead(shipping, 'shipping'))
      .filter(isRead(shippingMethods, 'shipping_lines')),
    product: Object.keys(Product.entries).filter(
      (field) => productLinks || (field !== 'permalink' && field !== 'images'),
    ),
    customer: Object.keys(Customer.entries).filter(isRead(customerMeta.length > 0, 'meta_data')),
    subscription: Object.keys(Subscription.entries),
  };
}

type Reader = (item: unknown, witness: Witness) => readonly Snapshot[] | DropReason;

const READERS: Readonly<Record<StoreKind, Reader>> = {
  order: orderIn,
  customer: customerIn,
  product: productIn,
  subscription: subscriptionIn,
};

/** What an object of the REST API says; the same as a webhook's body would, but that it can be settled. */
export function read({ kind, store, item, now }: StoreReading, kept: Kept): ReadItem {
  const { id, date_modified_gmt: modifiedAt } = namesOf(item);
  const witness: Witness = { store, readAt: now, kept };
  const said = READERS[kind](item, witness);
  return {
    ...(typeof said === 'string' ? { snapshots: [], dropped: said } : { snapshots: said }),
    ...(id !== undefined && { id }),
    ...(modifiedAt !== undefined && { modifiedAt }),
    settled: modifiedAt !== undefined && isSettled(modifiedAt, witness),
  };
}

function namesOf(item: unknown): v.InferOutput<typeof Named> {
  const result = v.safeParse(Named, isObject(item) ? item : {});
  return result.success ? result.output : {};
}

function orderIn(item: unknown, witness: Witness): readonly Snapshot[] | DropReason {
  const order = v.safeParse(Order, item);
  if (!order.success) return 'malformed';
  return orderOrDraft(order.output, witness) ?? 'checkout-draft';
}

function subscriptionIn(item: unknown, witness: Witness): readonly Snapshot[] | DropReason {
  const found = v.safeParse(Subscription, item);
  return found.success ? [subscriptionSnapshot(found.output, witness)] : 'malformed';
}

function customerIn(item: unknown, witness: Witness): readonly Snapshot[] | DropReason {
  const customer = v.safeParse(Customer, item);
  return customer.success ? [customerSnapshot(customer.output, witness)] : 'malformed';
}

function productIn(item: unknown, witness: Witness): readonly Snapshot[] | DropReason {
  const product = v.safeParse(Product, item);
  return product.success ? [productSnapshot(product.output, witness)] : 'malformed';
}
