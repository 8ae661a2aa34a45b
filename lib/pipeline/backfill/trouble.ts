import type { Failure } from '../../core/ledger/failure.ts';
import type { BackfillParts } from './parts.ts';
import type { Progress } from './progress.ts';

const FIRST_MS = 60_000;
const LONGEST_MS = 900_000;
/** Then a person should look. */
const STALLED_MS = 3_600_000;

interface Hindered {
  readonly store: string;
  readonly progress: Progress;
}

/** The store does not answer: it is asked again later, each time later, or when it said. */
export async function noteTrouble(
  { clock, log, metrics }: BackfillParts,
  { store, progress }: Hindered,
  { code, message, ...failure }: Failure,
): Promise<void> {
  const now = clock.now();
  const known = progress.backfill.trouble;
  const times = (known?.times ?? 0) + 1;
  const asked = 'retryAfterMs' in failure ? (failure.retryAfterMs ?? 0) : 0;
  const wait = Math.max(asked, Math.min(LONGEST_MS, FIRST_MS * 2 ** (times - 1)));
  const since = known?.since ?? now;
  log.warn('A backfill waits for its store', { store, code, remedy: message });
  if (now - since >= STALLED_MS) metrics.count('BackfillStalled');
  await progress.hinder({ code, message, since, times, notBefore: now + wait });
}
