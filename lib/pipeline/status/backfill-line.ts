import { commandLine } from '../../core/ledger/command.ts';
import { type Backfill, thingsIn } from '../../core/stores/backfill.ts';
import { listOf } from '../tally.ts';

/** Where the backfill of a store stands; times are epoch ms. */
export interface BackfillStanding
  extends Pick<
    Backfill,
    'state' | 'step' | 'startedAt' | 'movedAt' | 'tally' | 'expected' | 'trouble' | 'finishedAt' | 'receipt'
  > {
  readonly store: string;
  /** Contacts that are not written yet, in its last step. */
  readonly left?: number;
}

/** What status says of a store's backfill. */
export function backfillStanding(store: string, backfill: Backfill): BackfillStanding {
  const { state, step, startedAt, movedAt, tally, expected, trouble, finishedAt, receipt, left } = backfill;
  return {
    store,
    state,
    step,
    startedAt,
    movedAt,
    tally,
    ...(expected && { expected }),
    ...(left !== undefined && { left }),
    ...(trouble && { trouble }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(receipt && { receipt }),
  };
}

/** One line: what it does, how far it is, and what keeps it. */
export function backfillLine(standing: BackfillStanding): string {
  const of = `backfill of store ${standing.store}`;
  const read = readOf(standing);
  switch (standing.state) {
    case 'finished':
      return `${of}: finished${at(standing.finishedAt)}; ${read}${writtenOf(standing)}`;
    case 'paused':
      return `${of}: paused ${doingOf(standing)}; ${read}. Go on with it: ${commandLine(`backfill --resume --store ${standing.store}`)}`;
    case 'running':
      return `${of}: running since ${momentOf(standing.startedAt)}, ${doingOf(standing)}; ${read}, got further last at ${momentOf(standing.movedAt)}${troubleOf(standing)}`;
  }
}

function doingOf({ step, left }: BackfillStanding): string {
  if (step === 'telling') return 'everybody is looked at again';
  if (step !== 'writing') return `at its ${step === 'trash' ? 'orders in the trash' : step}`;
  return left === undefined ? 'contacts are written' : `${String(left)} contacts are still to be written`;
}

function readOf({ state, tally, expected }: BackfillStanding): string {
  const all = expected && state !== 'finished' ? ` of ${String(thingsIn(expected))}` : '';
  const skipped =
    Object.keys(tally.skipped).length === 0
      ? ''
      : `, of no person ${listOf(new Map(Object.entries(tally.skipped)))}`;
  return `${String(thingsIn(tally))}${all} orders and customers read, ${String(tally.changed)} new${skipped}`;
}

function writtenOf({ receipt }: BackfillStanding): string {
  if (!receipt) return '';
  const { written, unchanged, parked, complete } = receipt;
  const counts = new Map(Object.entries(parked));
  const waiting = counts.size === 0 ? '' : `, parked ${listOf(counts)}`;
  const known = complete ? 'is known' : 'is not known in full';
  return `; ${String(written)} contacts written, ${String(unchanged)} unchanged${waiting}; the history of the store ${known}`;
}

function troubleOf({ trouble }: BackfillStanding): string {
  if (!trouble) return '';
  const { code, since, notBefore, message } = trouble;
  return `; waiting since ${momentOf(since)} (${code}), next try at ${momentOf(notBefore)}: ${message}`;
}

function at(moment: number | undefined): string {
  return moment === undefined ? '' : ` at ${momentOf(moment)}`;
}

function momentOf(moment: number): string {
  return new Date(moment).toISOString();
}
