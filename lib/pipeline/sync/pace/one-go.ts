import type { Failure } from '../../../core/ledger/failure.ts';
import type { Testimony } from '../../../core/pace/evidence.ts';
import type { Call, Evidence, Writing } from '../../../core/pace/pace.ts';

/** A call that is about to be made. */
export interface Passage<Value> {
  readonly make: () => Promise<Value>;
  readonly testimony: (value: Value) => Testimony;
  readonly contacts?: Call['contacts'];
}

/** How a call ended. */
export interface Made<Value> {
  readonly value: Value;
  readonly evidence: Evidence;
}

/** How calls of Mautic are let through. */
export interface Pacing {
  /** Makes a call when it is its turn; `undefined`: it was not made, because Mautic is to be left alone. */
  pass<Value>(passage: Passage<Value>): Promise<Value | undefined>;
  /**
   * Lets calls through together when it is their turn, so that none of them waits: what one of them sees holds for the
   * next. Where the last of them met a limit, or a hold that began meanwhile, all are made again once that ends, so only
   * the last may change anything.
   * `undefined`: none was made, because Mautic is to be left alone.
   */
  inOneGo<Value>(work: (pacing: Pacing) => Promise<Value>): Promise<Value | undefined>;
  /** Waits until Mautic may be called; false: it is to be left alone for longer. */
  ready(): Promise<boolean>;
  /** Mautic is to be left alone. */
  isShut(): boolean;
  /** Whether there is time for another call. */
  hasTime(): boolean;
  /** Why a call was not made, and for how long none will be. */
  heldBack(): Failure;
  /** How many contacts a call may carry. */
  batchSize(writing: Writing): number;
  /** Notes the end of a call that was made elsewhere. */
  observe(call: Omit<Call, 'at' | 'probe'>): Promise<void>;
}

/** What calls that are let through together have of the gate. */
interface Open {
  readonly make: <Value>(passage: Passage<Value>) => Promise<Made<Value>>;
  /** No call is to be made for now, be it for a moment. */
  readonly isHeld: () => boolean;
}

/** Calls whose turn has come: none of them waits. */
export class OneGo implements Pacing {
  /** What the last of them said; one that is not made because of a hold would have met a limit. */
  evidence: Evidence | undefined;
  readonly #gate: Pacing;
  readonly #open: Open;
  /** It was let through without. */
  readonly #hadNoTime: boolean;

  constructor(gate: Pacing, open: Open) {
    this.#gate = gate;
    this.#open = open;
    this.#hadNoTime = !gate.hasTime();
  }

  async pass<Value>(passage: Passage<Value>): Promise<Value | undefined> {
    if (!(await this.ready())) return undefined;
    const { value, evidence } = await this.#open.make(passage);
    this.evidence = evidence;
    return value;
  }

  inOneGo<Value>(work: (pacing: Pacing) => Promise<Value>): Promise<Value> {
    return work(this);
  }

  async ready(): Promise<boolean> {
    const isFirst = this.evidence === undefined;
    if (this.isShut() || !(this.hasTime() || (isFirst && this.#hadNoTime))) return false;
    if (!this.#open.isHeld()) return true;
    this.evidence = 'limited';
    return false;
  }

  isShut(): boolean {
    return this.#gate.isShut();
  }

  hasTime(): boolean {
    return this.#gate.hasTime();
  }

  heldBack(): Failure {
    return this.#gate.heldBack();
  }

  batchSize(writing: Writing): number {
    return this.#gate.batchSize(writing);
  }

  observe(call: Omit<Call, 'at' | 'probe'>): Promise<void> {
    return this.#gate.observe(call);
  }
}
