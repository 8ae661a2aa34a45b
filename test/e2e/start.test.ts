import { once } from 'node:events';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runCommand, runCommandHere, runCommandUnread } from '../support/command.ts';
import {
  deliver,
  emptyFolder,
  startBridgeProcess,
  startMauticProcess,
  untilIdle,
} from '../support/process.ts';
import { startRealMautic } from '../support/real-mautic.ts';
import { recordedDelivery } from '../support/woocommerce.ts';

const CREDENTIALS = { MAUTIC_CLIENT_ID: 'local', MAUTIC_CLIENT_SECRET: 'local-secret' };
const HELENE = 'helene@example.test';

async function folder(): Promise<string> {
  const path = await emptyFolder();
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function realMautic() {
  const mautic = await startRealMautic();
  onTestFinished(() => mautic.close());
  return mautic;
}

/** Runs `npm start` with these flags until it ends by itself. */
async function ending(dataDir: string, args: readonly string[], variables: Record<string, string> = {}) {
  return runCommand(['start', ...args], variablesWith(dataDir, variables));
}

/** The same where it is refused before anything is started, which needs no process of its own. */
async function refused(dataDir: string, args: readonly string[], variables: Record<string, string> = {}) {
  return runCommandHere(['start', ...args], variablesWith(dataDir, variables));
}

function variablesWith(dataDir: string, variables: Record<string, string>): Record<string, string> {
  return { BRIDGE_DATA_DIR: dataDir, PORT: '0', MAUTIC_PORT: '0', ...CREDENTIALS, ...variables };
}

let left: string;
/** What a browser is shown where the terminal says something listens. */
let pages: Readonly<Record<'console' | 'webhooks' | 'webhooksBelow' | 'mautic', string>>;

beforeAll(async () => {
  left = await emptyFolder();
  const bridge = await startBridgeProcess(left);
  try {
    if ((await deliver(bridge.url, recordedDelivery('0057'))) !== 200) throw new Error('it was not taken in');
    await untilIdle(bridge.url);
    pages = {
      console: await pageAt(`${bridge.url}/`),
      webhooks: await pageAt(`${bridge.url}/webhooks/demo`),
      webhooksBelow: await pageAt(`${bridge.url}/webhooks/demo/`),
      mautic: await pageAt(`${bridge.mauticUrl}/s/login`),
    };
  } finally {
    await bridge.kill();
  }
});

afterAll(() => rm(left, { recursive: true, force: true }));

async function pageAt(url: string): Promise<string> {
  return (await fetch(url)).text();
}

/** Puts there what a bridge left that took a delivery in and was killed. */
function used(dataDir: string): Promise<void> {
  return cp(left, dataDir, { recursive: true });
}

function lastLine(printed: string): string {
  return printed.trimEnd().split('\n').at(-1) ?? '';
}

/** A line for each delivery and each contact, and no address. */
function expectStepsOf(printed: string): void {
  const lines = printed.trimEnd().split('\n').slice(4, -1);
  expect(lines.filter((line) => !line.startsWith('contact'))).toEqual([
    'product.created   product 12              taken in',
    'product.created   product 15              taken in',
    'product.created   product 16              taken in',
    'order.updated     order 23                taken in: processing',
    // The same, received later: where no date tells two apart, that does.
    'order.created     order 23                taken in: processing',
    'product.updated   product 12              taken in',
    'order.updated     order 23                taken in: completed',
  ]);
  expect(lines.filter((line) => line.startsWith('contact'))).toContainEqual(
    expect.stringMatching(/^contact {11}\S{6}… {17}created: \d+ fields, \d tags$/),
  );
  expect(lines.join()).not.toContain('@');
}

describe('the recorded checkout', () => {
  it('is played into a simulated Mautic, which ends as the contact on the last line, and tells of each step', async () => {
    const { code, printed, complained } = await ending(await folder(), ['--once']);

    expect(code).toBe(0);
    expect(JSON.parse(lastLine(printed))).toMatchObject({ email: HELENE });
    expectStepsOf(printed);
    expect(complained).toBe('');
  });

  it('is played into a simulated Mautic of its own process, too; --verbose shows what each function logs', async () => {
    const mautic = await startMauticProcess(await folder());
    onTestFinished(() => mautic.kill());

    const { code, printed } = await ending(await folder(), ['--once', '--verbose'], {
      MAUTIC_BASE_URL: mautic.url,
    });

    expect(code).toBe(0);
    expect(JSON.parse(lastLine(printed))).toMatchObject({ email: HELENE });
    expect(printed).toMatch(/^\{"level":"INFO".*"service":"reconcile"/m);
    expect(printed).toMatch(/^order\.updated /m);
  });

  it('writes nothing into another Mautic, and says how it would', async () => {
    const mautic = await realMautic();

    const bridge = await startBridgeProcess(
      await folder(),
      { MAUTIC_BASE_URL: mautic.url, ...CREDENTIALS },
      [],
    );
    onTestFinished(() => bridge.kill());
    await bridge.untilPrinted('Press Ctrl-C to stop.');
    await untilIdle(bridge.url);

    expect(bridge.printed.join('\n')).toMatch(/The recorded checkout is not played.*--demo plays it/);
    expect(mautic.held.contacts()).toEqual([]);
    expect(mautic.held.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('is not what another Mautic is asked to end with, and nothing is forgotten or started', async () => {
    const mautic = await realMautic();
    const dataDir = await folder();
    await used(dataDir);

    const { code, printed, complained } = await refused(dataDir, ['--once', '--fresh'], {
      MAUTIC_BASE_URL: mautic.url,
    });

    expect({ code, printed }).toEqual({ code: 1, printed: '' });
    expect(complained).toMatch(/^--once ends after the recorded checkout, .* say --demo too/);
    expect(mautic.held.requests).toEqual([]);
    expect(await readFile(`${dataDir}/aws/secrets.json`, 'utf8')).toContain('stores');
  });
});

describe('the terminal', () => {
  it('shows why nothing is written while Mautic is away, once and without JSON, and /health says so', async () => {
    const mautic = await realMautic();
    await mautic.close();
    const bridge = await startBridgeProcess(await folder(), {
      MAUTIC_BASE_URL: mautic.url,
      ...CREDENTIALS,
      LOG_LEVEL: undefined,
    });
    onTestFinished(() => bridge.kill());

    expect(await deliver(bridge.url, recordedDelivery('0057'))).toBe(200);
    await bridge.untilPrinted(' waits until ');

    const health = await fetch(`${bridge.url}/health`);
    expect(await health.json()).toMatchObject({ pending: { deliveries: 0, contacts: 1 } });
    expect(bridge.printed.join('\n')).not.toContain('"level"');
  });

  it('says nothing of a broken pipe when whoever reads what is printed has read enough', async () => {
    const ended = await runCommandUnread(['start'], variablesWith(await folder(), {}));

    expect(ended).toMatchObject({ code: 0, complained: '' });
  });

  it('need not be read for the bridge to stop, once it runs: the next line that nobody reads ends it', async () => {
    const bridge = await startBridgeProcess(await folder(), { ...CREDENTIALS, LOG_LEVEL: 'INFO' });
    await bridge.untilPrinted('Press Ctrl-C');
    const ended = once(bridge.child, 'exit');

    bridge.child.stdout?.destroy();
    await deliver(bridge.url, recordedDelivery('0057'));

    expect(await ended).toEqual([0, null]);
  });

  it('leads a browser on, at every address that it shows', () => {
    expect(pages.console).toContain('<title>mautic-commerce-bridge</title>');
    for (const page of [pages.webhooks, pages.webhooksBelow])
      expect(page).toContain('This is the webhook address of store demo');
    expect(pages.mautic).toContain('stand-in for Mautic');
  });
});

describe('data that were written for another Mautic', () => {
  it('are not used: it says what to do, and ends with code 1', async () => {
    const mautic = await realMautic();
    const dataDir = await folder();
    await used(dataDir);

    const { code, complained } = await ending(dataDir, [], { MAUTIC_BASE_URL: mautic.url });

    expect(code).toBe(1);
    expect(complained).toContain(`What lies in ${dataDir} was written for the simulated Mautic, not for`);
    for (const remedy of ['without MAUTIC_BASE_URL', 'BRIDGE_DATA_DIR=', '--fresh', '--same-mautic'])
      expect(complained).toContain(remedy);
    expect(mautic.held.requests.filter(({ path }) => path !== '/')).toEqual([]);
  });

  it('are thrown away with --fresh, which with --demo plays the checkout into this one, and are used by it at a new address', async () => {
    const [mautic, moved] = [await realMautic(), await realMautic()];
    const dataDir = await folder();
    await used(dataDir);

    const fresh = await ending(dataDir, ['--once', '--demo', '--fresh'], { MAUTIC_BASE_URL: mautic.url });
    const held = mautic.held.contacts().map(({ email }) => email);
    const other = await ending(dataDir, ['--once', '--demo'], { MAUTIC_BASE_URL: moved.url });
    const taken = await ending(dataDir, ['--once', '--demo', '--same-mautic'], {
      MAUTIC_BASE_URL: moved.url,
    });
    const since = await ending(dataDir, ['--once', '--demo'], { MAUTIC_BASE_URL: `${moved.url}/` });

    expect(fresh.code).toBe(0);
    expect(JSON.parse(lastLine(fresh.printed))).toMatchObject({ email: HELENE });
    expect(held).toEqual([HELENE]);
    expect(other.code).toBe(1);
    expect(other.complained).toContain('was written for the Mautic at localhost:');
    // It takes what the first one holds for what is there, as it was told; so nobody is found.
    expect(taken.complained).toContain('Mautic has no contact');
    expect(since.complained).not.toContain('was written for');
  });
});

describe('a port that is taken', () => {
  async function taken(): Promise<string> {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    onTestFinished(() => void holder.close());
    return String((holder.address() as AddressInfo).port);
  }

  const told = (port: string, variable: string) =>
    `Port ${port} is taken: set ${variable} to another one, or end what listens there.\n`;

  it.each([
    ['PORT', '--no-demo'],
    ['MAUTIC_PORT', '--no-demo'],
    ['SHOP_PORT', '--shop'],
  ])('is named, with %s to set, before anything is opened', async (variable, flag) => {
    const [dataDir, port] = [await folder(), await taken()];

    const { code, complained } = await refused(dataDir, [flag], { [variable]: port });

    expect({ code, complained }).toEqual({ code: 1, complained: told(port, variable) });
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('is named by npm run mautic, too', async () => {
    const port = await taken();

    const { code, complained } = await runCommand(['mautic'], {
      BRIDGE_DATA_DIR: await folder(),
      MAUTIC_PORT: port,
    });

    expect({ code, complained }).toEqual({ code: 1, complained: told(port, 'MAUTIC_PORT') });
  });
});

describe('what the shell says', () => {
  it('is refused with what to do: a data folder that is a file', async () => {
    const file = join(await folder(), 'file');
    await writeFile(file, '');

    const { code, complained } = await refused(file, ['--once']);

    expect(code).toBe(1);
    expect(complained).toBe(
      `BRIDGE_DATA_DIR ${file} cannot be written to (EEXIST): name a folder of your own.\n`,
    );
  }, 60_000);

  it('is refused with what to do: one of a store\u2019s two keys', async () => {
    const dataDir = await folder();

    const { code, complained } = await refused(dataDir, ['--once'], {
      STORE_CONSUMER_KEY: 'ck_local',
    });

    expect(code).toBe(1);
    expect(complained).toBe(
      'STORE_CONSUMER_KEY and STORE_CONSUMER_SECRET belong together: set both, or neither.\n',
    );
    expect(await readdir(dataDir)).toEqual([]);
  }, 60_000);
});
