import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MauticSimulator, startMauticSimulator } from '../../lib/simulators/mautic/simulator.ts';
import { type StoreSimulator, startStoreSimulator } from '../../lib/simulators/woocommerce/simulator.ts';
import { type Ended, runCommandHere } from '../support/command.ts';
import { emptyFolder, type Running, startBridgeProcess } from '../support/process.ts';

/** Commands that speak with the shop or with Mautic, on the bridge of a laptop: while it runs, and stopped. */
const ANNA = 'anna@example.test';
const TUNNEL = 'https://tunnel.example.test';

let folder: string;
let shop: StoreSimulator;
let mautic: MauticSimulator;
let bridge: Running;
let variables: Record<string, string>;
let order: number;

beforeAll(async () => {
  folder = await emptyFolder();
  [shop, mautic] = await Promise.all([startStoreSimulator(), startMauticSimulator()]);
  variables = {
    BRIDGE_DATA_DIR: folder,
    MAUTIC_BASE_URL: mautic.url,
    STORE_URL: shop.url,
    STORE_CONSUMER_KEY: 'ck_local',
    STORE_CONSUMER_SECRET: 'cs_local',
  };
  order = shop.shop.orders.place({ status: 'completed', billing: { email: ANNA, first_name: 'Anna' } });
  bridge = await startBridgeProcess(folder, variables);
});

afterAll(async () => {
  await bridge.kill();
  await mautic.close();
  await shop.close();
  await rm(folder, { recursive: true, force: true });
});

const local = (...args: readonly string[]): Promise<Ended> => runCommandHere([...args, '--local'], variables);
const untouched = (): Promise<void> => Promise.resolve();
const stopped = (): Promise<void> => bridge.kill();
const DONE = { code: 0, complained: '' };

async function filled(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

/** Whether there is a line like this, and no address in any. */
function expectSaid({ printed, complained }: Ended, line: RegExp): void {
  expect(printed + complained).toMatch(line);
  expect(printed + complained).not.toContain('@');
}

describe.each([
  ['while npm start runs', untouched, { code: 0, said: /^200 /, waits: '' }],
  [
    'after it was stopped',
    stopped,
    {
      code: 1,
      said: /is stopped: start it/,
      waits: 'The bridge is stopped: contacts are written when npm start runs.\n',
    },
  ],
] as const)('%s', (_when, begin, sending) => {
  beforeAll(begin);

  test('resync reads an order again, and says when the shop has none', async () => {
    const read = await local('resync', String(order));
    const none = await local('resync', '404404');

    expect(read).toMatchObject({ code: 0, complained: sending.waits });
    expect(read.printed).toMatch(/: read again\n1 contact is written in full\.\n$/);
    expect(none.code).toBe(1);
    expectSaid(none, /The store has no such order/);
  });

  test('export shows a person, and says when there is none', async () => {
    const shown = await local('export', ANNA);

    expect(shown).toMatchObject(DONE);
    expect(JSON.parse(shown.printed)).toMatchObject({ profile: { email: ANNA } });
    const none = await local('export', 'nobody@example.test');
    expect(none).toMatchObject({ code: 1, printed: '' });
    expect(none.complained).toMatch(/knows nothing of this/);
  });

  test('fields makes them, and says how they stand', async () => {
    const made = await local('fields', '--create');
    const listed = await local('fields');

    expect([made, listed]).toMatchObject([DONE, DONE]);
    expectSaid(listed, /^mautic_woo_order_count +number +number$/m);
  });

  test('webhooks are registered, listed and removed behind a tunnel', async () => {
    const registered = await local('webhooks', 'register', '--url', TUNNEL);
    const listed = await local('webhooks', '--url', TUNNEL, '--json');
    const removed = await local('webhooks', 'remove', '--yes', '--url', TUNNEL);

    expect([registered, listed, removed]).toMatchObject([DONE, DONE, DONE]);
    expectSaid(registered, /^order\.created: created$/m);
    expect(JSON.parse(listed.printed)).toMatchObject([{ store: 'demo', left: [] }]);
    expectSaid(removed, /^order\.created: removed$/m);
    expect(shop.shop.webhooks.all()).toEqual([]);
  });

  test('send brings a delivery to a bridge that runs, and says when there is none', async () => {
    const billing = { email: 'ben@example.test', first_name: 'Ben' };
    const body = JSON.stringify({ id: 23, status: 'completed', currency: 'EUR', total: '1.00', billing });
    const file = await filled('order.json', body);

    const sent = await local('send', file, '--topic', 'order.updated');

    expect(sent.code).toBe(sending.code);
    expectSaid(sent, sending.said);
  });

  test('authorise says that nobody has to, and refuses a code that nobody asked for', async () => {
    const asked = await local('authorise');

    expect(asked).toMatchObject(DONE);
    expectSaid(asked, /^Nothing needs to be authorised/);
    expect(await local('authorise', '--code', 'guessed')).toMatchObject({ code: 1, printed: '' });
  });

  test('backfill says where it stands, and what it can neither pause nor resume', async () => {
    const status = await local('backfill', '--status');

    expect(status).toMatchObject(DONE);
    expectSaid(status, /^There was no backfill of store demo\.$/m);
    expect(await local('backfill', '--resume')).toMatchObject({
      code: 1,
      complained: expect.stringMatching(/^No backfill of store demo is paused/),
    });
    expect(await local('backfill', '--pause')).toMatchObject({
      code: 1,
      complained: expect.stringMatching(/^No backfill of store demo is running/),
    });
  });

  test('status and doctor look at it', async () => {
    const status = await local('status');
    const doctor = await local('doctor', '--json');

    expect(status).toMatchObject(DONE);
    expectSaid(status, /^contacts: \d known, /m);
    expect(JSON.parse(doctor.printed)).toHaveProperty('found');
  });
});

test.each([
  [['fields', '--creat'], /^Unknown option '--creat'\. Did you mean --create\?$/],
  [['webhooks', '--store', 'elsewhere'], /^--store must be one of/],
  [['webhooks', 'mend'], /mend|list, register, repair, remove/],
  [['send', 'nowhere.json', '--topic', 'order.updated', '--store', 'elsewhere'], /^--store must be one of/],
  [['authorise', '--code', 'https://example.test/'], /^There is no code in this address\.$/],
  [['status', '--loud'], /^Unknown option '--loud'/],
  [['doctor', '--loud'], /^Unknown option '--loud'/],
  [['resync', 'what/is/this'], /^That is no order and no address/],
  [['export', 'no-address'], /address/],
  [['backfill', '--store', 'elsewhere'], /^--store must be one of/],
])('%j is wrong use: code 2, and one line that says so', async (args, said) => {
  const { code, printed, complained } = await local(...args);

  expect({ code, printed }).toEqual({ code: 2, printed: '' });
  expect(complained.trimEnd()).toMatch(said);
  expect(complained.trimEnd().split('\n')).toHaveLength(1);
});

test('setup has nothing to do on this machine, and says where it is said', async () => {
  expect(await local('setup')).toMatchObject({
    code: 2,
    complained: expect.stringMatching(/^On this machine the shell says it all/),
  });
});
