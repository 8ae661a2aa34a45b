import type { Store } from '../core/policy/configuration/store.ts';
import {
  BACKFILLS,
  type Backfill,
  backfillFoldingOf,
  backfillStores,
  backfillStoresText,
} from '../core/stores/backfill.ts';
import { connectionAt } from '../core/stores/connection.ts';
import { readUnfinished } from '../core/stores/store-progress.ts';
import { awaitWriting, endReading, tellAll } from './backfill/closing.ts';
import { holdLater } from './backfill/hold.ts';
import { type BackfillParts, readingParts } from './backfill/parts.ts';
import { Politeness } from './backfill/polite.ts';
import { Progress } from './backfill/progress.ts';
import { type ReadingRun, readStep } from './backfill/reading.ts';
import type { Closing } from './backfill/receipt.ts';
import { noteTrouble } from './backfill/trouble.ts';
import { Overtaken, openBookmark } from './reconcile/bookmark.ts';
import { openVisit } from './reconcile/one-store.ts';
import { tellUnfinished } from './reconcile/pages/take-in.ts';
import { Unread } from './reconcile/visit.ts';
import { SINCE_REMEMBERED_MS } from './registers/since.ts';

/** Nothing new is started when the run has no more time (ms) than this: a rest, a request and what follows must fit. */
const RESERVED_MS = 45_000;
/** A run never takes longer; who dies keeps the lease until then. */
const LONGEST_RUN_MS = 300_000;
const LEASE = 'backfill';

/**
 * Reads the whole past of the stores for which that was asked, into the ledger, by the same reading and the same fold as
 * `reconcile`, which goes on beside it; its contacts come behind live work. Where it is stands in the ledger after each
 * page, so that a run which ends or dies half-way is continued by the next. Without anything to do it costs one read.
 * @throws Error when the ledger failed.
 */
export function createBackfill(parts: BackfillParts): (remainingMs: () => number) => Promise<void> {
  return async function backfill(remainingMs) {
    const { registers, claims, clock, holder } = parts;
    const ids = backfillStores((await registers.read(BACKFILLS))?.text);
    if (ids.length === 0) return;
    const now = clock.now();
    const until = now + Math.min(remainingMs(), LONGEST_RUN_MS);
    if ((await claims.claim('LEASE', LEASE, { holder, now, until })) !== 'claimed') return;
    try {
      await goOn(parts, ids, () => remainingMs() > RESERVED_MS);
    } finally {
      await claims.release('LEASE', LEASE, holder);
    }
  };
}

async function goOn(parts: BackfillParts, ids: readonly string[], hasTime: () => boolean): Promise<void> {
  const opened = await open(parts, ids);
  const all = () => opened.map(({ progress }) => progress.backfill);
  await holdLater(parts, all());
  const failures: unknown[] = [];
  for (const { store, progress } of opened) {
    if (progress.backfill.state !== 'running') continue;
    const renew = () => holdLater(parts, all());
    try {
      await unlessOvertaken(parts, () => attempt({ parts, store, progress, hasTime, renew }));
    } catch (error) {
      parts.log.error('A backfill could not go on; the next run tries again', { store: store.id }, error);
      failures.push(error);
    }
  }
  await closeAll(parts);
  if (failures.length > 0) throw new Error('A backfill could not go on', { cause: failures[0] });
}

interface Opened {
  readonly store: Store;
  readonly progress: Progress;
}

/** What is not in the configuration any more is left alone. */
async function open(parts: BackfillParts, ids: readonly string[]): Promise<readonly Opened[]> {
  const stores = parts.stores.filter(({ id }) => ids.includes(id));
  const opened = await Promise.all(
    stores.map(async (store) => ({ store, progress: await Progress.open(parts, store.id) })),
  );
  return opened.flatMap(({ store, progress }) => (progress ? [{ store, progress }] : []));
}

interface Work extends Opened {
  readonly parts: BackfillParts;
  readonly hasTime: () => boolean;
  readonly renew: () => Promise<void>;
}

