import * as v from 'valibot';
import { Budget, isBudgetNews, isSpent, laterBudget } from './budget.ts';

/**
 * How fast Mautic may be called, shared by all instances: a governor that slows down when Mautic does, how many
 * contacts a call may carry, and a breaker that leaves Mautic alone while most calls fail. Times are epoch ms.
 */
const StoredPace = v.object({
  /** 0 is full speed; see `RESTS`. */
  level: v.number(),
  levelAt: v.number(),
  /** Mautic asked to be left alone until then. */
  heldUntil: v.number(),
  window: v.object({ since: v.number(), answered: v.number(), failed: v.number() }),
  /** What a contact costs when it is written by e-mail and by id, as far as that matters. */
  contactMs: v.object({ create: v.number(), edit: v.number() }),
  open: v.exactOptional(
    v.object({
      until: v.number(),
      /** How often in a row it opened. */
      opens: v.number(),
      /** Names the one probe that is under way, and says until when nobody else may try. */
      probe: v.exactOptional(v.number()),
    }),
  ),
  /** What Mautic's rate limiter said last; absent while it has none. */
  budget: v.exactOptional(Budget),
  /** What a backfill asks for work that can wait. */
  later: v.exactOptional(
    v.object({
      /** Nobody is rung for until then: more of the same contact is being read. */
      heldUntil: v.number(),
      /** Nobody comes into a segment or out of one. */
      keepsSegments: v.exactOptional(v.literal(true)),
    }),
  ),
});
export type Pace = v.InferOutput<typeof StoredPace>;
type Open = NonNullable<Pace['open']>;

/** Remembered contacts are edited by id, the others created or found by e-mail: they cost Mautic differently. */
export type Writing = keyof Pace['contactMs'];

/**
 * What a call says about Mautic: it `answered` (4xx too), it was `away`, it is well but has `limited` calls until a time
 * it named, or `nothing` because it was not called.
 */
export type Evidence = 'answered' | 'away' | 'limited' | 'nothing';

/** A call that ended `at`. */
export interface Call {
  readonly at: number;
  readonly ms: number;
  readonly evidence: Evidence;
  /** How many calls it stands for, because the adapter asked again about every part; 1 if not given. */
  readonly weight?: number;
  /** How long it asked to be left alone. */
  readonly waitMs?: number;
  readonly contacts?: { readonly writing: Writing; readonly count: number };
  /** What the rate limiter has said by now. */
  readonly budget?: Budget;
  /** It was part of this probe. */
  readonly probe?: number;
}

export type Admission = 'go' | 'probe' | 'shut';

export const CALM: Pace = {
  level: 0,
  levelAt: 0,
  heldUntil: 0,
  window: { since: 0, answered: 0, failed: 0 },
  contactMs: { create: 0, edit: 0 },
};

/** Pauses after a call as multiples of its duration, by level. */
const RESTS = [0, 0.5, 1, 3] as const;
const TOP = RESTS.length - 1;
const SLOW_MS = 3_000;
const QUICK_MS = 2_000;
/** Calls that fail together raise the level once. */
const RAISE_EVERY_MS = 5_000;
const LOWER_EVERY_MS = 30_000;

/** More than an invocation has lanes; fifty take 1.1 s (measured). */
const BATCH = 50;
/** What a call with contacts may take; a large Mautic without an index takes 300 to 600 ms a contact (measured). */
const CALL_MS = 1_500;
/** Mautic counts by the hour. */
const LONGEST_HOLD_MS = 3_600_000;

/** Long enough that five calls which time out one after the other lie within it. */
const WINDOW_MS = 300_000;
/** Older calls fade: an outage is noticed however many calls went well before. */
const WINDOW_CALLS = 20;
const CALLS_TO_OPEN = 5;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 600_000;
/** Longer than an invocation may take, so that the next probe begins when this one has ended or died. */
const PROBE_MS = 240_000;

/** What a register's text says; full speed when it is none that this version knows. */
export function readPace(text: string | undefined): Pace {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), StoredPace), text);
  return result.success ? result.output : CALM;
}

/** As it is kept in a register. */
export function paceText(pace: Pace): string {
  return JSON.stringify(pace);
}

/** Whether Mautic may be called: yes, only by whoever claims the probe, or not now. */
export function admission({ heldUntil, open }: Pace, now: number): Admission {
  if (heldUntil > now) return 'shut';
  if (!open) return 'go';
  return open.until > now || (open.probe ?? 0) > now ? 'shut' : 'probe';
}

/** How many contacts a call may carry, and how long to pause after a call, as a multiple of its duration. */
export function speedOf({ level, contactMs }: Pace): {
  batch: Readonly<Record<Writing, number>>;
  rest: number;
} {
  const batchOf = (ms: number) => Math.max(1, Math.min(BATCH, Math.floor(CALL_MS / Math.max(1, ms))));
  return {
    batch: { create: batchOf(contactMs.create), edit: batchOf(contactMs.edit) },
    rest: RESTS[Math.max(0, Math.min(TOP, Math.floor(level)))] ?? 0,
  };
}

/** The pace after a call. */
export function observe(pace: Pace, call: Call): Pace {
  if (call.evidence === 'nothing') return pace;
  const held = withBudget(withHold(pace, call), call);
  // As well as before: whoever counts calls is not slow, and not away.
  if (call.evidence === 'limited') return pace.open ? probed(held, pace.open, call) : held;
  const next = { ...held, ...levelAfter(pace, call), contactMs: contactMsAfter(pace, call) };
  return pace.open ? probed(next, pace.open, call) : judged(next, call);
}

