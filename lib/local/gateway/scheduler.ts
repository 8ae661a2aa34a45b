import { randomUUID } from 'node:crypto';
import type { ScheduledEvent } from 'aws-lambda';
import { type Handler, invoke, within } from './invocation.ts';

export type Schedule = {
  readonly name: string;
  readonly everyMs: number;
  readonly handler: Handler<ScheduledEvent>;
  readonly runAtStart?: boolean;
  /** How long the function may run. */
  readonly functionTimeoutMs: number;
};

export interface Scheduler {
  /** Starts nothing more and waits for what is running, for its own timeout at most. */
  stop(): Promise<void>;
}

/** Invokes each function at its rate, as EventBridge Scheduler does, but never the same one twice at once. */
export function startScheduler(
  schedules: readonly Schedule[],
  onError: (name: string, error: unknown) => void,
): Scheduler {
  const started = schedules.map((schedule) => start(schedule, onError));
  return {
    stop: async () => {
      await Promise.all(started.map((stop) => stop()));
    },
  };
}

function start(schedule: Schedule, onError: (name: string, error: unknown) => void): () => Promise<void> {
  const { name, everyMs, runAtStart = false, functionTimeoutMs } = schedule;
  let running: Promise<void> | undefined;
  const tick = () => {
    running ??= run(schedule, (error) => onError(name, error)).finally(() => {
      running = undefined;
    });
  };
  const timer = setInterval(tick, everyMs);
  if (runAtStart) tick();
  return async () => {
    clearInterval(timer);
    if (running) await within(functionTimeoutMs, running, undefined);
  };
}

async function run(schedule: Schedule, onError: (error: unknown) => void): Promise<void> {
  const { name, handler, functionTimeoutMs: timeoutMs } = schedule;
  const invocation = invoke({ name, handler, timeoutMs }, createScheduledEvent(name));
  const outcome = await invocation.outcome;
  if (outcome.type === 'threw') onError(outcome.error);
  if (outcome.type === 'timed-out') onError(new Error(`${name} took longer than its ${timeoutMs} ms.`));
  // As long again for a handler that hangs; after that the next tick comes all the same.
  await within<unknown>(timeoutMs, invocation.settled, undefined);
}

function createScheduledEvent(name: string): ScheduledEvent {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: '000000000000',
    time: new Date().toISOString(),
    region: 'us-east-1',
    resources: [`arn:aws:scheduler:us-east-1:000000000000:schedule/default/${name}`],
    detail: {},
  };
}
