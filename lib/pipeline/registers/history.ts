import type { Registers } from '../../core/ports/ledger.ts';
import type { Clock, Log } from '../../core/ports/telemetry.ts';
import { historyOf, keptTotalsOf, readHistory } from '../../core/stores/history.ts';

export interface HistoryParts {
  readonly stores: readonly { readonly id: string }[];
  readonly registers: Registers;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** What is known of the time before the stores were connected. */
export interface PastKnowledge {
  /** Whether a store has a past that the ledger does not know. */
  isMissing(): Promise<boolean>;
  /** The stores with such a past, by their ids. */
  missing(): Promise<ReadonlySet<string>>;
  /** Says, once per store, that totals which Mautic held already are left alone. */
  tellKept(): Promise<void>;
}

/** A finished backfill is noticed within this time (ms); until then each instance reads a register per store. */
export const HISTORY_REMEMBERED_MS = 60_000;

/** Read when it is asked for, not before: what is complete stays so, and is remembered for good. */
export function createHistory({ stores, registers, clock, log }: HistoryParts): PastKnowledge {
  const complete = new Set<string>();
  const told = new Set<string>();
  let readAt = Number.NEGATIVE_INFINITY;

  const missing = () => stores.filter(({ id }) => !complete.has(id));

  async function read(): Promise<void> {
    if (clock.now() - readAt < HISTORY_REMEMBERED_MS) return;
    for (const { id } of missing())
      if (readHistory((await registers.read(historyOf(id)))?.text)) complete.add(id);
    readAt = clock.now();
  }

  /** Whoever finds the note there was not first. A ledger that cannot be written is asked again next time. */
  async function tell(store: string): Promise<void> {
    if (told.has(store)) return;
    const isFirst = await registers.write(
      keptTotalsOf(store),
      JSON.stringify({ at: clock.now() }),
      undefined,
    );
    told.add(store);
    if (isFirst)
      log.warn(
        'Mautic holds totals that the bridge did not write; they are kept until the history of the store is in the ledger. To replace them all the same set policy.existingTotals to overwrite',
        { store },
      );
  }

  async function stillMissing(): Promise<readonly { readonly id: string }[]> {
    if (missing().length > 0) await read();
    return missing();
  }

  return {
    isMissing: async () => (await stillMissing()).length > 0,
    missing: async () => new Set((await stillMissing()).map(({ id }) => id)),
    tellKept: async () => {
      for (const { id } of missing()) await tell(id);
    },
  };
}
