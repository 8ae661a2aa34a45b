import { type Round, readRound } from '../../core/stores/store-progress.ts';
import { type Bookmark, openBookmark } from './bookmark.ts';
import type { Visit } from './visit.ts';

export interface RoundInWork {
  readonly bookmark: Bookmark<Round>;
  readonly round: Round;
}

/**
 * What has to be done of something that comes round: the round that is under way, or a new one when the last began
 * before `since` (epoch ms); `undefined` when there is nothing to do.
 */
export async function openRound(visit: Visit, name: string, since: number): Promise<RoundInWork | undefined> {
  const { registers, clock } = visit.parts;
  const bookmark = await openBookmark(registers, { of: { store: visit.store.id }, name }, readRound);
  const known = bookmark.value();
  if (known && !known.done) return { bookmark, round: known };
  if (known && known.startedAt >= since) return undefined;
  const round: Round = { startedAt: clock.now(), done: false };
  await bookmark.save(round);
  return { bookmark, round };
}

const DAY_MS = 24 * 3_600_000;
/** Hour of the day, UTC: few shops in Europe and America are busy then. */
const NIGHT_MS = 3 * 3_600_000;

/** The last time, epoch ms, that it struck three. */
export function lastNight(now: number): number {
  return Math.floor((now - NIGHT_MS) / DAY_MS) * DAY_MS + NIGHT_MS;
}

/** More changes than this are left to the next run: all of them become live work, and a shop's orders wait behind it. */
const MOST_CHANGES = 500;

/** The same visit for what can wait. */
export function unhurried(visit: Visit): Visit {
  return { ...visit, hasTime: () => visit.hasTime() && visit.tally.changed < MOST_CHANGES };
}
