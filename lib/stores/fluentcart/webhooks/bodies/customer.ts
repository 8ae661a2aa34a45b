import * as v from 'valibot';
import { normaliseEmail } from '../../../../core/ledger/email.ts';
import { type Kept, NOTHING_KEPT } from '../../../../core/ledger/kept.ts';
import type { CustomerData, Snapshot } from '../../../../core/ledger/snapshot.ts';
import { version } from '../../../../core/ledger/version.ts';
import { Id, Moment, Text } from '../../../../core/stores/fields.ts';
import { customerMetaIn } from './kept.ts';
import { timesOf, type Witness } from './witness.ts';

/** What the bridge needs of `GET /customers`: whoever ordered, with an account or without. */
export const Customer = v.object({
  id: Id,
  email: Text,
  first_name: Text,
  last_name: Text,
  city: Text,
  state: Text,
  postcode: Text,
  country: Text,
  purchase_count: Text,
  created_at: Moment,
  updated_at: Moment,
  user_id: Text,
  contact_id: Text,
  status: Text,
  notes: Text,
  uuid: Text,
});
export type Customer = v.InferOutput<typeof Customer>;

/** 2: who never paid is no customer. */
const SCHEMA = 2;

/**
 * Every order and every refund moves a customer's `updated_at` (facts/fluentcart D1), so it does not say that anybody
 * changed a name: a customer counts as of the day the record was made, and an order placed later knows better.
 */
export function customerSnapshot(customer: Customer, witness: Witness): Snapshot {
  const data = dataOf(customer, witness.kept);
  const address = normaliseEmail(customer.email);
  const modifiedAt = customer.updated_at ?? data.modifiedAt;
  return {
    type: 'customer',
    ref: { kind: 'customer', store: witness.store, id: customer.id },
    version: version({
      ...timesOf(modifiedAt, witness),
      schema: SCHEMA,
      rank: [],
      content: { data, address },
    }),
    address,
    data,
  };
}

function dataOf(customer: Customer, kept: Kept = NOTHING_KEPT): CustomerData {
  return {
    modifiedAt: customer.created_at ?? 0,
    role: roleOf(customer),
    identity: {
      firstName: customer.first_name,
      lastName: customer.last_name,
      company: '',
      phone: '',
      address1: '',
      address2: '',
      city: customer.city,
      state: customer.state,
      postcode: customer.postcode,
      country: customer.country,
    },
    ...(kept.customerMeta.length > 0 && { meta: customerMetaIn(customer, kept) }),
  };
}

/**
 * FluentCart makes a record of whoever gets to the checkout, and has no roles. Whoever bought and was given everything
 * back has paid nothing either (recording 007), and is known by their order.
 */
function roleOf({ purchase_count: count }: Customer): string {
  return /^0+$/.test(count) ? 'prospect' : 'customer';
}
