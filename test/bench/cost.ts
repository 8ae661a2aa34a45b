import { CREDENTIALS_MAX_AGE_MS, MAX_AGE_MS, SIGNING_MAX_AGE_MS } from '../../lib/aws/secrets/max-age.ts';
import { SECRET_IDS } from '../../lib/local/bridge/secrets.ts';
import { SIZING } from '../../lib/stack/functions/sizing.ts';
import { type Cloud, startCloud } from './cloud/cloud.ts';
import { addUsage, createFeed, type Usage } from './cloud/feed.ts';
import { MEASURED } from './cloud/measured.ts';
import { DOLLARS, LOG_LINES, MB_PER_PROCESSOR } from './cloud/prices.ts';
import type { Figure, Section } from './report.ts';
import type { Printed } from './support/host.ts';
import { httpEvent } from './support/http-event.ts';
import { inCopy, PRODUCTS, type ShopDelivery, SUBSCRIBED } from './support/shop.ts';
import { sum } from './support/statistics.ts';

const MILLION = 1e6;
const LIMIT = 5.5;
/** What a webhook asks of AWS may be so much more than the monthly costs in README are calculated from. */
const AS_BEFORE = 1.1;
const SHOPS = 10;
/** As the stack feeds them. */
const RECORD_BATCH = 100;
const SYNC_BATCH = 10;
const HOURS_A_MONTH = 30 * 24;
const HOUR_MS = 3_600_000;
/**
 * How often a running instance reads each secret again; the token when it expires, as Mautic makes it: `renew-token` has
 * put the next one there by then.
 */
const READS_AN_HOUR: ReadonlyMap<string, number> = new Map([
  [SECRET_IDS.stores, HOUR_MS / SIGNING_MAX_AGE_MS],
  [SECRET_IDS.mautic, HOUR_MS / CREDENTIALS_MAX_AGE_MS],
  [SECRET_IDS.token, 1],
]);
const SECRETS = 4;
const SCHEDULED_A_MONTH = 30 * 24 * 60 * (1 + 2 / 15);

type Name = 'ingest' | 'record' | 'sync';
type Usages = Readonly<Record<Name, Usage>>;

interface Bill {
  readonly name: string;
  /** What README's monthly costs are calculated from. */
  readonly expected?: number;
  readonly units: number;
  readonly of: string;
  readonly price: number;
}

/** Dollars for a million webhooks, from what a run of the bundled functions really asked of AWS. */
export async function benchCost(): Promise<Section> {
  const cloud = await startCloud();
  try {
    const usages: Usages = { ingest: noUsage(), record: noUsage(), sync: noUsage() };
    const play = await player(cloud, usages);
    await play(PRODUCTS);
    const start = standing(cloud, usages);
    for (const burst of bursts()) await play(burst);
    const webhooks = SHOPS * SUBSCRIBED.length;
    const bills = billsOf(difference(standing(cloud, usages), start), webhooks, secretReads(cloud));
    if (cloud.contacts() < SHOPS) throw new Error('hardly anything arrived in Mautic');
    return sectionOf(bills, usages);
  } finally {
    await cloud.close();
  }
}

/** Each step in the shop reaches ten buyers at once. */
function bursts(): readonly (readonly ShopDelivery[])[] {
  const steps = Map.groupBy(SUBSCRIBED, ({ step }) => step);
  return [...steps.values()].map((step) =>
    Array.from({ length: SHOPS }, (_, shop) => step.map((delivery) => inCopy(delivery, shop))).flat(),
  );
}

/** Webhooks to `ingest`, then whatever the queues hold to whom they feed. */
async function player(cloud: Cloud, usages: Usages) {
  const { hosts, resources } = cloud;
  const record = await createFeed({
    cloud,
    queueUrl: resources.deliveriesQueueUrl,
    host: hosts.record,
    batchSize: RECORD_BATCH,
    usage: usages.record,
  });
  const sync = await createFeed({
    cloud,
    queueUrl: resources.contactsQueueUrl,
    host: hosts.sync,
    batchSize: SYNC_BATCH,
    usage: usages.sync,
  });
  return async (burst: readonly ShopDelivery[]) => {
    addUsage(usages.ingest, await hosts.ingest.invoke({ events: burst.map(httpEvent) }));
    while (await record.pump());
    while (await sync.pump());
  };
}

/** Everything that counts up. */
interface Standing {
  readonly reads: number;
  readonly writes: number;
  readonly standard: number;
  readonly fifo: number;
  readonly gigabyteSeconds: number;
  readonly invocations: number;
  readonly logBytes: number;
}

function standing({ traffic, hosts }: Cloud, usages: Usages): Standing {
  const names = Object.keys(usages) as Name[];
  const invocations = sum(names.map((name) => usages[name].invocations));
  return {
    reads: traffic.ledger.reads,
    writes: traffic.ledger.writes,
    standard: traffic.sqs.standard,
    fifo: traffic.sqs.fifo,
    gigabyteSeconds: sum(names.map((name) => gigabyteSeconds(name, usages[name]))),
    invocations,
    logBytes: sum(names.map((name) => logged(hosts[name].printed()))),
  };
}

