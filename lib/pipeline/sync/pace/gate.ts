import type { Failure } from '../../../core/ledger/failure.ts';
import { isNearlySpent, isScarce, isSpent } from '../../../core/pace/budget.ts';
import { HELD_BACK } from '../../../core/pace/evidence.ts';
import {
  type Admission,
  admission,
  CALM,
  type Call,
  observe,
  type Pace,
  speedOf,
  type Writing,
  withoutProbe,
  withProbe,
} from '../../../core/pace/pace.ts';
import type { MauticBudget } from '../../../core/ports/mautic.ts';
import type { Clock } from '../../../core/ports/telemetry.ts';
import {
  changeSharedPace,
  type PaceChange,
  type PaceParts,
  readSharedPace,
  type SharedPace,
} from '../../registers/pace.ts';
import { type Made, OneGo, type Pacing, type Passage } from './one-go.ts';

export interface GateParts extends PaceParts {
  readonly clock: Clock;
  readonly budget?: MauticBudget;
}

/** Nothing new is started in the last seconds of the function's time. */
const RESERVED_MS = 20_000;
/** A hold as short as this is waited out; a longer one is left to the sweep. */
const PATIENCE_MS = 15_000;
/** Longer than the sweep takes to come: a rate limit has an end that is known to the second. */
const LIMIT_PATIENCE_MS = 75_000;
/** After a call that took a minute a pause in proportion would cost more than it spares. */
const LONGEST_REST_MS = 30_000;
/** Another instance may have learnt more meanwhile. */
const REREAD_MS = 15_000;

