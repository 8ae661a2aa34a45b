import * as v from 'valibot';
import type { Outcome } from './invocation.ts';

const BatchResponse = v.nullish(
  v.object({
    batchItemFailures: v.nullish(v.array(v.object({ itemIdentifier: v.pipe(v.string(), v.nonEmpty()) })), []),
  }),
);

/**
 * Which messages of a batch failed, by Lambda's rules: a throw, a timeout, a malformed response or an
 * identifier that is not in the batch fail all of them.
 */
export function failedMessages(outcome: Outcome, messageIds: readonly string[]): Set<string> {
  const all = new Set(messageIds);
  if (outcome.type !== 'returned') return all;
  if (typeof outcome.result !== 'object') return new Set();
  const response = v.safeParse(BatchResponse, outcome.result);
  if (!response.success) return all;
  const named = (response.output?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return named.every((id) => all.has(id)) ? new Set(named) : all;
}
