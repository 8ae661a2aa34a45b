import { loggedLine } from '../../core/ledger/telemetry/logged.ts';
import { FOREIGN, REFUSED } from '../../core/ledger/telemetry/refusals.ts';
import type { ReadLogs } from '../../core/ports/logs.ts';
import { add, type Tally } from '../tally.ts';

/** What `ingest` did not take of one store's deliveries. */
interface StoreRefusals {
  /** Reason → how often a request was answered 4xx for it. */
  readonly refused: Tally;
  /** Source as the delivery calls it → how often it was dropped. */
  readonly foreign: Tally;
}

/** What `ingest` did not take, by store. */
export interface Refusals {
  /** Without a store: what names none of the configuration. */
  readonly of: (store?: string) => StoreRefusals;
  /** There may be more, which nobody read. */
  readonly isCut: boolean;
}

/** A flood of forged requests must not keep a person waiting. */
const MOST_BATCHES = 20;
const NONE: StoreRefusals = { refused: new Map(), foreign: new Map() };
const NO_STORE = '';

/** Reads in the log of `ingest` what it did not take since a moment (epoch ms). @throws Error when that cannot be read. */
export async function readRefusals(readLogs: ReadLogs, since: number): Promise<Refusals> {
  const found = new Map<string, StoreRefusals>();
  const of = (store = NO_STORE) => found.get(store) ?? NONE;
  let batches = 0;
  for await (const texts of readLogs({ service: 'ingest', messages: [REFUSED, FOREIGN] }, since)) {
    for (const text of texts) note(found, text, since);
    batches += 1;
    if (batches === MOST_BATCHES) return { of, isCut: true };
  }
  return { of, isCut: false };
}

function note(found: Map<string, StoreRefusals>, text: string, since: number): void {
  const line = loggedLine(text);
  if (line?.service !== 'ingest' || line.at < since) return;
  const { store = NO_STORE, reason = '', source = '' } = line.fields;
  const known = found.get(String(store)) ?? { refused: new Map(), foreign: new Map() };
  if (line.message === REFUSED) add(known.refused, String(reason));
  if (line.message === FOREIGN) add(known.foreign, String(source));
  found.set(String(store), known);
}
