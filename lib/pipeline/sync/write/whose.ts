import type { Failure } from '../../../core/ledger/failure.ts';
import type { MauticContact } from '../../../core/ports/mautic.ts';
import { hasDue } from '../due.ts';
import { overlapDue } from '../overlap.ts';
import type { Draft, FieldInfos, WorkParts } from '../parts.ts';
import { type Course, gone, isOf, type Moved, renamed } from './moved.ts';
import { changesSegments } from './segments.ts';

/**
 * Looks whose the remembered ids are before anything is done by them, in one call for all: an id that is somebody
 * else's now would be written into, mailed, even deleted in its place. Courses stand in the order of the drafts.
 */
export async function checkIds(
  parts: WorkParts,
  drafts: readonly Draft[],
  fields: FieldInfos,
): Promise<readonly Course[]> {
  const ids = drafts.flatMap((draft) => remembered(parts, draft) ?? []);
  if (ids.length === 0) return drafts.map((draft) => ({ draft }));
  const holders = await parts.mautic.holders([...new Set(ids)]);
  const courses: Course[] = [];
  // One after the other: several may stand in the same contact now.
  for (const draft of drafts) {
    const id = remembered(parts, draft);
    if (id === undefined) courses.push({ draft });
    else if (!holders.ok) courses.push({ ending: { end: 'failed', failure: holders.failure } });
    else courses.push(await placed(parts, { draft, fields }, holders.value.get(id)));
  }
  return courses;
}

/**
 * The id by which something is about to be done. Of whoever is in doubt and has nothing to write, only custom items may
 * be left, which nobody can write where the contact is gone.
 */
function remembered(parts: WorkParts, draft: Draft): number | undefined {
  const { change, effects, mauticId, profile } = draft;
  const isUsed =
    change !== undefined ||
    profile.doubt ||
    hasDue(effects, parts.clock.now()) ||
    changesSegments(parts, draft);
  return isUsed ? mauticId : undefined;
}

async function placed(parts: WorkParts, moved: Moved, holder: MauticContact | undefined): Promise<Course> {
  const { draft } = moved;
  if (holder && isOf(draft, holder)) return { draft };
  try {
    // What is taken back before such a write has ended would be there again, and nobody would look.
    const late = await overlapDue(parts, draft.lane.ring.contact, draft.profile);
    if (late !== undefined) return { ending: { end: 'failed', failure: STILL_WRITTEN } };
    return holder ? await renamed(parts, moved, holder) : await gone(parts, moved);
  } catch (error) {
    return { ending: { end: 'crashed', error } };
  }
}

const STILL_WRITTEN: Failure = {
  kind: 'unknown',
  code: 'moved',
  message:
    'The remembered contact of Mautic is somebody else now, and an earlier write to it may still be under way; it is looked at again when that has ended',
};
