import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readText } from '../../lib/aws/secrets/secret-text.ts';
import { setUpStore } from '../../lib/cli/setup/store-step.ts';
import { UsageError } from '../../lib/cli/usage-error.ts';
import { connection } from '../../lib/local/aws/connection.ts';
import { SECRET_IDS } from '../../lib/local/bridge/secrets.ts';
import { runCommandHere } from '../support/command.ts';
import { openLaptop } from './support/laptop.ts';

const TUNNEL = 'https://tunnel.example.test';
const UNSET = { stores: 'not-configured', storeKeys: 'not-configured' };

/** A setup that waits for what the shop's page gives, and whoever manages the shop, at a browser. */
async function opened({ url = TUNNEL } = {}) {
  let port = 0;
  let leads = true;
  const tunnel = {
    open: () => {
      leads = true;
    },
    close: () => {
      leads = false;
    },
  };
  // As a tunnel leads there.
  const leadsTo = (address: string) =>
    address.replace(TUNNEL, `http://127.0.0.1:${String(leads ? port : 1)}`);
  const laptop = await openLaptop({ secrets: UNSET, shop: { leadsTo } });
  const client = new SecretsManagerClient(connection(laptop.emulators.endpoints.secretsManager));
  onTestFinished(() => client.destroy());
  const [store] = laptop.site.config.stores;
  if (!store) throw new Error('there is a store');
  const asked = Promise.withResolvers<string>();
  const say = (line: string) => {
    laptop.printed.push(line);
    port = Number(/must lead to 127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? port);
    if (line.includes('/wc-auth/')) asked.resolve(line);
  };
  const callback = { url, port: 0 };
  const settingUp = setUpStore(
    { site: laptop.site, ask: undefined, given: {}, callback, renew: false, say },
    store,
  );
  // Whoever waits for it hears of it.
  settingUp.catch(() => undefined);
  const browse = (address: string) =>
    fetch(leadsTo(address), { redirect: 'manual', headers: { cookie: 'wordpress_logged_in=shop_manager' } });
  const page = async () => (await browse(await asked.promise)).text();
  const press = async (button: 'approve' | 'deny') =>
    browse(
      (new RegExp(`href="([^"]*)" class="wc-auth-${button}"`).exec(await page())?.[1] ?? '').replaceAll(
        '&#38;',
        '&',
      ),
    );
  const secret = async (secretId: string): Promise<unknown> => {
    const text = await readText({ client, secretId });
    return text === undefined || text === 'not-configured' ? undefined : JSON.parse(text);
  };
  return { ...laptop, settingUp, page, press, browse, secret, tunnel, asked: asked.promise };
}

describe('the keys of a shop', () => {
  it('are given by its own page, tried, and kept without being shown', async () => {
    const { settingUp, page, press, browse, secret, printed } = await opened();

    expect(await page()).toContain('mautic-commerce-bridge would like to connect to your store');
    const granted = await press('approve');
    const back = await browse(granted.headers.get('location') ?? '');
    await settingUp;

    expect(granted.status).toBe(302);
    expect(await back.text()).toBe('The bridge has its keys. Go back to the terminal.\n');
    expect(await secret(SECRET_IDS.storeKeys)).toEqual({
      demo: {
        consumerKey: expect.stringMatching(/^ck_\w{40}$/),
        consumerSecret: expect.stringMatching(/^cs_\w{40}$/),
      },
    });
    expect(printed.at(-1)).toBe('Store demo: the keys work, and are in Secrets Manager.');
    expect(printed.join('\n')).not.toMatch(/[cs]k?_\w{40}/);
  });

  it('are not there when somebody denies, and setup says so', async () => {
    const { settingUp, press, secret } = await opened();

    const denied = await press('deny');

    expect(await denied.text()).toMatch(/^The bridge got no keys/);
    await expect(settingUp).rejects.toThrow('The shop gave no keys: somebody denied it there.');
    expect(await secret(SECRET_IDS.storeKeys)).toBeUndefined();
  });

  it('are taken back by the shop where its address leads nowhere, and setup goes on waiting', async () => {
    const { settingUp, page, press, browse, secret, tunnel } = await opened();
    await page();
    tunnel.close();

    expect((await press('approve')).status).toBe(401);
    expect(await secret(SECRET_IDS.storeKeys)).toBeUndefined();

    tunnel.open();
    await browse((await press('approve')).headers.get('location') ?? '');
    await settingUp;
    expect(await secret(SECRET_IDS.storeKeys)).toHaveProperty('demo.consumerKey');
  });

  it('are taken from nobody who does not know what was asked', async () => {
    const { settingUp, press, asked, browse, secret } = await opened();
    const callback = new URL(await asked).searchParams.get('callback_url') ?? '';
    const forged = {
      user_id: 'guessed',
      consumer_key: 'ck_1',
      consumer_secret: 'cs_1',
      key_permissions: 'read_write',
    };
    const post = (path: string, body: string) =>
      browse(callback).then(({ url }) => fetch(url.replace(/\/keys\/.*$/, path), { method: 'POST', body }));
    const path = new URL(callback).pathname;

    expect((await post('/keys/guessed', JSON.stringify(forged))).status).toBe(404);
    expect((await post(path, JSON.stringify(forged))).status).toBe(400);
    expect((await post(path, 'no JSON')).status).toBe(400);
    expect((await post(path, 'x'.repeat(20_000))).status).toBe(413);
    expect(await secret(SECRET_IDS.storeKeys)).toBeUndefined();

    await browse((await press('approve')).headers.get('location') ?? '');
    await settingUp;
    expect(await secret(SECRET_IDS.storeKeys)).not.toMatchObject({ demo: { consumerKey: 'ck_1' } });
  });

  it.each(['http://tunnel.example.test', 'https://tunnel.example.test:3003', 'tunnel'])(
    'are sent by no shop to %s',
    async (url) => {
      const { settingUp } = await opened({ url });

      await expect(settingUp).rejects.toThrow(UsageError);
    },
  );

  it('need a port that is a number', async () => {
    const ended = await runCommandHere([
      'setup',
      '--yes',
      '--callback-url',
      TUNNEL,
      '--callback-port',
      'many',
    ]);

    expect(ended).toMatchObject({ code: 2, complained: '--callback-port must be a port number.\n' });
  });
});
