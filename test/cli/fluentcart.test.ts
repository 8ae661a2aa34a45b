import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readText } from '../../lib/aws/secrets/secret-text.ts';
import { doctor } from '../../lib/cli/commands/run/doctor.ts';
import { explain } from '../../lib/cli/commands/run/explain.ts';
import { webhooks } from '../../lib/cli/commands/run/webhooks.ts';
import type { Finding } from '../../lib/cli/doctor/link.ts';
import type { SetupStep } from '../../lib/cli/setup/step.ts';
import { setUpStore } from '../../lib/cli/setup/store-step.ts';
import { connection } from '../../lib/local/aws/connection.ts';
import { SECRET_IDS } from '../../lib/local/bridge/secrets.ts';
import {
  type FluentSimulatorOptions,
  startFluentSimulator,
} from '../../lib/simulators/fluentcart/simulator.ts';
import { CATALOG } from '../../lib/stores/catalog.ts';
import { type LaptopOptions, openLaptop } from './support/laptop.ts';

const USER = { username: 'admin', applicationPassword: 'bQ3x 9fLm Ze2k' };
const SECRETS = { storeKeys: JSON.stringify({ demo: USER }) };
const UNSET = { stores: 'not-configured', storeKeys: 'not-configured', mautic: 'not-configured' };
const EVERYWHERE = { store: undefined, url: undefined, yes: true };
const FEEDS = CATALOG.fluentcart.topics;
const Report = v.pipe(v.string(), v.parseJson(), v.object({ found: v.array(v.unknown()) }));

/** A laptop whose shop is a FluentCart store. */
async function openFluentLaptop(options: FluentSimulatorOptions = {}, laptop: LaptopOptions = {}) {
  const user = { name: USER.username, password: USER.applicationPassword };
  const fluent = await startFluentSimulator({ user, ...options });
  onTestFinished(() => fluent.close());
  const place = { kind: 'deployed' as const };
  return { fluent, ...(await openLaptop({ secrets: SECRETS, place, ...laptop, fluent })) };
}

function sell(
  { fluent }: Awaited<ReturnType<typeof openFluentLaptop>>,
  mode: 'live' | 'test' = 'live',
): void {
  fluent.shop.orders.place({ mode, billing: { email: 'frida@example.test' } });
}

/** What the doctor finds of one link, as `state: says -> remedy`. */
async function found(laptop: Awaited<ReturnType<typeof openFluentLaptop>>, link: string) {
  laptop.printed.length = 0;
  await doctor({ ...laptop.site, json: true }, {}).catch(() => undefined);
  const report = v.parse(Report, laptop.printed.join('\n'));
  return (report.found as Finding[])
    .filter((finding) => finding.link === link)
    .map(({ state, says, remedy = '' }) => `${state}: ${says}${remedy && ` -> ${remedy}`}`);
}

