import type { Failure } from '../../lib/core/ledger/failure.ts';

export const RETRY: Failure = { kind: 'retry', code: 'unavailable', message: 'it is away' };
export const LIMITED = { kind: 'retry', code: 'rate-limited', message: 'too many calls' } as const;
export const REFUSED: Failure = { kind: 'authorise', code: 'stopped', message: 'a person must act' };
export const NOT_FOUND: Failure = { kind: 'park', code: 'not-found', message: 'it was deleted' };
export const NOT_UNIQUE: Failure = {
  kind: 'repair',
  code: 'not-unique',
  message: 'two contacts have this address',
  rejected: { email: { why: 'not-unique' } },
};

/** What was asked may have been done. */
export function unknown(code: string): Failure {
  return { kind: 'unknown', code, message: 'nobody knows' };
}
