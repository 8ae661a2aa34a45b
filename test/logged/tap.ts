import { appendFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { format } from 'node:util';
import { expect } from 'vitest';
import { FOLDER_VARIABLE, type Said } from './folder.ts';

/** What a test process prints, its console included, is kept for the check at the end of the run. */

const folder = process.env[FOLDER_VARIABLE];
const root = new URL('../../', import.meta.url).pathname;
const METHODS = ['debug', 'info', 'log', 'warn', 'error', 'trace'] as const;

const seen = new Set<string>();

/** Keys of contacts and versions of orders, where the log says them: they are hashes, which tell nothing of anybody. */
const HASHED = /"contact":"(?!c[ks]_)[\w-]{22}"|"version":"\d+(?:\.read)?\.[\w-]{6}"/gi;

/** What a text has in common with all that differ from it in digits and hashes only. */
export function shapeOf(text: string): string {
  return text.replace(HASHED, '#').replace(/\d+/g, '0');
}

/** Keeps a text, unless one of its shape is kept already: property tests say a lot. */
export function keep(stream: Said['stream'], text: string): boolean {
  const shape = `${stream} ${shapeOf(text)}`;
  if (folder === undefined || seen.has(shape)) return false;
  seen.add(shape);
  const { testPath = '', currentTestName = '' } = expect.getState();
  const file = relative(root, testPath);
  const said: Said = { stream, file, test: currentTestName, text };
  const name = `${file.replaceAll('/', '+')}.${String(process.pid)}.jsonl`;
  appendFileSync(join(folder, name), `${JSON.stringify(said)}\n`);
  return true;
}

/** Keeps what was printed, line by line. */
export function keepPrinted(text: string): void {
  for (const line of text.split('\n')) if (line.trim() !== '') keep('printed', line);
}

/** Keeps what another process prints for as long as it does. */
export function keepOutputOf({ stdout, stderr }: Output): void {
  createInterface({ input: stdout }).on('line', keepPrinted);
  createInterface({ input: stderr }).on('line', (line) => process.stderr.write(`${line}\n`));
}

interface Output {
  readonly stdout: NodeJS.ReadableStream;
  /** Shown too, because it says why the process failed. */
  readonly stderr: NodeJS.ReadableStream;
}

function tapStream(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream);
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    keepPrinted(text);
    if (!isLogLine(text)) return Reflect.apply(write, undefined, [chunk, ...rest]) as boolean;
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  };
}

/** Lines of our own log and metrics would bury what the test runner prints. */
function isLogLine(text: string): boolean {
  return /^\{.*"(service|_aws)":.*\}\s*$/s.test(text);
}

function tapConsole(target: Console): void {
  for (const method of METHODS) {
    const say = target[method].bind(target);
    target[method] = (...args: unknown[]) => {
      keepPrinted(format(...args));
      say(...args);
    };
  }
}

const TAPPED = Symbol.for('bridge.test.tapped');

interface Tappable {
  [TAPPED]?: true;
}

/** A worker may run several files, and comes here for each: what is tapped already is left alone. */
function tap<Target extends object>(target: Target & Tappable, how: (target: Target) => void): void {
  if (target[TAPPED]) return;
  target[TAPPED] = true;
  how(target);
}

tap(process, ({ stdout, stderr }) => {
  tapStream(stdout);
  tapStream(stderr);
});
tap(console, tapConsole);
