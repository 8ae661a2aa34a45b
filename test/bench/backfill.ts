import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { systemClock } from '../../lib/aws/clock.ts';
import { createLedger } from '../../lib/aws/ledger/ledger.ts';
import type { Ring } from '../../lib/core/contact/contact.ts';
import type { Store } from '../../lib/core/policy/configuration/store.ts';
import { DEFAULT_POLICY } from '../../lib/core/policy/policy.ts';
import { connection } from '../../lib/local/aws/connection.ts';
import type { Endpoints } from '../../lib/local/aws/emulators.ts';
import type { Resources } from '../../lib/local/aws/resources.ts';
import { createMemoryLedger, type MemoryLedger } from '../../lib/local/memory/ledger.ts';
import type { StoredToken, TokenStore } from '../../lib/mautic/auth/authorization.ts';
import { connectMautic } from '../../lib/mautic/connect.ts';
import { createMauticPorts } from '../../lib/mautic/ports.ts';
import { readBackfill, startBackfill } from '../../lib/pipeline/backfill/control.ts';
import { createBackfill } from '../../lib/pipeline/backfill.ts';
import { createHistory } from '../../lib/pipeline/registers/history.ts';
import { createSince } from '../../lib/pipeline/registers/since.ts';
import { createSweep } from '../../lib/pipeline/sweep.ts';
import { createSync } from '../../lib/pipeline/sync.ts';
import { storeApiOf } from '../../lib/stores/rest.ts';
import { numberOf, runWithUsage } from '../support/run-usage.ts';
import { sourceOf } from '../support/sources.ts';

/** Each needs room for at least so many orders a second, and no more memory at the end than this times the beginning. */
const LEAST_A_SECOND = 200;
const MOST_GROWTH = 1.3;

const USAGE = `Usage: npm run bench:backfill [-- <flags>]

A backfill of a simulated shop over HTTP into the emulated ledger: orders a second, memory, and writes to the simulated
Mautic; and whose processor time that is: the bridge's, the emulator's or the shop's. To read 100,000 orders takes five to
ten minutes on two cores. It must be ${String(LEAST_A_SECOND)} a second by the clock, which a machine that does other things does not
reach; the rate of the bridge's own processor time is shown beside it.
  --orders <n>   100000 if not said
  --people <n>   who placed them; a fifth of the orders if not said
  --read         only reads; writing to Mautic takes longer than reading
  --forget       reads into a ledger that keeps nothing: what the reading itself takes, whatever stands in for DynamoDB`;

/** Rests that a slow shop is given are none of the bridge's time, nor of its processor's. */
const rested = { ms: 0 };
const clock = {
  ...systemClock,
  sleep: async (ms: number) => {
    rested.ms += ms;
    await systemClock.sleep(ms);
  },
};
const KEY = { consumerKey: 'ck_local', consumerSecret: 'cs_local' };
const EVERY_MS = 5_000;
const TOLD_EVERY_MS = 20_000;

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      orders: { type: 'string', default: '100000' },
      people: { type: 'string' },
      read: { type: 'boolean', default: false },
      forget: { type: 'boolean', default: false },
    },
  });
  const orders = numberOf('orders', values.orders);
  const people = numberOf('people', values.people ?? String(Math.max(1, Math.floor(orders / 5))));
  const [shop, ledger] = [start('past-shop', [String(orders), String(people)]), start('past-ledger', [])];
  try {
    const places = { ...(await answerOf<Urls>(shop)), ...(await answerOf<Aws>(ledger)) };
    const bridge = openBridge(places, values.forget);
    await readAll(bridge, { orders, shop, emulator: ledger });
    if (!values.read && !values.forget) await writeAll(bridge, shop, people);
  } finally {
    for (const child of [shop, ledger]) child.kill('SIGKILL');
  }
}

interface Urls {
  readonly shopUrl: string;
  readonly mauticUrl: string;
}

interface Aws {
  readonly endpoints: Endpoints;
  readonly resources: Resources;
}

function start(name: string, args: string[]): ChildProcess {
  return fork(fileURLToPath(new URL(`children/${name}.ts`, import.meta.url)), args);
}

async function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  return (await once(child, 'message'))[0] as Answer;
}

type Bridge = ReturnType<typeof openBridge>;

function openBridge({ shopUrl, mauticUrl, endpoints, resources }: Urls & Aws, forgets: boolean) {
  const stores: readonly Store[] = [{ id: 'demo', kind: 'woocommerce', currency: 'EUR', url: shopUrl }];
  const client = new DynamoDBClient(connection(endpoints.dynamodb));
  const ledger = forgets ? forgetful() : createLedger({ client, tableName: resources.tableName });
  const counts = new Map<string, number>();
  const log = { info: () => undefined, warn: complain, error: complain };
  const metrics = {
    count: (name: string, value = 1) => void counts.set(name, (counts.get(name) ?? 0) + value),
  };
  const shared = { clock, log, metrics, holder: randomUUID(), claims: ledger, registers: ledger };
  const rings: Ring[] = [];
  const doorbell = {
    ring: async (some: readonly Ring[]) => void rings.push(...some),
    depth: async () => rings.length,
  };
  const { client: mautic } = connectMautic({
    baseUrl: mauticUrl,
    credentials: { read: async () => ({ clientId: 'local', clientSecret: 'local-secret' }) },
    tokens: memoryTokens(),
    ...shared,
  });
  const policy = DEFAULT_POLICY;
  const ports = { things: ledger, contacts: ledger, ...shared };
  const sync = createSync({
    ...ports,
    ...createMauticPorts({ client: mautic, mode: 'create', lookAgain: async () => undefined, ...shared }),
    policy,
    currencies: new Map([['demo', 'EUR']]),
    since: createSince({ stores, policy, ...ports }),
    history: createHistory({ stores, ...shared }),
  });
  const backfill = createBackfill({
    ...ports,
    stores,
    sourceOf,
    survey: ledger,
    keys: { of: async () => KEY },
    storeApiOf: (store, key) => storeApiOf(store, key, { clock, randomId: randomUUID, sourceOf }),
    policy,
  });
  return { ledger, counts, rings, sync, backfill, sweep: createSweep({ ...ports, doorbell }) };
}

