import { type EffectState, TAKEOVER } from '../ledger/effect-state.ts';
import type { OldItem } from './old-follow-ups.ts';

/** It was past its time and unsent there: a process may have died between the e-mail and its note. */
const IN_DOUBT = 'unsent-but-past-its-time';

/** The shop had held it before anybody took it over: it is to go out nowhere. */
const NOT_WANTED = 'held-there';

/** A send takes the plugin's lock for five minutes at most; one more for the call that holds the item. */
const HOLD_MS = 6 * 60_000;

/** What is to be done next with an unsent item. */
type Next =
  /** Hold it there, and say so here first. */
  | { readonly next: 'hold' }
  /** Look again once it has been held for long enough; epoch ms. */
  | { readonly next: 'look'; readonly at: number }
  /** Delete it there, then make it due here. */
  | { readonly next: 'take' }
  /** It is due here: make sure that its contact is looked at. */
  | { readonly next: 'want' }
  /** Leave it there: the shop itself has held it. */
  | { readonly next: 'leave' }
  /** Somebody has brought it to its end, here or there. */
  | { readonly next: 'nothing' };

/**
 * By what the ledger says of the effect and whether the item is held there. What is said here first is what decides
 * after a crash, so every step can be made again.
 */
export function nextOf(known: EffectState | undefined, isHeld: boolean): Next {
  // What the bridge holds there was said here before.
  const begin: Next = { next: isHeld ? 'leave' : 'hold' };
  if (known === undefined) return begin;
  if (known.state !== 'refused') return { next: 'nothing' };
  if (known.reason === TAKEOVER.ours) return { next: 'take' };
  if (known.reason === TAKEOVER.due) return { next: 'want' };
  if (known.reason === TAKEOVER.held && isHeld) return { next: 'look', at: known.at + HOLD_MS };
  if (known.reason === TAKEOVER.held) return { next: 'hold' };
  return known.plannedAt === undefined ? begin : { next: 'nothing' };
}

/** What an item means that the shop itself had held. */
export function unwantedAt(now: number): EffectState {
  return { state: 'skipped', at: now, reason: NOT_WANTED };
}

/** What an item that was held for long enough means for the effect. */
export function outcomeOf(
  item: OldItem | undefined,
  {
    plannedAt,
    stoppedAt,
    now,
  }: { readonly plannedAt: number; readonly stoppedAt: number; readonly now: number },
): EffectState {
  if (item === undefined) return { state: 'skipped', at: now, reason: 'gone-there' };
  if (item.isSent) return { state: 'done', at: item.sentAt ?? now };
  if (plannedAt <= stoppedAt) return { state: 'parked', at: now, reason: IN_DOUBT };
  return { state: 'refused', at: plannedAt, reason: TAKEOVER.ours, plannedAt };
}
