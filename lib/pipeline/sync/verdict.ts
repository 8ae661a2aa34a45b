import type { EffectState } from '../../core/ledger/effect-state.ts';
import type { Failure } from '../../core/ledger/failure.ts';
import { HELD_BACK, isLimited } from '../../core/pace/evidence.ts';
import type { Ended } from './effects/perform.ts';

/** Twice the longest request: Mautic goes on working after its caller died, and only then may anybody look. */
export const DOUBT_MS = 240_000;
const DOUBTS_TO_PARK = 6;
/** What was refused before it was done is tried again after this. */
export const RETRY_MS = 300_000;

/** How far an effect is now, and when to look again. */
export interface Verdict {
  readonly state: EffectState;
  readonly due?: number;
}

/** When and for which contact it ended; epoch ms. */
interface Occasion {
  readonly at: number;
  readonly contactId: number;
  /** How often in a row it has ended in doubt before. */
  readonly doubts: number;
}

/** What follows from how performing an effect ended; nothing said is as bad as an answer that never came. */
export function verdictOf(ended: Ended | undefined, occasion: Occasion): Verdict {
  const { at } = occasion;
  if (ended === undefined) return doubtful('missing-answer', occasion);
  // It is no more in doubt than before, however long that lasts.
  if (ended === 'away') return doubtful('look-up-failed', { ...occasion, doubts: occasion.doubts - 1 });
  if (ended === 'unfound') return doubtful('look-up-failed', occasion);
  if (ended === 'lapsed') return { state: { state: 'skipped', at, reason: 'lapsed' } };
  if (ended === 'skipped') return { state: { state: 'skipped', at, reason: 'do-not-contact' } };
  if (ended === 'bought') return { state: { state: 'skipped', at, reason: 'bought' } };
  if (ended === 'unsupported') return { state: { state: 'skipped', at, reason: 'no-coupons' } };
  if (ended === 'unwanted') return { state: { state: 'skipped', at, reason: 'no-consent' } };
  if (ended === 'there' || ended.ok) return { state: { state: 'done', at } };
  const { failure } = ended;
  switch (failure.kind) {
    case 'retry':
      return refused(failure.code, at + waitMs(failure));
    case 'authorise':
      return refused(failure.code, at + RETRY_MS);
    case 'unknown':
      return doubtful(failure.code, occasion);
    case 'repair':
    case 'park':
      return { state: { state: 'parked', at, reason: failure.code } };
  }
}

/** Where calls are limited the end of that is known. */
function waitMs(failure: Failure & { readonly kind: 'retry' }): number {
  const { code, retryAfterMs = 0 } = failure;
  const isKnown = isLimited(failure) || (code === HELD_BACK.code && retryAfterMs > 0);
  return isKnown ? retryAfterMs : Math.max(retryAfterMs, RETRY_MS);
}

/** It was not done, and shall not be tried before then, whoever rings. */
function refused(reason: string, due: number): Verdict {
  return { state: { state: 'refused', at: due, reason }, due };
}

/** What stays in doubt will not get better by itself: a person must look. */
function doubtful(reason: string, { at, contactId, doubts }: Occasion): Verdict {
  if (doubts + 1 >= DOUBTS_TO_PARK) return { state: { state: 'parked', at, reason, contactId } };
  return { state: { state: 'doubt', at, reason, contactId, doubts: doubts + 1 }, due: at + DOUBT_MS };
}
