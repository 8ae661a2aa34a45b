import type { Dossier, Profile } from '../../../core/contact/contact.ts';
import type { Facts } from '../../../core/contact/facts/facts.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import type { Expiry } from '../../../core/ports/ledger.ts';

const DAY_MS = 86_400_000;
/** So long a cart is kept after it was forgotten, as a companion in the shop keeps its own. */
const KEPT_MS = 30 * DAY_MS;
/** Where a shop tells of carts though the policy has none (any more): the policy's default. */
const FORGET_MS = 14 * DAY_MS;

interface Known {
  readonly dossier: Dossier;
  readonly facts: Facts;
  readonly profile: Profile;
}

/**
 * When to forget somebody who never ordered, never agreed and is not in Mautic: an address that was typed into a
 * checkout and what lay in the cart. `undefined`: there is more to it.
 */
export function expiryOf({ dossier, facts, profile }: Known, { carts }: Policy): Expiry | undefined {
  const { refs, written } = dossier;
  if (refs.length === 0 || refs.some(({ kind }) => kind !== 'cart')) return undefined;
  // What an erasure or an opt-out left behind is there to be remembered.
  if (profile.erasedAt !== undefined) return undefined;
  const isWritten = Object.keys(written.fields).length + written.tags.length > 0;
  if (isWritten || profile.mauticId !== undefined || profile.removedAt !== undefined) return undefined;
  const touchedAt = Math.max(...refs.map((pointer) => pointer.touchedAt ?? 0));
  return {
    at: touchedAt + (carts?.forget ?? FORGET_MS) + KEPT_MS,
    wanted: profile.wanted,
    pointers: refs,
    carts: facts.forgettableCarts,
  };
}
