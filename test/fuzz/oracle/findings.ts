/** What can be found wrong; the first five are what the command's last line counts. */
export type Check =
  /** Something threw. */
  | 'crashed'
  /** `ingest` answered 500 or above. */
  | '5xx'
  /** A message was asked for again although every port worked. */
  | 'retried'
  /** Something changed that the delivery does not name. */
  | 'outside'
  /** A log line or an answer holds personal data, a secret or a part of a body. */
  | 'leaked'
  /** An answer other than what follows from store, size and signature. */
  | 'answer'
  /** What was said before, or was refused or dropped, changed something. */
  | 'changed'
  /** A message that nobody could read is gone, where a dead letter should be. */
  | 'dropped'
  /** The world does not come to rest. */
  | 'unrest'
  | 'parked'
  /** An item or a message is larger than AWS takes. */
  | 'size'
  /** Mautic was sent what it does not take, or the same thing twice. */
  | 'sent'
  | 'prototype';

export interface Finding {
  readonly check: Check;
  readonly reason: string;
}

/** Collects what is found wrong with one input, a few of each. */
export class Findings {
  readonly all: Finding[] = [];

  add(check: Check, reason: string): void {
    if (this.all.length < 20) this.all.push({ check, reason: reason.slice(0, 300) });
  }
}
