import * as v from 'valibot';
import type { Register } from '../ledger/register.ts';

/** That everything a store had before it was connected is in the ledger. Times are epoch ms. */
const History = v.looseObject({ completeAt: v.number() });
export type History = v.InferOutput<typeof History>;

/** Where it is noted that the history of a store is in the ledger; absent until it is. */
export function historyOf(store: string): Register {
  return { of: { store }, name: 'HISTORY' };
}

/** Where it is noted that somebody was told that totals of this store's past are left alone. */
export function keptTotalsOf(store: string): Register {
  return { of: { store }, name: 'KEPT-TOTALS' };
}

/** A register's text that says that the history is complete since then. */
export function historyText(completeAt: number): string {
  return JSON.stringify({ completeAt } satisfies History);
}

/** Reads a register's text; `undefined` when it is none that this version knows: then the history counts as missing. */
export function readHistory(text: string | undefined): History | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), History), text);
  return result.success ? result.output : undefined;
}
