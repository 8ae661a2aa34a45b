import type { PastKnowledge } from '../../lib/pipeline/registers/history.ts';

/** A bridge whose ledger holds everything that ever happened in its stores. */
export const KNOWN_PAST: PastKnowledge = {
  isMissing: async () => false,
  missing: async () => new Set(),
  tellKept: async () => undefined,
};
