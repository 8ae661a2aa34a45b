import { NOTHING_WRITTEN } from '../../core/contact/contact.ts';
import type { Failure } from '../../core/ledger/failure.ts';
import { HELD_BACK, isServerError } from '../../core/pace/evidence.ts';
import { backOffMs } from '../../core/pace/retry.ts';
import type { Known } from '../../core/ports/ledger.ts';
import { isUp } from './is-up.ts';
import { overlapDue } from './overlap.ts';
import type { Draft, Ending, Lane, SyncParts } from './parts.ts';
import { DOUBT_MS } from './verdict.ts';

/** A lone contact that Mautic answers 500 this often will not get better by itself. */
const SERVER_ERRORS_TO_PARK = 6;

type Target = Pick<Draft, 'lane' | 'profile'>;

/** A contact that was worked on, and when something of it is due again. */
type Finished = Target & { readonly nextDue?: number | undefined };

/** Writes down how it ended, so that the message can go: in step, behind again, later, or parked. */
export async function finish(
  parts: SyncParts,
  { nextDue, ...target }: Finished,
  ending: Ending,
): Promise<'done' | 'behind'> {
  const due = nextDue === undefined ? {} : { nextDue };
  switch (ending.end) {
    case 'written':
      parts.metrics.count('ContactWritten');
      await parts.contacts.saveWritten(target.lane.ring.contact, ending.written);
      return settle(parts, target, {
        mauticId: ending.contactId,
        removedAt: null,
        ...(await earlier(parts, target, nextDue)),
      });
    case 'unchanged':
      parts.metrics.count('ContactInStep');
      return settle(parts, target, due);
    case 'absent':
      await parts.contacts.saveWritten(target.lane.ring.contact, NOTHING_WRITTEN);
      return settle(parts, target, due);
    case 'crashed':
      throw ending.error;
    case 'removed':
      return settle(parts, target, { removedAt: ending.seenAt });
    case 'failed':
      await fail(parts, target, ending.failure);
      return 'done';
  }
}

/** What is due first: an effect, or another write because somebody else's may come late. */
async function earlier(
  parts: SyncParts,
  { lane, profile }: Target,
  nextDue: number | undefined,
): Promise<Pick<Known, 'nextDue' | 'inFull'>> {
  const again = await overlapDue(parts, lane.ring.contact, profile);
  const dues = [nextDue, again].filter((due) => due !== undefined);
  if (dues.length === 0) return {};
  return { nextDue: Math.min(...dues), ...(again !== undefined && { inFull: true }) };
}

async function settle(parts: SyncParts, { lane, profile }: Target, known: Known): Promise<'done' | 'behind'> {
  const state = await parts.contacts.settle(lane.ring.contact, profile.wanted, known);
  return state === 'behind' ? 'behind' : 'done';
}

async function fail(parts: SyncParts, target: Target, failure: Failure): Promise<void> {
  const { profile, lane } = target;
  const now = parts.clock.now();
  if (failure.code === HELD_BACK.code) return leaveToSweep(parts, lane);
  switch (failure.kind) {
    case 'park':
    case 'repair':
      return park(parts, target, failure);
    case 'unknown':
      if (await isPoison(parts, target, failure)) return park(parts, target, failure);
      return defer(parts, target, { failure, due: now + Math.max(DOUBT_MS, backOffMs(profile.attempts)) });
    case 'retry':
      return defer(parts, target, {
        failure,
        due: now + Math.max(failure.retryAfterMs ?? 0, backOffMs(profile.attempts)),
      });
    case 'authorise':
      // What is stopped was counted where the stop was written down; another refusal stops as much.
      if (failure.code !== 'stopped') parts.metrics.count('MauticStopped');
      parts.log.error(
        failure.code === 'api-disabled'
          ? "Mautic's API is switched off; contacts wait until it is on"
          : 'Mautic refuses the credentials; contacts wait',
        { contact: lane.ring.contact, code: failure.code, remedy: failure.message },
      );
      return defer(parts, target, { failure, due: now + backOffMs(profile.attempts) });
  }
}

/** In an outage of Mautic every contact is answered 500, however often. */
async function isPoison(parts: SyncParts, { profile }: Target, failure: Failure): Promise<boolean> {
  if (!isServerError(failure) || (profile.serverErrors ?? 0) < SERVER_ERRORS_TO_PARK) return false;
  return isUp(parts, profile.email);
}

/** Due at once, so that nobody takes it for settled. */
export function leaveToSweep({ contacts, clock }: SyncParts, { ring }: Lane): Promise<void> {
  return contacts.hasten(ring.contact, clock.now());
}

async function defer(
  parts: SyncParts,
  { lane, profile }: Target,
  { failure, due }: { failure: Failure; due: number },
): Promise<void> {
  parts.metrics.count('ContactDeferred');
  parts.log.warn('A contact waits for its next try', {
    contact: lane.ring.contact,
    code: failure.code,
    kind: failure.kind,
    cause: failure.message,
    due,
  });
  await parts.contacts.defer(lane.ring.contact, due, {
    doubt: failure.kind === 'unknown',
    waiting: { code: failure.code, message: failure.message },
    ...(isServerError(failure) && { serverErrors: (profile.serverErrors ?? 0) + 1 }),
  });
}

/** Keeps the contact with its reason and goes on with the rest; a new change or a replay tries again. */
export async function park(
  parts: SyncParts,
  { lane, profile }: Target,
  { code, message }: { readonly code: string; readonly message: string },
): Promise<void> {
  parts.metrics.count('ContactParked');
  parts.log.error('A contact is parked until somebody acts', {
    contact: lane.ring.contact,
    code,
    remedy: message,
  });
  await parts.contacts.park(lane.ring.contact, profile.wanted, { code, message, at: parts.clock.now() });
}