describe('a FluentCart store, as the doctor finds it', () => {
  test('is told apart by whether Pro answers', async () => {
    const laptop = await openFluentLaptop();
    sell(laptop);
    expect(await found(laptop, 'demo: edition')).toEqual([
      expect.stringMatching(/^ok: FluentCart Pro answers what changed/),
    ]);

    laptop.fluent.shop.setPro(false);
    expect(await found(laptop, 'demo: edition')).toEqual([
      expect.stringMatching(/^ok: FluentCart does not answer what changed .* within a day$/),
    ]);
    expect(await found(laptop, 'demo: webhooks')).toEqual([
      'ok: this edition has none: the store is read every quarter of an hour',
    ]);
  });

  test('without keys is said to give no tags of SKU and category: no feed describes a product', async () => {
    const laptop = await openFluentLaptop({}, { secrets: { storeKeys: '{}' } });

    expect(await found(laptop, 'demo: keys')).toEqual([
      expect.stringMatching(
        /^warning: the store has no keys: .*no SKU and no category: no tag names them -> /,
      ),
    ]);
  });

  test('proves nothing without an order', async () => {
    expect(await found(await openFluentLaptop({ pro: false }), 'demo: edition')).toEqual([
      'ok: no order yet, so nobody can tell whether Pro is active',
    ]);
  });

  test('that sells in its test mode is warned about, unless that is meant', async () => {
    const laptop = await openFluentLaptop();
    sell(laptop, 'test');
    const meant = await openFluentLaptop({}, { testOrders: true });
    sell(meant, 'test');

    expect((await found(laptop, 'demo: test mode'))[0]).toMatch(
      /^warning: .* is left out -> Switch the shop/,
    );
    expect((await found(meant, 'demo: test mode'))[0]).toMatch(/^ok: .* and counts/);
    sell(laptop);
    expect(await found(laptop, 'demo: test mode')).toEqual([]);
  });

  test('has its eleven feeds made and looked at like webhooks', async () => {
    const laptop = await openFluentLaptop();
    const before = await found(laptop, 'demo: webhooks');
    await webhooks(laptop.site, 'repair', EVERYWHERE);

    expect(before).toHaveLength(FEEDS.length);
    expect(before[0]).toMatch(/^warning: .*: no webhook sends it here -> The bridge mends it/);
    expect(await found(laptop, 'demo: webhooks')).toEqual([
      `ok: ${String(FEEDS.length)} there, all topics come here`,
    ]);
  });

  test('that has none in its edition lacks none', async () => {
    const laptop = await openFluentLaptop({ pro: false });

    await webhooks(laptop.site, 'list', EVERYWHERE);

    expect(laptop.printed[0]).toBe('Store demo: 0 webhooks');
    expect(laptop.printed[1]).toMatch(/webhook/);
  });

  test('that does not take the password says what to do about it', async () => {
    const wrong = JSON.stringify({ demo: { ...USER, applicationPassword: 'no' } });
    const laptop = await openFluentLaptop({}, { secrets: { storeKeys: wrong } });

    expect((await found(laptop, 'demo: keys'))[0]).toMatch(
      /^failed: unauthorised -> .*Application Passwords/,
    );
    expect(await found(laptop, 'demo: edition')).toEqual([]);
  });
});

describe('setup of a FluentCart store', () => {
  test('writes user and application password once they were tried, and says what the store is like', async () => {
    const laptop = await openFluentLaptop({ pro: false }, { secrets: UNSET });
    sell(laptop);
    const client = new SecretsManagerClient(connection(laptop.emulators.endpoints.secretsManager));
    onTestFinished(() => client.destroy());
    const [store] = laptop.site.config.stores;
    if (!store) throw new Error('there is no store');
    const asked: string[] = [];
    const step: SetupStep = {
      site: laptop.site,
      ask: {
        text: () => Promise.reject(new Error('nothing else is asked')),
        choose: () => Promise.reject(new Error('nothing else is asked')),
        agree: async () => true,
        secret: async (question: string) => {
          asked.push(question);
          return question === 'User name' ? USER.username : USER.applicationPassword;
        },
      },
      given: {},
      renew: false,
      say: (line) => void laptop.printed.push(line),
    };

    await setUpStore(step, store);

    expect(asked).toEqual(['User name', 'Application password']);
    const kept = await readText({ client, secretId: SECRET_IDS.storeKeys });
    expect(JSON.parse(kept ?? 'null')).toEqual({ demo: USER });
    expect(laptop.printed.at(-1)).toMatch(/^Store demo: FluentCart does not answer what changed/);
    expect(laptop.printed.join('\n')).not.toContain(USER.applicationPassword);
  });
});

test('an order that the ledger does not have may be of the test mode, as explain says', async () => {
  const { site } = await openFluentLaptop();

  await expect(
    explain(site, { kind: 'order', ref: { kind: 'order', store: 'demo', id: '1' } }),
  ).rejects.toThrow(/test mode are left out unless it says testOrders/);
});
