import { type Deferral, NOTHING_WRITTEN, type Profile, type Written } from '../../core/contact/contact.ts';
import { tagKey } from '../../core/contact/text/tag-key.ts';
import type { Failure } from '../../core/ledger/failure.ts';
import { HELD_BACK, isLimited } from '../../core/pace/evidence.ts';
import { backOffMs } from '../../core/pace/retry.ts';
import type { Known } from '../../core/ports/ledger.ts';
import { overlapDue } from './overlap.ts';
import { isOwn, isPoison, remedied } from './pace/poison.ts';
import type { Draft, Ending, Lane, SyncParts } from './parts.ts';
import { saveWritten } from './save-written.ts';
import { tellWritten } from './thread.ts';
import { DOUBT_MS } from './verdict.ts';

type Target = Pick<Draft, 'lane' | 'profile'>;

/** A contact that was worked on, what for, and when something of it is due again. */
type Finished = Target &
  Partial<Pick<Draft, 'change' | 'written'>> & {
    readonly nextDue?: number | undefined;
    /** When its custom items go on. */
    readonly itemsDue?: number | undefined;
    readonly keepsExpiry?: Known['keepsExpiry'];
  };

/** A tag that could not be had is tried again after this. */
const TAGS_AGAIN_MS = 3_600_000;

/** Writes down how it ended, so that the message can go: in step, behind again, later, or parked. */
export async function finish(
  parts: SyncParts,
  { nextDue, itemsDue, keepsExpiry, change, written, ...target }: Finished,
  ending: Ending,
): Promise<'done' | 'behind'> {
  const due = { ...firstOf({ lives: [nextDue], itemsDue }), ...(keepsExpiry && { keepsExpiry }) };
  switch (ending.end) {
    case 'written': {
      parts.metrics.count('ContactWritten');
      tellWritten(parts, target, { change, ending });
      const overtaken = await saveWritten(parts, target.lane, ending.written);
      return settle(parts, target, {
        mauticId: ending.contactId,
        removedAt: null,
        writtenAt: parts.clock.now(),
        ...(await earlier(parts, target, {
          lives: [nextDue, tagsDue(parts, change?.result ?? written, ending.written)],
          itemsDue,
          overtaken,
        })),
      });
    }
    case 'unchanged':
      parts.metrics.count('ContactInStep');
      parts.log.info('In step already', { contact: target.lane.ring.contact });
      return settle(parts, target, { ...due, ...elsewhere(target, ending) });
    case 'absent':
      await saveWritten(parts, target.lane, NOTHING_WRITTEN);
      if (target.profile.mauticId !== undefined)
        await parts.contacts.forgetMauticId(target.lane.ring.contact);
      return settle(parts, target, due);
    case 'crashed':
      throw ending.error;
    case 'removed':
      return settle(parts, target, { removedAt: ending.seenAt });
    case 'failed':
      await fail(parts, { ...target, contactId: ending.contactId }, ending.failure);
      return 'done';
  }
}

/** Where it was found, should it be remembered somewhere else. */
function elsewhere(
  { profile }: Target,
  { contactId }: Ending & { end: 'unchanged' },
): Pick<Known, 'mauticId'> {
  return contactId === undefined || contactId === profile.mauticId ? {} : { mauticId: contactId };
}

interface Dues {
  readonly lives: readonly (number | undefined)[];
  readonly itemsDue: number | undefined;
}

/** What is due first: an effect, or another write because somebody else's may come late, or came in between. */
async function earlier(
  parts: SyncParts,
  { lane, profile }: Target,
  { lives, itemsDue, overtaken }: Dues & { readonly overtaken: boolean },
): Promise<Pick<Known, 'nextDue' | 'nextShard' | 'inFull'>> {
  const again = overtaken
    ? parts.clock.now() + DOUBT_MS
    : await overlapDue(parts, lane.ring.contact, profile);
  return { ...firstOf({ lives: [...lives, again], itemsDue }), ...(again !== undefined && { inFull: true }) };
}

