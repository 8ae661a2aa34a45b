import type { Snapshot } from '../../lib/core/ledger/snapshot.ts';
import type { DropReason, Translation } from '../../lib/core/stores/source.ts';
import { woocommerce } from '../../lib/stores/woocommerce/webhooks/index.ts';
import { arrivalOf, arrivalWith, type Recording, recorded } from './woocommerce.ts';

/** What the recordings of these numbers say. @throws Error when one of them says nothing. */
export function snapshotsOf(...numbers: readonly string[]): readonly Snapshot[] {
  return recorded(...numbers).flatMap((recording) => taken(woocommerce.translate(arrivalOf(recording))));
}

/** Why a recording says nothing; `undefined` when it says something. */
export function droppedFrom(recording: Recording): DropReason | undefined {
  const translation = woocommerce.translate(arrivalOf(recording));
  return 'dropped' in translation ? translation.dropped : undefined;
}

/** The one snapshot of its kind in a body. @throws Error when there is none. */
export function snapshotIn<Type extends Snapshot['type']>(
  type: Type,
  topic: string,
  body: unknown,
): SnapshotOf<Type> {
  return only(type, taken(woocommerce.translate(arrivalWith(topic, body))));
}

/** The one snapshot of its kind in a recording. @throws Error when there is none. */
export function recordedSnapshot<Type extends Snapshot['type']>(
  type: Type,
  number: string,
): SnapshotOf<Type> {
  return only(type, snapshotsOf(number));
}

/** A version without the moment in which it was received. */
export function apartFromReceipt(version: string | undefined): string {
  return (version ?? '').replace(/\.~\d{15}(?=\.[^.]*$)/, '');
}

type SnapshotOf<Type> = Extract<Snapshot, { type: Type }>;

function only<Type extends Snapshot['type']>(type: Type, snapshots: readonly Snapshot[]): SnapshotOf<Type> {
  const found = snapshots.find((snapshot): snapshot is SnapshotOf<Type> => snapshot.type === type);
  if (!found) throw new Error(`no ${type} in it`);
  return found;
}

function taken(translation: Translation): readonly Snapshot[] {
  if ('dropped' in translation) throw new Error(`dropped: ${translation.dropped}`);
  return translation.snapshots;
}
