import * as v from 'valibot';
import { normaliseEmail } from '../../../../core/ledger/email.ts';
import { type Kept, NOTHING_KEPT } from '../../../../core/ledger/kept.ts';
import type { CustomerData, Snapshot } from '../../../../core/ledger/snapshot.ts';
import { version } from '../../../../core/ledger/version.ts';
import { Id, Moment, Text, within } from '../../../../core/stores/fields.ts';
import { Billing, identityOf } from './billing.ts';
import { Flag } from './fields.ts';
import { MetaData, metaIn } from './meta-data.ts';
import { timesOf, type Witness } from './witness.ts';

/** What the bridge needs of a WordPress user; subscribers and administrators come too (recordings 0202, 0204). */
export const Customer = v.object({
  id: Id,
  email: Text,
  first_name: Text,
  last_name: Text,
  role: Text,
  date_created_gmt: Moment,
  date_modified_gmt: Moment,
  is_paying_customer: Flag,
  billing: Billing,
  meta_data: MetaData,
});
export type Customer = v.InferOutput<typeof Customer>;

const SCHEMA = 1;
/** Characters of JSON, as in an order. */
const LONGEST_META = 8_000;

/** The contact's address is the account's, not the one on the bill. */
export function customerSnapshot(customer: Customer, witness: Witness): Snapshot {
  const { store } = witness;
  const data = dataOf(customer, witness.kept);
  const address = normaliseEmail(customer.email);
  return {
    type: 'customer',
    ref: { kind: 'customer', store, id: customer.id },
    version: version({
      ...timesOf({ gmt: data.modifiedAt, local: undefined }, witness),
      schema: SCHEMA,
      rank: [customer.is_paying_customer ? 1 : 0],
      content: { data, address },
    }),
    address,
    data,
  };
}

function dataOf(customer: Customer, { customerMeta, registered }: Kept = NOTHING_KEPT): CustomerData {
  const { date_created_gmt: registeredAt } = customer;
  const identity = identityOf(customer.billing);
  return {
    modifiedAt: customer.date_modified_gmt ?? customer.date_created_gmt ?? 0,
    role: customer.role,
    ...(registered && registeredAt !== undefined && { registeredAt }),
    identity: {
      ...identity,
      firstName: identity.firstName || customer.first_name,
      lastName: identity.lastName || customer.last_name,
    },
    ...(customerMeta.length > 0 && {
      meta: Object.fromEntries(
        within(Object.entries(metaIn(customer.meta_data, customerMeta)), LONGEST_META),
      ),
    }),
  };
}
