import { type Failure, failed, type Outcome, sharedBy } from '../../core/ledger/failure.ts';
import { isNotMautic } from '../../core/pace/evidence.ts';
import { resultsOf } from '../batch-answer.ts';
import type { MauticClient } from '../client.ts';

/** Where a batch goes, and how what comes back of each item is read; `undefined` when it cannot be. */
export interface BatchCall<Value> {
  readonly method: 'POST' | 'PATCH';
  readonly path: string;
  readonly read: (written: unknown) => Value | undefined;
}

type Item = Readonly<Record<string, unknown>>;
type Results<Value> = readonly Outcome<Value>[];

/** Measured: 57 ms a call and 21 ms a contact, so nothing is gained beyond 50 (Mautic takes 200, recording 168). */
const BATCH_SIZE = 50;

/**
 * A single poison item is found within seven failed calls (50 → 25 → 13 → … → 1). More failures in a row mean that
 * Mautic itself is broken, and asking on would only add to its load.
 */
const MAX_FAILURES_IN_A_ROW = 10;

/** An opaque 500, and a 400 that names nothing: one item may be the reason. */
const HALVABLE: ReadonlySet<string> = new Set(['server-error', 'bad-request']);

/** Sends any number of items; results stand in their order. */
export async function sendAll<Value>(
  client: MauticClient,
  call: BatchCall<Value>,
  items: readonly Item[],
): Promise<Results<Value>> {
  const results: Outcome<Value>[] = [];
  for (let start = 0; start < items.length; start += BATCH_SIZE) {
    results.push(...(await sendBatch(client, call, items.slice(start, start + BATCH_SIZE))));
  }
  return results;
}

/** Whether a write reaches Mautic at all: one of nobody, which it takes (recordings 162 and 073 of 5.2.1). */
export async function takesWrites(client: MauticClient): Promise<Outcome<void>> {
  const answer = await client.call({ method: 'POST', path: '/api/contacts/batch/new', body: [] });
  return answer.ok ? { ok: true, value: undefined } : answer;
}

/**
 * One bad item can make the whole answer an opaque 500, after earlier items were committed and before later ones
 * (recording 180), or a 400 that names nothing, when PHP cannot read the JSON (recording 056), or a page of a firewall
 * that does not like a product's name. Items are safe to repeat, so such a batch is halved until the bad ones stand
 * alone; where nothing but a page comes back, only if a write of nobody gets through.
 */
async function sendBatch<Value>(
  client: MauticClient,
  { method, path, read }: BatchCall<Value>,
  batch: readonly Item[],
): Promise<Results<Value>> {
  let failuresInARow = 0;
  let passage: Promise<Outcome<void>> | undefined;

  async function send(items: readonly Item[]): Promise<Results<Value>> {
    const answer = await client.call({ method, path, body: items });
    if (answer.ok) {
      failuresInARow = 0;
      const endpoint = `${method} ${path.split('?')[0] ?? ''}`;
      return resultsOf(answer.value.body, { items, endpoint, key: 'contacts', read });
    }
    failuresInARow += 1;
    if (items.length === 1) return [failed(answer.failure)];
    if (!(await isHalvable(answer.failure))) return ofMany(items, answer.failure);
    const middle = Math.ceil(items.length / 2);
    const first = await send(items.slice(0, middle));
    const rest = items.slice(middle);
    return [
      ...first,
      ...((await isHalvable(answer.failure)) ? await send(rest) : ofMany(rest, answer.failure)),
    ];
  }

  async function isHalvable(failure: Failure): Promise<boolean> {
    if (failure.shared || failuresInARow >= MAX_FAILURES_IN_A_ROW) return false;
    if (!isNotMautic(failure)) return HALVABLE.has(failure.code);
    passage ??= takesWrites(client);
    return (await passage).ok;
  }

  return send(batch);
}

/** A failure of many says of none that it is refused for good: those that were not asked about alone come again. */
function ofMany(items: readonly Item[], failure: Failure): Results<never> {
  return items.map(() => failed(sharedBy(withoutVerdict(failure))));
}

function withoutVerdict(failure: Failure): Failure {
  if (failure.code === 'bad-request') {
    return { kind: 'retry', code: 'batch-refused', message: failure.message };
  }
  if (!isNotMautic(failure)) return failure;
  // Not even a write of nobody got through, or one item after the other is refused: it is the whole of Mautic.
  return { kind: 'unknown', code: 'not-mautic', message: failure.message };
}
