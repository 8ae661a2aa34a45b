import type { Snapshot } from '../core/ledger/snapshot.ts';
import { inParallel } from './in-parallel.ts';
import { createFolding } from './record/folding.ts';
import { createNotices } from './record/notices.ts';
import { attempting, type Received, type RecordParts, type Seen } from './record/parts.ts';
import { createRemarks } from './record/remarks.ts';
import { Rereading } from './record/rereads.ts';
import { expectDeliveries, noteDeliveries, snapshotsOf } from './record/translate.ts';

/**
 * Translates deliveries to snapshots, folds them thing by thing into the ledger, and rings for every contact they
 * touch. Resolves to the positions of deliveries that must come again; the others are in the ledger or dropped.
 */
export function createRecord(
  parts: RecordParts,
): (batch: readonly Received[]) => Promise<ReadonlySet<number>> {
  const fold = createFolding(parts);
  const notices = createNotices(parts);
  const say = createRemarks(parts.log);

  return async function record(batch) {
    const failed = new Set<number>();
    const attempt = attempting(parts.log, failed);
    const seen: Seen[] = [];
    await inParallel(batch.entries(), async ([position, { delivery, redelivered }]) => {
      const none: readonly Snapshot[] = [];
      const snapshots = (await attempt([position], () => snapshotsOf(parts, delivery, say))) ?? none;
      seen.push({ snapshots, redelivered, position });
    });
    const deliveries = batch.map(({ delivery }) => delivery);
    await expectDeliveries(parts, notices, deliveries);
    const rereading = new Rereading();
    for (const position of await fold(seen, rereading.look)) failed.add(position);
    await rereading.note(parts, attempt);
    await noteDeliveries(parts, notices, deliveries);
    return failed;
  };
}
