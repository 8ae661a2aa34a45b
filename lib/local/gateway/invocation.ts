import type { Context } from 'aws-lambda';
import { createContext } from './lambda-context.ts';

export type Handler<Event> = (event: Event, context: Context) => unknown;

export type Outcome =
  | { readonly type: 'returned'; readonly result: unknown }
  | { readonly type: 'threw'; readonly error: unknown }
  | { readonly type: 'timed-out' };

export type LocalFunction<Event> = {
  readonly name: string;
  readonly handler: Handler<Event>;
  readonly timeoutMs: number;
};

/** A running invocation: `outcome` comes at the timeout at the latest, `settled` when the handler really ended. */
export type Invocation = { readonly outcome: Promise<Outcome>; readonly settled: Promise<unknown> };

/** Invokes a function as Lambda does, except that a handler past its time cannot be killed, only given up. */
export function invoke<Event>({ name, handler, timeoutMs }: LocalFunction<Event>, event: Event): Invocation {
  const settled = run(() => handler(event, createContext(name, timeoutMs)));
  return { settled, outcome: within(timeoutMs, settled, { type: 'timed-out' }) };
}

/** What `work` brings, or `otherwise` when it takes longer than `ms`. */
export async function within<Result>(ms: number, work: Promise<Result>, otherwise: Result): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Result>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function run(work: () => unknown): Promise<Outcome> {
  try {
    return { type: 'returned', result: await work() };
  } catch (error) {
    return { type: 'threw', error };
  }
}
