import type * as v from 'valibot';
import type { Identity } from '../../../../core/ledger/snapshot.ts';
import { Moment, Text } from '../../../../core/stores/fields.ts';
import { part } from './fields.ts';

/** What every address of an order repeats in its `meta`. */
const OtherData = part({ other_data: part({ email: Text, phone: Text, first_name: Text, last_name: Text }) });

/** A billing or shipping address; all empty where there is none, which is `[]` (recording 106). */
export const OrderAddress = part({
  email: Text,
  first_name: Text,
  last_name: Text,
  company_name: Text,
  phone: Text,
  address_1: Text,
  address_2: Text,
  city: Text,
  state: Text,
  postcode: Text,
  country: Text,
  vat_number: Text,
  legal_registration_id: Text,
  updated_at: Moment,
  meta: OtherData,
  /** A copy of the order, the only place where a webhook tells when the order was changed. */
  order: part({ updated_at: Moment }),
});
export type OrderAddress = v.InferOutput<typeof OrderAddress>;

/** The customer as every order carries it. */
export const Buyer = part({
  updated_at: Moment,
  email: Text,
  first_name: Text,
  last_name: Text,
  city: Text,
  state: Text,
  postcode: Text,
  country: Text,
});
export type Buyer = v.InferOutput<typeof Buyer>;

/** The address on the bill, or what the customer's record says where the order has none. */
export function emailOf(billing: OrderAddress, buyer: Buyer): string {
  return billing.email || billing.meta.other_data.email || buyer.email;
}

/** Name and address each as a whole, never half of the bill and half of the customer's record. */
export function identityOf(billing: OrderAddress, buyer: Buyer): Identity {
  const other = billing.meta.other_data;
  const names = [billing, other, buyer].find(({ first_name, last_name }) => first_name || last_name) ?? buyer;
  const isAddressed = Boolean(billing.address_1 || billing.city || billing.postcode || billing.country);
  const { city, state, postcode, country } = isAddressed ? billing : buyer;
  return {
    firstName: names.first_name,
    lastName: names.last_name,
    company: billing.company_name,
    phone: billing.phone || other.phone,
    address1: billing.address_1,
    address2: billing.address_2,
    city,
    state,
    postcode,
    country,
  };
}
