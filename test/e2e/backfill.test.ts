import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type MauticSimulator, startMauticSimulator } from '../../lib/simulators/mautic/simulator.ts';
import { type StoreSimulator, startStoreSimulator } from '../../lib/simulators/woocommerce/simulator.ts';
import { runCommand, runCommandHere } from '../support/command.ts';
import { emptyFolder, heldContacts, startBridgeProcess } from '../support/process.ts';

const DAY_MS = 24 * 3_600_000;

let folder: string;
let shop: StoreSimulator;
let mautic: MauticSimulator;
let variables: Record<string, string>;

beforeEach(async () => {
  folder = await emptyFolder();
  let ago = 90 * DAY_MS;
  shop = await startStoreSimulator({ clock: { now: () => Date.now() - ago } });
  mautic = await startMauticSimulator();
  variables = {
    BRIDGE_DATA_DIR: folder,
    MAUTIC_BASE_URL: mautic.url,
    STORE_URL: shop.url,
    STORE_CONSUMER_KEY: 'ck_local',
    STORE_CONSUMER_SECRET: 'cs_local',
  };
  for (const name of ['ada', 'bob', 'ada'])
    shop.shop.orders.place({
      status: 'completed',
      billing: { email: `${name}@example.test`, first_name: name },
    });
  ago = 0;
});

afterEach(async () => {
  await mautic.close();
  await shop.close();
  await rm(folder, { recursive: true, force: true });
});

describe('npm run bridge -- backfill --local', () => {
  it('says what it would do, does it beside a bridge that runs, and says what became of it', async () => {
    const bridge = await startBridgeProcess(folder, variables);
    onTestFinished(() => bridge.kill());

    const outlook = await runCommandHere(['backfill', '--local', '--dry-run'], variables);
    expect(outlook.complained).toBe('');
    expect(outlook.printed).toContain('Store demo: 3 orders, 0 customers; all of them were looked at.');
    expect(outlook.printed).toContain('Contacts: 2 to create, 0 to change');
    expect(outlook.printed).not.toContain('@');
    expect(await heldContacts(mautic.url)).toEqual([]);

    const done = await runCommand(['backfill', '--local', '--from', '2020-01-01', '--yes'], variables);
    expect(done.code).toBe(0);
    expect(done.printed).toContain('has finished: 3 orders, 0 orders in the trash and 0 customers read');
    expect(done.printed).toContain('Contacts: 2 written, 0 unchanged');

    const held = await heldContacts(mautic.url);
    expect(held.map(({ email }) => email).sort()).toEqual(['ada@example.test', 'bob@example.test']);
    expect(held.find(({ email }) => email.startsWith('ada'))?.fields['mautic_woo_order_count']).toBe(2);

    const again = await runCommandHere(['backfill', '--local', '--status', '--json'], variables);
    expect(JSON.parse(again.printed)).toMatchObject({ state: 'finished', tally: { orders: 3 } });
  });

  it('is put down while the bridge is stopped, paused and resumed there', async () => {
    const bridge = await startBridgeProcess(folder, variables);
    await bridge.kill();

    const none = await runCommandHere(['backfill', '--local', '--watch'], variables);
    expect(none).toMatchObject({
      code: 1,
      complained: expect.stringContaining('There is no backfill of store demo'),
    });

    const asking = await runCommandHere(['backfill', '--local'], variables);
    expect(asking).toMatchObject({ code: 2, complained: expect.stringContaining('give --yes') });
    const elsewhere = await runCommandHere(['backfill', '--local', '--store', 'nowhere'], variables);
    expect(elsewhere).toMatchObject({
      code: 2,
      complained: expect.stringContaining('--store must be one of'),
    });

    const started = await runCommandHere(['backfill', '--local', '--yes'], variables);
    expect(started).toMatchObject({ code: 0, complained: expect.stringContaining('when npm start runs') });
    expect(started.printed).toContain('The backfill of store demo is running');

    const other = await runCommandHere(['backfill', '--local', '--only', 'customers', '--yes'], variables);
    expect(other).toMatchObject({
      code: 1,
      printed: '',
      complained: expect.stringMatching(
        /started in another way: what was asked for now was not started.*--watch/,
      ),
    });

    const paused = await runCommandHere(['backfill', '--local', '--pause'], variables);
    expect(paused.printed).toContain('is paused');
    const another = await runCommandHere(['backfill', '--local', '--yes'], variables);
    expect(another).toMatchObject({ code: 1, complained: expect.stringContaining('--resume') });
    const resumed = await runCommandHere(['backfill', '--local', '--resume'], variables);
    expect(resumed.printed).toContain('is running');
  });
});
