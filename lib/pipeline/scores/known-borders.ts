import { type KnownBorders, readScores, SCORES } from '../../core/contact/facts/scores-standing.ts';
import type { Registers } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/telemetry.ts';

/** New borders are noticed within this time (ms); until then each instance reads a register once. */
export const BORDERS_REMEMBERED_MS = 60_000;

interface BordersParts {
  readonly registers: Pick<Registers, 'read'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** For whoever writes contacts: where the fifths of the stores' buyers end. Only where the policy maps scores. */
export function createKnownBorders({ registers, clock }: BordersParts): () => Promise<KnownBorders> {
  let known: KnownBorders = new Map();
  let readAt = Number.NEGATIVE_INFINITY;

  return async function borders() {
    if (clock.now() - readAt < BORDERS_REMEMBERED_MS) return known;
    const standing = readScores((await registers.read(SCORES))?.text);
    known = new Map(Object.entries(standing?.borders ?? {}));
    readAt = clock.now();
    return known;
  };
}
