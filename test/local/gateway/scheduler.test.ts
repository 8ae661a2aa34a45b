import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Schedule, startScheduler } from '../../../lib/local/gateway/scheduler.ts';

function started(schedules: readonly Schedule[]) {
  const errors: { name: string; error: unknown }[] = [];
  const scheduler = startScheduler(schedules, (name, error) => errors.push({ name, error }));
  onTestFinished(() => scheduler.stop());
  return { errors, stop: () => scheduler.stop() };
}

describe('the scheduler', () => {
  it('invokes a function again and again with a scheduled event', async () => {
    const sources: string[] = [];
    started([{ name: 'sweep', everyMs: 30, handler: ({ source }) => sources.push(source) }]);

    await vi.waitFor(() => expect(sources.length).toBeGreaterThanOrEqual(3));

    expect(new Set(sources)).toEqual(new Set(['aws.scheduler']));
  });

  it('invokes at the start only what is asked to', async () => {
    const ran: string[] = [];
    const schedule = (name: string, runAtStart?: true): Schedule => ({
      name,
      everyMs: 60_000,
      handler: () => ran.push(name),
      ...(runAtStart && { runAtStart }),
    });

    started([schedule('sweep', true), schedule('reconcile')]);
    await sleep(20);

    expect(ran).toEqual(['sweep']);
  });

  it('never runs the same function twice at once', async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    const handler = async () => {
      running += 1;
      runs += 1;
      most = Math.max(most, running);
      await sleep(50);
      running -= 1;
    };

    started([{ name: 'sweep', everyMs: 10, handler }]);
    await vi.waitFor(() => expect(runs).toBeGreaterThan(2), { timeout: 5_000 });

    expect(most).toBe(1);
  });

  it('tells of an error and comes again', async () => {
    let runs = 0;
    const handler = async () => {
      runs += 1;
      throw new Error('broken');
    };

    const { errors } = started([{ name: 'sweep', everyMs: 20, handler }]);
    await vi.waitFor(() => expect(runs).toBeGreaterThan(1), { timeout: 5_000 });

    expect(errors[0]).toEqual({ name: 'sweep', error: new Error('broken') });
  });

  it('tells of a function that hangs and comes again', async () => {
    let runs = 0;
    const handler = () => {
      runs += 1;
      return new Promise(() => undefined);
    };

    const { errors } = started([{ name: 'sweep', everyMs: 10, handler, functionTimeoutMs: 30 }]);
    await vi.waitFor(() => expect(runs).toBeGreaterThan(1), { timeout: 5_000 });

    expect(String(errors[0]?.error)).toMatch(/took longer than its 30 ms/);
  });

  it('waits for what is running when it stops, and starts nothing more', async () => {
    let ended = 0;
    const handler = async () => {
      await sleep(80);
      ended += 1;
    };
    const scheduler = started([{ name: 'sweep', everyMs: 10, handler, runAtStart: true }]);

    await scheduler.stop();
    const atStop = ended;
    await sleep(120);

    expect(atStop).toBe(1);
    expect(ended).toBe(1);
  });
});
