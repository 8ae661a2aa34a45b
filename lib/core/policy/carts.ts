import * as v from 'valibot';
import { FieldAlias } from './aliases/field-alias.ts';
import { Coupon } from './coupon.ts';
import { Duration } from './duration.ts';
import { MauticId } from './mautic-id.ts';

const Tag = v.pipe(
  v.string(),
  v.nonEmpty('must not be empty'),
  v.check((text) => !text.startsWith('-'), 'must not start with "-": Mautic would take that tag away'),
);

/** A fixed tag, or one for each SKU of the cart. */
const CartTag = v.pipe(
  Tag,
  v.check(
    (text) => [...text.matchAll(/\{([^}]*)\}/g)].every(([, name]) => name === 'sku'),
    'must hold nothing but {sku} in braces',
  ),
);

/** A tag as it is. */
export const PlainTag = v.pipe(
  Tag,
  v.check((text) => !text.includes('{'), 'must be a fixed tag, without {…}'),
);

const Alias = v.union([FieldAlias, v.literal(false)]);

/** What is done about carts and checkouts that nobody finished. */
export const Carts = v.pipe(
  v.strictObject({
    /** A cart is abandoned when nobody has touched it for so long. */
    after: v.optional(Duration, '1 hour'),
    /** After so long it is of no interest any more, and what was written for it is taken back. */
    forget: v.optional(Duration, '14 days'),
    /** The segment a contact is in while a cart of it is abandoned. */
    segment: v.exactOptional(MauticId),
    /** The tag it has so long; `{sku}` makes one for each SKU. */
    tag: v.exactOptional(CartTag),
    /** Orders that nobody paid count as abandoned, too: all that a shop without the companion shows. */
    unpaid: v.optional(v.boolean(), true),
    /** Only people who said yes at the checkout; the law of most countries asks for it. */
    consent: v.optional(
      v.picklist(['required', 'not-required'], 'must be required or not-required'),
      'required',
    ),
    /** Made in the shop for each cart that is abandoned; needs keys that may write. */
    coupon: v.exactOptional(Coupon),
    /** What a contact gets for good when it buys what it had abandoned. */
    recovered: v.exactOptional(
      v.strictObject({ segment: v.exactOptional(MauticId), tag: v.exactOptional(PlainTag) }),
    ),
    /** Where the cart goes; `false` leaves it out. Defaults are the WooCommerce plugin's aliases. */
    aliases: v.optional(
      v.pipe(
        v.strictObject({
          cartData: v.optional(Alias, 'mautic_woo_cart_data'),
          recoveryUrl: v.optional(Alias, 'mautic_woo_recovery_url'),
          couponCode: v.optional(Alias, 'mautic_woo_coupon_code'),
        }),
        v.check((aliases) => differ(Object.values(aliases)), 'must differ from each other'),
      ),
      {},
    ),
  }),
  v.check(({ after, forget }) => forget > after, 'must not be forgotten before they are abandoned'),
  v.check(
    ({ coupon, aliases }) => !coupon || aliases.couponCode !== false || aliases.recoveryUrl !== false,
    'must not make coupons that nobody hears of: give aliases.couponCode or aliases.recoveryUrl a field',
  ),
);
export type Carts = v.InferOutput<typeof Carts>;

function differ(aliases: readonly (string | false)[]): boolean {
  const names = aliases.filter((alias) => alias !== false);
  return new Set(names).size === names.length;
}
