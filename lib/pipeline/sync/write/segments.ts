import type { Written } from '../../../core/contact/contact.ts';
import { unconsented } from '../../../core/contact/facts/consent.ts';
import { type Failure, sharedBy } from '../../../core/ledger/failure.ts';
import type { Draft, Ending, SyncParts, WorkParts } from '../parts.ts';
import { saveWritten } from '../save-written.ts';
import { MOVED, whileTheirs } from '../strangers.ts';
import { takeOut } from './take-back.ts';

/** Whether the contact has to come into a segment or out of one. */
export function changesSegments(parts: WorkParts, draft: Draft): boolean {
  const { add, remove } = stepsOf(parts, draft, draft);
  return add.length + remove.length > 0;
}

/** Endings in the order of the drafts, and when a draft has to be looked at again. */
interface Settled {
  readonly endings: readonly Ending[];
  readonly dues: ReadonlyMap<Draft, number>;
}

/**
 * Puts contacts into the segments the policy names, all of a batch in one call a segment, and takes each out of those
 * the bridge had put it into. A segment that Mautic does not have costs only itself: who should be in it looks again.
 */
export async function settleSegments(
  parts: WorkParts,
  drafts: readonly Draft[],
  endings: readonly Ending[],
): Promise<Settled> {
  const moves = drafts.map((draft, index) => moveOf(parts, draft, endings[index] as Ending));
  const started = await Promise.all(moves.map(async (move) => move && begin(parts, move)));
  const going = moves.filter((move, index): move is Move => move !== undefined && !started[index]);
  await Promise.all([addAll(parts, going), ...going.map((move) => removeFrom(parts, move))]);
  return {
    endings: drafts.map((_draft, index) => {
      const move = moves[index];
      return move ? (started[index] ?? endingOf(parts, move)) : (endings[index] as Ending);
    }),
    dues: new Map(drafts.flatMap((draft, index) => lookAgain(parts, draft, endings[index] as Ending))),
  };
}

/** For the first of its segments that may be there again. */
function lookAgain(
  { targets }: WorkParts,
  draft: Draft,
  { end }: Ending,
): readonly (readonly [Draft, number])[] {
  if (end !== 'written' && (end !== 'unchanged' || draft.mauticId === undefined)) return [];
  const dues = draft.segments.flatMap((segment) => targets.missingUntil(segment) ?? []);
  return dues.length === 0 ? [] : [[draft, Math.min(...dues)]];
}

interface Steps {
  readonly add: readonly number[];
  readonly remove: readonly number[];
}

/** One contact on its way into and out of segments. */
interface Move extends Steps {
  /** Where it should be. */
  readonly wanted: readonly number[];
  readonly draft: Draft;
  readonly contactId: number;
  readonly written: Written;
  readonly full: boolean;
  /** Segments that Mautic does not have. */
  readonly unusable: Set<number>;
  failure?: Failure;
}

function stepsOf(
  { targets, policy }: WorkParts,
  draft: Pick<Draft, 'segments' | 'keptSegments' | 'consentedAt'>,
  { full, written }: Pick<Draft, 'full' | 'written'>,
): Steps & { readonly wanted: readonly number[] } {
  const { segments: had = [], consentedAt = Number.NEGATIVE_INFINITY } = written;
  // Who left the segment of consent, by Mautic's own page perhaps, comes back with a newer yes and not before.
  const isOut = (segment: number) =>
    segment === policy.consent?.segment ? (draft.consentedAt ?? 0) > consentedAt : full;
  const kept = draft.keptSegments.filter((segment) => had.includes(segment));
  const isThere = (segment: number) => targets.missingUntil(segment) === undefined;
  const wanted = [...draft.segments, ...kept].filter(isThere);
  return {
    wanted,
    add: wanted.filter((segment) => !had.includes(segment) || isOut(segment)),
    remove: had.filter((segment) => !wanted.includes(segment) && isThere(segment)),
  };
}

function moveOf(parts: WorkParts, draft: Draft, ending: Ending): Move | undefined {
  if (ending.end !== 'written' && ending.end !== 'unchanged') return undefined;
  // Where the contact stands now, which may be elsewhere than remembered.
  const now = ending.end === 'written' ? ending : { ...draft, contactId: draft.mauticId };
  const { contactId, written, full } = now;
  const steps = stepsOf(parts, draft, { full, written });
  if (contactId === undefined || steps.add.length + steps.remove.length === 0) return undefined;
  return { ...steps, draft, contactId, written, full, unusable: new Set() };
}

