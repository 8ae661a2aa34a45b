import * as v from 'valibot';
import type { Snapshot } from '../../../core/ledger/snapshot.ts';
import type { DropReason, ReadItem, StoreReading } from '../../../core/stores/source.ts';
import type { StoreFields, StoreKind } from '../../../core/stores/store-api.ts';
import { Customer, customerSnapshot } from './customer.ts';
import { type Body, Id, isObject } from './fields.ts';
import { Order } from './order.ts';
import { orderBodyIn } from './order-body.ts';
import { Product, productSnapshot } from './product.ts';
import { orderIn } from './translate.ts';
import { isSettled, type Witness } from './witness.ts';

/** FluentCart cannot be asked for less: its relations come whole. */
export const FIELDS: StoreFields = {
  order: Object.keys(Order.entries),
  product: Object.keys(Product.entries),
  customer: Object.keys(Customer.entries),
};

type Reader = (item: Body, witness: Witness) => Snapshot | DropReason;

const READERS: Readonly<Record<StoreKind, Reader>> = {
  order: orderIn,
  customer: customerIn,
  product: productIn,
};

/** What an object of the REST API says; the same as a webhook's body would, but that it can be settled. */
export function read({ kind, store, item, now, testOrders = false }: StoreReading): ReadItem {
  const body = isObject(item) ? item : {};
  const witness: Witness = { store, event: '', readAt: now, testOrders };
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
  const inner = isObject(body['order']) ? body['order'] : body;
  const id = v.safeParse(Id, inner['id'] ?? inner['ID']);
  return id.success ? { id: id.output } : {};
}

function customerIn(item: Body, witness: Witness): Snapshot | DropReason {
  const customer = v.safeParse(Customer, item);
  return customer.success ? customerSnapshot(customer.output, witness) : 'malformed';
}

function productIn(item: Body, witness: Witness): Snapshot | DropReason {
  const product = v.safeParse(Product, item);
  return product.success ? productSnapshot(product.output, witness) : 'malformed';
}
