import { type Billing, NO_BILLING } from '../billing.ts';
import { found, type Records } from '../records.ts';
import type { ShopCustomer } from './customer-state.ts';

interface NewCustomer {
  readonly email: string;
  readonly firstName?: string;
  readonly lastName?: string;
  /** `customer` by default. */
  readonly role?: string;
  readonly billing?: Partial<Billing>;
}

export interface ShopCustomers {
  /** customer.created and, for role `customer`, customer.updated. Answers the id. */
  create(customer: NewCustomer): number;
  /** customer.updated. */
  update(id: number, change: Partial<NewCustomer>): void;
  /** customer.deleted, for role `customer` only (facts/woocommerce §2). */
  delete(id: number): void;
  get(id: number): ShopCustomer | undefined;
}

export function createCustomers(records: Records): ShopCustomers {
  return {
    create: (customer) => create(records, customer),
    update: (id, change) => update(records, id, change),
    delete: (id) => remove(records, id),
    get: (id) => records.customers.get(id),
  };
}

function create(records: Records, customer: NewCustomer): number {
  const { role = 'customer' } = customer;
  const id = records.nextCustomerId();
  const now = records.now();
  records.customers.set(id, {
    id,
    email: customer.email,
    firstName: customer.firstName ?? '',
    lastName: customer.lastName ?? '',
    role,
    billing: { ...NO_BILLING, ...customer.billing },
    isPaying: false,
    createdAt: now,
    ...(role === 'customer' ? { modifiedAt: now } : {}),
  });
  records.tell('customer.created', id);
  if (role === 'customer') records.tell('customer.updated', id);
  return id;
}

function update(records: Records, id: number, change: Partial<NewCustomer>): void {
  const customer = found(records.customers, id);
  const billing = { ...customer.billing, ...change.billing };
  records.customers.set(id, { ...customer, ...change, billing, modifiedAt: records.now() });
  records.tell('customer.updated', id);
}

function remove(records: Records, id: number): void {
  const { role } = found(records.customers, id);
  records.customers.delete(id);
  if (role === 'customer') records.tell('customer.deleted', id);
}

/** The first payment of a registered customer changes the customer too (recording 0210). */
export function markPaying(records: Records, id: number): void {
  const customer = records.customers.get(id);
  if (customer === undefined || customer.isPaying) return;
  records.customers.set(id, { ...customer, isPaying: true, modifiedAt: records.now() });
  records.tell('customer.updated', id);
}
