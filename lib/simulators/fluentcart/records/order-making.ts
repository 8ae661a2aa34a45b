import type { AddressFields, ShopAddress, ShopCustomer, ShopItem, ShopOrder } from './order-state.ts';
import type { Records } from './records.ts';

interface NewItem {
  readonly product: number;
  readonly quantity?: number;
  /** Hundredths; that of the first variation by default. */
  readonly unitPrice?: number;
}

export interface NewOrder {
  readonly items?: readonly NewItem[];
  readonly billing?: Partial<AddressFields>;
  readonly shippingTotal?: number;
  readonly discount?: number;
  readonly mode?: 'live' | 'test';
  readonly currency?: string;
  readonly type?: ShopOrder['type'];
  readonly parentId?: number;
  readonly subscriptionId?: number;
  readonly digital?: boolean;
  /** Made by an administrator: it has no address. */
  readonly admin?: boolean;
}

const NOBODY: AddressFields = {
  email: '',
  first_name: '',
  last_name: '',
  phone: '',
  address_1: '',
  city: '',
  state: '',
  postcode: '',
  country: '',
};

/** As a checkout leaves it: on hold, unpaid (facts/fluentcart D2). */
export function makeOrder(records: Records, wanted: NewOrder): ShopOrder {
  const { nextId, now, uuid } = records;
  const billing = { ...NOBODY, ...wanted.billing };
  const customer = customerOf(records, billing);
  const createdAt = now();
  const items = (wanted.items ?? []).map((item) => itemOf(records, item));
  const shippingTotal = wanted.shippingTotal ?? 0;
  const subtotal = items.reduce((sum, { unitPrice, quantity }) => sum + unitPrice * quantity, 0);
  const totalAmount = subtotal + shippingTotal - (wanted.discount ?? 0);
  const isDigital = wanted.digital ?? false;
  const order: ShopOrder = {
    id: nextId('order'),
    uuid: uuid(),
    type: wanted.type ?? 'payment',
    mode: wanted.mode ?? 'live',
    parentId: wanted.parentId,
    customerId: customer.id,
    currency: wanted.currency ?? records.currency,
    createdAt,
    isAdmin: wanted.admin ?? false,
    isDigital,
    status: 'on-hold',
    paymentStatus: 'pending',
    shippingStatus: isDigital ? '' : 'unshipped',
    totalAmount,
    shippingTotal,
    discount: wanted.discount ?? 0,
    totalPaid: 0,
    totalRefund: 0,
    note: '',
    receiptNumber: undefined,
    completedAt: undefined,
    updatedAt: createdAt,
    items,
    transactions: [charge(records, totalAmount, wanted.subscriptionId)],
    addresses: wanted.admin
      ? []
      : (['billing', 'shipping'] as const).map((type) => addressOf(records, type, billing)),
  };
  records.orders.set(order.id, order);
  return order;
}

/** A payment that is expected. */
export function charge({ nextId, now, uuid }: Records, total: number, subscriptionId?: number) {
  return {
    id: nextId('transaction'),
    uuid: uuid(),
    kind: 'charge' as const,
    parentId: undefined,
    subscriptionId,
    total,
    status: 'pending',
    refunded: 0,
    createdAt: now(),
    updatedAt: now(),
  };
}

function itemOf(
  { products, nextId, now }: Records,
  { product: id, quantity = 1, unitPrice }: NewItem,
): ShopItem {
  const product = products.get(id);
  const variation = product?.variations[0];
  return {
    id: nextId('item'),
    productId: id,
    variationId: variation?.id ?? 0,
    name: product?.name ?? '',
    variation: variation?.name ?? '',
    quantity,
    unitPrice: unitPrice ?? variation?.price ?? 0,
    refunded: 0,
    createdAt: now(),
    updatedAt: now(),
  };
}

function addressOf(
  { nextId, now }: Records,
  type: 'billing' | 'shipping',
  fields: AddressFields,
): ShopAddress {
  return { id: nextId('address'), type, createdAt: now(), updatedAt: now(), fields };
}

/** One customer for one address; guests have a record too. */
function customerOf({ customers, nextId, uuid, now }: Records, billing: AddressFields): ShopCustomer {
  const known = [...customers.values()].find(({ email }) => email === billing.email);
  if (known) return known;
  const { email, first_name: firstName, last_name: lastName, city, state, postcode, country } = billing;
  const times = { createdAt: now(), updatedAt: now() };
  const customer = {
    id: nextId('customer'),
    uuid: uuid(),
    email,
    firstName,
    lastName,
    city,
    state,
    postcode,
    country,
  };
  customers.set(customer.id, { ...customer, ...times });
  return { ...customer, ...times };
}
