import * as v from 'valibot';
import { type Failure, failed, type Outcome, succeeded } from '../core/ledger/failure.ts';
import { refusal, serverError } from './classify.ts';
import { itemError } from './error-body.ts';
import { keyed } from './keyed.ts';
import { withSaid } from './said.ts';

/** What was sent, and how to read what became of one item of it. */
export interface Batch<Value> {
  readonly items: readonly unknown[];
  /** Method and path. */
  readonly endpoint: string;
  /** Under which key the answer holds the things written. */
  readonly key: 'contacts' | 'notes';
  /** `undefined` when it cannot be read. */
  readonly read: (written: unknown) => Value | undefined;
}

const BatchAnswer = v.looseObject({ statusCodes: v.unknown(), errors: v.optional(v.unknown()) });

/** Status 201 of a batch says nothing: each item has its own code (recordings 157, 160, 170). */
export function resultsOf<Value>(body: unknown, batch: Batch<Value>): readonly Outcome<Value>[] {
  const { items, endpoint, key, read } = batch;
  const parsed = v.safeParse(BatchAnswer, body);
  if (!parsed.success) return items.map(() => failed(unreadable(batch)));
  const codes = keyed(parsed.output.statusCodes);
  const written = keyed(parsed.output[key]);
  const errors = keyed(parsed.output.errors);
  return items.map((sent, index) => {
    const at = String(index);
    const code = codes.get(at);
    if (typeof code !== 'number') return failed(unreadable(batch));
    // The entity of a failed item may still be among those written (recording 171): the code decides.
    if (code < 200 || code >= 300)
      return failed(itemFailure({ code, error: errors.get(at), sent, endpoint }));
    const value = read(written.get(at));
    return value === undefined ? failed(unreadable(batch)) : succeeded(value);
  });
}

interface FailedItem {
  readonly code: number;
  readonly error: unknown;
  readonly sent: unknown;
  readonly endpoint: string;
}

/** Code 0 is what an exception within one item becomes; here Mautic says what it was (recordings 557-559). */
function itemFailure(item: FailedItem): Failure {
  const error = itemError(item.error);
  if (!error || item.code === 0 || item.code >= 500)
    return withSaid(serverError(item.code, item.endpoint), error, item.sent);
  return refusal(item.code, error, { endpoint: item.endpoint, sent: item.sent, now: 0 });
}

function unreadable({ endpoint, key }: Pick<Batch<unknown>, 'endpoint' | 'key'>): Failure {
  const message = `${endpoint} answered a batch without results for its ${key}. Check the version of Mautic.`;
  return { kind: 'unknown', code: 'unreadable', message };
}
