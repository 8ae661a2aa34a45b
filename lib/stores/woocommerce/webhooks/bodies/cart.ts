import * as v from 'valibot';
import { normaliseEmail } from '../../../../core/ledger/email.ts';
import { shareOf, sum } from '../../../../core/ledger/money.ts';
import type { CartData, CartLine, Ref, Snapshot } from '../../../../core/ledger/snapshot.ts';
import { version } from '../../../../core/ledger/version.ts';
import { IdOrNone, Moment, many, Quantity, SomeText, Text, within } from '../../../../core/stores/fields.ts';
import { Amount, Flag } from './fields.ts';

/** As the companion makes it: a UUID. */
export const CartId = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/));

/** As long as every browser and server takes one; what is cut leads nowhere, so it is whole or not there. */
const LONGEST_LINK = 2000;
const Link = v.fallback(
  v.pipe(
    v.string(),
    v.transform((text) => text.toWellFormed().trim()),
    v.maxLength(LONGEST_LINK),
    v.regex(/^https?:\/\/\S+$/),
  ),
  '',
);

const Line = v.object({
  name: Text,
  sku: Text,
  quantity: Quantity,
  total: Amount,
  tax: Amount,
  url: Text,
  image: Text,
});

/** What the companion says of a cart (`companion/mcb-companion.php`). */
export const Cart = v.object({
  id: CartId,
  revision: v.fallback(v.pipe(v.number(), v.safeInteger(), v.minValue(0)), 0),
  status: v.picklist(['open', 'empty', 'ordered', 'gone']),
  email: Text,
  customer_id: IdOrNone,
  first_name: Text,
  last_name: Text,
  country: Text,
  consent: v.fallback(v.record(v.string(), v.unknown()), {}),
  currency: Text,
  prices_include_tax: Flag,
  created_at: Moment,
  updated_at: Moment,
  totals: v.fallback(v.object({ total: Amount }), { total: '0' }),
  coupons: many(v.object({ code: SomeText })),
  lines: many(Line),
  checkout_link: Link,
  restore_url: Link,
});
type Cart = v.InferOutput<typeof Cart>;

/** Raise it when a translation was wrong: the corrected one then wins over the stored one. */
const SCHEMA = 1;
/** Characters of JSON: a cart must fit into an item of the ledger. */
const LONGEST_LINES = 80_000;
const LONGEST_REST = 8_000;
const DIGITS = 10_000;

/** Of a cart that nobody can be reminded of it is only kept that it is so: nobody is looked at who could be forgotten. */
const NOBODYS = {
  lines: [],
  coupons: [],
  customerId: '0',
  firstName: '',
  lastName: '',
  country: '',
  consent: {},
  links: [],
} as const satisfies Partial<CartData>;

/** A cart that the shop does not have any more says nothing but that; one that was bought, for good, that it was. */
export function cartSnapshots(cart: Cart, store: string): readonly Snapshot[] {
  const ref: Ref = { kind: 'cart', store, id: cart.id };
  if (cart.status === 'gone') return [{ type: 'cart-mark', ref, mark: 'gone' }];
  const address = normaliseEmail(cart.email);
  const data = address.usable ? dataOf(cart) : { ...dataOf(cart), ...NOBODYS };
  const seen: Snapshot = {
    type: 'cart',
    ref,
    // A companion that was installed anew counts from 1 again, so the time comes first.
    version: version({
      modifiedAt: data.updatedAt,
      schema: SCHEMA,
      rank: rankOf(cart.revision),
      receivedAt: 0,
      content: { data, address },
    }),
    address,
    data,
  };
  return cart.status === 'ordered' ? [seen, { type: 'cart-mark', ref, mark: 'ordered' }] : [seen];
}

function rankOf(revision: number): readonly number[] {
  const known = Math.min(revision, DIGITS * DIGITS - 1);
  return [Math.floor(known / DIGITS), known % DIGITS];
}

function dataOf(cart: Cart): CartData {
  const updatedAt = cart.updated_at ?? 0;
  return {
    status: cart.status === 'empty' ? 'empty' : 'open',
    createdAt: cart.created_at ?? updatedAt,
    updatedAt,
    currency: cart.currency,
    total: cart.totals.total,
    lines: within(
      cart.lines.map((line) => lineOf(line, cart)),
      LONGEST_LINES,
    ),
    coupons: within(
      cart.coupons.map(({ code }) => code),
      LONGEST_REST,
    ),
    customerId: cart.customer_id,
    firstName: cart.first_name,
    lastName: cart.last_name,
    country: cart.country,
    consent: Object.fromEntries(within(Object.entries(cart.consent).filter(isAnswer), LONGEST_REST)),
    links: [cart.checkout_link, cart.restore_url].filter((link) => link !== ''),
  };
}

/** As the visitor saw it: with taxes where the shop shows prices so. */
function lineOf(line: v.InferOutput<typeof Line>, { prices_include_tax: gross, currency }: Cart): CartLine {
  const { name, sku, quantity, total, tax, url, image } = line;
  const shown = gross ? sum([total, tax]) : total;
  return { name, sku, quantity, price: shareOf(shown, quantity, currency), url, image };
}

function isAnswer(entry: [string, unknown]): entry is [string, boolean] {
  return typeof entry[1] === 'boolean' && entry[0] !== '__proto__';
}
