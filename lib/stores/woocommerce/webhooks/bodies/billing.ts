import * as v from 'valibot';
import type { Identity } from '../../../../core/ledger/snapshot.ts';
import { Text } from '../../../../core/stores/fields.ts';

const Present = v.object({
  first_name: Text,
  last_name: Text,
  company: Text,
  phone: Text,
  address_1: Text,
  address_2: Text,
  city: Text,
  state: Text,
  postcode: Text,
  country: Text,
  email: Text,
});

/** The billing address of an order or a customer; empty strings when the store has none (recording 0126). */
export const Billing = v.fallback(Present, v.parse(Present, {}));
export type Billing = v.InferOutput<typeof Billing>;

export function identityOf(billing: Billing): Identity {
  return {
    firstName: billing.first_name,
    lastName: billing.last_name,
    company: billing.company,
    phone: billing.phone,
    address1: billing.address_1,
    address2: billing.address_2,
    city: billing.city,
    state: billing.state,
    postcode: billing.postcode,
    country: billing.country,
  };
}
