import type { ShopOrder } from '../records/order-state.ts';
import type { Records } from '../records/records.ts';
import { addressBody } from './address-body.ts';
import { customerBody } from './customer-body.ts';
import { zoned } from './dates.ts';
import { itemBody, orderBody, transactionBody } from './order-body.ts';
import { subscriptionBody } from './subscription-body.ts';

/** What payloads are made of. */
export interface Shown {
  readonly records: Records;
  /** The shop's address without a slash at the end. */
  readonly home: string;
}

/** All that a feed sends of an order, as it is now. */
export function payloadOf(shown: Shown, order: ShopOrder) {
  const relations = relationsOf(shown, order);
  return {
    order: orderBody(order),
    customer: relations.customer ?? [],
    transactions: relations.transactions,
    order_items: relations.order_items,
    subscriptions: relations.subscriptions,
    tax_rates: [],
    shipping_address: relations.order_addresses.find(({ type }) => type === 'shipping') ?? [],
    billing_address: relations.order_addresses.find(({ type }) => type === 'billing') ?? [],
  };
}

/** An order as REST shows it, without anything that has to be asked for. */
export function listedOrder(order: ShopOrder) {
  return { ...orderBody(order), updated_at: zoned(order.updatedAt) };
}

/** What `with[]` may ask for. */
export function relationsOf({ records, home }: Shown, order: ShopOrder) {
  const owner = records.customers.get(order.customerId);
  const customer = owner ? customerBody(owner, [...records.orders.values()], home) : null;
  const copy = { ...listedOrder(order), customer };
  return {
    customer,
    order_items: order.items.map((item) => itemBody(order, item)),
    transactions: order.transactions.map((transaction) => transactionBody(order, transaction)),
    order_addresses: order.addresses.map((address) => addressBody(address, copy)),
    subscriptions: [...records.subscriptions.values()]
      .filter(({ parentOrderId }) => parentOrderId === order.id)
      .map((subscription) => subscriptionBody(subscription, home)),
  };
}
