import type { EffectStates } from '../../ledger/effect-state.ts';
import type { CartState } from '../../ledger/fold/order.ts';
import { type CartData, type Identity, type Ref, refName } from '../../ledger/snapshot.ts';

/** A cart with its name in the ledger; the data is there. */
export interface KnownCart {
  readonly ref: Ref;
  readonly state: CartState;
  readonly data: CartData;
  /** What has been done for it once. */
  readonly effects: EffectStates;
}

/** Who filled the newest cart, as far as the shop was told: a name and a country. */
export function identityInCart(carts: readonly KnownCart[]): Identity | undefined {
  const [newest] = [...carts].sort((a, b) => b.data.updatedAt - a.data.updatedAt || byName(a, b));
  if (!newest) return undefined;
  const { firstName, lastName, country } = newest.data;
  const nothing = { company: '', phone: '', address1: '', address2: '', city: '', state: '', postcode: '' };
  return { ...nothing, firstName, lastName, country };
}

function byName(a: KnownCart, b: KnownCart): number {
  return refName(a.ref) < refName(b.ref) ? -1 : 1;
}
