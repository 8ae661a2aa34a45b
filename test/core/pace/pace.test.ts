import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  admission,
  CALM,
  type Call,
  isNews,
  mayRingLater,
  observe,
  type Pace,
  paceText,
  readPace,
  speedOf,
  withLater,
  withoutProbe,
  withProbe,
} from '../../../lib/core/pace/pace.ts';

const NOW = Date.parse('2026-12-01T12:00:00Z');
const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

type Happening = Omit<Call, 'at'>;

const ANSWERED: Happening = { ms: 100, evidence: 'answered' };
const AWAY: Happening = { ms: 100, evidence: 'away' };
const SLOW: Happening = { ms: 4_000, evidence: 'answered' };

/** Calls one after the other, so far apart, the first at `NOW`. */
function paceAfter(happenings: readonly Happening[], { from = CALM, apart = SECOND, at = NOW } = {}): Pace {
  return happenings.reduce(
    (pace, happening, index) => observe(pace, { ...happening, at: at + index * apart }),
    from,
  );
}

function times(count: number, happening: Happening): Happening[] {
  return Array.from({ length: count }, () => happening);
}

/** An open breaker whose first pause is over, with a probe claimed. */
function probing(opens = 1) {
  const broken: Pace = { ...CALM, open: { until: NOW, opens } };
  return withProbe(broken, NOW);
}

const happening: fc.Arbitrary<Happening> = fc.record(
  {
    ms: fc.integer({ min: 0, max: 90_000 }),
    evidence: fc.constantFrom('answered', 'away', 'nothing'),
    waitMs: fc.integer({ min: 0, max: 100 * HOUR }),
    contacts: fc.record({
      writing: fc.constantFrom('create', 'edit'),
      count: fc.integer({ min: 1, max: 50 }),
    }),
  },
  { requiredKeys: ['ms', 'evidence'] },
);
/** Calls with the pauses between them. */
const history = fc.array(fc.record({ happening, pause: fc.integer({ min: 0, max: 10 * MINUTE }) }), {
  maxLength: 80,
});

/** Every pace on the way, with the time it was reached. */
function pacesOf(calls: readonly { happening: Happening; pause: number }[]): { pace: Pace; at: number }[] {
  let at = NOW;
  let pace: Pace = CALM;
  return calls.map((call) => {
    at += call.pause;
    pace = observe(pace, { ...call.happening, at });
    return { pace, at };
  });
}

/** Every change of the level, and how long after the one before. */
function changesOf(calls: Parameters<typeof pacesOf>[0]) {
  let last = { level: 0, at: 0 };
  return pacesOf(calls).flatMap(({ pace: { level }, at }) => {
    if (level === last.level) return [];
    const change = { before: last.level, level, pause: at - last.at };
    last = { level, at };
    return [change];
  });
}

describe('the breaker', () => {
  it('never opens while Mautic answers, however slowly, 4xx included', () => {
    const answers = fc.array(
      happening.filter(({ evidence }) => evidence !== 'away'),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(answers, (calls) => {
        expect(paceAfter(calls).open).toBeUndefined();
      }),
    );
  });

  it.each([4, 5])('needs five calls in vain (%i)', (count) => {
    expect(paceAfter(times(count, AWAY)).open !== undefined).toBe(count >= 5);
  });

  it('needs most of them', () => {
    const half = times(20, AWAY).flatMap((away) => [ANSWERED, away]);

    expect(paceAfter(half).open).toBeUndefined();
    expect(paceAfter([...times(2, ANSWERED), ...times(3, AWAY)]).open).toBeDefined();
  });

  it('needs them together: one contact that fails each time it is tried does not open it', () => {
    expect(paceAfter(times(50, AWAY), { apart: 2 * MINUTE }).open).toBeUndefined();
  });

  it('opens though every call takes a minute to time out', () => {
    expect(paceAfter(times(5, { ms: 60_000, evidence: 'away' }), { apart: MINUTE }).open).toBeDefined();
  });

  it('opens soon after any number of calls that went well', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), (count) => {
        const well = paceAfter(times(count, ANSWERED), { apart: 10 });
        expect(paceAfter(times(25, AWAY), { from: well, at: NOW + count * 10 }).open).toBeDefined();
      }),
      { numRuns: 50 },
    );
  });

  it('counts a batch whose every contact was asked about as many calls', () => {
    expect(paceAfter([{ ...AWAY, weight: 4 }]).open).toBeUndefined();
    expect(paceAfter([{ ...AWAY, weight: 5 }]).open).toBeDefined();
  });

  it('is shut for its pause, then admits one probe', () => {
    const { open, ...rest } = paceAfter(times(5, AWAY));
    const pace = { ...rest, ...(open && { open }) };
    const until = open?.until ?? 0;

    expect(until).toBe(NOW + 4 * SECOND + 30 * SECOND);
    expect(admission(pace, until - 1)).toBe('shut');
    expect(admission(pace, until)).toBe('probe');
    const claimed = withProbe(pace, until);
    expect(admission(claimed.pace, until)).toBe('shut');
    expect(admission(claimed.pace, claimed.probe)).toBe('probe');
    expect(admission(withoutProbe(claimed.pace, claimed.probe), until)).toBe('probe');
  });

  it('closes when its probe is answered, and forgets what failed before', () => {
    const { pace, probe } = probing(5);

    const closed = observe(pace, { ...ANSWERED, at: NOW, probe });

    expect(closed.open).toBeUndefined();
    expect(paceAfter(times(4, AWAY), { from: closed }).open).toBeUndefined();
  });

  it('opens again for longer each time a probe is in vain, ten minutes at most', () => {
    const pauses: number[] = [];
    let { pace, probe } = probing();
    for (let probes = 0; probes < 8; probes += 1) {
      const failed = observe(pace, { ...AWAY, at: NOW, probe });
      pauses.push(((failed.open?.until ?? 0) - NOW) / SECOND);
      ({ pace, probe } = withProbe(failed, NOW));
    }

    expect(pauses).toEqual([60, 120, 240, 480, 600, 600, 600, 600]);
  });

  it.each([ANSWERED, AWAY])('hears nothing in what others had under way when it opened', (stray) => {
    const { pace, probe } = probing();

    expect(observe(pace, { ...stray, at: NOW }).open).toEqual(pace.open);
    expect(observe(pace, { ...stray, at: NOW, probe: probe - 1 }).open).toEqual(pace.open);
  });

  it('takes back only the probe that is named', () => {
    const { pace, probe } = probing();

    expect(withoutProbe(pace, probe - 1)).toEqual(pace);
    expect(withoutProbe(CALM, probe)).toEqual(CALM);
  });
});

