import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import * as v from 'valibot';
import { onTestFinished } from 'vitest';
import type { Failure, Outcome } from '../../lib/core/ledger/failure.ts';
import type { Claims, Registers } from '../../lib/core/ports/ledger.ts';
import type { Clock, Log, Metrics } from '../../lib/core/ports/telemetry.ts';
import { createHttp, type Http } from '../../lib/http.ts';
import { createMemoryRegisters } from '../../lib/local/memory/registers.ts';
import { createAuthorization } from '../../lib/mautic/auth/auth.ts';
import type {
  AuthorizationOptions,
  Credentials,
  StoredToken,
  TokenStore,
} from '../../lib/mautic/auth/authorization.ts';
import { createMauticClient, type MauticClient } from '../../lib/mautic/client.ts';
import { type SimulatorOptions, startMauticSimulator } from '../../lib/simulators/mautic/simulator.ts';
import { keep } from '../logged/tap.ts';
import { type Deadlines, manualDeadlines } from '../support/deadlines.ts';
import { type Line, recordingLog } from '../support/log.ts';

const Recording = v.object({
  response: v.object({
    status: v.number(),
    headers: v.optional(v.array(v.tuple([v.string(), v.string()])), []),
    body: v.unknown(),
  }),
});

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly json: unknown;
}

/** Files of a set by the numbers of their recordings: a set has hundreds, and a server may answer with one each time. */
const listed = new Map<string, ReadonlyMap<string, string>>();

function filesOf(set: string, folder: URL): ReadonlyMap<string, string> {
  const known =
    listed.get(set) ?? new Map(readdirSync(folder).map((name) => [name.split('-')[0] ?? '', name]));
  listed.set(set, known);
  return known;
}

/** What a real Mautic answered, by the number of its recording; of 5.2.0 if not said otherwise. */
export function recorded(number: string, set: string = 'mautic'): Reply {
  const folder = new URL(`../fixtures/${set}/`, import.meta.url);
  const file = filesOf(set, folder).get(number);
  if (file === undefined) throw new Error(`no recording ${number}`);
  const { response } = v.parse(Recording, JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
  const kept = response.headers.filter(([name]) =>
    /^(content-type|date|location|retry-after|x-rate|www-auth)/i.test(name),
  );
  return { status: response.status, headers: Object.fromEntries(kept), body: response.body };
}

/** A real server that answers with whatever `answer` says; closed after the test. */
export async function serve(
  answer: (seen: Seen) => Reply | Promise<Reply>,
): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void read(request).then(async (text) => {
      const arrived = seenOf(request, text);
      seen.push(arrived);
      send(response, await answer(arrived));
    });
  });
  await listening(server);
  return { url: urlOf(server), seen };
}

export async function listening(server: Server): Promise<void> {
  // Longer than any pause of a test, so that no connection is cut just as it is used again.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
}

