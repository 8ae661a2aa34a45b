import type { TargetState } from '../../core/effects/target.ts';
import type { Failure, Outcome } from '../../core/ledger/failure.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { OldFollowUps } from '../../core/ports/follow-up-emails.ts';
import type { Contacts, Registers, Things } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/telemetry.ts';
import type { OptOutList } from '../../core/stores/opt-out.ts';
import type { BroughtIn } from './bring-in.ts';

export interface TakeoverParts {
  readonly store: { readonly id: string; readonly timezone?: string | undefined };
  readonly policy: Policy;
  readonly old: OldFollowUps & OptOutList;
  readonly things: Pick<Things, 'load' | 'markEffect'>;
  readonly contacts: Pick<Contacts, 'wantAgain' | 'hasten'>;
  readonly registers: Registers;
  /** Reads these orders from the store into the ledger; what the store does not have stays unknown. */
  readonly bringIn: (orders: readonly string[]) => Promise<BroughtIn>;
  /** Whether a template of Mautic can be sent. */
  readonly templateState: (id: number) => Promise<Outcome<TargetState>>;
  /** Number of a category → its slug. */
  readonly categories: ReadonlyMap<string, string>;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
  /** Told before anything is done: what is deleted there is in here. */
  readonly report: (line: TakeoverLine) => void;
}

/** One line of the receipt. */
export interface TakeoverLine {
  readonly what: 'e-mail' | 'item';
  readonly id: string;
  readonly outcome: string;
  /** Of an item that is deleted there: what it takes to make it again. */
  readonly deleted?: {
    readonly emailId: string;
    readonly orderId: string;
    readonly scheduledLocal: string;
  };
}

/** Somebody did not answer: what was done stays, and the next run goes on. */
export class TakeoverStopped extends Error {
  override readonly name = 'TakeoverStopped';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** @throws TakeoverStopped for a failure. */
export function answered<Value>(outcome: Outcome<Value>): Value {
  if (outcome.ok) return outcome.value;
  throw new TakeoverStopped(outcome.failure);
}
