import type { Registers } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/telemetry.ts';
import {
  BACKFILLS,
  type Backfill,
  type BackfillOptions,
  backfillOf,
  backfillStores,
  backfillStoresText,
  newBackfill,
  readBackfillText,
} from '../../core/stores/backfill.ts';

/** What starting and stopping a backfill needs: it runs elsewhere. */
export interface BackfillControl {
  readonly registers: Registers;
  readonly clock: Pick<Clock, 'now'>;
}

/** Whoever runs a backfill writes the same register after each page. */
const MAX_TRIES = 50;

/**
 * Has the whole past of a store read, from the beginning: within a minute the function begins.
 * @returns `running`: one is under way or paused, and nothing was changed.
 * @throws Error when the ledger fails.
 */
export async function startBackfill(
  control: BackfillControl,
  store: string,
  options: BackfillOptions = {},
): Promise<'started' | 'running' | 'paused'> {
  const { found } = await change(control, store, (known) =>
    known === undefined || known.state === 'finished' ? newBackfill(options, control.clock.now()) : undefined,
  );
  if (found?.state === 'running' || found?.state === 'paused') {
    if (found.state === 'running') await announce(control, store);
    return found.state;
  }
  await announce(control, store);
  return 'started';
}

/**
 * Stops reading a store after the page that is under way; what was read is written all the same.
 * @returns `writing`: everything is read, and there is nothing to pause; `none`: no backfill is running.
 */
export async function pauseBackfill(
  control: BackfillControl,
  store: string,
): Promise<'paused' | 'writing' | 'none'> {
  const { found } = await change(control, store, (known) =>
    known?.state === 'running' && canPause(known) ? { ...known, state: 'paused' } : undefined,
  );
  if (found?.state === 'paused') return 'paused';
  if (found?.state !== 'running') return 'none';
  return canPause(found) ? 'paused' : 'writing';
}

function canPause({ step }: Backfill): boolean {
  return step !== 'telling' && step !== 'writing';
}

/** Goes on where a paused backfill stopped. @returns `none`: no backfill is paused. */
export async function resumeBackfill(control: BackfillControl, store: string): Promise<'resumed' | 'none'> {
  const { found } = await change(control, store, (known) => {
    if (known?.state !== 'paused') return undefined;
    const { trouble: _trouble, ...paused } = known;
    return { ...paused, state: 'running', movedAt: control.clock.now() };
  });
  if (found === undefined || found.state === 'finished') return 'none';
  await announce(control, store);
  return 'resumed';
}

/** Where the backfill of a store stands; `undefined` when there never was one. */
export async function readBackfill(
  { registers }: { readonly registers: Pick<Registers, 'read'> },
  store: string,
): Promise<Backfill | undefined> {
  const found = await registers.read(backfillOf(store));
  return found && readBackfillText(found.text);
}

/** Changes what is there now, however often a run is faster; `found`: what was there before. */
async function change(
  { registers }: BackfillControl,
  store: string,
  next: (known: Backfill | undefined) => Backfill | undefined,
): Promise<{ readonly found: Backfill | undefined }> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const register = await registers.read(backfillOf(store));
    const found = register && readBackfillText(register.text);
    const changed = next(found);
    if (!changed) return { found };
    if (await registers.write(backfillOf(store), JSON.stringify(changed), register?.revision))
      return { found };
  }
  throw new Error(`The backfill of store ${store} was changed by others all the time; try again`);
}

/**
 * Idempotent: whoever died before this starts, or resumes, once more. It is written although the store is named: a run
 * that puts a paused one away has read the same revision, and must not be the last to write.
 */
async function announce({ registers }: BackfillControl, store: string): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const known = await registers.read(BACKFILLS);
    const stores = backfillStores(known?.text);
    if (await registers.write(BACKFILLS, backfillStoresText([...stores, store]), known?.revision)) return;
  }
  throw new Error('The list of backfills was changed by others all the time; try again');
}