/** The gate before Mautic for one invocation: lets calls through at the shared pace, and notes how they end. */
export class Gate implements Pacing {
  readonly #parts: GateParts;
  readonly #remainingMs: () => number;
  #shared: SharedPace | undefined;
  #readAt = 0;
  /** With what happened here. */
  #pace: Pace = CALM;
  #news: PaceChange[] = [];
  #probe: number | undefined;
  #restUntil = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: GateParts, remainingMs: () => number) {
    this.#parts = parts;
    this.#remainingMs = remainingMs;
  }

  /** Reads the shared pace, and claims the probe if there is one to claim. */
  async open(): Promise<void> {
    await this.#read();
    await this.#waitOut();
    if (this.#admission() === 'probe') await this.#claimProbe();
  }

  /** Writes down what was seen, if others should know, and takes the rest that is due. */
  async close(): Promise<void> {
    const probe = this.#probe;
    if (probe !== undefined && this.isProbing()) this.#note((pace) => withoutProbe(pace, probe));
    await this.#tell();
    await this.#rest();
  }

  /** Mautic is to be left alone. */
  isShut(): boolean {
    if (this.isProbing()) return false;
    return this.#admission(this.#patienceMs()) !== 'go';
  }

  /** What happens now is the one probe of an open breaker. */
  isProbing(): boolean {
    return this.#probe !== undefined && this.#pace.open?.probe === this.#probe;
  }

  /** Whether anything new may be started. */
  goesOn(): boolean {
    return this.hasTime() && !this.isShut();
  }

  /** Waits until Mautic may be called; false: it is to be left alone for longer. */
  async ready(): Promise<boolean> {
    await this.#waitOut();
    return !this.isShut() && this.#holdMs() <= 0;
  }

  /** Why a call was not made, and for how long none will be. */
  heldBack(): Failure {
    const ms = this.#holdMs();
    return ms > 0 ? { ...HELD_BACK, retryAfterMs: ms } : HELD_BACK;
  }

  /** What is left of the rate limit is for live work until then, epoch ms; `undefined`: there is enough. */
  scarceUntil(): number | undefined {
    const { budget } = this.#pace;
    return isScarce(budget, this.#now()) ? budget.resetAt : undefined;
  }

  /** Nobody whose work can wait comes into a segment or out of one now. */
  keepsSegments(): boolean {
    return this.#pace.later?.keepsSegments === true;
  }

  hasTime(): boolean {
    return this.#remainingMs() > RESERVED_MS;
  }

  batchSize(writing: Writing): number {
    return speedOf(this.#pace).batch[writing];
  }

  pass<Value>(passage: Passage<Value>): Promise<Value | undefined> {
    return this.inOneGo((go) => go.pass(passage));
  }

  /** See `Pacing`. */
  inOneGo<Value>(work: (pacing: Pacing) => Promise<Value>): Promise<Value | undefined> {
    // In trouble one at a time: pauses between calls that overlap would be none.
    if (this.#pace.level === 0 && !isNearlySpent(this.#pace.budget, this.#now())) return this.#go(work);
    const gone = this.#turn.then(() => this.#go(work));
    this.#turn = gone.catch(() => undefined);
    return gone;
  }

  /** Notes the end of a call that was made elsewhere. */
  async observe(call: Omit<Call, 'at' | 'probe'>): Promise<void> {
    const before = this.#pace;
    const budget = this.#parts.budget?.current();
    const ended = {
      ...call,
      at: this.#now(),
      ...(this.#probe && { probe: this.#probe }),
      ...(budget && { budget }),
    };
    this.#note((pace) => observe(pace, ended));
    if (isUrgent(before, this.#pace)) await this.#tell();
  }

  /** A call that met a limit did nothing, and is made again when that ends, if somebody can wait so long. */
  async #go<Value>(work: (pacing: Pacing) => Promise<Value>): Promise<Value | undefined> {
    for (;;) {
      await this.#rest();
      if (this.#now() - this.#readAt > REREAD_MS) await this.#read();
      if (!(await this.ready())) return undefined;
      const go = new OneGo(this, {
        make: (passage) => this.#make(passage),
        isHeld: () => this.#holdMs() > 0,
      });
      const value = await work(go);
      if (go.evidence !== 'limited' || this.#holdMs() <= 0 || !this.#canWaitOut()) return value;
    }
  }

  async #make<Value>({ make, testimony, contacts }: Passage<Value>): Promise<Made<Value>> {
    const start = this.#now();
    const value = await make();
    const ms = this.#now() - start;
    this.#restUntil = this.#now() + Math.min(ms * speedOf(this.#pace).rest, LONGEST_REST_MS);
    const said = testimony(value);
    await this.observe({ ms, ...said, ...(contacts && { contacts }) });
    return { value, evidence: said.evidence };
  }

  #patienceMs(): number {
    return isSpent(this.#pace.budget, this.#now()) ? LIMIT_PATIENCE_MS : PATIENCE_MS;
  }

  #canWaitOut(): boolean {
    const ms = this.#holdMs();
    return ms <= this.#patienceMs() && ms < this.#remainingMs() - RESERVED_MS;
  }

  #admission(patienceMs = 0): Admission {
    return this.#holdMs() > patienceMs ? 'shut' : admission({ ...this.#pace, heldUntil: 0 }, this.#now());
  }

  #holdMs(): number {
    return this.#pace.heldUntil - this.#now();
  }

  #now(): number {
    return this.#parts.clock.now();
  }

  async #read(): Promise<void> {
    this.#readAt = this.#now();
    const shared = await readSharedPace(this.#parts);
    if (shared) this.#take(shared);
  }

  #take(shared: SharedPace): void {
    this.#shared = shared;
    this.#pace = this.#news.reduce((pace, change) => change(pace), shared.pace);
  }

  async #claimProbe(): Promise<void> {
    const now = this.#now();
    const claimed = withProbe(this.#pace, now);
    let isMine = true;
    const shared = await changeSharedPace(this.#parts, this.#shared, (pace) => {
      isMine = admission(pace, now) === 'probe';
      return isMine ? withProbe(pace, now).pace : pace;
    });
    // Where the claim could not be written, nobody can say that it is another's.
    this.#take(shared ?? { pace: claimed.pace, revision: undefined });
    if (isMine) this.#probe = claimed.probe;
  }

  #note(change: PaceChange): void {
    this.#pace = change(this.#pace);
    this.#news.push(change);
  }

  async #tell(): Promise<void> {
    const news = this.#news;
    this.#news = [];
    const shared = await changeSharedPace(this.#parts, this.#shared, (pace) =>
      news.reduce((changed, change) => change(changed), pace),
    );
    this.#shared = undefined;
    if (shared) this.#take(shared);
    else this.#news = [...news, ...this.#news];
  }

  #waitOut(): Promise<void> {
    return this.#holdMs() > this.#patienceMs() ? Promise.resolve() : this.#sleep(this.#holdMs());
  }

  #rest(): Promise<void> {
    return this.#sleep(this.#restUntil - this.#now());
  }

  /** As far as the function's time allows. */
  async #sleep(ms: number): Promise<void> {
    const allowed = Math.min(ms, this.#remainingMs() - RESERVED_MS);
    if (allowed > 0) await this.#parts.clock.sleep(allowed);
  }
}

/** What others should know before this invocation is over. */
function isUrgent(before: Pace, after: Pace): boolean {
  return after.heldUntil > before.heldUntil || before.open?.until !== after.open?.until;
}
