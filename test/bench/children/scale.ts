import { DEFAULT_POLICY } from '../../../lib/core/policy/policy.ts';
import { createMemoryLedger, type MemoryLedger } from '../../../lib/local/memory/ledger.ts';
import { type Bridge, createBridge, queued } from '../support/bridge.ts';
import { memoryMautic } from '../support/indexed-mautic.ts';
import { inCopy, ORDERS_AND_CUSTOMERS, orderOf, PRODUCTS, type ShopDelivery } from '../support/shop.ts';
import { median } from '../support/statistics.ts';

/** Runs the pipelines on the memory ledger in a process of its own (`--expose-gc`) and prints what it took, as JSON. */

/** One run over so many deliveries. */
export interface ScaleRun {
  readonly deliveries: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  /** What the heap holds more after it, ledger and Mautic included. */
  readonly heapBytes: number;
}

/** One more order for a contact that has `orders` of them. */
export interface OneMore {
  readonly orders: number;
  readonly cpuMs: number;
  /** Items read from the ledger. */
  readonly reads: number;
}

export interface Scale {
  readonly runs: readonly ScaleRun[];
  readonly oneMore: readonly OneMore[];
}

const CHUNK = 100;
const SIZES = [1_000, 5_000, 20_000, 1_000, 5_000, 1_000, 5_000, 20_000, 1_000] as const;
const WARM_UP = 3_000;
const ORDERS = [20, 200, 2_000] as const;
const MORE = 21;

class Stopwatch {
  cpuMs = 0;
  wallMs = 0;

  async time(work: () => Promise<unknown>): Promise<void> {
    const start = performance.now();
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    this.cpuMs += (user + system) / 1000;
    this.wallMs += performance.now() - start;
  }
}

/** Making deliveries is not timed, and they are gone before memory is looked at. */
async function runOver(deliveries: number): Promise<ScaleRun> {
  const bridge = createBridge({ mautic: memoryMautic(), policy: DEFAULT_POLICY });
  await work(bridge, PRODUCTS);
  const before = heapBytes();
  const watch = new Stopwatch();
  for (let from = 0; from < deliveries; from += CHUNK) {
    const batch = Array.from({ length: Math.min(CHUNK, deliveries - from) }, (_, index) => nth(from + index));
    const messages = batch.map(queued);
    await watch.time(async () => {
      await bridge.record(messages);
      await bridge.sync();
    });
  }
  const { cpuMs, wallMs } = watch;
  const run = { deliveries, cpuMs, wallMs, heapBytes: heapBytes() - before };
  await bridge.assertInStep();
  return run;
}

function nth(index: number): ShopDelivery {
  const delivery = ORDERS_AND_CUSTOMERS[index % ORDERS_AND_CUSTOMERS.length] as ShopDelivery;
  return inCopy(delivery, Math.floor(index / ORDERS_AND_CUSTOMERS.length));
}

function heapBytes(): number {
  if (!globalThis.gc) throw new Error('start this with --expose-gc');
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

async function work(bridge: Bridge, deliveries: readonly ShopDelivery[]): Promise<void> {
  await bridge.record(deliveries.map(queued));
  await bridge.sync();
}

async function oneMore(orders: number): Promise<OneMore> {
  const ledger = createMemoryLedger();
  const counter = { reads: 0 };
  const bridge = createBridge({
    mautic: memoryMautic(),
    policy: DEFAULT_POLICY,
    ledger: counting(ledger, counter),
  });
  const sample = ORDERS_AND_CUSTOMERS.find(({ topic }) => topic === 'order.created') as ShopDelivery;
  const order = (id: number) => orderOf(sample, { id, email: 'regular@example.test' });
  await work(bridge, [...PRODUCTS, ...Array.from({ length: orders }, (_, id) => order(id + 1))]);
  const times: number[] = [];
  counter.reads = 0;
  for (let more = 1; more <= MORE; more += 1) {
    const watch = new Stopwatch();
    const messages = [queued(order(orders + more))];
    await watch.time(async () => {
      await bridge.record(messages);
      await bridge.sync();
    });
    times.push(watch.cpuMs);
  }
  return { orders, cpuMs: median(times), reads: Math.round(counter.reads / MORE) };
}

/** Counts the items that are read, as DynamoDB bills them. */
function counting(ledger: MemoryLedger, counter: { reads: number }): MemoryLedger {
  return {
    ...ledger,
    load: (refs) => {
      counter.reads += refs.length;
      return ledger.load(refs);
    },
    profile: (contact) => {
      counter.reads += 1;
      return ledger.profile(contact);
    },
    dossier: async (contact) => {
      const dossier = await ledger.dossier(contact);
      // Its pointers, the profile and what was written.
      counter.reads += dossier.refs.length + 2;
      return dossier;
    },
  };
}

await runOver(WARM_UP);
const runs: ScaleRun[] = [];
for (const size of SIZES) runs.push(await runOver(size));
const more: OneMore[] = [];
for (const orders of ORDERS) more.push(await oneMore(orders));
process.stdout.write(JSON.stringify({ runs, oneMore: more } satisfies Scale));
