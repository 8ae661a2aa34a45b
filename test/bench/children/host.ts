import { createContext } from '../../../lib/local/gateway/lambda-context.ts';

/** Holds one bundled function as a Lambda instance does, and measures the invocations it is asked for. */

/** Invokes the handler with each event, `repeat` times; without events with those of the last time. */
export interface Order {
  readonly events?: readonly unknown[];
  readonly repeat?: number;
}

export interface Done {
  readonly cpuMs: number;
  /** How long each invocation took. */
  readonly wallMs: readonly number[];
  /** What the last round of invocations answered. */
  readonly results: readonly unknown[];
}

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const bundle = process.argv[2] ?? '';
const name = process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'function';
const TIMEOUT_MS = 120_000;

const { handler } = (await import(bundle)) as { handler: Handler };
let events: readonly unknown[] = [];

async function work({ events: given, repeat = 1 }: Order): Promise<Done> {
  events = given ?? events;
  const wallMs: number[] = [];
  let results: unknown[] = [];
  const before = process.cpuUsage();
  for (let round = 0; round < repeat; round += 1) {
    results = [];
    for (const event of events) {
      const start = performance.now();
      results.push(await handler(event, createContext(name, TIMEOUT_MS)));
      wallMs.push(performance.now() - start);
    }
  }
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, wallMs, results };
}

async function answer(order: Order): Promise<void> {
  process.send?.(await work(order));
}

process.on('message', (order: Order) => void answer(order));
process.send?.('ready');
