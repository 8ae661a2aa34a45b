import { MOST_TAGS } from '../../../core/contact/tags.ts';
import { finish, leaveToSweep, park } from '../finish.ts';
import { holdBack } from '../hold.ts';
import type { Gate } from '../pace/gate.ts';
import type { Draft, FieldInfos, Lane, SyncParts, WorkParts } from '../parts.ts';
import { draftOf } from './draft.ts';
import { type Reading, readLane } from './lane-reading.ts';

/** A contact on which this many tries alone ended unfinished crashes whoever touches it. */
const UNFINISHED_TO_PARK = 3;

/** What a lane is drafted with. */
export interface Drafting {
  readonly parts: WorkParts;
  readonly fields: FieldInfos;
  readonly gate: Gate;
}

/** Reads a contact and plans its change; `undefined`: there is nothing to be written for it now, and the ledger says why. */
export async function draftLane({ parts, fields, gate }: Drafting, lane: Lane): Promise<Draft | undefined> {
  const reading = await readLane(parts, lane, () => gate.goesOn());
  if (!('known' in reading)) return settleEarly(parts, lane, reading);
  const scarceUntil = gate.scarceUntil();
  if (reading.known.profile.work === 'later' && scarceUntil !== undefined) {
    parts.metrics.count('ContactLeft');
    await parts.contacts.hasten(lane.ring.contact, scarceUntil);
    return undefined;
  }
  if (reading.known.createUntil !== undefined) {
    parts.metrics.count('ContactLeft');
    await parts.contacts.hasten(lane.ring.contact, reading.known.createUntil);
    return undefined;
  }
  // Before planning, which may be what crashes; after reading, because a ledger that fails is not the contact's fault.
  if (await isDangerous(parts, lane)) {
    const message =
      'Working on this contact ended unfinished several times; see the logs of sync, then replay';
    await park(parts, reading.known, { code: 'crashes', message });
    return undefined;
  }
  const segmentsHeld = reading.known.profile.work === 'later' && gate.keepsSegments();
  const draft = draftOf(parts, { ...reading.known, segmentsHeld }, fields);
  if (draft.tagsLeftOut) tellTags(parts, lane);
  parts.remarks?.aboutUnfit(draft.unfit);
  return holdBack(parts, draft);
}

/** Counted in the ledger: the queue also counts receptions that never reached this contact. */
async function isDangerous({ contacts }: SyncParts, { ring, receives }: Lane): Promise<boolean> {
  return receives > 1 && (await contacts.startAlone(ring.contact)) > UNFINISHED_TO_PARK;
}

function tellTags({ log }: SyncParts, { ring: { contact } }: Lane): void {
  const fields = { contact, most: MOST_TAGS };
  log.warn('A contact would have more tags than are kept; those of its oldest orders are left out', fields);
}

async function settleEarly(
  parts: SyncParts,
  lane: Lane,
  reading: Exclude<Reading, { known: unknown }>,
): Promise<undefined> {
  if ('failed' in reading) {
    await finish(parts, { lane, profile: reading.profile }, { end: 'failed', failure: reading.failed });
  } else if ('forgotten' in reading) {
    parts.log.info('Nothing older than the erasure is known of a person', { contact: lane.ring.contact });
    if (reading.forgotten === 'behind') await leaveToSweep(parts, lane);
  } else if ('tooManyOrders' in reading) {
    const message = `It has ${String(reading.tooManyOrders)} orders, more than policy.maxOrders: a house account? Ignore the address or raise the limit, then replay`;
    await park(parts, { lane, profile: reading.profile }, { code: 'too-many-orders', message });
  } else {
    parts.metrics.count('ContactInStep');
  }
}