interface Past {
  readonly orders: number;
  readonly shop: ChildProcess;
  readonly emulator: ChildProcess;
}

/** Reads the past, run by run as the function would, and says how fast and in how much memory. */
async function readAll({ ledger, backfill }: Bridge, { orders, shop, emulator }: Past): Promise<void> {
  await startBackfill({ registers: ledger, clock }, 'demo');
  const heaps: number[] = [];
  const before = await Promise.all([shop, emulator].map(processorSeconds));
  const began = performance.now();
  const cpu = process.cpuUsage();
  const watch = setInterval(() => heaps.push(heapMb()), EVERY_MS);
  const telling = setInterval(() => void tellProgress(ledger, orders, began), TOLD_EVERY_MS);
  for (;;) {
    const until = performance.now() + 300_000;
    await backfill(() => until - performance.now());
    const job = await readBackfill({ registers: ledger }, 'demo');
    if (job?.step === 'telling' || job?.step === 'writing') break;
  }
  for (const timer of [watch, telling]) clearInterval(timer);
  const seconds = (performance.now() - began) / 1000;
  const own = secondsOf(process.cpuUsage(cpu));
  const after = await Promise.all([shop, emulator].map(processorSeconds));
  const [ofShop = 0, ofEmulator = 0] = after.map((spent, index) => spent - (before[index] ?? 0));
  const rate = orders / seconds;
  const [first = heapMb(), last = heapMb()] = [
    heaps.slice(0, heaps.length / 4),
    heaps.slice(-heaps.length / 4),
  ].map((some) => (some.length === 0 ? undefined : Math.max(...some)));
  const rests = rested.ms / 1000;
  say(
    `read: ${String(orders)} orders in ${seconds.toFixed(0)} s, ${rate.toFixed(0)} a second by the clock, ${(orders / own).toFixed(0)} a second of the bridge's own processor time`,
  );
  say(
    `processor: ${own.toFixed(1)} s of the bridge, ${ofEmulator.toFixed(1)} s of the emulated DynamoDB, ${ofShop.toFixed(1)} s of the shop; ${rests.toFixed(1)} s were rests, which a shop is given whose pages come slower than usual, as on a machine that does other things`,
  );
  say(`heap: ${first.toFixed(0)} MB in the first quarter, ${last.toFixed(0)} MB in the last`);
  if (rate < LEAST_A_SECOND || last > first * MOST_GROWTH) process.exitCode = 1;
}

/** Writes the contacts as sweep and sync would, without a pause between them. */
async function writeAll(bridge: Bridge, shop: ChildProcess, people: number): Promise<void> {
  const { ledger, backfill, sweep, rings, sync, counts } = bridge;
  const began = performance.now();
  for (;;) {
    const until = performance.now() + 300_000;
    await backfill(() => until - performance.now());
    const job = await readBackfill({ registers: ledger }, 'demo');
    if (job?.state === 'finished') {
      say(`receipt: ${JSON.stringify(job.receipt)}`);
      break;
    }
    const rung = await sweep(() => 0);
    while (rings.length > 0)
      await sync(
        rings.splice(0, 10).map((ring) => ({ ring, receives: 1 })),
        () => 170_000,
      );
    if (rung === 0) await clock.sleep(EVERY_MS);
  }
  const seconds = (performance.now() - began) / 1000;
  shop.send('spent');
  const spent = await answerOf<{ calls: number; ms: number; contacts: number }>(shop);
  const written = counts.get('ContactWritten') ?? 0;
  say(
    `written: ${String(spent.contacts)} contacts by ${String(written)} writes in ${String(spent.calls)} calls, ${seconds.toFixed(0)} s; a Mautic 5.2 works on that for ${(spent.ms / 1000).toFixed(0)} s`,
  );
  if (spent.contacts !== people || written > people) process.exitCode = 1;
}

/** Takes everything and knows nothing but how far the backfill is. */
function forgetful(): MemoryLedger {
  const ledger = createMemoryLedger();
  return {
    ...ledger,
    load: async () => new Map(),
    save: async () => true,
    point: async () => undefined,
    introduceLater: async () => undefined,
  };
}

/** So that nobody takes a long run for one that hangs. */
async function tellProgress(ledger: Bridge['ledger'], orders: number, began: number): Promise<void> {
  const job = await readBackfill({ registers: ledger }, 'demo');
  const read = job?.tally.orders ?? 0;
  const rate = read / ((performance.now() - began) / 1000);
  process.stderr.write(`${String(read)} of ${String(orders)} orders, ${rate.toFixed(0)} a second\n`);
}

/** What a process has used so far. */
async function processorSeconds(child: ChildProcess): Promise<number> {
  child.send('spent');
  return secondsOf((await answerOf<{ readonly cpu: NodeJS.CpuUsage }>(child)).cpu);
}

function secondsOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1e6;
}

function complain(message: string, fields: object = {}): void {
  process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapMb(): number {
  collect();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

function memoryTokens(): TokenStore {
  let token: StoredToken | undefined;
  return {
    read: async () => token,
    write: async (next) => {
      token = next;
    },
  };
}

await runWithUsage(USAGE, main);
