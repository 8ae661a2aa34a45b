import { isCouponId } from '../contact/coupon.ts';
import type { Facts } from '../contact/facts/facts.ts';
import type { EffectState } from '../ledger/effect-state.ts';
import { refName } from '../ledger/snapshot.ts';
import type { Once } from './once.ts';
import { noteMarker } from './order-text.ts';

/** Nobody calls for it any more, and it may have happened: it is not done again, only brought to its end. */
export interface LapsedEffect extends Once {
  readonly kind: 'lapsed';
  /** By this it is found in Mautic, if it can be: of a note. */
  readonly marker?: string;
  /** Nobody gets to know of it: it need not be found out whether it happened. A coupon whose code nobody was given. */
  readonly harmless?: true;
}

/** It may have happened: that is found out whatever is thought of it now. */
export function isOpen(known: EffectState | undefined): boolean {
  return known?.state === 'claimed' || known?.state === 'doubt';
}

/**
 * Everything that may have happened and is not called for: whatever it is called, and whatever it stands on. A rule may
 * be out of the policy, an order deleted, a status passed.
 */
export function lapsedEffects(
  { carriers }: Pick<Facts, 'carriers'>,
  called: readonly Once[],
): readonly LapsedEffect[] {
  const names = new Set(called.map(nameOf));
  return carriers.flatMap(({ ref, effects }) =>
    Object.entries(effects).flatMap(([id, known]): readonly LapsedEffect[] => {
      if (!isOpen(known) || names.has(nameOf({ id, thing: ref }))) return [];
      const status = /^note:(.*)$/s.exec(id)?.[1];
      const marker = status === undefined ? {} : { marker: noteMarker({ ref }, status) };
      const harmless = isCouponId(id) ? ({ harmless: true } as const) : {};
      return [{ kind: 'lapsed', id, thing: ref, known, ...marker, ...harmless }];
    }),
  );
}

function nameOf({ id, thing }: Pick<Once, 'id' | 'thing'>): string {
  return `${refName(thing)} ${id}`;
}
