import { charge, makeOrder, type NewOrder } from './order-making.ts';
import type { AddressFields, ShopOrder } from './order-state.ts';
import { found, type Records } from './records.ts';

/** What people do with orders; each step as a running store took it (facts/fluentcart D1, D2). */
export interface ShopOrders {
  /** @returns its id. */
  place(order: NewOrder): number;
  /** All that is due. Digital orders are completed by it. */
  pay(id: number): void;
  setStatus(id: number, status: 'processing' | 'completed' | 'on-hold' | 'canceled'): void;
  setShipping(id: number, status: 'unshipped' | 'shipped' | 'delivered'): void;
  /** Hundredths; no more than was paid. */
  refund(id: number, amount: number): void;
  /** What is done to a transaction by hand is copied into the order's payment status as it is. */
  setTransaction(id: number, status: 'succeeded' | 'failed' | 'pending' | 'authorized'): void;
  /** A paid order that costs more now. */
  raise(id: number, amount: number): void;
  /** Moves no date of the order and sends nothing. */
  editAddress(id: number, fields: Partial<AddressFields>): void;
  /** Only of an order nobody paid. */
  erase(id: number): void;
}

export function createOrders(records: Records): ShopOrders {
  const { orders, now, tell } = records;
  const touch = (id: number): ShopOrder => {
    const order = found(orders, id);
    order.updatedAt = now();
    return order;
  };
  return {
    place: (wanted) => makeOrder(records, wanted).id,
    pay: (id) => pay(records, touch(id)),
    setStatus: (id, status) => {
      const order = touch(id);
      if (order.status === 'canceled') throw new Error('a cancelled order stays cancelled');
      // Anew each time, as FluentCart's `Order::updateStatus` does.
      if (status === 'completed' && order.status !== status) order.completedAt = now();
      order.status = status;
      if (status === 'canceled') tell('order_status_changed_to_canceled', id);
    },
    setShipping: (id, status) => {
      const order = touch(id);
      if (order.shippingStatus === status) throw new Error('Order already has the same status');
      order.shippingStatus = status;
      for (const item of order.items) item.updatedAt = now();
      if (status !== 'unshipped') tell(`shipping_status_changed_to_${status}`, id);
    },
    refund: (id, amount) => refund(records, touch(id), amount),
    setTransaction: (id, status) => {
      const order = touch(id);
      const last = order.transactions.at(-1);
      if (last) Object.assign(last, { status, updatedAt: now() });
      order.paymentStatus = status;
    },
    raise: (id, amount) => {
      const order = touch(id);
      order.totalAmount += amount;
      if (order.totalPaid > 0) order.paymentStatus = 'partially_paid';
    },
    editAddress: (id, fields) => {
      const address = found(orders, id).addresses.find(({ type }) => type === 'billing');
      if (address) Object.assign(address, { fields: { ...address.fields, ...fields }, updatedAt: now() });
    },
    erase: (id) => {
      if (found(orders, id).totalPaid > 0) throw new Error('a paid order cannot be deleted');
      orders.delete(id);
    },
  };
}

/** Paid a second time when it was raised in between: then the event comes again (facts/fluentcart D2). */
function pay(records: Records, order: ShopOrder): void {
  const { now, tell, nextId } = records;
  const due = order.totalAmount - order.totalPaid;
  const open = order.transactions.find(({ status }) => status === 'pending');
  const paid = open ?? charge(records, due);
  if (!open) order.transactions.push(paid);
  Object.assign(paid, { status: 'succeeded', updatedAt: now() });
  order.totalPaid = order.totalAmount;
  order.paymentStatus = 'paid';
  order.receiptNumber ??= nextId('receipt');
  touchCustomer(records, order);
  order.status = order.isDigital ? 'completed' : 'processing';
  if (order.isDigital) order.completedAt = now();
  tell(order.type === 'renewal' ? 'subscription_renewed' : 'order_paid_done', order.id);
}

/** Nothing is sent while something is left. */
function refund(records: Records, order: ShopOrder, wanted: number): void {
  const { now, nextId, uuid, tell } = records;
  const amount = Math.min(wanted, order.totalPaid - order.totalRefund);
  const paid = order.transactions.find(({ kind, status }) => kind === 'charge' && status === 'succeeded');
  if (amount <= 0 || !paid) throw new Error('there is nothing to refund');
  const times = { createdAt: now(), updatedAt: now() };
  const transaction = { id: nextId('transaction'), uuid: uuid(), kind: 'refund' as const, parentId: paid.id };
  order.transactions.push({
    ...transaction,
    ...times,
    subscriptionId: undefined,
    total: amount,
    status: 'refunded',
    refunded: 0,
  });
  Object.assign(paid, { refunded: paid.refunded + amount, updatedAt: now() });
  order.totalRefund += amount;
  for (const item of order.items)
    Object.assign(item, {
      refunded: Math.min(item.refunded + amount, item.unitPrice * item.quantity),
      updatedAt: now(),
    });
  touchCustomer(records, order);
  const isWhole = order.totalRefund === order.totalPaid;
  order.paymentStatus = isWhole ? 'refunded' : 'partially_refunded';
  if (isWhole) tell('order_fully_refunded', order.id);
}

/** Their statistics change. */
function touchCustomer({ customers, now }: Records, { customerId }: ShopOrder): void {
  const customer = customers.get(customerId);
  if (customer) customer.updatedAt = now();
}