/** A person who pauses it writes the same register. */
async function unlessOvertaken({ log }: BackfillParts, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Overtaken)) throw error;
    log.info('Somebody else changed a backfill; this run leaves it alone');
  }
}

async function attempt(work: Work): Promise<void> {
  try {
    await workOn(work);
  } catch (error) {
    if (!(error instanceof Unread)) throw error;
    await noteTrouble(work.parts, { store: work.store.id, progress: work.progress }, error.failure);
  }
}

async function workOn(work: Work): Promise<void> {
  const { parts, store, progress } = work;
  if (await mustWait(parts, store.id, progress.backfill)) return;
  const closing: Closing = { parts, store: store.id, progress, hasTime: work.hasTime };
  if (isStoreNeeded(progress.backfill) && !(await read(work, closing))) return;
  for (;;) {
    const { step, state } = progress.backfill;
    if (state !== 'running') {
      parts.log.info('A backfill has finished', { store: store.id });
      return;
    }
    if (!(await (step === 'telling' ? tellAll(closing) : awaitWriting(closing)))) return;
    await work.renew();
  }
}

/** The store asked for patience, or instances of `sync` may still not know that a backfill has begun. */
async function mustWait(
  { clock, policy, things }: BackfillParts,
  store: string,
  backfill: Backfill,
): Promise<boolean> {
  const now = clock.now();
  if ((backfill.trouble?.notBefore ?? 0) > now) return true;
  // Also because nothing that is read may be mailed: what is older than this is history.
  const connected = await things.connectedSince(store, connectionAt(now));
  return (policy.since ?? connected) < connected && now < backfill.startedAt + SINCE_REMEMBERED_MS;
}

function isStoreNeeded({ step }: Backfill): boolean {
  return step === 'orders' || step === 'trash' || step === 'customers';
}

/** @returns false when the next run has to go on. */
async function read(work: Work, closing: Closing): Promise<boolean> {
  const { parts, store, progress, hasTime, renew } = work;
  const politeness = new Politeness(parts.clock, progress.backfill.usualMs);
  const reading = readingParts(parts);
  const guest = { ...reading, storeApiOf: politelyOpened(reading.storeApiOf, politeness) };
  const unfinished = await openBookmark(parts.registers, backfillFoldingOf(store.id), readUnfinished);
  const visit = await openVisit(guest, store, { hasTime, unfinished });
  if (!visit) throw new Unread(NO_KEYS, 'anything');
  await tellUnfinished(visit);
  return readSteps({ parts, visit, progress, politeness, renew }, closing);
}

async function readSteps(run: ReadingRun, closing: Closing): Promise<boolean> {
  const { progress } = run;
  for (;;) {
    const { step } = progress.backfill;
    if (step === 'telling' || step === 'writing') return true;
    if (!(await readStep(run, step))) return false;
    run.parts.log.info('A step of a backfill is done', { store: closing.store, step });
    if (step === 'customers') await endReading(closing);
    else await progress.enter(step === 'orders' ? 'trash' : 'customers');
  }
}

function politelyOpened(
  open: BackfillParts['storeApiOf'],
  politeness: Politeness,
): BackfillParts['storeApiOf'] {
  return (store, key) => {
    const api = open(store, key);
    return api && politeness.guest(api);
  };
}

const NO_KEYS = {
  kind: 'park',
  code: 'no-keys',
  message:
    'The store has no keys for its REST API. Fill them in (output StoreKeysId), then it goes on by itself.',
} as const;

/** What has nothing left to do is looked at no more; whoever starts another one in between is not forgotten. */
async function closeAll(parts: BackfillParts): Promise<void> {
  const { registers } = parts;
  const known = await registers.read(BACKFILLS);
  const ids = backfillStores(known?.text);
  const opened = await open(parts, ids);
  await holdLater(
    parts,
    opened.map(({ progress }) => progress.backfill),
  );
  const running = opened
    .filter(({ progress }) => progress.backfill.state === 'running')
    .map(({ store }) => store.id);
  // Somebody was faster: the next run closes them.
  if (running.length < ids.length)
    await registers.write(BACKFILLS, backfillStoresText(running), known?.revision);
}
