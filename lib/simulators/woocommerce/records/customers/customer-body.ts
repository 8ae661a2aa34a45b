import { type Billing, NO_BILLING } from '../billing.ts';
import { gmtDates, links, type Site, siteDates } from '../site.ts';
import type { ShopCustomer } from './customer-state.ts';

/** `GET /wc/v3/customers/<id>`, which is also the body of a webhook (recordings 0047, 0202). */
export function customerBody(customer: ShopCustomer, site: Site): Record<string, unknown> {
  const { id, email, createdAt, modifiedAt } = customer;
  const dates = { date_created: createdAt, date_modified: modifiedAt };
  const local = siteDates(site, dates);
  const gmt = gmtDates(dates);
  return {
    id,
    date_created: local.date_created,
    date_created_gmt: gmt.date_created_gmt,
    date_modified: local.date_modified,
    date_modified_gmt: gmt.date_modified_gmt,
    email,
    first_name: customer.firstName,
    last_name: customer.lastName,
    role: customer.role,
    username: email.split('@')[0],
    billing: addressOf(customer.billing),
    shipping: NO_SHIPPING,
    is_paying_customer: customer.isPaying,
    avatar_url: 'https://secure.gravatar.com/avatar/?s=96&d=mm&r=g',
    meta_data: [],
    _links: links(site, 'customers', id),
  };
}

/** A customer's state stands behind its country, where an order's stands before the postcode. */
function addressOf({ state, email, phone, ...rest }: Billing) {
  return { ...rest, state, email, phone };
}

const { email: _email, ...NO_SHIPPING } = addressOf(NO_BILLING);