describe('the level', () => {
  it('rises faster when Mautic refuses than when it is slow', () => {
    expect(paceAfter([SLOW]).level).toBe(1);
    expect(paceAfter([AWAY]).level).toBe(2);
  });

  it('rises once for what goes wrong at the same time', () => {
    expect(paceAfter(times(4, AWAY)).level).toBe(2);
    expect(paceAfter(times(2, AWAY), { apart: 5 * SECOND }).level).toBe(3);
  });

  it('falls a step each half minute while calls are quick', () => {
    const slowed = paceAfter(times(3, SLOW), { apart: 5 * SECOND });
    const from = NOW + 10 * SECOND;

    const levels = [29, 30, 59, 60, 90, 120].map(
      (seconds) => paceAfter(times(seconds + 1, ANSWERED), { from: slowed, at: from }).level,
    );

    expect(levels).toEqual([3, 2, 2, 1, 0, 0]);
  });

  it('stays while calls are neither quick nor slow', () => {
    const slowed = paceAfter([SLOW]);

    expect(paceAfter(times(100, { ...SLOW, ms: 2_500 }), { from: slowed, at: NOW + MINUTE }).level).toBe(1);
  });

  it('never swings: half a minute lies between up and down, whatever happens', () => {
    fc.assert(
      fc.property(history, (calls) => {
        for (const { before, level, pause } of changesOf(calls)) {
          expect(pause).toBeGreaterThanOrEqual(level > before ? 5 * SECOND : 30 * SECOND);
        }
      }),
    );
  });

  it('makes pauses that grow with it', () => {
    const rests = [0, 1, 2, 3].map((level) => speedOf({ ...CALM, level }).rest);

    expect(rests).toEqual([0, 0.5, 1, 3]);
    expect(speedOf({ ...CALM, level: 99 }).rest).toBe(3);
    expect(speedOf({ ...CALM, level: -1 }).rest).toBe(0);
  });
});

describe('a hold', () => {
  it('keeps everybody out until it is over', () => {
    const pace = paceAfter([{ ...AWAY, waitMs: MINUTE }]);

    expect(admission(pace, NOW + MINUTE - 1)).toBe('shut');
    expect(admission(pace, NOW + MINUTE)).toBe('go');
  });

  it('only ever grows, and lasts an hour at most', () => {
    fc.assert(
      fc.property(history, (calls) => {
        let before = 0;
        for (const { pace, at } of pacesOf(calls)) {
          expect(pace.heldUntil).toBeGreaterThanOrEqual(before);
          expect(pace.heldUntil).toBeLessThanOrEqual(at + HOUR);
          before = pace.heldUntil;
        }
      }),
    );
  });

  it('outlasts the pause of the breaker', () => {
    const pace = paceAfter([...times(4, AWAY), { ...AWAY, waitMs: HOUR }]);

    expect(admission(pace, NOW + HOUR)).toBe('shut');
    expect(admission(pace, NOW + HOUR + 4 * SECOND)).toBe('probe');
  });
});