/** Written down before it happens, so that a segment is never forgotten. */
async function begin(parts: SyncParts, { draft, written, add, remove }: Move): Promise<Ending | undefined> {
  const segments = [...new Set([...(written.segments ?? []), ...add])];
  // Whoever is on the way into the segment of consent or out of it may be in it or not.
  const isMoved = [...add, ...remove].some((segment) => segment === parts.policy.consent?.segment);
  try {
    const intent = { ...(isMoved ? unconsented(written) : written), segments };
    await saveWritten(parts, draft.lane, intent);
    return undefined;
  } catch (error) {
    return { end: 'crashed', error };
  }
}

/** One that is not there is tried again with the contact's next change: somebody may have made it. */
function endingOf({ policy }: SyncParts, move: Move): Ending {
  const { draft, wanted, contactId, written, full, unusable, failure } = move;
  if (failure) return { end: 'failed', failure: failure === MOVED ? failure : sharedBy(failure), contactId };
  const segments = wanted.filter((segment) => !unusable.has(segment));
  const isIn = segments.some((segment) => segment === policy.consent?.segment);
  const times = [written.consentedAt, draft.consentedAt].filter((at) => at !== undefined);
  const consented = isIn && times.length > 0 ? { consentedAt: Math.max(...times) } : {};
  return { end: 'written', contactId, written: { ...unconsented(written), ...consented, segments }, full };
}

async function addAll(parts: WorkParts, moves: readonly Move[]): Promise<void> {
  const segments = [...new Set(moves.flatMap(({ add }) => add))];
  await Promise.all(
    segments.map((segment) =>
      addTo(
        parts,
        segment,
        moves.filter(({ add }) => add.includes(segment)),
      ),
    ),
  );
}

async function addTo(parts: WorkParts, segment: number, moves: readonly Move[]): Promise<void> {
  const wasMissing = parts.targets.isMissing(segment);
  const added = await parts.segments.add(
    segment,
    moves.map(({ contactId }) => contactId),
  );
  if (!added.ok) {
    if (isMissing(added.failure)) await parts.targets.note({ kind: 'segment', id: segment }, 'missing');
    return refuse(parts, { segment, failure: added.failure }, moves);
  }
  if (wasMissing) await parts.targets.note({ kind: 'segment', id: segment }, 'usable');
  // Says nothing of the segment: the contact was merged or deleted since somebody looked.
  for (const move of moves) if (!added.value.has(move.contactId)) move.failure = MOVED;
  const asked = new Set(moves.map(({ contactId }) => contactId));
  for (const id of added.value) if (!asked.has(id)) await takeOut(parts, segment, id);
}

/** An id that was merged away leads to the winner, who may have come into the segment by itself. */
async function removeFrom(parts: WorkParts, move: Move): Promise<void> {
  const { contactId, draft } = move;
  const somebody = { contactId, email: draft.profile.email };
  for (const segment of move.remove) {
    const removed = await whileTheirs(parts, somebody, (near) => near.segments.remove(segment, [contactId]));
    if (removed.ok || isMissing(removed.failure)) continue;
    const isGone = removed.failure.code === 'not-found';
    refuse(parts, { segment, failure: isGone ? MOVED : removed.failure }, [move]);
  }
}

/** Nobody is in a segment that is not there. */
function isMissing({ code }: Failure): boolean {
  return code === 'segment-not-found';
}

interface Refused {
  readonly segment: number;
  readonly failure: Failure;
}

/** What is refused for good costs only itself; anything else is tried again, in full. */
function refuse({ log, metrics }: SyncParts, { segment, failure }: Refused, moves: readonly Move[]): void {
  for (const move of moves) {
    if (failure.kind === 'park') move.unusable.add(segment);
    else move.failure = failure;
  }
  if (failure.kind !== 'park' || isMissing(failure)) return;
  metrics.count('EffectParked');
  log.error('A segment of the policy cannot be used', { segment, code: failure.code });
}
