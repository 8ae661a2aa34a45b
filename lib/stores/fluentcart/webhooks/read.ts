import * as v from 'valibot';
import { normaliseEmail } from '../../../core/ledger/email.ts';
import { type Kept, NOTHING_KEPT } from '../../../core/ledger/kept.ts';
import type { Snapshot } from '../../../core/ledger/snapshot.ts';
import { type Body, Id, isObject } from '../../../core/stores/fields.ts';
import type { DropReason, ReadItem, StoreReading } from '../../../core/stores/source.ts';
import type { StoreFields, StoreKind } from '../../../core/stores/store-api.ts';
import { Customer, customerSnapshot } from './bodies/customer.ts';
import { addressOf, Order } from './bodies/order.ts';
import { orderBodyIn } from './bodies/order-body.ts';
import { Product, productSnapshot } from './bodies/product.ts';
import { Subscription, subscriptionSnapshot } from './bodies/subscription.ts';
import { isSettled, type Witness } from './bodies/witness.ts';
import { orderIn } from './translate.ts';

/** FluentCart cannot be asked for less: its relations come whole. */
export const FIELDS: StoreFields = {
  order: Object.keys(Order.entries),
  product: Object.keys(Product.entries),
  customer: Object.keys(Customer.entries),
  subscription: Object.keys(Subscription.entries),
};

type Reader = (item: Body, witness: Witness) => Snapshot | DropReason;

const READERS: Readonly<Record<StoreKind, Reader>> = {
  order: orderAlone,
  customer: customerIn,
  product: productIn,
  subscription: subscriptionIn,
};

/** What an object of the REST API says; the same as a webhook's body would, but that it can be settled. */
export function read(
  { kind, store, item, now, testOrders = false }: StoreReading,
  kept: Kept = NOTHING_KEPT,
): ReadItem {
  const body = isObject(item) ? item : {};
  const witness: Witness = { store, event: '', readAt: now, testOrders, kept };
  const said = READERS[kind](body, witness);
  if (typeof said === 'string') return { snapshots: [], dropped: said, ...idOf(body), settled: false };
  const modifiedAt = Math.max(modifiedAtOf(said), kind === 'order' ? customerChangedAt(body) : 0);
  return {
    snapshots: [said],
    ...idOf(body),
    ...(modifiedAt > 0 && { modifiedAt }),
    settled: modifiedAt > 0 && isSettled(modifiedAt, witness),
  };
}

/** A version begins with the date that it goes by. */
function modifiedAtOf(snapshot: Snapshot): number {
  return 'version' in snapshot ? Number(snapshot.version.split('.')[0]) : 0;
}

/**
 * An order without an address shows its customer, so a list counts their date as well; a version does not, because
 * every purchase moves it (facts/fluentcart D1).
 */
function customerChangedAt(body: Body): number {
  const order = v.safeParse(Order, orderBodyIn(body));
  if (!order.success) return 0;
  const { billing_address: billing, shipping_address: shipping, customer } = order.output;
  const isAddressed = (billing.updated_at ?? shipping.updated_at) !== undefined;
  return isAddressed ? 0 : (customer.updated_at ?? 0);
}

/** A product is a WordPress post, whose id is written in capitals; one order stands in an envelope. */
function idOf(body: Body): { readonly id?: string } {
  const inner = isObject(body['order']) ? body['order'] : {};
  const id = v.safeParse(Id, body['id'] ?? body['ID'] ?? inner['id']);
  return id.success ? { id: id.output } : {};
}

function orderAlone(item: Body, witness: Witness): Snapshot | DropReason {
  const said = orderIn(item, witness);
  return typeof said === 'string' ? said : said.snapshot;
}

/** The order it began with is read along with it: it says whose it is, and whether it is a trial of the shop's own. */
function subscriptionIn(item: Body, witness: Witness): Snapshot | DropReason {
  const subscription = v.safeParse(
    Subscription,
    isObject(item['subscription']) ? item['subscription'] : item,
  );
  if (!subscription.success) return 'malformed';
  const order = v.safeParse(Order, isObject(item['order']) ? orderBodyIn(item['order']) : undefined);
  if (order.success && order.output.mode === 'test' && !witness.testOrders) return 'test-order';
  const customer = v.safeParse(Customer, item['customer']);
  const address = order.success
    ? addressOf(order.output)
    : normaliseEmail(customer.success ? customer.output.email : '');
  return subscriptionSnapshot(subscription.output, witness, { address, isMeant: true });
}

function customerIn(item: Body, witness: Witness): Snapshot | DropReason {
  const customer = v.safeParse(Customer, item);
  return customer.success ? customerSnapshot(customer.output, witness) : 'malformed';
}

function productIn(item: Body, witness: Witness): Snapshot | DropReason {
  const product = v.safeParse(Product, item);
  return product.success ? productSnapshot(product.output, witness) : 'malformed';
}
