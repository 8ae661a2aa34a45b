import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Done, Order } from '../children/host.ts';

/** A bundled function in a process of its own. */
export interface Host {
  invoke(order: Order): Promise<Done>;
  /** What it has printed so far. */
  printed(): Printed;
  stop(): void;
}

export interface Printed {
  readonly bytes: number;
  readonly lines: number;
}

const NEWLINE = 10;
const HOST = fileURLToPath(new URL('../children/host.ts', import.meta.url));

/** Loads the bundle with nothing but this environment, as Lambda does. */
export async function startHost(
  bundle: string,
  environment: Readonly<Record<string, string>>,
): Promise<Host> {
  const child = fork(HOST, [bundle], {
    env: environment,
    execArgv: [],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const printed = { bytes: 0, lines: 0 };
  child.stdout?.on('data', (data: Buffer) => {
    printed.bytes += data.byteLength;
    printed.lines += data.filter((byte) => byte === NEWLINE).length;
  });
  await answerOf(child);
  return {
    invoke: async (order) => {
      const answer = answerOf(child);
      child.send(order);
      return (await answer) as Done;
    },
    printed: () => ({ ...printed }),
    stop: () => void child.kill('SIGKILL'),
  };
}

/** @throws Error when the process ends instead of answering. */
async function answerOf(child: ChildProcess): Promise<unknown> {
  const gone = new AbortController();
  const onExit = () => gone.abort(new Error(`a function's process ended; what it printed stands above`));
  child.once('exit', onExit);
  try {
    const [answer] = (await once(child, 'message', { signal: gone.signal })) as [unknown];
    return answer;
  } finally {
    child.off('exit', onExit);
  }
}