function withHold(pace: Pace, { at, waitMs }: Call): Pace {
  if (waitMs === undefined) return pace;
  return { ...pace, heldUntil: Math.max(pace.heldUntil, at + Math.min(waitMs, LONGEST_HOLD_MS)) };
}

/** Used to the last call, then waited for to the second. */
function withBudget(pace: Pace, { at, budget: seen }: Call): Pace {
  if (!seen) return pace;
  const budget = laterBudget(pace.budget, seen);
  if (!isSpent(budget, at)) return { ...pace, budget };
  const until = Math.min(budget.resetAt, at + LONGEST_HOLD_MS);
  return { ...pace, budget, heldUntil: Math.max(pace.heldUntil, until) };
}

/** Up at once, down slowly; between quick and slow it stays, so that it does not swing. */
function levelAfter({ level, levelAt }: Pace, { at, ms, evidence }: Call): Pick<Pace, 'level' | 'levelAt'> {
  const worse = evidence === 'away' ? 2 : ms > SLOW_MS ? 1 : 0;
  if (worse > 0 && at - levelAt >= RAISE_EVERY_MS)
    return { level: Math.min(TOP, level + worse), levelAt: at };
  if (worse === 0 && level > 0 && ms <= QUICK_MS && at - levelAt >= LOWER_EVERY_MS)
    return { level: level - 1, levelAt: at };
  return { level, levelAt };
}

/** A call that took too long sets the cost of a contact at once; calls that did not lower it by and by. */
function contactMsAfter({ contactMs }: Pace, { contacts, ms, evidence }: Call): Pace['contactMs'] {
  if (!contacts) return contactMs;
  const { writing, count } = contacts;
  const known = contactMs[writing];
  const seen = Math.round(ms / count);
  if (ms > CALL_MS) return { ...contactMs, [writing]: Math.max(known, seen) };
  if (evidence === 'away' || seen >= known) return contactMs;
  return { ...contactMs, [writing]: Math.floor((known + seen) / 2) };
}

function judged(pace: Pace, call: Call): Pace {
  const window = windowAfter(pace.window, call);
  const { answered, failed } = window;
  if (answered + failed < CALLS_TO_OPEN || failed <= answered) return { ...pace, window };
  return { ...pace, window, open: opened(1, call.at) };
}

function windowAfter(window: Pace['window'], { at, evidence, weight = 1 }: Call): Pace['window'] {
  const isOver = at - window.since > WINDOW_MS;
  const { since, answered, failed } = isOver ? { since: at, answered: 0, failed: 0 } : window;
  const share = answered + failed >= WINDOW_CALLS ? 0.5 : 1;
  return {
    since,
    answered: Math.floor(answered * share) + (evidence === 'answered' ? weight : 0),
    failed: Math.floor(failed * share) + (evidence === 'away' ? weight : 0),
  };
}

/** Only the probe decides: calls that were under way when it opened say nothing new. */
function probed(pace: Pace, { opens, probe }: Open, { at, evidence, probe: mine }: Call): Pace {
  if (mine === undefined || mine !== probe) return pace;
  if (evidence === 'away') return { ...pace, open: opened(opens + 1, at) };
  const { open: _open, ...rest } = pace;
  return { ...rest, window: { since: at, answered: 0, failed: 0 } };
}

function opened(opens: number, at: number): Open {
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(opens - 1, 20));
  return { until: at + pause, opens };
}

/** With the probe claimed; its name. Only whoever was admitted to `probe` may. */
export function withProbe(pace: Pace, now: number): { readonly pace: Pace; readonly probe: number } {
  const probe = now + PROBE_MS;
  return { probe, pace: pace.open ? { ...pace, open: { ...pace.open, probe } } : pace };
}

/** The probe came to nothing: it found nothing to call Mautic for. */
export function withoutProbe(pace: Pace, probe: number): Pace {
  if (pace.open?.probe !== probe) return pace;
  const { probe: _probe, ...open } = pace.open;
  return { ...pace, open };
}

/** Whether work that can wait may be rung for. */
export function mayRingLater({ later }: Pace, now: number): boolean {
  return (later?.heldUntil ?? 0) <= now;
}

/** The same pace with what a backfill asks for; `undefined`: nothing any more. */
export function withLater({ later: _later, ...pace }: Pace, later: Pace['later']): Pace {
  return later ? { ...pace, later } : pace;
}

/** Whether others should know: in healthy times nobody needs to. */
export function isNews(before: Pace, after: Pace): boolean {
  const decisive = ({ level, levelAt, heldUntil, window, open, later }: Pace) =>
    JSON.stringify([level, levelAt, heldUntil, window.failed, open, later]);
  const { batch } = speedOf(before);
  const { batch: next } = speedOf(after);
  if (decisive(before) !== decisive(after)) return true;
  if (batch.create !== next.create || batch.edit !== next.edit) return true;
  if (isBudgetNews(before.budget, after.budget)) return true;
  // Once failures are far outnumbered, how far does not matter.
  const { answered, failed } = before.window;
  return after.window.answered !== answered && answered < 2 * failed;
}