/** What waits for the rest of its custom items alone waits behind live work. */
function firstOf({ lives, itemsDue }: Dues): Pick<Known, 'nextDue' | 'nextShard'> {
  const live = lives.filter((due) => due !== undefined);
  const dues = itemsDue === undefined ? live : [...live, itemsDue];
  if (dues.length === 0) return {};
  return { nextDue: Math.min(...dues), ...(live.length === 0 && { nextShard: 'later' }) };
}

/** When a tag that should be there and is not is tried again, whichever write it was missing in. */
function tagsDue(
  { clock }: SyncParts,
  wanted: Pick<Written, 'tags'> | undefined,
  { tags }: Written,
): number | undefined {
  const there = new Set(tags.map(tagKey));
  const isShort = wanted?.tags.some((tag) => !there.has(tagKey(tag)));
  return isShort ? clock.now() + TAGS_AGAIN_MS : undefined;
}

async function settle(parts: SyncParts, { lane, profile }: Target, known: Known): Promise<'done' | 'behind'> {
  const state = await parts.contacts.settle(lane.ring.contact, profile.wanted, known);
  return state === 'behind' ? 'behind' : 'done';
}

type Failed = Target & { readonly contactId?: number | undefined };

async function fail(parts: SyncParts, target: Failed, failure: Failure): Promise<void> {
  const { profile, lane } = target;
  const now = parts.clock.now();
  if (failure.code === HELD_BACK.code) return startOver(parts, target);
  switch (failure.kind) {
    case 'park':
    case 'repair':
      if (failure.shared) return defer(parts, target, { failure, due: now + backOffMs(profile.attempts) });
      return park(parts, target, failure);
    case 'unknown':
      if (await isPoison(parts, profile, failure)) return park(parts, target, remedied(failure));
      return defer(parts, target, { failure, due: now + Math.max(DOUBT_MS, backOffMs(profile.attempts)) });
    case 'retry':
      return defer(parts, target, { failure, due: now + waitMs(failure, profile.attempts) });
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

/** A limit that names its end is no outage: the contact goes on with the next window. */
function waitMs(failure: Failure & { readonly kind: 'retry' }, attempts: number): number {
  if (isLimited(failure)) return failure.retryAfterMs;
  return Math.max(failure.retryAfterMs ?? 0, backOffMs(attempts));
}

/** What many failed at does not end a row of failures at one, and is no part of it. */
function countedOf({ serverErrors }: Profile, failure: Failure): Pick<Deferral, 'serverErrors'> {
  if (isOwn(failure)) return { serverErrors: (serverErrors ?? 0) + 1 };
  return failure.shared && serverErrors !== undefined ? { serverErrors } : {};
}

/** Nothing of it is under way, so nobody has to wait for what may come of it. Why it waited before, it waits still. */
function startOver({ contacts, clock }: SyncParts, { lane, profile }: Target): Promise<void> {
  const { serverErrors, waiting } = profile;
  return contacts.defer(lane.ring.contact, clock.now(), {
    doubt: false,
    ...(serverErrors !== undefined && { serverErrors }),
    ...(waiting && { waiting }),
  });
}

/** Due at once, so that nobody takes it for settled. */
export function leaveToSweep({ contacts, clock }: SyncParts, { ring }: Lane): Promise<void> {
  return contacts.hasten(ring.contact, clock.now());
}

async function defer(
  parts: SyncParts,
  { lane, profile, contactId }: Failed,
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
    ...countedOf(profile, failure),
    ...(contactId !== undefined && { mauticId: contactId }),
  });
}

/** Keeps the contact with its reason and goes on with the rest; a new change or a replay tries again. */
export async function park(
  parts: SyncParts,
  target: Target,
  { code, message }: { readonly code: string; readonly message: string },
): Promise<void> {
  const { lane, profile } = target;
  parts.metrics.count('ContactParked');
  parts.log.error('A contact is parked until somebody acts', {
    contact: lane.ring.contact,
    code,
    remedy: message,
  });
  const why = { code, message, at: parts.clock.now() };
  if (!(await parts.contacts.park(lane.ring.contact, profile.wanted, why))) await startOver(parts, target);
}
