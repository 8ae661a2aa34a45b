import { type Pace, withLater } from '../../core/pace/pace.ts';
import { type Backfill, holdsSegments, isReading } from '../../core/stores/backfill.ts';
import { changeSharedPace } from '../registers/pace.ts';
import type { BackfillParts } from './parts.ts';

/** Longer than a run that died keeps its lease, so that the next one comes before it is over. */
const HOLD_MS = 600_000;

/**
 * Asks that work which can wait waits while there is more of it to be read: each contact is written once, however many
 * of its orders are read. It ends by itself when nobody renews it.
 */
export async function holdLater(parts: BackfillParts, backfills: readonly Backfill[]): Promise<void> {
  const now = parts.clock.now();
  const isHeld = backfills.some(isReading);
  const keepsSegments = backfills.some(holdsSegments);
  await changeSharedPace(parts, undefined, (pace) =>
    withLater(pace, laterOf(pace, { isHeld, keepsSegments })),
  );

  function laterOf({ later }: Pace, asked: Asked): Pace['later'] {
    if (!asked.isHeld && !asked.keepsSegments) return undefined;
    const known = later?.heldUntil ?? 0;
    const isFresh = known > now + HOLD_MS / 2;
    const heldUntil = asked.isHeld ? (isFresh ? known : now + HOLD_MS) : 0;
    return { heldUntil, ...(asked.keepsSegments && { keepsSegments: true as const }) };
  }
}

interface Asked {
  readonly isHeld: boolean;
  readonly keepsSegments: boolean;
}
