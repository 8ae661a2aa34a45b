import type { ContactKey } from '../../ledger/email.ts';
import { type CartTry, isLaterTry, newestTryBut } from '../../ledger/fold/cart-tries.ts';
import type { CartState, State } from '../../ledger/fold/order.ts';
import { type CartData, type Ref, refName } from '../../ledger/snapshot.ts';
import type { KnownOrder } from './known-order.ts';

/** What was done with a cart under other addresses than a contact's, or under none. */
export interface Elsewhere {
  /** When it was touched last, if it is another's by now or nobody's; epoch ms. */
  readonly touchedAt?: number;
  /** The newest try to buy it. */
  readonly tried?: CartTry;
}

/** What others than the contact did with the carts among these, by their names. */
export function elsewhereIn(
  entries: readonly { readonly ref: Ref; readonly state: State }[],
  contact: ContactKey,
): ReadonlyMap<string, Elsewhere> {
  return new Map(
    entries.flatMap(({ ref, state }) => {
      if (state.type !== 'cart') return [];
      const touchedAt = state.data && state.contact !== contact ? touchOf(state.data) : undefined;
      const tried = newestTryBut(state.tries, contact);
      if (touchedAt === undefined && !tried) return [];
      const said = { ...(touchedAt !== undefined && { touchedAt }), ...(tried && { tried }) };
      return [[refName(ref), said] as const];
    }),
  );
}

/** A draft is older than the order that it becomes, which keeps its date. */
function touchOf({ updatedAt, checkout }: CartData): number {
  return checkout ? updatedAt - 1 : updatedAt;
}

/**
 * Somebody gave the cart that an order was made from another address since, or tried to buy it under another: that of
 * the order was mistyped, or is not theirs. Whether the bridge may still know whose the cart is now changes nothing
 * about it. Of one moment the cart counts: the shop tells of it after the order.
 */
export function wasOrderCorrected({ ref, data, state }: KnownOrder, known: Known): boolean {
  const { cartId, createdAt: at } = data;
  if (cartId === undefined || state.version === undefined) return false;
  const said = known.elsewhere.get(refName({ kind: 'cart', store: ref.store, id: cartId }));
  if (!said) return false;
  const { touchedAt = Number.NEGATIVE_INFINITY, tried } = said;
  return (
    touchedAt >= at || (tried !== undefined && isLaterTry(tried, { at, order: ref.id, since: state.version }))
  );
}

interface Known {
  readonly elsewhere: ReadonlyMap<string, Elsewhere>;
}

/** Somebody tried to buy a cart under another address since it was touched last, and not under its own again. */
export function wasCartCorrected({ state }: { readonly state: CartState }): boolean {
  const { contact, data, tries } = state;
  const tried = newestTryBut(tries, contact);
  if (!tried || !data || tried.at <= touchOf(data)) return false;
  const own = contact !== undefined && tries && Object.hasOwn(tries, contact) ? tries[contact] : undefined;
  return own === undefined || isLaterTry(tried, own);
}
