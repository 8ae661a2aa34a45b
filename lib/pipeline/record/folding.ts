import { refName, type Snapshot } from '../../core/ledger/snapshot.ts';
import { inParallel } from '../in-parallel.ts';
import { createErased } from '../people/erased.ts';
import { foldGroup } from './fold-group.ts';
import { attempting, type Folded, type FoldingParts, type Group, type Seen } from './parts.ts';
import { Telling } from './tell.ts';

/**
 * Folds what was seen, by webhook or by REST, thing by thing into the ledger, and rings for every contact it touches.
 * Resolves to the positions that are not in the ledger; `folded` hears of everything that is.
 */
export function createFolding(
  parts: FoldingParts,
  erased = createErased(parts),
): (seen: readonly Seen[], folded?: Folded) => Promise<ReadonlySet<number>> {
  return async function fold(said, folded) {
    const failed = new Set<number>();
    const attempt = attempting(parts.log, failed);
    const seen = await attempt(
      said.map(({ position }) => position),
      () => erased.leaveOut(said),
    );
    if (!seen) return failed;
    const groups = groupsOf(seen);
    const everything = groups.flatMap(({ positions }) => [...positions]);
    const known = await attempt(everything, () => parts.things.load(groups.map(({ ref }) => ref)));
    if (!known) return failed;
    const telling = new Telling();
    await inParallel(groups, async (group) => {
      const outcome = await attempt(group.positions, () =>
        foldGroup(parts, group, known.get(refName(group.ref))),
      );
      if (!outcome) return;
      telling.add(group, outcome.hearers);
      if (outcome.now) folded?.(group, { now: outcome.now, before: outcome.before });
    });
    await telling.finish(parts, attempt);
    return failed;
  };
}

function groupsOf(seen: readonly Seen[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const { snapshots, position, redelivered } of seen) {
    for (const snapshot of snapshots) {
      const group = groupOf(groups, snapshot);
      group.snapshots.push(snapshot);
      group.positions.add(position);
      group.redelivered ||= redelivered;
    }
  }
  return [...groups.values()];
}

function groupOf(groups: Map<string, Group>, { ref }: Snapshot): Group {
  const group = groups.get(refName(ref)) ?? { ref, snapshots: [], positions: new Set(), redelivered: false };
  groups.set(refName(ref), group);
  return group;
}
