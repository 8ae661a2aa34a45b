import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { RECORDED_SECRET } from '../support/woocommerce.ts';
import type { Section } from './report.ts';
import { startAwsEndpoint } from './support/aws-endpoint.ts';
import { type Bundles, bundle } from './support/bundle.ts';
import { lambdaEnvironment, STORE } from './support/environment.ts';
import { type Host, startHost } from './support/host.ts';
import { httpEvent } from './support/http-event.ts';
import { ORDERS_AND_CUSTOMERS } from './support/shop.ts';
import { compare, inTurns } from './support/statistics.ts';

const run = promisify(execFile);

const INGEST = 'functions/ingest.ts';
const MINIMAL = 'test/bench/baselines/minimal-ingest.ts';
const ONE_CLIENT = 'test/bench/baselines/one-client.ts';

const CPU_LIMIT = 1.1;
const START_LIMIT = 1.15;
const WARM_UP = 10;
const REPEAT = 2;
/** Rounds of an instance that has just begun, and how many later those of one that has lived for long begin. */
const ROUNDS = { fresh: 25, between: 35, warm: 40 };
const STARTS = 21;

/** Imports a bundle as Lambda's runtime does and prints what that took: CPU time and time, in ms. */
const LOAD = `
const start = performance.now();
const before = process.cpuUsage();
await import(process.argv[1]);
const { user, system } = process.cpuUsage(before);
process.stdout.write(JSON.stringify({ cpuMs: (user + system) / 1000, ms: performance.now() - start }));
process.exit(0);
`;

/** What a webhook costs at the door: CPU time of each, at first and later, and the start of an instance. */
export async function benchIngest(): Promise<Section> {
  const bundles = await bundle([INGEST, MINIMAL, ONE_CLIENT]);
  const aws = await startAwsEndpoint(JSON.stringify({ [STORE.id]: { webhookSecret: RECORDED_SECRET } }));
  const endpoints = { sqs: aws.url, s3: aws.url, dynamodb: aws.url, secretsManager: aws.url };
  const environment = {
    ...lambdaEnvironment('ingest', endpoints),
    STORE_SECRETS_ID: 'stores',
    DELIVERIES_QUEUE_URL: `${aws.url}/000000000000/deliveries`,
    BODIES_BUCKET: 'bodies',
    WEBHOOK_SECRET: RECORDED_SECRET,
  };
  try {
    const cpu = await cpuPerWebhook(bundles, environment);
    const start = await startTimes(bundles, environment);
    return {
      title: 'Ingest: the bundled function',
      notes: [
        `CPU per webhook: over ${MINIMAL}, on ${String(ORDERS_AND_CUSTOMERS.length)} recorded deliveries.`,
        `Start: importing the bundle in a fresh process, over ${ONE_CLIENT}.`,
      ],
      figures: [
        {
          name: 'CPU per webhook, at first',
          unit: 'ms',
          value: cpu.fresh.ours,
          ...limited(cpu.fresh, CPU_LIMIT),
        },
        { name: 'CPU per webhook', unit: 'ms', value: cpu.warm.ours, ...limited(cpu.warm, CPU_LIMIT) },
        { name: 'start, CPU', unit: 'ms', value: start.cpu.ours, ...limited(start.cpu, START_LIMIT) },
        {
          name: 'start, time',
          unit: 'ms',
          value: start.time.ours,
          baseline: start.time.baseline,
          ratio: start.time.ratio,
        },
      ],
    };
  } finally {
    await aws.close();
    await bundles.remove();
  }
}

type Compared = ReturnType<typeof compare>;
type Environment = Readonly<Record<string, string>>;

function limited({ baseline, ratio }: Compared, limit: number) {
  return { baseline, ratio, limit };
}

/** Of an instance that has just begun, and of one whose code V8 has compiled for good. */
async function cpuPerWebhook(
  bundles: Bundles,
  environment: Environment,
): Promise<{ readonly fresh: Compared; readonly warm: Compared }> {
  const hosts = [
    await startHost(bundles.pathOf(INGEST), environment),
    await startHost(bundles.pathOf(MINIMAL), environment),
  ] as const;
  try {
    const events = ORDERS_AND_CUSTOMERS.map(httpEvent);
    for (const host of hosts) await warmUp(host, events);
    const measure = async (host: Host) => {
      const { cpuMs, wallMs } = await host.invoke({ repeat: REPEAT });
      return cpuMs / wallMs.length;
    };
    const [ours, baseline] = hosts;
    const rounds = ROUNDS.fresh + ROUNDS.between + ROUNDS.warm;
    const turns = await inTurns(rounds, { ours: () => measure(ours), baseline: () => measure(baseline) });
    return { fresh: compare(turns.slice(0, ROUNDS.fresh)), warm: compare(turns.slice(-ROUNDS.warm)) };
  } finally {
    for (const host of hosts) host.stop();
  }
}

/** @throws Error when a webhook is not accepted: then something else was measured. */
async function warmUp(host: Host, events: readonly unknown[]): Promise<void> {
  const { results } = await host.invoke({ events, repeat: WARM_UP });
  const answers = results as readonly { statusCode: number; body: string }[];
  const refused = answers.find(({ statusCode, body }) => statusCode !== 200 || !body.includes('accepted'));
  if (refused) throw new Error(`a webhook was answered ${JSON.stringify(refused)}`);
}

async function startTimes(bundles: Bundles, environment: Environment) {
  const load = async (entry: string) => {
    const args = ['--input-type=module', '--eval', LOAD, bundles.pathOf(entry)];
    const { stdout } = await run(process.execPath, args, { env: environment });
    return JSON.parse(stdout) as { cpuMs: number; ms: number };
  };
  for (const entry of [INGEST, ONE_CLIENT]) await load(entry);
  const turns = await inTurns(STARTS, { ours: () => load(INGEST), baseline: () => load(ONE_CLIENT) });
  return {
    cpu: compare(turns.map(({ ours, baseline }) => ({ ours: ours.cpuMs, baseline: baseline.cpuMs }))),
    time: compare(turns.map(({ ours, baseline }) => ({ ours: ours.ms, baseline: baseline.ms }))),
  };
}
