import type { Kept } from '../../../../core/ledger/kept.ts';
import type { VersionParts } from '../../../../core/ledger/version.ts';

/** By whom a thing was seen. */
export interface Witness {
  readonly store: string;
  /** The event that told of it; empty for a REST read. */
  readonly event: string;
  /** The store's clock at a REST read, epoch ms; a webhook has none. */
  readonly readAt?: number;
  /** When the bridge received a webhook, epoch ms; 0 where nobody knows. */
  readonly receivedAt?: number;
  /** What is kept of it besides, because the policy maps it. */
  readonly kept?: Kept;
  /** Orders of the test mode are orders. */
  readonly testOrders: boolean;
}

/** Dates have a resolution of one second: two later, nothing of that second can follow. */
const SETTLED_AFTER_MS = 2_000;

/** Whether a thing changed at that moment (epoch ms) was read when nothing more of its second could follow. */
export function isSettled(modifiedAt: number, { readAt }: Pick<Witness, 'readAt'>): boolean {
  return readAt !== undefined && readAt >= modifiedAt + SETTLED_AFTER_MS;
}

/** When a thing was changed (epoch ms) and seen, as far as that orders versions. */
export function timesOf(
  modifiedAt: number,
  witness: Witness,
): Pick<VersionParts, 'modifiedAt' | 'readAt' | 'receivedAt'> {
  const { readAt, receivedAt = readAt ?? 0 } = witness;
  if (readAt !== undefined && isSettled(modifiedAt, witness)) return { modifiedAt, readAt, receivedAt: 0 };
  return { modifiedAt, receivedAt };
}
