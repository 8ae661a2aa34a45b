import { makeOrder } from './order-making.ts';
import type { ShopSubscription } from './order-state.ts';
import type { ShopOrders } from './orders.ts';
import { found, type Records } from './records.ts';

/** What happens to subscriptions; each step as the recordings 009 to 015 have it. */
export interface ShopSubscriptions {
  /** Placed with this order, which is of type `subscription`; it begins when that is paid. @returns its id. */
  begin(order: number): number;
  /** By the gateway, once its first order is paid. */
  activate(id: number): void;
  /** @returns the order of the renewal, which is paid. */
  renew(id: number): number;
  /** It goes on to the end of what is paid. */
  cancel(id: number): void;
  reactivate(id: number): void;
  /** Another plan takes its place: it is cancelled without a word (facts/fluentcart A1). @returns the new one's id. */
  upgrade(id: number, order: number): number;
  /** By the hourly job, after the end of what is paid. */
  expire(id: number): void;
  /** Has no event (facts/fluentcart A1). */
  setStatus(id: number, status: 'paused' | 'past_due' | 'failing'): void;
}

const MONTH_MS = 30 * 24 * 3_600_000;

export function createSubscriptions(records: Records, orders: ShopOrders): ShopSubscriptions {
  const { subscriptions, now, tell } = records;
  const change = (id: number, fields: Partial<ShopSubscription>): ShopSubscription =>
    Object.assign(found(subscriptions, id), fields, { updatedAt: now() });
  return {
    begin: (order) => begin(records, order),
    activate: (id) => {
      const { parentOrderId } = change(id, { status: 'active', nextBillingAt: now() + MONTH_MS });
      tell('subscription_activated', parentOrderId);
    },
    renew: (id) => {
      const { billCount, nextBillingAt = now() } = found(subscriptions, id);
      change(id, { status: 'active', billCount: billCount + 1, nextBillingAt: nextBillingAt + MONTH_MS });
      const order = makeRenewal(records, id);
      orders.pay(order);
      return order;
    },
    cancel: (id) => {
      const { parentOrderId } = change(id, { status: 'canceled', canceledAt: now() });
      tell('subscription_canceled', parentOrderId);
    },
    reactivate: (id) => {
      const { parentOrderId } = change(id, { status: 'active', canceledAt: now() });
      tell('subscription_reactivated', parentOrderId);
    },
    upgrade: (id, order) => {
      change(id, { status: 'canceled', canceledAt: now() });
      const plan = begin(records, order);
      change(plan, { upgradedFrom: id });
      return plan;
    },
    expire: (id) => {
      const { parentOrderId } = change(id, { status: 'expired' });
      tell('subscription_expired_validity', parentOrderId);
    },
    setStatus: (id, status) => void change(id, { status }),
  };
}

function begin({ subscriptions, orders, nextId, uuid, now }: Records, orderId: number): number {
  const { items, customerId, currency } = found(orders, orderId);
  const [item] = items;
  if (!item) throw new Error('nothing was subscribed to');
  const id = nextId('subscription');
  subscriptions.set(id, {
    id,
    uuid: uuid(),
    customerId,
    parentOrderId: orderId,
    productId: item.productId,
    variationId: item.variationId,
    name: `${item.name} - ${item.variation}`,
    quantity: item.quantity,
    amount: item.unitPrice * item.quantity,
    currency,
    createdAt: now(),
    status: 'pending',
    billCount: 0,
    nextBillingAt: undefined,
    canceledAt: undefined,
    upgradedFrom: undefined,
    updatedAt: now(),
  });
  return id;
}

function makeRenewal(records: Records, id: number): number {
  const { parentOrderId, productId, quantity } = found(records.subscriptions, id);
  const parent = found(records.orders, parentOrderId);
  return makeOrder(records, {
    type: 'renewal',
    parentId: parentOrderId,
    subscriptionId: id,
    digital: true,
    items: [{ product: productId, quantity }],
    billing: parent.addresses[0]?.fields ?? {},
    currency: parent.currency,
    mode: parent.mode,
  }).id;
}
