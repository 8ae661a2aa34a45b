import type { Policy } from '../../policy/policy.ts';
import type { FieldInfo, NeededField } from '../contact-write.ts';
import { TEXT_LIMIT } from '../text/plain-text.ts';
import { cartDataJson } from './cart-data.ts';
import type { Checkout } from './checkout.ts';
import { waysBack } from './way-back.ts';

/** What Mautic takes in a field of links: 255 characters, from version 7 on 191. */
const URL_LIMIT = 255;

/** The fields that hold an abandoned cart; none where the policy has no carts. */
export function cartFields({ carts }: Pick<Policy, 'carts'>): readonly NeededField[] {
  if (!carts) return [];
  const { cartData, recoveryUrl, couponCode } = carts.aliases;
  const fields: NeededField[] = [];
  if (cartData) fields.push({ alias: cartData, label: 'Abandoned Cart Data', type: 'textarea' });
  if (recoveryUrl)
    fields.push({ alias: recoveryUrl, label: 'Cart Recovery URL', type: 'url', limit: URL_LIMIT });
  if (couponCode) fields.push({ alias: couponCode, label: 'Recovery Coupon Code', type: 'text' });
  return fields;
}

/** An abandoned checkout as it stands in Mautic. */
export interface ShownCart {
  readonly checkout: Checkout;
  /** Code of the coupon that was made for it. */
  readonly coupon?: string | undefined;
  /** Address of its shop. */
  readonly site?: string | undefined;
}

type Values = Record<string, string | null>;

/** The values of the cart fields that this Mautic has: blank without an abandoned checkout. */
export function cartValues(
  { carts }: Pick<Policy, 'carts'>,
  fields: ReadonlyMap<string, FieldInfo>,
  shown: ShownCart | undefined,
): Values {
  if (!carts) return {};
  const { cartData, recoveryUrl, couponCode } = carts.aliases;
  const values: readonly (readonly [string | false, (field: FieldInfo) => string | undefined])[] = [
    [cartData, (field) => shown && cartDataJson(shown.checkout, jsonLimit(field))],
    [recoveryUrl, (field) => shown && linkFor(shown, field)],
    [couponCode, () => shown?.coupon],
  ];
  return Object.fromEntries(
    values.flatMap(([alias, valueIn]) => {
      const field = alias === false ? undefined : fields.get(alias);
      return alias === false || !field || field.leftOut ? [] : [[alias, valueIn(field) ?? null]];
    }),
  );
}

/** A link that is cut leads nowhere: the first that fits whole, or none. */
function linkFor({ checkout, coupon, site }: ShownCart, field: FieldInfo): string | undefined {
  const limit = field.type === 'textarea' ? field.limit : (field.limit ?? TEXT_LIMIT);
  return waysBack(checkout, { coupon, site }).find((link) => limit === undefined || link.length <= limit);
}

/** A textarea has no limit; the plugin's short `text` type has (recordings 209–217). */
export function jsonLimit({ type, limit }: FieldInfo): number | undefined {
  return type === 'textarea' || type === 'html' ? limit : (limit ?? TEXT_LIMIT);
}
