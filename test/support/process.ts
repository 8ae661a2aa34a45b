import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { keepOutputOf } from '../logged/tap.ts';
import type { FeedRecording } from './fluentcart.ts';
import type { HeldContact } from './held.ts';
import { RECORDED_SECRET, type Recording } from './woocommerce.ts';

/** A command of the project in a process of its own. */
export interface Running {
  readonly child: ChildProcess;
  /** The first address it says it listens on. */
  readonly url: string;
  /** The simulated Mautic's address, where it says one. */
  readonly mauticUrl: string;
  /** Every line of its standard output so far. */
  readonly printed: readonly string[];
  /** Resolves once it has printed this. */
  untilPrinted(text: string): Promise<void>;
  /** Kills it as a power cut would. */
  kill(): Promise<void>;
}

const ROOT = new URL('../../', import.meta.url);
const URLS = /(http:\/\/127\.0\.0\.1:\d+)/;

/** An empty folder for one test's state. */
export function emptyFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'bridge-test-'));
}

/** `npm start -- --no-demo`, or with other flags, on free ports, with the secret of the recordings. */
export function startBridgeProcess(
  dataDir: string,
  environment: Readonly<Record<string, string | undefined>> = {},
  flags: readonly string[] = ['--no-demo'],
): Promise<Running> {
  return startProcess(
    ['start', ...flags],
    { BRIDGE_DATA_DIR: dataDir, PORT: '0', MAUTIC_PORT: '0', ...environment },
    { urls: 2 },
  );
}

/** The same with a bridge.config.ts of its own, of these stores, in the folder of its data. */
export async function startBridgeOf(stores: readonly object[], dataDir: string): Promise<Running> {
  const path = join(dataDir, 'bridge.config.ts');
  const text = JSON.stringify({ stores, mautic: { url: 'https://mautic.example.com' } });
  await writeFile(
    path,
    `import { defineBridge } from 'mautic-commerce-bridge';\n\nexport const config = defineBridge(${text});\n`,
  );
  return startProcess(
    ['start', '--no-demo', '--config', path],
    { BRIDGE_DATA_DIR: dataDir, PORT: '0', MAUTIC_PORT: '0' },
    { urls: stores.length + 1 },
  );
}

/** `npm run mautic` on a free port. */
export function startMauticProcess(dataDir: string): Promise<Running> {
  return startProcess(['mautic'], { BRIDGE_DATA_DIR: dataDir, MAUTIC_PORT: '0' }, { urls: 1 });
}

async function startProcess(
  args: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
  { urls }: { readonly urls: number },
): Promise<Running> {
  const child = spawn(process.execPath, ['bin/bridge.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, LOG_LEVEL: 'INFO', WEBHOOK_SECRET: RECORDED_SECRET, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  keepOutputOf(child);
  const printed: string[] = [];
  const lines = createInterface({ input: child.stdout }).on('line', (line) => printed.push(line));
  const untilPrinted = async (text: string) => {
    while (!printed.some((line) => line.includes(text))) await once(lines, 'line');
  };
  const found: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const url = URLS.exec(line)?.[1];
    if (url) found.push(url);
    if (found.length === urls) break;
  }
  child.stdout.resume();
  // Of several stores the first says where the bridge is, and Mautic comes last.
  const [url, mauticUrl = url] = [found[0], found.at(-1)];
  if (url === undefined || mauticUrl === undefined)
    throw new Error(`${args.join(' ')} ended before it listened`);
  return { child, url, mauticUrl, printed, untilPrinted, kill: () => kill(child) };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Sends a recording as the store did; the status, or undefined when no answer came. */
export async function deliver(
  bridgeUrl: string,
  { method, headers, body }: Recording,
): Promise<number | undefined> {
  const { host: _host, connection: _connection, 'content-length': _length, ...sent } = headers;
  try {
    const response = await fetch(`${bridgeUrl}/webhooks/demo`, { method, headers: sent, body });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
}

/** Sends a FluentCart recording to a store of this id, with the secret of the bridge. */
export async function deliverFeed(
  bridgeUrl: string,
  store: string,
  { method, headers, body, event }: Pick<FeedRecording, 'method' | 'headers' | 'body' | 'event'>,
): Promise<number | undefined> {
  const { host: _host, connection: _connection, 'content-length': _length, ...sent } = headers;
  const { 'accept-encoding': _encoding, 'x-fluentcart-event': _event, ...others } = sent;
  const url = `${bridgeUrl}/webhooks/${store}?event=${event}`;
  try {
    const own = { ...others, 'x-bridge-secret': RECORDED_SECRET };
    const response = await fetch(url, { method, headers: own, body });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
}

const Health = v.object({
  status: v.literal('ok'),
  pending: v.object({ deliveries: v.number(), contacts: v.number(), effects: v.number() }),
});

const FIRST_LOOK_MS = 50;
/** Each look is up to thirty calls of the bridge to its emulators, which has other things to do. */
const RAREST_LOOK_MS = 500;

/** Resolves once nothing is pending; rejects after `patienceMs`. */
export async function untilIdle(bridgeUrl: string, patienceMs = 240_000): Promise<void> {
  const end = Date.now() + patienceMs;
  let last: unknown;
  for (let pause = FIRST_LOOK_MS; Date.now() < end; pause = Math.min(2 * pause, RAREST_LOOK_MS)) {
    const response = await fetch(`${bridgeUrl}/health`);
    const { pending } = v.parse(Health, await response.json());
    if (pending.deliveries + pending.contacts + pending.effects === 0) return;
    last = pending;
    await sleep(pause);
  }
  throw new Error(`still pending: ${JSON.stringify(last)}`);
}

const Contacts = v.object({
  contacts: v.record(
    v.string(),
    v.object({
      fields: v.object({ all: v.record(v.string(), v.unknown()) }),
      tags: v.array(v.object({ tag: v.string() })),
    }),
  ),
});

/** All contacts of the simulated Mautic, by its REST API. */
export async function heldContacts(mauticUrl: string): Promise<HeldContact[]> {
  const authorization = `Basic ${Buffer.from('admin:mautic').toString('base64')}`;
  const response = await fetch(`${mauticUrl}/api/contacts?limit=0`, { headers: { authorization } });
  const { contacts } = v.parse(Contacts, await response.json());
  return Object.values(contacts).map(({ fields, tags }) => ({
    email: String(fields.all['email']),
    fields: fields.all,
    tags: tags.map(({ tag }) => tag),
  }));
}
