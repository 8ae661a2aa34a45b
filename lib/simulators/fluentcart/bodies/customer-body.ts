import { createHash } from 'node:crypto';
import type { ShopCustomer, ShopOrder } from '../records/order-state.ts';
import { plain, zoned } from './dates.ts';

const COUNTRIES: Readonly<Record<string, string>> = { DE: 'Germany', FR: 'France', US: 'United States (US)' };

/** What is net of refunds counts; nothing of what is fully refunded (recording 007). */
export function customerBody(customer: ShopCustomer, orders: readonly ShopOrder[], home: string) {
  const { firstName: first_name, lastName: last_name, country, city, state, postcode } = customer;
  const own = orders.filter(
    ({ customerId, totalPaid, totalRefund }) => customerId === customer.id && totalPaid > totalRefund,
  );
  const ltv = own.reduce((sum, { totalPaid, totalRefund }) => sum + totalPaid - totalRefund, 0);
  const [first, last] = [own[0], own.at(-1)];
  const full_name = `${first_name} ${last_name}`.trim();
  const country_name = COUNTRIES[country] ?? '';
  const hash = createHash('sha256').update(customer.email).digest('hex');
  return {
    id: customer.id,
    user_id: String(customer.id),
    contact_id: '0',
    email: customer.email,
    first_name,
    last_name,
    status: 'active',
    purchase_value: null,
    purchase_count: String(own.length),
    ltv: String(ltv),
    first_purchase_date: first ? plain(first.createdAt) : null,
    last_purchase_date: last ? plain(last.createdAt) : null,
    aov: (own.length === 0 ? 0 : ltv / own.length).toFixed(2),
    notes: '',
    uuid: customer.uuid,
    country,
    city,
    state,
    postcode,
    created_at: zoned(customer.createdAt),
    updated_at: zoned(customer.updatedAt),
    full_name,
    photo: `https://secure.gravatar.com/avatar/${hash}?s=100&#038;d=mm&#038;r=g`,
    country_name,
    formatted_address: { country: country_name, state, city, postcode, first_name, last_name, full_name },
    user_link: `${home}/wp-admin/user-edit.php?user_id=${String(customer.id)}`,
  };
}
