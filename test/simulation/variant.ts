import type { MauticContacts } from '../../lib/core/ports/mautic.ts';
import type { Source } from '../../lib/core/stores/source.ts';
import type { StoreApi } from '../../lib/core/stores/store-api.ts';
import type { BackfillParts } from '../../lib/pipeline/backfill/parts.ts';
import type { EraseParts } from '../../lib/pipeline/people/erase.ts';
import type { ReconcileParts } from '../../lib/pipeline/reconcile/parts.ts';
import type { Received, RecordParts } from '../../lib/pipeline/record/parts.ts';
import type { SyncParts } from '../../lib/pipeline/sync/parts.ts';

type Record = (batch: readonly Received[]) => Promise<ReadonlySet<number>>;

/** A bridge that is broken on purpose, in one place, through what the pipelines are given. */
export interface Variant {
  readonly name: string;
  readonly source?: (source: Source) => Source;
  readonly record?: (record: Record) => Record;
  readonly recordParts?: (parts: RecordParts) => RecordParts;
  readonly syncParts?: (parts: SyncParts) => SyncParts;
  readonly eraseParts?: (parts: EraseParts) => EraseParts;
  readonly reconcileParts?: (parts: ReconcileParts) => ReconcileParts;
  readonly backfillParts?: (parts: BackfillParts) => BackfillParts;
  readonly contacts?: (mautic: MauticContacts) => MauticContacts;
  readonly storeApi?: (api: StoreApi) => StoreApi;
  readonly without?: 'sweep' | 'reconcile' | 'lanes' | 'policy-change';
}

export const UNBROKEN: Variant = { name: 'as it is' };
