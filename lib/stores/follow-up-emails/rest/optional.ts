import { type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import { NOT_THERE } from './classify.ts';

/** `undefined` for the answer that means there is none. */
export function optional<Value>(outcome: Outcome<Value>): Outcome<Value | undefined> {
  return !outcome.ok && outcome.failure.code === NOT_THERE ? succeeded(undefined) : outcome;
}
