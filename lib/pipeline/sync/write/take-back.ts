import { NOTHING_WRITTEN, type Written } from '../../../core/contact/contact.ts';
import { ownAliases } from '../../../core/contact/desired.ts';
import { type Strays, straysIn } from '../../../core/contact/strays.ts';
import { type ContactKey, normaliseEmail } from '../../../core/ledger/email.ts';
import { type Failure, failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import type { MauticContact } from '../../../core/ports/mautic.ts';
import { wantNow } from '../../wants/want-now.ts';
import type { Draft, SyncParts, WorkParts } from '../parts.ts';
import { whileTheirs } from '../strangers.ts';
import { editOwn } from './edit-own.ts';

/** A contact of Mautic that is somebody else's now, and may hold what was written for the one of the draft. */
export interface Stray {
  readonly draft: Draft;
  readonly found: MauticContact;
  /** What the draft says has just been written there. */
  readonly isRaced: boolean;
}

/**
 * Takes back what stands in somebody else's contact. If that is one of ours too, its own values are left to its own
 * write, in full and at once; it is asked for last, whatever became of the rest, so that this write comes after it.
 */
export async function takeBack(parts: WorkParts, stray: Stray): Promise<Outcome<void>> {
  const { draft, found } = stray;
  const owner = await ownerOf(parts, found);
  const strays = straysIn(found.fields, {
    written: draft.written,
    owned: owner?.written ?? NOTHING_WRITTEN,
    wanted: draft.change,
    isRaced: stray.isRaced,
    inDoubt: draft.full,
    isRenamed: found.id === draft.mauticId,
    ownAliases: ownAliases(parts.policy),
  });
  const undone = await undo(parts, found, strays);
  if (owner) await wantInFull(parts, owner);
  parts.log.info(
    'Another contact of Mautic stands where one was remembered; what was written for it is taken back',
    {
      contact: draft.lane.ring.contact,
      mauticId: found.id,
    },
  );
  return undone;
}

/** Takes a contact out of a segment into which it came in another one's place. */
export async function takeOut(parts: WorkParts, segment: number, id: number): Promise<void> {
  let holder: MauticContact | undefined;
  await parts.inOneGo<Outcome<void>>(async (near) => {
    const holders = await near.mautic.holders([id]);
    holder = holders.ok ? holders.value.get(id) : undefined;
    // Merged away since: whoever stands there now may have come into the segment by itself.
    return holders.ok && !holder ? succeeded(undefined) : near.segments.remove(segment, [id]);
  }, failed);
  const owner = holder && (await ownerOf(parts, holder));
  if (owner) await wantInFull(parts, owner);
}

async function wantInFull(parts: SyncParts, { key, isAway }: Owner): Promise<void> {
  // It was deleted, and somebody has given another contact its address: there it stands again.
  if (isAway) await parts.contacts.forgetMauticId(key);
  await wantNow(parts, key, true);
}

interface Owner {
  readonly key: ContactKey;
  /** What of it stands there. */
  readonly written: Written;
  readonly isAway: boolean;
}

/** The contact of ours that has the address of this one of Mautic. */
async function ownerOf({ contacts }: SyncParts, { id, email }: MauticContact): Promise<Owner | undefined> {
  const address = normaliseEmail(email);
  const profile = address.usable ? await contacts.profile(address.key) : undefined;
  if (!address.usable || !profile) return undefined;
  const isAway = profile.removedAt !== undefined;
  // What was written for it elsewhere is not here: the next write to this one is its first.
  const isHere = !isAway && (profile.mauticId ?? id) === id;
  const written = isHere ? (await contacts.dossier(address.key)).written : NOTHING_WRITTEN;
  return { key: address.key, written, isAway };
}

/** Nothing is taken from whoever has the id by the time it is done: it is theirs. */
async function undo(
  parts: WorkParts,
  { id, email }: MauticContact,
  { fields, removeTags, segments }: Strays,
): Promise<Outcome<void>> {
  const somebody = { contactId: id, email: email.toLowerCase() };
  if (Object.keys(fields).length + removeTags.length > 0) {
    const answer = await editOwn(parts, somebody, { fields, addTags: [], removeTags });
    if (!answer.ok && isTemporary(answer.failure)) return answer;
  }
  for (const segment of segments) {
    const left = await whileTheirs(parts, somebody, (near) => near.segments.remove(segment, [id]));
    if (!left.ok && isTemporary(left.failure)) return failed(left.failure);
  }
  return succeeded(undefined);
}

/** What Mautic refuses for good must not keep a contact from being written where it belongs. */
function isTemporary({ kind }: Failure): boolean {
  return kind !== 'park' && kind !== 'repair';
}
