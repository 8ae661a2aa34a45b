import { type ContactKey, normaliseEmail } from '../../lib/core/ledger/email.ts';
import type { CartState, CustomerState, OrderState, ProductState } from '../../lib/core/ledger/fold/order.ts';
import type { CartData, Identity, OrderData, OrderLine, Ref } from '../../lib/core/ledger/snapshot.ts';
import { version } from '../../lib/core/ledger/version.ts';

/** The contact of a name at example.com. */
export function contact(name: string): ContactKey {
  const address = normaliseEmail(emailOf(name));
  if (!address.usable) throw new Error(`${name} makes no address`);
  return address.key;
}

export function emailOf(name: string): string {
  return `${name}@example.com`;
}

export function orderRef(id: string | number, store = 'demo'): Ref {
  return { kind: 'order', store, id: String(id) };
}

export function customerRef(id: string | number): Ref {
  return { kind: 'customer', store: 'demo', id: String(id) };
}

export function cartRef(id: string, store = 'demo'): Ref {
  return { kind: 'cart', store, id };
}

export function productRef(id: string | number): Ref {
  return { kind: 'product', store: 'demo', id: String(id) };
}

const IDENTITY: Identity = {
  firstName: 'Ada',
  lastName: 'Lovelace',
  company: '',
  phone: '',
  address1: '12 St James’s Square',
  address2: '',
  city: 'London',
  state: '',
  postcode: 'SW1Y 4JH',
  country: 'GB',
};

export function orderLine(change: Partial<OrderLine> = {}): OrderLine {
  return { productId: '7', sku: 'ENGINE', name: 'Difference engine', quantity: 1, total: '19.90', ...change };
}

function orderData(change: Partial<OrderData> = {}): OrderData {
  return {
    number: '23',
    status: 'processing',
    currency: 'EUR',
    total: '19.90',
    refunded: '0',
    discount: '0.00',
    createdAt: 1_750_000_000_000,
    modifiedAt: 1_750_000_060_000,
    paymentMethod: 'bacs',
    lines: [orderLine()],
    coupons: [],
    customerId: '0',
    identity: IDENTITY,
    consent: { 'shop/newsletter': true },
    attribution: { source_type: 'organic' },
    ...change,
  };
}

/** The state of an order of Ada's. */
export function orderState(change: Partial<OrderData> = {}): OrderState {
  const data = orderData(change);
  return {
    type: 'order',
    version: version({ modifiedAt: data.modifiedAt, schema: 1, receivedAt: 0, rank: [0], content: data }),
    data,
    contact: contact('ada'),
    email: emailOf('ada'),
    contacts: { [contact('ada')]: emailOf('ada') },
    sights: { [data.status]: data.modifiedAt },
    deleted: [],
    restored: [],
  };
}

/** The state of a customer record of Ada's. */
export function customerState(): CustomerState {
  const data = { modifiedAt: 1_750_000_000_000, role: 'customer', identity: IDENTITY };
  return {
    type: 'customer',
    version: version({ modifiedAt: data.modifiedAt, schema: 1, receivedAt: 0, rank: [0], content: data }),
    data,
    contact: contact('ada'),
    email: emailOf('ada'),
    contacts: { [contact('ada')]: emailOf('ada') },
    deleted: false,
  };
}

/** The state of a cart of Ada's. */
export function cartState(change: Partial<CartData> = {}): CartState {
  const line = { name: 'Difference engine', sku: 'ENGINE', quantity: 1, price: '19.90', url: '', image: '' };
  const data: CartData = {
    status: 'open',
    createdAt: 1_750_000_000_000,
    updatedAt: 1_750_000_060_000,
    currency: 'EUR',
    total: '19.90',
    lines: [line],
    coupons: [],
    customerId: '0',
    firstName: 'Ada',
    lastName: 'Lovelace',
    country: 'GB',
    consent: { 'shop/news': true },
    links: ['https://shop.example.com/checkout-link/?products=7:1&mcb=c1.sig'],
    ...change,
  };
  return {
    type: 'cart',
    version: version({ modifiedAt: data.updatedAt, schema: 1, receivedAt: 0, rank: [1], content: data }),
    data,
    contact: contact('ada'),
    email: emailOf('ada'),
    contacts: { [contact('ada')]: emailOf('ada') },
    ordered: false,
    gone: false,
  };
}

export function productState(name: string): ProductState {
  const data = { name, sku: 'ENGINE', categories: ['engines'] };
  return {
    type: 'product',
    version: version({ modifiedAt: 0, schema: 1, receivedAt: 0, rank: [0], content: data }),
    data,
  };
}
