import * as v from 'valibot';
import type { Kept } from '../../../../core/ledger/kept.ts';
import { type Body, isObject, SomeText, within } from '../../../../core/stores/fields.ts';

/** Whatever stands in it: the checkout and plugins write there. `[]` where there is nothing. */
export const Config = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((value): Body => (isObject(value) ? value : {})),
  ),
  {},
);

/** What an address on the bill has besides who the person is. */
const OF_THE_BILL = ['vat_number', 'legal_registration_id'] as const;
/** What a customer's record has besides who the person is and what orders say better; FluentCart gives it no meta. */
const OF_A_CUSTOMER = ['user_id', 'contact_id', 'status', 'notes', 'uuid'] as const;

/** Characters of JSON, 3 bytes each at worst. */
const LONGEST_META = 20_000;

type Bill = Readonly<Record<(typeof OF_THE_BILL)[number], string>>;

/**
 * What the policy maps of an order by key. FluentCart shows no meta of orders: what a checkout or a plugin adds stands in
 * `config`, in webhooks as in REST, and a tax number on the bill (facts/fluentcart A1).
 */
export function orderMetaIn(config: Body, bill: Bill, { orderMeta }: Kept): Readonly<Record<string, string>> {
  const ofBill = Object.fromEntries(OF_THE_BILL.map((key) => [key, bill[key]]));
  return textsIn({ ...ofBill, ...config }, orderMeta);
}

/** What the policy maps of a customer by key. */
export function customerMetaIn(customer: Body, { customerMeta }: Kept): Readonly<Record<string, string>> {
  const known = new Set<string>(OF_A_CUSTOMER);
  return textsIn(
    customer,
    customerMeta.filter((key) => known.has(key)),
  );
}

function textsIn(values: Body, keys: readonly string[]): Readonly<Record<string, string>> {
  const found = [...keys].sort().flatMap((key) => {
    const text = Object.hasOwn(values, key) ? textOf(values[key]) : undefined;
    return text === undefined || key === '__proto__' ? [] : [[key, text] as const];
  });
  return Object.fromEntries(within(found, LONGEST_META));
}

function textOf(value: unknown): string | undefined {
  const text = v.safeParse(SomeText, value);
  return text.success ? text.output : undefined;
}
