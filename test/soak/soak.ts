import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type MauticSimulator, startMauticSimulator } from '../../lib/simulators/mautic/simulator.ts';
import type { RawDelivery } from '../support/oracle.ts';
import { randomFrom } from '../support/random.ts';
import { feedYear } from './feed-year.ts';
import { isAtRest, judge, type Verdict } from './judge.ts';
import { type Bridge, copyBridge, runCommand, startBridge } from './project.ts';
import { shopYear } from './shop-year.ts';

/** For this run only. */
const SECRET = 'the-secret-of-the-soak';
const IN_FLIGHT = 16;
const PATIENCE_MS = 600_000;
/** What is in doubt is looked up after four minutes. */
const ROUND_MS = 45_000;
const MOST_ROUNDS = 10;
const NOTES = ['pending', 'processing', 'completed'];
const EMAILS = { completed: 1, cancelled: 2 };
const POLICY = {
  notes: NOTES,
  emails: {
    completed: { template: EMAILS.completed, transactional: true },
    cancelled: { template: EMAILS.cancelled, transactional: true },
  },
};

export interface SoakOptions {
  /** Of deliveries. */
  readonly count: number;
  readonly kills: number;
  readonly seed: number;
}

/** Both stores sell for a year to a bridge that is killed again and again; prints what became of it. */
export async function soak({ count, kills, seed }: SoakOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-soak-'));
  const begun = performance.now();
  const mautic = await startMauticSimulator({ dataDir: join(folder, 'mautic') });
  try {
    await prepare(mautic);
    await copyBridge(folder, POLICY);
    const deliveries = sendingsOf({ count, seed });
    const killed = await play({ folder, mautic, deliveries, kills, seed });
    const told = deliveries.flatMap(({ says }) => says);
    const verdict = await judge({ deliveries: told, mautic, folder, notes: NOTES, emails: EMAILS });
    const seconds = ((performance.now() - begun) / 1000).toFixed(0);
    print(verdict, `${String(count)} deliveries, ${String(killed)} SIGKILLs, ${seconds} s`);
  } finally {
    await mautic.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** One request, and what it says in the words of the independent calculation. */
interface Sending {
  readonly store: 'demo' | 'fluent';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly says: readonly RawDelivery[];
}

/** Of four requests one comes from the FluentCart store. */
const FEEDS_SHARE = 4;

/** Both stores sell to the same people at the same time. */
function sendingsOf({ count, seed }: Pick<SoakOptions, 'count' | 'seed'>): readonly Sending[] {
  const year = { seed, secret: SECRET, begin: Date.now() };
  const ofFeeds = Math.floor(count / FEEDS_SHARE);
  const feeds = feedYear({ ...year, count: ofFeeds }).map((one): Sending => ({ ...one, store: 'fluent' }));
  const { deliveries } = shopYear({ ...year, count: count - ofFeeds });
  const shop = deliveries.map(({ topic, webhookId, deliveryId, headers, body }): Sending => {
    const says = [{ topic, webhookId: String(webhookId), deliveryId, body }];
    return { store: 'demo', headers, body, says };
  });
  const mixed: Sending[] = [];
  while (shop.length + feeds.length > 0)
    mixed.push(...feeds.splice(0, 1), ...shop.splice(0, FEEDS_SHARE - 1));
  return mixed;
}

/** The templates that the policy names. */
async function prepare({ url }: MauticSimulator): Promise<void> {
  const authorization = `Basic ${Buffer.from('admin:mautic').toString('base64')}`;
  for (const name of Object.keys(EMAILS)) {
    const body = JSON.stringify({
      name,
      subject: name,
      customHtml: '<p>{order_id}</p>',
      emailType: 'template',
    });
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await fetch(`${url}/api/emails/new`, { method: 'POST', headers, body });
    if (answer.status !== 201) throw new Error(`the template ${name} was answered ${String(answer.status)}`);
  }
}

interface Play {
  readonly folder: string;
  readonly mautic: MauticSimulator;
  readonly deliveries: readonly Sending[];
  readonly kills: number;
  readonly seed: number;
}

/** Sends everything, kills the bridge again and again on the way, and waits until nothing is pending. */
async function play({ folder, mautic, deliveries, kills, seed }: Play): Promise<number> {
  const variables = {
    MAUTIC_BASE_URL: mautic.url,
    MAUTIC_CLIENT_ID: 'local',
    MAUTIC_CLIENT_SECRET: 'local-secret',
    WEBHOOK_SECRET: SECRET,
  };
  const random = randomFrom(seed);
  let bridge = await startBridge(folder, variables);
  const pace = Math.ceil(deliveries.length / (kills + 1));
  let killed = 0;
  for (let from = 0; from < deliveries.length; from += pace) {
    const sending = sendAll(() => bridge, deliveries.slice(from, from + pace));
    if (killed < kills) {
      await Promise.race([sending, sleep(200 + random() * 4000)]);
      await bridge.kill();
      killed += 1;
      bridge = await startBridge(folder, variables);
    }
    await sending;
    process.stdout.write(
      `${String(Math.min(from + pace, deliveries.length))} delivered, ${String(killed)} killed\n`,
    );
  }
  await untilIdle(bridge);
  await bridge.kill();
  // Whoever was killed over and over while one contact was worked on has parked it: a person replays it.
  process.stdout.write(await runCommand(folder, ['replay', '--local', '--error', 'crashes'], variables));
  for (let rounds = 0; rounds < MOST_ROUNDS && !(await isAtRest(folder)); rounds += 1) {
    bridge = await startBridge(folder, variables);
    await sleep(ROUND_MS);
    await untilIdle(bridge);
    await bridge.kill();
  }
  return killed;
}

/** Several at a time; whatever gets no 200 is sent again, to whoever listens by then. */
async function sendAll(bridge: () => Bridge, deliveries: readonly Sending[]): Promise<void> {
  const queue = [...deliveries];
  const worker = async () => {
    for (let delivery = queue.shift(); delivery !== undefined; delivery = queue.shift())
      while (!(await send(bridge().url, delivery))) await sleep(100);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

async function send(url: string, { store, headers, body }: Sending): Promise<boolean> {
  try {
    const response = await fetch(`${url}/webhooks/${store}`, { method: 'POST', headers, body });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

async function untilIdle({ url }: Bridge): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  let text = '';
  while (Date.now() < end) {
    const response = await fetch(`${url}/health`);
    text = await response.text();
    const { pending } = JSON.parse(text) as { pending: Record<string, number> };
    if (Object.values(pending).every((count) => count === 0)) return;
    await sleep(500);
  }
  throw new Error(`still at work after ten minutes: ${text}`);
}

function print({ lost, doubled, wrong, parked }: Verdict, what: string): void {
  const lines = [
    ...lost.map((line) => `lost: ${line}`),
    ...doubled.map((line) => `doubled: ${line}`),
    ...wrong.map((line) => `wrong: ${line}`),
  ];
  for (const line of lines.slice(0, 20)) process.stdout.write(`${line}\n`);
  const counts = `lost ${String(lost.length)}, doubled ${String(doubled.length)}, wrong ${String(wrong.length)}`;
  process.stdout.write(`${what}: ${counts}; ${String(parked.length)} e-mails or notes in doubt are parked\n`);
  if (lines.length > 0) process.exitCode = 1;
}
