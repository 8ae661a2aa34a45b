import { NO_KEYS } from '../../../core/contact/carts/cart-coupon.ts';
import type { Checkout } from '../../../core/contact/carts/checkout.ts';
import { checkoutNow, type ShownOrder } from '../../../core/contact/carts/checkout-now.ts';
import type { EmailEffect } from '../../../core/effects/effect-kinds.ts';
import { type Failure, failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import { refName } from '../../../core/ledger/snapshot.ts';
import type { Shop } from '../../../core/ports/shop.ts';
import type { WorkParts } from '../parts.ts';

/** A shop that gives no answer for so long is said to be away. */
export const AWAY_MS = 3_600_000;

interface Asked {
  readonly effect: EmailEffect;
  readonly checkout: Checkout;
  /** The address the e-mail goes to. */
  readonly email: string;
}

/**
 * Asks the shop, right before an e-mail about a cart, whether it was bought. `undefined`: it was, or is gone. A failure:
 * nobody knows, and nothing is sent. Without keys the ledger decides.
 */
export async function stillOpen(parts: WorkParts, asked: Asked): Promise<Outcome<Checkout | undefined>> {
  const { checkout } = asked;
  const shop = await parts.openShops?.of(checkout.ref.store);
  if (!shop || (!shop.ok && shop.failure.code === NO_KEYS)) return succeeded(checkout);
  const shown = shop.ok ? await shownBy(shop.value, asked) : shop;
  if (!shown.ok) return failed(notNow(parts, asked, shown.failure));
  return succeeded(shown.value ? checkoutNow(checkout, shown.value, parts.policy) : checkout);
}

/** `undefined`: such a shop cannot be asked. */
async function shownBy(
  shop: Shop,
  { checkout, email }: Asked,
): Promise<Outcome<readonly ShownOrder[] | undefined>> {
  if (!shop.ordersOf) return succeeded(undefined);
  const found = await shop.ordersOf(email);
  if (!found.ok) return found;
  const { ref, cartId } = checkout;
  const own = found.value.filter(
    ({ address, data, ref: one }) =>
      (address.usable && address.email === email) ||
      (cartId !== undefined && data.cartId === cartId) ||
      refName(one) === refName(ref),
  );
  if (ref.kind !== 'order' || own.some((one) => refName(one.ref) === refName(ref))) return succeeded(own);
  const itself = await shop.order(ref.id);
  return itself.ok ? succeeded([...own, ...(itself.value ? [itself.value] : [])]) : itself;
}

/** Whatever the shop says instead of an answer: the e-mail waits. */
function notNow({ log, clock }: WorkParts, { effect, checkout }: Asked, failure: Failure): Failure {
  const { code, message } = failure;
  const isAway = clock.now() - (effect.dueAt ?? clock.now()) >= AWAY_MS;
  const fields = { [checkout.ref.kind]: refName(checkout.ref), effect: effect.id, code, remedy: message };
  if (isAway) log.error('A shop does not say whether a cart was bought; its e-mail waits', fields);
  return { ...failure, kind: 'retry' };
}
