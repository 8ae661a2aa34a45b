import type { StoreCoupon, StoreCoupons } from '../../core/stores/coupons.ts';
import type { Round } from '../../core/stores/store-progress.ts';
import { lastNight, openRound } from './rounds.ts';
import { Unread, type Visit } from './visit.ts';

/** An order that waits for its payment may hold a coupon that has just expired. */
const EXPIRED_MS = 24 * 3_600_000;

/**
 * Once a night: deletes the coupons that the bridge made, that have expired, and that no order used. WooCommerce keeps
 * them for ever (facts/carts 34). @returns false when the next run has to go on.
 */
export async function deleteExpiredCoupons(visit: Visit): Promise<boolean> {
  const { parts, api } = visit;
  if (!parts.coupons || !api.coupons) return true;
  const work = await openRound(visit, 'COUPONS', lastNight(parts.clock.now()));
  if (!work) return true;
  let next: Round = work.round;
  const removed = new Set<string>();
  while (!next.done) {
    if (!visit.hasTime()) return false;
    next = await cleanPage(visit, { coupons: api.coupons, removed }, next);
    await work.bookmark.save(next);
  }
  return true;
}

interface Cleaning {
  readonly coupons: StoreCoupons;
  /** Ids that this run has deleted: a store may show them all the same, from a cache. */
  readonly removed: Set<string>;
}

/** What stood behind those that are deleted moves up: such a page is read once more. */
async function cleanPage(visit: Visit, { coupons, removed }: Cleaning, round: Round): Promise<Round> {
  const { startedAt, page = 0 } = round;
  const answer = await coupons.page(page + 1);
  if (!answer.ok) throw new Unread(answer.failure, 'coupons');
  const { isLast, now } = answer.value;
  const expired = answer.value.coupons.filter((coupon) => isToGo(coupon, now) && !removed.has(coupon.id));
  for (const { id } of expired) {
    if (!visit.hasTime()) return { startedAt, done: false, page };
    const answered = await coupons.remove(id);
    if (!answered.ok) throw new Unread(answered.failure, 'coupons');
    removed.add(id);
  }
  if (expired.length > 0) {
    visit.parts.log.info('Expired coupons that nobody used were deleted', {
      store: visit.store.id,
      coupons: expired.length,
    });
    return { startedAt, done: false, page };
  }
  return isLast ? { startedAt, done: true } : { startedAt, done: false, page: page + 1 };
}

function isToGo({ isOurs, used, expiresAt = Number.POSITIVE_INFINITY }: StoreCoupon, now: number): boolean {
  return isOurs && used === 0 && expiresAt < now - EXPIRED_MS;
}
