import * as v from 'valibot';
import type { Register } from '../ledger/register.ts';

/** What is remembered of the reading of a store's whole past, as its registers keep it. Times are epoch ms. */

/** What was asked for. */
const BackfillOptions = v.looseObject({
  /** Only what changed since then. */
  from: v.exactOptional(v.number()),
  only: v.exactOptional(v.literal('customers')),
  /** Who is in which segment stays as it is until everything else is done. */
  noSegments: v.exactOptional(v.literal(true)),
});
export type BackfillOptions = v.InferOutput<typeof BackfillOptions>;

/**
 * The steps in their order. Subscriptions are the end of `customers`: a version that knows nothing of them must know
 * each step. `telling` has every contact looked at again, `writing` waits until Mautic has them all.
 */
const STEPS = ['orders', 'trash', 'customers', 'telling', 'writing'] as const;

const Counts = v.record(v.string(), v.number());

/** What was read so far. */
const BackfillTally = v.looseObject({
  orders: v.number(),
  trash: v.number(),
  customers: v.number(),
  /** Absent in what version 0.1 wrote, and where there is nothing to read. */
  subscriptions: v.exactOptional(v.number()),
  /** Things that told the ledger something new. */
  changed: v.number(),
  /** Reason → how many say nothing, or nothing about a person. */
  skipped: Counts,
  /** Orders that the store could not show and of which nobody knows the id. */
  nameless: v.number(),
});

/** What the ledger says of its contacts when all is done. */
const BackfillReceipt = v.looseObject({
  contacts: v.number(),
  /** Of those that were looked at since it began. */
  written: v.number(),
  unchanged: v.number(),
  /** Nobody who has bought, or ignored: nothing of it is in Mautic. */
  left: v.number(),
  /** Reason → contacts that wait for a person. */
  parked: Counts,
  /** Whether all there is of the past is in the ledger now, for this store. */
  complete: v.boolean(),
  /** Orders that the store cannot show. */
  unshown: v.number(),
});
export type BackfillReceipt = v.InferOutput<typeof BackfillReceipt>;

/** Why it does not go on, and when it tries again. */
const BackfillTrouble = v.looseObject({
  code: v.string(),
  message: v.string(),
  since: v.number(),
  /** In a row. */
  times: v.number(),
  notBefore: v.number(),
});

const Backfill = v.looseObject({
  state: v.picklist(['running', 'paused', 'finished']),
  step: v.picklist(STEPS),
  options: BackfillOptions,
  startedAt: v.number(),
  /** When it got further last. */
  movedAt: v.number(),
  /** How long it was at work, ms. */
  busyMs: v.number(),
  /** What the store said there is, when that was asked. */
  expected: v.exactOptional(
    v.looseObject({
      orders: v.number(),
      trash: v.number(),
      customers: v.number(),
      subscriptions: v.exactOptional(v.number()),
    }),
  ),
  tally: BackfillTally,
  /** Where the step is: by date, by id, by role and page, or in the survey of the ledger. */
  readTo: v.exactOptional(v.number()),
  afterId: v.exactOptional(v.string()),
  role: v.exactOptional(v.number()),
  page: v.exactOptional(v.number()),
  total: v.exactOptional(v.number()),
  after: v.exactOptional(v.string()),
  /** Kind of thing → how long (ms) the store takes for a page when it is well. */
  usualMs: v.exactOptional(Counts),
  /** When the history of the store was found to be in the ledger. */
  completeAt: v.exactOptional(v.number()),
  /** Contacts that were told to be looked at again. */
  told: v.exactOptional(v.number()),
  /** Since when contacts are written and nothing else is left to do. */
  writingAt: v.exactOptional(v.number()),
  /** Contacts that are not written yet; with `more` at least so many. */
  left: v.exactOptional(v.number()),
  /** Segments were left alone, and are not any more. */
  segmentsAt: v.exactOptional(v.number()),
  trouble: v.exactOptional(BackfillTrouble),
  finishedAt: v.exactOptional(v.number()),
  receipt: v.exactOptional(BackfillReceipt),
});
export type Backfill = v.InferOutput<typeof Backfill>;

/** Where the backfill of a store stands; absent until there is one. */
export function backfillOf(store: string): Register {
  return { of: { store }, name: 'BACKFILL' };
}

/** What a backfill is folding, for the run after one that dies. */
export function backfillFoldingOf(store: string): Register {
  return { of: { store }, name: 'BACKFILL-FOLDING' };
}

/** The stores whose backfill there is something to do for: all that is read while there is none. */
export const BACKFILLS: Register = { of: 'mautic', name: 'BACKFILLS' };

const Backfills = v.looseObject({ stores: v.array(v.string()) });

/** Reads a register's text; `undefined` when it is none that this version knows. */
export function readBackfillText(text: string): Backfill | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), Backfill), text);
  return result.success ? result.output : undefined;
}

/** The stores that are named in the register's text. */
export function backfillStores(text: string | undefined): readonly string[] {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), Backfills), text);
  return result.success ? result.output.stores : [];
}

export function backfillStoresText(stores: readonly string[]): string {
  return JSON.stringify({ stores: [...new Set(stores)].sort() });
}

/** A backfill that begins now. */
export function newBackfill(options: BackfillOptions, now: number): Backfill {
  return {
    state: 'running',
    step: options.only === 'customers' ? 'customers' : 'orders',
    options,
    startedAt: now,
    movedAt: now,
    busyMs: 0,
    tally: { orders: 0, trash: 0, customers: 0, changed: 0, skipped: {}, nameless: 0 },
  };
}

/** Of what was read, or there is, all kinds together. */
export function thingsIn({ orders, trash, customers, subscriptions = 0 }: Things): number {
  return orders + trash + customers + subscriptions;
}

type Things = Pick<Backfill['tally'], 'orders' | 'trash' | 'customers' | 'subscriptions'>;

/** A store that does not answer for longer (about seven minutes) holds nobody up. */
const MOST_TROUBLES = 4;

/** Whether it is reading the store: then contacts wait, so that each of them is written once. */
export function isReading({ state, step, trouble }: Backfill): boolean {
  return state === 'running' && step !== 'writing' && (trouble?.times ?? 0) < MOST_TROUBLES;
}

/** Whether it leaves nothing of the store's past out. */
export function isWhole({ options, tally }: Backfill): boolean {
  return options.from === undefined && options.only === undefined && tally.nameless === 0;
}

/** Whether segments are left alone for now, for contacts that are not live. */
export function holdsSegments({ state, options, segmentsAt }: Backfill): boolean {
  return state !== 'finished' && options.noSegments === true && segmentsAt === undefined;
}
