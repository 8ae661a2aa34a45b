import type { ShopAddress } from '../records/order-state.ts';
import { zoned } from './dates.ts';

const COUNTRIES: Readonly<Record<string, string>> = { DE: 'Germany', FR: 'France', US: 'United States (US)' };

/** An address with a whole copy of its order, which makes a payload three times as long (facts/fluentcart A1). */
export function addressBody(
  { id, type, fields, createdAt, updatedAt }: ShopAddress,
  order: { readonly id: number },
) {
  const { email, first_name, last_name, phone, ...place } = fields;
  const full_name = `${first_name} ${last_name}`.trim();
  const country = COUNTRIES[place.country] ?? '';
  const names = { first_name, last_name, full_name };
  return {
    id,
    order_id: String(order.id),
    type,
    name: full_name,
    address_1: place.address_1,
    address_2: null,
    city: place.city,
    state: place.state,
    postcode: place.postcode,
    country: place.country,
    meta: { other_data: { email, ...(phone === '' ? {} : { phone }), first_name, last_name } },
    created_at: zoned(createdAt),
    updated_at: zoned(updatedAt),
    email,
    ...names,
    formatted_address: {
      country,
      state: place.state,
      city: place.city,
      postcode: place.postcode,
      address_1: place.address_1,
      address_2: null,
      type,
      name: full_name,
      ...names,
      email,
      company_name: '',
      label: '',
      full_address: `${place.address_1}, ${place.city}, ${country}`,
    },
    company_name: '',
    vat_number: '',
    legal_registration_id: '',
    phone,
    label: '',
    order,
  };
}
