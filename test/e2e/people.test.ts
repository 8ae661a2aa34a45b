import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MauticSimulator, startMauticSimulator } from '../../lib/simulators/mautic/simulator.ts';
import { runCommand, runCommandHere } from '../support/command.ts';
import {
  deliver,
  emptyFolder,
  heldContacts,
  type Running,
  startBridgeProcess,
  untilIdle,
} from '../support/process.ts';
import { recordedDelivery } from '../support/woocommerce.ts';

const HELENE = 'helene@example.test';

let mautic: MauticSimulator;
let bridge: Running;
let folder: string;

beforeAll(async () => {
  folder = await emptyFolder();
  mautic = await startMauticSimulator();
  bridge = await startBridgeProcess(folder, {
    MAUTIC_BASE_URL: mautic.url,
    MAUTIC_CLIENT_ID: 'local',
    MAUTIC_CLIENT_SECRET: 'local-secret',
  });
  await deliver(bridge.url, recordedDelivery('0057'));
  await untilIdle(bridge.url);
});

afterAll(async () => {
  await bridge.kill();
  await mautic.close();
  await rm(folder, { recursive: true, force: true });
});

const variables = () => ({ BRIDGE_DATA_DIR: folder });
const local = (...args: readonly string[]) => runCommandHere([...args, '--local'], variables());

describe('while npm start runs', () => {
  test('doctor looks at it, and finds nothing broken', async () => {
    const { code, printed, complained } = await runCommand(['doctor', '--local'], variables());

    expect({ code, complained }).toEqual({ code: 0, complained: '' });
    expect(printed).toMatch(/^ok {7}bridge: npm start runs on this machine$/m);
    expect(printed).toMatch(/^ok {7}Mautic: .* answers, version 5/m);
    expect(printed).toMatch(/\d+ ok, \d+ to look at, 0 broken\.\n$/);
  });

  test('explain tells of a person and of an order, without the address', async () => {
    const person = await local('explain', HELENE);
    const [, order = ''] = /Order (\d+) of store demo/.exec(person.printed) ?? [];
    const one = await local('explain', order, '--json');

    expect(person).toMatchObject({ code: 0, complained: '' });
    expect(person.printed).toMatch(/^1 order.* belongs? to this person\. Mautic has all of it/);
    expect(JSON.parse(one.printed)).toMatchObject({ about: { kind: 'order' }, todo: [] });
    expect(person.printed + one.printed).not.toContain('@');
  });

  test('explain and erase say what is wrong with what was given', async () => {
    expect(await local('explain', '404')).toMatchObject({
      code: 1,
      complained: expect.stringMatching(/^The ledger has no such order/),
    });
    expect(await local('explain', 'what/is/this')).toMatchObject({
      code: 2,
      complained: expect.stringMatching(/^That is no order and no address/),
    });
    expect(await local('erase', 'no-address')).toMatchObject({ code: 2 });
    expect(await local('erase', 'nobody@example.test', '--yes')).toMatchObject({
      code: 1,
      complained: expect.stringMatching(/^The bridge knows nothing of this address/),
    });
    expect(await local('erase', HELENE)).toMatchObject({
      code: 2,
      complained: expect.stringMatching(/^There is nobody to ask: give --yes/),
    });
  });

  test('erase forgets a person, waits for it, and what comes late brings nobody back', async () => {
    const dry = await local('erase', HELENE, '--dry-run');
    expect(dry.printed).toMatch(/^Would forget: 1 order, \d customer records?, 1 contact in Mautic\.$/m);
    expect(await heldContacts(mautic.url)).toHaveLength(1);

    const { code, printed, complained } = await local('erase', HELENE, '--yes');

    expect({ code, complained }).toEqual({ code: 0, complained: '' });
    expect(printed).toMatch(/^Forgotten as of \S+Z: 1 order, /);
    expect(printed).toContain('after 14 days at most');
    expect(await heldContacts(mautic.url)).toEqual([]);
    await deliver(bridge.url, recordedDelivery('0057'));
    await untilIdle(bridge.url);
    expect(await heldContacts(mautic.url)).toEqual([]);
  });
});