describe('the batch', () => {
  /** What it grows or shrinks to when a contact costs so much, and how long the last call took. */
  function settles(msPerContact: number, { from = CALM, calls = 30 } = {}) {
    let pace: Pace = from;
    const batches: number[] = [];
    for (let call = 0; call < calls; call += 1) {
      const count = Math.min(10, speedOf(pace).batch.create);
      batches.push(count);
      const ms = 57 + count * msPerContact;
      pace = observe(pace, {
        at: NOW + call * 10 * SECOND,
        ms,
        evidence: 'answered',
        contacts: { writing: 'create', count },
      });
    }
    return { pace, batches, lastMs: 57 + (batches.at(-1) ?? 0) * msPerContact };
  }

  it.each([21, 60, 100, 140])('is full while a contact takes %i ms', (ms) => {
    expect(settles(ms).batches.every((batch) => batch === 10)).toBe(true);
  });

  it.each([300, 336, 600, 628, 1_400])('is small where a contact takes %i ms, and stays as it is', (ms) => {
    const { batches, lastMs, pace } = settles(ms);

    expect(lastMs).toBeLessThan(2_000);
    expect(new Set(batches.slice(1)).size).toBe(1);
    expect(pace.level).toBe(0);
  });

  it('is full again soon after Mautic got its index', () => {
    const { pace } = settles(628);

    expect(settles(21, { from: pace }).batches.indexOf(10)).toBeLessThan(6);
  });

  it('is not made smaller by a call that took long for another reason than its size', () => {
    const basic = { ms: 900, evidence: 'answered', contacts: { writing: 'edit', count: 1 } } as const;

    expect(speedOf(paceAfter(times(10, basic))).batch.edit).toBeGreaterThanOrEqual(10);
  });

  it('of contacts that are edited does not suffer from what creating costs', () => {
    expect(speedOf(settles(628).pace).batch).toMatchObject({ create: 2, edit: 50 });
  });

  it('has always room for one', () => {
    fc.assert(
      fc.property(history, (calls) => {
        const { batch } = speedOf(pacesOf(calls).at(-1)?.pace ?? CALM);
        expect(Math.min(batch.create, batch.edit)).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});

describe('what a backfill asks for', () => {
  const later = { heldUntil: 5, keepsSegments: true } as const;

  it('is kept through calls of Mautic, and is news', () => {
    const pace = withLater(CALM, later);

    expect(observe(pace, { at: 1, ms: 100, evidence: 'answered' }).later).toEqual(later);
    expect(isNews(CALM, pace)).toBe(true);
    expect(isNews(pace, { ...pace })).toBe(false);
    expect(readPace(paceText(pace))).toEqual(pace);
  });

  it('ends with its time, or with the backfill', () => {
    expect([4, 5].map((now) => mayRingLater(withLater(CALM, later), now))).toEqual([false, true]);
    expect(withLater(withLater(CALM, later), undefined)).toEqual(CALM);
    expect(mayRingLater(CALM, 0)).toBe(true);
  });
});

describe('the register', () => {
  it('gives back what was put there', () => {
    fc.assert(
      fc.property(history, (calls) => {
        const pace = pacesOf(calls).at(-1)?.pace ?? CALM;
        expect(readPace(paceText(pace))).toEqual(pace);
      }),
    );
  });

  it.each([undefined, '', 'x', '{}', 'null', '{"level":"high"}'])(
    'means full speed when it holds %j',
    (text) => {
      expect(readPace(text)).toEqual(CALM);
    },
  );

  it('has no news of quick answers, nor of what never got to Mautic', () => {
    const quick = { ...ANSWERED, contacts: { writing: 'edit', count: 10 } } as const;

    expect(isNews(CALM, paceAfter(times(500, quick)))).toBe(false);
    expect(isNews(CALM, paceAfter(times(500, { ms: 90_000, evidence: 'nothing' })))).toBe(false);
  });

  it.each([
    ['a failure', AWAY],
    ['slowness', SLOW],
    ['a hold', { ...AWAY, waitMs: MINUTE }],
    ['a smaller batch', { ms: 2_900, evidence: 'answered', contacts: { writing: 'edit', count: 10 } }],
  ] as const)('has news of %s', (_name, call) => {
    expect(isNews(CALM, paceAfter([call]))).toBe(true);
  });

  it('has news of answers only until they outnumber what failed', () => {
    let pace = paceAfter([AWAY]);
    const written: boolean[] = [];
    for (let call = 0; call < 6; call += 1) {
      const next = paceAfter([ANSWERED], { from: pace });
      written.push(isNews(pace, next));
      pace = next;
    }

    expect(written).toEqual([true, true, false, false, false, false]);
  });
});
