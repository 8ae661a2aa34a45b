import type { Effect } from '../../core/effects/effect-kinds.ts';
import { waitsForTarget } from '../../core/effects/target.ts';
import type { EffectState } from '../../core/ledger/effect-state.ts';
import { DOUBT_MS } from './verdict.ts';

/**
 * When an effect may be worked on, epoch ms; 0: now. A claim without an end is of a process that died, because a
 * contact has one writer: then it is in doubt.
 */
export function dueTime({
  kind,
  known,
  dueAt = 0,
}: Pick<Effect, 'known' | 'dueAt'> & Partial<Pick<Effect, 'kind'>>): number | 'never' {
  // One that was not asked for any more when its turn came was never added or made, and is asked for again.
  const isRepeatable = kind === 'note' || kind === 'coupon';
  const isUndone = !known || (isRepeatable && known.state === 'skipped' && known.reason === 'lapsed');
  if (isUndone) return dueAt;
  // One whose e-mail could not be sent is here only if it can be now.
  if (known.state === 'refused') return waitsForTarget(known.reason) ? dueAt : Math.max(known.at, dueAt);
  return mayBeDone(known) ? known.at + DOUBT_MS : 'never';
}

/** The state, if it says that the effect may have happened. */
export function mayBeDone(known: EffectState | undefined): EffectState | undefined {
  return known?.state === 'claimed' || known?.state === 'doubt' ? known : undefined;
}

/** Whether one of them may be worked on now (epoch ms). */
export function hasDue(effects: readonly Effect[], now: number): boolean {
  return effects.some((effect) => {
    // Nothing is done in Mautic.
    if (effect.kind === 'mark' || effect.kind === 'coupon') return false;
    const due = dueTime(effect);
    return due !== 'never' && due <= now;
  });
}
