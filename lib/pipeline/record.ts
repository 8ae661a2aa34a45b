import { refName, type Snapshot } from '../core/snapshot.ts';
import { inParallel } from './in-parallel.ts';
import { foldGroup } from './record/fold-group.ts';
import type { Attempt, Group, Received, RecordParts } from './record/parts.ts';
import { Telling } from './record/tell.ts';
import { snapshotsOf } from './record/translate.ts';

/**
 * Translates deliveries to snapshots, folds them thing by thing into the ledger, and rings for every contact they
 * touch. Resolves to the positions of deliveries that must come again; the others are in the ledger or dropped.
 */
export function createRecord(
  parts: RecordParts,
): (batch: readonly Received[]) => Promise<ReadonlySet<number>> {
  return async function record(batch) {
    const failed = new Set<number>();
    const attempt = attempting(parts, failed);
    const groups = await groupBatch(parts, batch, attempt);
    const everything = groups.flatMap(({ positions }) => [...positions]);
    const known = await attempt(everything, () => parts.things.load(groups.map(({ ref }) => ref)));
    if (!known) return failed;
    const telling = new Telling();
    await inParallel(groups, async (group) => {
      const hearers = await attempt(group.positions, () =>
        foldGroup(parts, group, known.get(refName(group.ref))),
      );
      if (hearers) telling.add(group, hearers);
    });
    await telling.finish(parts, attempt);
    return failed;
  };
}

function attempting({ log }: RecordParts, failed: Set<number>): Attempt {
  return async (positions, work) => {
    try {
      return await work();
    } catch (error) {
      for (const position of positions) failed.add(position);
      log.warn('Part of a batch failed; its deliveries will come again', {}, error);
      return undefined;
    }
  };
}

async function groupBatch(
  parts: RecordParts,
  batch: readonly Received[],
  attempt: Attempt,
): Promise<readonly Group[]> {
  const groups = new Map<string, Group>();
  await inParallel(batch.entries(), async ([position, { delivery, redelivered }]) => {
    const snapshots = (await attempt([position], () => snapshotsOf(parts, delivery))) ?? [];
    for (const snapshot of snapshots) {
      const group = groupOf(groups, snapshot);
      group.snapshots.push(snapshot);
      group.positions.add(position);
      group.redelivered ||= redelivered;
    }
  });
  return [...groups.values()];
}

function groupOf(groups: Map<string, Group>, { ref }: Snapshot): Group {
  const group = groups.get(refName(ref)) ?? { ref, snapshots: [], positions: new Set(), redelivered: false };
  groups.set(refName(ref), group);
  return group;
}