/** A month, by the functions of webhooks, of the secrets that they read at all. */
function secretReads({ traffic }: Cloud): number {
  return sum([...traffic.secrets.keys()].map(hourly)) * HOURS_A_MONTH;
}

function hourly(id: string): number {
  return READS_AN_HOUR.get(id) ?? HOUR_MS / MAX_AGE_MS;
}

function logged({ bytes, lines }: Printed): number {
  return bytes + lines * LOG_LINES.overhead;
}

function difference(after: Standing, before: Standing): Standing {
  const entries = Object.entries(after).map(([name, value]) => [
    name,
    value - before[name as keyof Standing],
  ]);
  return Object.fromEntries(entries) as Standing;
}

/** Waiting costs as much as working, and working takes longer on a part of a processor. Billed by the millisecond. */
function gigabyteSeconds(name: Name, { wallMs, cpuMs, invocations }: Usage): number {
  const { memory } = SIZING[name];
  const slowdown = MB_PER_PROCESSOR / memory - 1;
  return ((wallMs + cpuMs * slowdown + invocations / 2) / 1000) * (memory / 1024);
}

function billsOf(used: Standing, webhooks: number, secretReads: number): readonly Bill[] {
  const each = (amount: number) => amount / webhooks;
  const logBytes = each(used.logBytes) + LOG_LINES.request;
  return [
    { name: 'API Gateway', units: 1, of: 'requests', price: DOLLARS.httpApiRequest },
    { name: 'Lambda requests', units: each(used.invocations), of: 'requests', price: DOLLARS.lambdaRequest },
    { name: 'Lambda time', units: each(used.gigabyteSeconds), of: 'GB-s', price: DOLLARS.gigabyteSecond },
    {
      name: 'SQS deliveries',
      units: each(used.standard),
      expected: MEASURED.queueRequests,
      of: 'requests',
      price: DOLLARS.sqsRequest,
    },
    {
      name: 'SQS contacts',
      units: each(used.fifo),
      expected: MEASURED.laneRequests,
      of: 'requests',
      price: DOLLARS.sqsFifoRequest,
    },
    {
      name: 'DynamoDB writes',
      units: each(used.writes),
      expected: MEASURED.ledgerWrites,
      of: 'units',
      price: DOLLARS.write,
    },
    {
      name: 'DynamoDB reads',
      units: each(used.reads),
      expected: MEASURED.ledgerReads,
      of: 'units',
      price: DOLLARS.read,
    },
    {
      name: 'Logs',
      units: logBytes,
      expected: MEASURED.logBytes,
      of: 'bytes',
      price: DOLLARS.logGigabyte / 1e9,
    },
    {
      name: 'Secrets Manager',
      units: secretReads / MILLION,
      of: 'reads',
      price: DOLLARS.secretRead,
    },
  ];
}

function sectionOf(bills: readonly Bill[], usages: Usages): Section {
  const total = sum(bills.map(({ units, price }) => units * price * MILLION));
  const names = Object.keys(usages) as Name[];
  return {
    title: 'Cost of a million webhooks (us-east-1)',
    notes: [
      `${String(SHOPS)} buyers at a time, each step of the shop a burst, through the bundled functions: every call to the emulators is counted, with DynamoDB's capacity units and SQS's 64 KB.`,
      "Lambda: time measured while AWS and Mautic take their modelled times, CPU time stretched to the function's part of a processor.",
      'Secrets are read again as they grow old, the token each hour; a million webhooks are taken as a month. Not in it: what costs the same without webhooks.',
    ],
    figures: [
      ...bills.flatMap(({ name, units, expected, of, price }): Figure[] => [
        {
          name: `${name}: a webhook`,
          unit: of,
          value: units,
          ...(expected !== undefined && { baseline: expected, limit: AS_BEFORE }),
        },
        { name: `${name}: a million`, unit: '$', value: units * price * MILLION },
      ]),
      ...names.flatMap((name): Figure[] => [
        { name: `${name}: CPU`, unit: 'ms/run', value: usages[name].cpuMs / usages[name].invocations },
        { name: `${name}: time`, unit: 'ms/run', value: usages[name].wallMs / usages[name].invocations },
      ]),
      { name: 'total', unit: '$/million', value: total, limit: LIMIT },
      {
        name: 'beside it, a month: secrets and schedules',
        unit: '$',
        value: SECRETS * DOLLARS.secretMonth + SCHEDULED_A_MONTH * DOLLARS.schedule,
      },
    ],
  };
}

function noUsage(): Usage {
  return { invocations: 0, wallMs: 0, cpuMs: 0 };
}
