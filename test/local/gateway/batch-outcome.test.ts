import { describe, expect, it } from 'vitest';
import { failedMessages } from '../../../lib/local/gateway/batch-outcome.ts';
import type { Outcome } from '../../../lib/local/gateway/invocation.ts';

const batch = ['one', 'two', 'three'];

function failedAfter(outcome: Outcome): string[] {
  return [...failedMessages(outcome, batch)];
}

function failedAfterReturning(result: unknown): string[] {
  return failedAfter({ type: 'returned', result });
}

const naming = (...ids: unknown[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

describe('a batch', () => {
  it.each([undefined, null, {}, 'done', { batchItemFailures: [] }, { batchItemFailures: null }])(
    'succeeds as a whole when the function returns %j',
    (result) => {
      expect(failedAfterReturning(result)).toEqual([]);
    },
  );

  it('fails where the function says so', () => {
    expect(failedAfterReturning(naming('two'))).toEqual(['two']);
  });

  it.each([
    { what: 'an unknown identifier', result: naming('two', 'four') },
    { what: 'an empty identifier', result: naming('') },
    { what: 'a null identifier', result: naming(null) },
    { what: 'a misspelt key', result: { batchItemFailures: [{ itemIdentifer: 'two' }] } },
    { what: 'failures that are no list', result: { batchItemFailures: 'two' } },
  ])('fails as a whole on $what', ({ result }) => {
    expect(failedAfterReturning(result)).toEqual(batch);
  });

  it('fails as a whole when the function throws or takes too long', () => {
    expect(failedAfter({ type: 'threw', error: new Error('broken') })).toEqual(batch);
    expect(failedAfter({ type: 'timed-out' })).toEqual(batch);
  });
});
