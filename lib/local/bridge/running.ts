import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Emulators } from '../aws/emulators.ts';
import type { Resources } from '../aws/resources.ts';

const Running = v.object({
  pid: v.number(),
  /** Of the bridge itself. */
  url: v.string(),
  mauticUrl: v.string(),
  storeUrl: v.exactOptional(v.string()),
  endpoints: v.object({
    sqs: v.string(),
    s3: v.string(),
    dynamodb: v.string(),
    secretsManager: v.string(),
  }),
  resources: v.object({
    tableName: v.string(),
    deliveriesQueueUrl: v.string(),
    deliveriesDeadLettersQueueUrl: v.string(),
    contactsQueueUrl: v.string(),
    contactsDeadLettersQueueUrl: v.string(),
    bodiesBucket: v.string(),
  }),
});

/** Where the parts of a bridge are that runs on this machine: what commands need to work on it beside it. */
export interface Running {
  readonly pid: number;
  readonly url: string;
  readonly mauticUrl: string;
  /** Of the first store, as the shell that started it said, or of the simulated shop beside it. */
  readonly storeUrl?: string;
  readonly endpoints: Emulators['endpoints'];
  readonly resources: Resources;
}

/** Notes where this process's parts are; only its owner may read it. */
export async function noteRunning(dataDir: string, running: Omit<Running, 'pid'>): Promise<void> {
  const text = JSON.stringify({ pid: process.pid, ...running });
  await writeFile(fileIn(dataDir), text, { mode: 0o600 });
}

/** This process stops. */
export async function forgetRunning(dataDir: string): Promise<void> {
  await rm(fileIn(dataDir), { force: true });
}

/** The bridge that runs on this data; `undefined` when none does, whatever one that was killed left behind. */
export async function findRunning(dataDir: string): Promise<Running | undefined> {
  const text = await readFile(fileIn(dataDir), 'utf8').catch(() => undefined);
  const noted = v.safeParse(v.pipe(v.string(), v.parseJson(), Running), text);
  if (!noted.success || !isAlive(noted.output.pid)) return undefined;
  return (await answers(noted.output.url)) ? noted.output : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Whether a bridge answers there: the number may be another process's by now, and so may the port. */
async function answers(url: string): Promise<boolean> {
  try {
    const health = await fetch(`${url}/health`);
    return v.is(v.object({ pending: v.object({}) }), await health.json());
  } catch {
    return false;
  }
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'running.json');
}
