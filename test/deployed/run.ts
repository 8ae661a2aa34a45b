import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startMauticSimulator } from '../../lib/simulators/mautic/simulator.ts';
import { copyProject } from '../support/project-copy.ts';
import { runWithUsage } from '../support/run-usage.ts';
import { configurationText } from './configuration.ts';
import { type Permission, synthesise } from './deployment.ts';
import { startEmulator } from './emulator.ts';
import { startShopWithPast } from './past.ts';
import { findPython, installPython } from './python.ts';
import { RESTORED_TABLE } from './restoring.ts';
import { openShell } from './shell.ts';
import type { Site } from './site.ts';
import { proveDeployment } from './steps.ts';

const USAGE = `Usage: npm run test:deploy [-- <flags>]

Deploys the bridge with the CDK through CloudFormation into an emulator of AWS with IAM enforced, and uses it; about
three minutes. Needs Python 3.10 or newer with venv, and openssl.
  --without <function>/<action>   takes a permission away, like record/sqs:SendMessage: then it must fail`;

const PYTHON_FOLDER = fileURLToPath(new URL('../../.bridge/deployed', import.meta.url));
const FIRST_TAGS = ['status:{status}', 'sku:{sku}', 'category:{slug}'];
const CHANGED_TAGS = ['status:{status}', 'sku:{sku}'];

const begun = performance.now();
const told = new Set<unknown>();
const closers: (() => Promise<void>)[] = [];

/** Does it, and prints how long that took. */
async function step<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
  const from = performance.now();
  try {
    const result = await work();
    print(from, title);
    return result;
  } catch (error) {
    print(from, `FAILED: ${title}`);
    tell(error);
    throw error;
  }
}

/** Others may go on meanwhile, and fail too: each says so where it happens. */
function tell(error: unknown): void {
  if (told.has(error)) return;
  told.add(error);
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}

function print(from: number, title: string): void {
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  process.stdout.write(`${seconds.padStart(6)} s  ${title}\n`);
}

async function openSite(folder: string): Promise<Site> {
  const python = await findPython();
  const production = await startMauticSimulator();
  closers.push(() => production.close());
  const staging = await startMauticSimulator();
  closers.push(() => staging.close());
  const shop = await startShopWithPast();
  closers.push(() => shop.close());
  const addresses = { production: production.url, staging: staging.url, shop: shop.url };
  const folders = {
    first: join(folder, 'first'),
    changed: join(folder, 'changed'),
    restored: join(folder, 'restored'),
  };
  const text = (more: { readonly ledger?: string; readonly followUps?: string } = {}) =>
    configurationText(addresses, { tags: CHANGED_TAGS, ...more });
  await copyProject(folders.first, configurationText(addresses, { tags: FIRST_TAGS }));
  await copyProject(folders.changed, text());
  await copyProject(folders.restored, text({ ledger: RESTORED_TABLE }));
  const installing = installPython(python, PYTHON_FOLDER);
  // Nothing is left running in the folder: it is heard of when the synthesis is over.
  installing.catch(() => undefined);
  const out = await step('cdk synth', () =>
    synthesise(openShell({ bin: '', home: folder }), folders.first, 'production'),
  );
  const bin = await step('meanwhile the emulator and the AWS CLI are installed', () => installing);
  const emulator = await step('the emulator listens', () => startEmulator(bin, join(folder, 'emulator')));
  closers.push(() => emulator.stop());
  const { variables } = emulator;
  const shell = openShell({ bin, home: folder, variables });
  const withFollowUps = (followUps: string) => text({ followUps });
  return { emulator, shell, folders, out, mautic: { production, staging }, shop, withFollowUps, step };
}

async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

async function run(missing: Permission | undefined): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-deployed-'));
  closers.push(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  try {
    await proveDeployment(await openSite(folder), missing);
    print(begun, 'in all');
  } catch (error) {
    tell(error);
    process.exitCode = 1;
  } finally {
    await closeAll();
  }
}

function permissionOf(args: readonly string[]): Permission | undefined {
  const { values } = parseArgs({ args: [...args], options: { without: { type: 'string' } } });
  if (values.without === undefined) return undefined;
  const [fn = '', action = ''] = values.without.split('/');
  return { fn, action };
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void closeAll().finally(() => process.exit(1)));

await runWithUsage(USAGE, (args) => run(permissionOf(args)));
