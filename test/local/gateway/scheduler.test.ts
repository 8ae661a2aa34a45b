import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Schedule, startScheduler } from '../../../lib/local/gateway/scheduler.ts';

/** Time passes only when a test lets it. */
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const LONG_MS = 60_000;

function started(timed: readonly (Omit<Schedule, 'functionTimeoutMs'> & Partial<Schedule>)[]) {
  const schedules = timed.map((schedule) => ({ functionTimeoutMs: LONG_MS, ...schedule }));
  const errors: { name: string; error: unknown }[] = [];
  const scheduler = startScheduler(schedules, (name, error) => errors.push({ name, error }));
  onTestFinished(() => scheduler.stop());
  return { errors, stop: () => scheduler.stop() };
}

describe('the scheduler', () => {
  it('invokes a function again and again with a scheduled event', async () => {
    const sources: string[] = [];
    started([{ name: 'sweep', everyMs: 30, handler: ({ source }) => sources.push(source) }]);

    await vi.advanceTimersByTimeAsync(29);
    expect(sources).toEqual([]);
    await vi.advanceTimersByTimeAsync(61);

    expect(sources).toEqual(Array(3).fill('aws.scheduler'));
  });

  it('invokes at the start only what is asked to', async () => {
    const ran: string[] = [];
    const schedule = (name: string, runAtStart?: true) => ({
      name,
      everyMs: 60_000,
      handler: () => ran.push(name),
      ...(runAtStart && { runAtStart }),
    });

    started([schedule('sweep', true), schedule('reconcile')]);
    await vi.advanceTimersByTimeAsync(59_999);

    expect(ran).toEqual(['sweep']);
  });

  it('never runs the same function twice at once', async () => {
    const ends: (() => void)[] = [];
    const handler = () => new Promise<void>((resolve) => void ends.push(resolve));

    started([{ name: 'sweep', everyMs: 10, handler }]);
    await vi.advanceTimersByTimeAsync(100);
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await vi.advanceTimersByTimeAsync(10);

    expect(ends).toHaveLength(2);
    ends[1]?.();
  });

  it('tells of an error and comes again', async () => {
    let runs = 0;
    const handler = async () => {
      runs += 1;
      throw new Error('broken');
    };

    const { errors } = started([{ name: 'sweep', everyMs: 20, handler }]);
    await vi.advanceTimersByTimeAsync(40);

    expect(runs).toBe(2);
    expect(errors).toEqual(Array(2).fill({ name: 'sweep', error: new Error('broken') }));
  });

  it('tells of a function that hangs and comes again', async () => {
    let runs = 0;
    const handler = () => {
      runs += 1;
      return runs === 1 ? new Promise(() => undefined) : undefined;
    };

    const { errors } = started([{ name: 'sweep', everyMs: 25, handler, functionTimeoutMs: 30 }]);
    // It may run for 30 ms from the 25th on, and is given as long again to end.
    await vi.advanceTimersByTimeAsync(99);
    expect(runs).toBe(1);
    await vi.advanceTimersByTimeAsync(1);

    expect(runs).toBe(2);
    expect(errors.map(({ error }) => String(error))).toEqual(['Error: sweep took longer than its 30 ms.']);
  });

  it('waits for what is running when it stops, and starts nothing more', async () => {
    let runs = 0;
    let isStopped = false;
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const handler = () => {
      runs += 1;
      return ended;
    };
    const scheduler = started([{ name: 'sweep', everyMs: 10, handler, runAtStart: true }]);

    const stopped = scheduler.stop().then(() => {
      isStopped = true;
    });
    await vi.advanceTimersByTimeAsync(100);
    expect(isStopped).toBe(false);
    end();
    await stopped;
    await vi.advanceTimersByTimeAsync(100);

    expect(runs).toBe(1);
  });
});
