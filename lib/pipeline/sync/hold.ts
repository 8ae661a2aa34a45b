import type { Effect, EmailEffect } from '../../core/effects/effect-kinds.ts';
import { dueTime, mayBeDone } from './due.ts';
import type { Draft, HeldEmail, WorkParts } from './parts.ts';

/**
 * Sets those e-mails aside that are not to be sent now, because somebody unpublished or deleted them in Mautic: before
 * anything is asked or written for the contact that waits for them.
 */
export async function holdBack(parts: WorkParts, draft: Draft): Promise<Draft> {
  const held: HeldEmail[] = [];
  for (const effect of draft.effects) {
    if (!isToBeSent(effect, parts.clock.now())) continue;
    const failure = await parts.targets.email(parts.emails, effect.template);
    if (failure) held.push({ effect, failure });
  }
  if (held.length === 0) return draft;
  const effects = draft.effects.filter((effect) => !held.some((one) => one.effect === effect));
  return { ...draft, effects, held };
}

/** What may have been sent is not sent again in any case. */
function isToBeSent(effect: Effect, now: number): effect is EmailEffect {
  if (effect.kind !== 'email' || effect.tooLate || effect.unwanted) return false;
  const due = dueTime(effect);
  return !mayBeDone(effect.known) && due !== 'never' && due <= now;
}
