import { type EffectState, TAKEOVER } from '../../ledger/effect-state.ts';
import { refName } from '../../ledger/snapshot.ts';
import { localText, nextTimeOfDay } from '../../policy/configuration/local-time.ts';
import { type FollowUp, followUpId, isNight } from '../../policy/follow-ups/follow-ups.ts';
import type { Starts } from '../rule-starts.ts';
import type { About } from './about.ts';
import { beginningOf } from './beginning.ts';
import type { Begun, Considered, Moment, Whole } from './considered.ts';
import { type Past, pastOf } from './past.ts';

const DAY_MS = 86_400_000;

/** When it is due; `undefined`: it has not begun. */
export function begunOf(
  { facts, past, policy, moment, since }: Whole,
  { rule, about, id, known }: Pick<Considered, 'rule' | 'about' | 'id' | 'known'>,
): Begun | undefined {
  const base = { rule, about, id, known };
  if (isMigrated(known))
    return isReplaced(rule, about, past)
      ? undefined
      : { ...base, began: known.plannedAt, dueAt: known.plannedAt };
  const zone = zoneOf(moment, about);
  const seen = rule.keep && about.of === 'order' ? pastOf(facts, policy, about.order) : past;
  const began = beginningOf(rule, about, { past: seen, policy, zone });
  if (began === undefined) return undefined;
  const turn = turnOf(rule, about, since);
  const turns = [began + rule.after, turn, abandonedAt(about)];
  const due = Math.max(...turns.filter((time) => time !== undefined));
  const dueAt = rule.at === undefined ? due : nextTimeOfDay(due, rule.at, zone);
  return { ...base, began, dueAt, ...(turn !== undefined && { isReached: true }) };
}

function zoneOf({ zones }: Pick<Moment, 'zones'>, about: About): string {
  return zones.get(about.ref.store) ?? 'UTC';
}

/** What follows the last purchase is replaced by what follows the next one, as in Follow-Up Emails. */
function isReplaced({ on }: FollowUp, about: About, { purchases }: Past): boolean {
  if (on !== 'last-purchase' || about.of !== 'order') return false;
  return purchases.some(({ data }) => data.createdAt > about.order.data.createdAt);
}

/** When one goes out that may not before `free` (epoch ms): a rule with a time of the day is not moved into the night. */
export function movedTo(
  free: number,
  { rule, about }: Pick<Considered, 'rule' | 'about'>,
  moment: Pick<Moment, 'zones'>,
): number {
  if (rule.at === undefined || rule.night) return free;
  const zone = zoneOf(moment, about);
  return isNight(localText(free, zone).slice(11, 16)) ? nextTimeOfDay(free, rule.at, zone) : free;
}

/** Nobody is told of a cart that is still being filled. */
function abandonedAt(about: About): number | undefined {
  return about.of === 'cart' ? about.abandonedAt : undefined;
}

/** Where a rule reaches everybody: the day on which this one's turn is, epoch ms. */
function turnOf(rule: FollowUp, about: About, since: Starts): number | undefined {
  const { reach, id } = rule;
  if (reach === undefined || about.of !== 'order') return undefined;
  const { ref, order } = about;
  const start = since.rules?.get(followUpId(rule)) || (since.get(ref.store) ?? 0);
  if (order.data.createdAt > start) return undefined;
  const days = Math.ceil(reach.people / reach.perDay);
  return start + (lotOf(`${id} ${order.state.contact ?? refName(ref)}`) % days) * DAY_MS;
}

/** The same number for the same text, as evenly spread as names are. */
function lotOf(text: string): number {
  return Array.from(text, (letter) => letter.codePointAt(0) ?? 0).reduce(
    (lot, letter) => (lot * 31 + letter) % 4_294_967_296,
    7,
  );
}

/** It is due here when it would have gone out elsewhere. */
export function isMigrated(
  known: EffectState | undefined,
): known is EffectState & { readonly plannedAt: number } {
  return known?.state === 'refused' && known.plannedAt !== undefined;
}

/** It is not known yet whose it is: here or there. */
export function isHeldElsewhere({ state, reason }: EffectState): boolean {
  return state === 'refused' && (reason === TAKEOVER.held || reason === TAKEOVER.ours);
}
