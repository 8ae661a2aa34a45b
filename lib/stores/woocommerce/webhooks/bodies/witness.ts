import type { Kept } from '../../../../core/ledger/kept.ts';
import type { VersionParts } from '../../../../core/ledger/version.ts';

/** By whom a thing was seen. */
export interface Witness {
  readonly store: string;
  /** The store's clock at a REST read, epoch ms; a webhook has none. */
  readonly readAt?: number;
  /** When the bridge received a webhook, epoch ms; 0 where nobody knows. */
  readonly receivedAt?: number;
  /** What is kept of it besides, because the policy maps it. */
  readonly kept?: Kept;
}

/** The dates of a thing's last change, epoch ms. */
export interface LastChange {
  /** In UTC. */
  readonly gmt: number | undefined;
  /** By the site's clock, read as if it were UTC: wrong by the site's offset. Only API version 1 has no other. */
  readonly local: number | undefined;
}

/** Dates have a resolution of one second (facts/woocommerce §1.9): two later, nothing of that second can follow. */
const SETTLED_AFTER_MS = 2_000;

/** Whether a thing changed at that moment (epoch ms) was read when nothing more of its second could follow. */
export function isSettled(modifiedAt: number, { readAt }: Witness): boolean {
  return readAt !== undefined && readAt >= modifiedAt + SETTLED_AFTER_MS;
}

/**
 * When the thing was changed and seen, as far as that orders versions. A date without a zone may be hours off in either
 * direction: counted in seconds instead of milliseconds it sorts among its own kind and before every date in UTC.
 */
export function timesOf(
  { gmt, local }: LastChange,
  witness: Witness,
): Pick<VersionParts, 'modifiedAt' | 'readAt' | 'receivedAt'> {
  const { readAt, receivedAt = readAt ?? 0 } = witness;
  if (gmt === undefined && local !== undefined) return { modifiedAt: Math.floor(local / 1000), receivedAt };
  const modifiedAt = gmt ?? 0;
  if (readAt !== undefined && isSettled(modifiedAt, witness)) return { modifiedAt, readAt, receivedAt: 0 };
  return { modifiedAt, receivedAt };
}