/** Where a server listens. */
export function urlOf(server: Server): string {
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function seenOf(request: IncomingMessage, text: string): Seen {
  const { method = '', url = '', headers } = request;
  return { method, url, headers, text, json: /^[[{]/.test(text) ? JSON.parse(text) : undefined };
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(text);
}

/** A clock that stands still, so that nothing lapses on a busy machine; whoever sleeps on it lets others go on. */
const NOW = Date.now();
const stillClock: Clock = { now: () => NOW, sleep: (ms) => pause(Math.min(ms, 5)) };

/** A clock that moves only when it is slept on or set. */
export function manualClock(start = Date.parse('2026-11-21T12:00:00Z')) {
  let now = start;
  const clock: Clock = {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
      await pause(1);
    },
  };
  return {
    clock,
    forward: (ms: number) => {
      now += ms;
    },
  };
}

function memoryLog(): { log: Log; lines: Line[] } {
  const lines: Line[] = [];
  return { lines, log: recordingLog((line) => void lines.push(line)) };
}

function memoryMetrics(): { metrics: Metrics; counts: Map<string, number> } {
  const counts = new Map<string, number>();
  return {
    counts,
    metrics: { count: (name, value = 1) => void counts.set(name, (counts.get(name) ?? 0) + value) },
  };
}

/** Claims as the port describes them; each call takes a turn of the event loop, as a database would. */
export function memoryClaims(): Claims {
  const finished = new Map<string, string>();
  const held = new Map<string, { holder: string; until: number }>();
  return {
    finished: async (kind) => {
      await pause(0);
      const mine = [...finished].filter(([key]) => key.startsWith(`${kind}#`));
      return new Map(mine.map(([key, value]) => [key.slice(kind.length + 1), value]));
    },
    claim: async (kind, name, lease) => {
      await pause(0);
      const key = `${kind}#${name}`;
      if (finished.has(key)) return 'finished';
      const holder = held.get(key);
      if (holder && holder.until > lease.now) return 'held';
      held.set(key, lease);
      return 'claimed';
    },
    finish: async (kind, name, value) => {
      await pause(0);
      finished.set(`${kind}#${name}`, value);
    },
    reopen: async (kind, name) => {
      await pause(0);
      finished.delete(`${kind}#${name}`);
    },
    release: async (kind, name, holder) => {
      await pause(0);
      if (held.get(`${kind}#${name}`)?.holder === holder) held.delete(`${kind}#${name}`);
    },
  };
}

export function memoryTokens(first?: StoredToken): TokenStore & { current(): StoredToken | undefined } {
  let token = first;
  return {
    current: () => token,
    read: async () => {
      await pause(0);
      return token;
    },
    write: async (next) => {
      await pause(0);
      token = next;
    },
  };
}

export const LOCAL_CLIENT: Credentials = { clientId: 'local', clientSecret: 'local-secret' };

/** A channel whose exchanges may take as long as they need, or until a test ends them. */
export function httpTo(baseUrl: string, { deadline }: Deadlines = manualDeadlines()): Http {
  const http = createHttp({
    baseUrl,
    timeoutMs: 0,
    deadline,
    maxBytes: 5_000_000,
    clock: stillClock,
    name: 'Mautic',
  });
  onTestFinished(() => http.close());
  return http;
}

/** A simulated Mautic that ends with the test, and a channel to it that is ended where an answer never comes. */
export async function simulatedMautic(options: SimulatorOptions = {}) {
  const deadlines = manualDeadlines();
  const mautic = await startMauticSimulator({ ...options, onSilence: deadlines.pass });
  onTestFinished(() => mautic.close());
  return { mautic, http: httpTo(mautic.url, deadlines) };
}

let instances = 0;

/** One instance of the bridge; instances that share `tokens` and `claims` belong together. */
export function instance(
  options: { url: string; credentials?: Credentials; registers?: Registers } & Partial<
    Omit<AuthorizationOptions, 'credentials'>
  >,
) {
  instances += 1;
  const { log, lines } = memoryLog();
  const { metrics, counts } = memoryMetrics();
  const credentials = options.credentials ?? LOCAL_CLIENT;
  const all: AuthorizationOptions & { registers: Registers; lookAgain: () => Promise<void> } = {
    http: httpTo(options.url),
    baseUrl: options.url,
    tokens: memoryTokens(),
    claims: memoryClaims(),
    registers: createMemoryRegisters(),
    lookAgain: async () => void counts.set('lookAgain', (counts.get('lookAgain') ?? 0) + 1),
    clock: stillClock,
    holder: `instance-${String(instances)}`,
    log,
    metrics,
    ...options,
    credentials: { read: async () => credentials },
  };
  const authorization = createAuthorization(all);
  const client: MauticClient = createMauticClient({ ...all, authorization });
  return { ...all, authorization, client, lines, counts };
}

/** A client whose calls are authorised without a token endpoint. */
export function plainClient(url: string, clock: Clock = stillClock): MauticClient {
  return instance({ url, clock, credentials: { username: 'someone', password: 'secret' } }).client;
}

/** The value of an outcome that must be one. */
export function must<Value>(outcome: Outcome<Value> | undefined): Value {
  if (!outcome?.ok) throw new Error(`failed: ${JSON.stringify(outcome?.failure)}`);
  return outcome.value;
}

/** The failure of an outcome that must be one. */
export function failureOf(outcome: Outcome<unknown> | undefined): Failure {
  if (!outcome || outcome.ok) throw new Error('did not fail');
  keep('failure', outcome.failure.message);
  return outcome.failure;
}
