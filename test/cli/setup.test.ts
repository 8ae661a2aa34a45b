import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readText } from '../../lib/aws/secrets/secret-text.ts';
import { putMember } from '../../lib/aws/secrets/secret-writer.ts';
import { setup } from '../../lib/cli/commands/run/setup.ts';
import { configText } from '../../lib/cli/setup/config-text.ts';
import { givenByStore } from '../../lib/cli/setup/given-secrets.ts';
import { setUpMautic } from '../../lib/cli/setup/mautic-step.ts';
import type { SetupStep } from '../../lib/cli/setup/step.ts';
import { setUpStore } from '../../lib/cli/setup/store-step.ts';
import { UsageError } from '../../lib/cli/usage-error.ts';
import { connection } from '../../lib/local/aws/connection.ts';
import { SECRET_IDS } from '../../lib/local/bridge/secrets.ts';
import { startCloudFormation } from '../support/cloudformation.ts';
import { runCommandHere } from '../support/command.ts';
import { type LaptopOptions, openLaptop } from './support/laptop.ts';

const UNSET = { stores: 'not-configured', storeKeys: 'not-configured', mautic: 'not-configured' };
const ANSWERS = {
  region: 'eu-central-1',
  alarmEmail: '',
  storeId: 'demo',
  storeKind: 'woocommerce',
  storeUrl: 'https://shop.berg.test',
  currency: 'EUR',
  mauticUrl: 'https://mautic.berg.test',
} as const;

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'bridge-setup-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

/** A step of a script on a laptop, and what its secrets hold afterwards. */
async function opened(given: SetupStep['given'], options: LaptopOptions = { secrets: UNSET }) {
  const laptop = await openLaptop(options);
  const client = new SecretsManagerClient(connection(laptop.emulators.endpoints.secretsManager));
  onTestFinished(() => client.destroy());
  const step: SetupStep = {
    site: laptop.site,
    ask: undefined,
    given,
    renew: false,
    say: (line) => void laptop.printed.push(line),
  };
  const secret = async (secretId: string): Promise<unknown> =>
    JSON.parse((await readText({ client, secretId })) ?? 'null');
  const [store] = laptop.site.config.stores;
  if (!store) throw new Error('there is a store');
  return { ...laptop, step, secret, store, client };
}

describe('the store', () => {
  test('gets a webhook secret that is invented, and keys that were tried', async () => {
    const { step, store, secret, printed } = await opened({
      consumerKey: 'ck_local',
      consumerSecret: 'cs_local',
    });

    await setUpStore(step, store);

    expect(await secret(SECRET_IDS.stores)).toEqual({
      demo: { webhookSecret: expect.stringMatching(/^[\w-]{43}$/) },
    });
    expect(await secret(SECRET_IDS.storeKeys)).toEqual({
      demo: { consumerKey: 'ck_local', consumerSecret: 'cs_local' },
    });
    expect(printed.join('\n')).toMatch(/invented here/);
    expect(printed.join('\n')).not.toContain('cs_local');
  });

  test('keeps what is there, and of a new webhook secret the one before', async () => {
    const kept = await opened({}, {});
    await setUpStore(kept.step, kept.store);
    expect(kept.printed).toEqual([
      'Store demo: the webhook secret is there, and kept.',
      'Store demo: the keys are there, work, and are kept.',
    ]);

    const { step, store, secret } = await opened({ webhookSecret: 'another secret of it' }, {});
    await setUpStore(step, store);
    expect(await secret(SECRET_IDS.stores)).toEqual({
      demo: { webhookSecret: 'another secret of it', previousWebhookSecret: 'the secret of the shop' },
    });
  });

  test('takes keys that are given in the place of those that are there', async () => {
    const { step, store, secret } = await opened(
      { consumerKey: 'ck_local', consumerSecret: 'cs_local' },
      { secrets: { ...UNSET, storeKeys: '{"demo":{"consumerKey":"ck_old","consumerSecret":"cs_old"}}' } },
    );

    await setUpStore(step, store);

    expect(await secret(SECRET_IDS.storeKeys)).toEqual({
      demo: { consumerKey: 'ck_local', consumerSecret: 'cs_local' },
    });
  });

  test('that refuses the keys is believed at once, and nothing is written', async () => {
    const { step, store, client } = await opened({ consumerKey: 'ck_local', consumerSecret: 'wrong' });

    await expect(setUpStore(step, store)).rejects.toThrow(/Check consumer key and secret/);
    expect(await readText({ client, secretId: SECRET_IDS.storeKeys })).toBe('not-configured');
  });

  test('of several leaves the others as they are', async () => {
    const { client, secret } = await opened(
      {},
      { secrets: { ...UNSET, stores: '{"other":{"webhookSecret":"x"}}' } },
    );

    await putMember({ client, secretId: SECRET_IDS.stores }, 'demo', { webhookSecret: 'y' });

    expect(await secret(SECRET_IDS.stores)).toEqual({
      other: { webhookSecret: 'x' },
      demo: { webhookSecret: 'y' },
    });
  });
});

describe('Mautic', () => {
  test.each([
    [{ clientId: 'local', clientSecret: 'local-secret' }],
    [{ username: 'admin', password: 'mautic' }],
  ])('gets credentials that were tried: %j', async (given) => {
    const { step, secret, printed } = await opened(given);

    await setUpMautic(step);

    expect(await secret(SECRET_IDS.mautic)).toEqual(given);
    expect(printed.join('\n')).not.toContain(Object.values(given)[1]);
  });

  test('that refuses them is believed at once, and nothing is written', async () => {
    const { step, client } = await opened({ clientId: 'local', clientSecret: 'wrong' });

    await expect(setUpMautic(step)).rejects.toThrow(/Mautic/);
    expect(await readText({ client, secretId: SECRET_IDS.mautic })).toBe('not-configured');
  });

  test('without any is left for later, and one that has some keeps them', async () => {
    const none = await opened({});
    await setUpMautic(none.step);
    expect(none.printed.at(-1)).toMatch(/no credentials yet/);
    const some = await opened({}, {});
    await setUpMautic(some.step);
    expect(some.printed.at(-1)).toMatch(/kept/);
  });
});

describe('the configuration', () => {
  test('that is written is taken, inside the checkout and elsewhere', async () => {
    const { loadStages } = await import('../../lib/cli/configuration.ts');
    expect(configText(ANSWERS, true)).toContain("from './lib/core/policy.ts'");
    const file = join(await folder(), 'bridge.config.ts');
    const policy = new URL('../../lib/core/policy.ts', import.meta.url).href;
    await writeFile(file, configText(ANSWERS, false).replace('mautic-commerce-bridge', policy));

    const { production } = await loadStages(new URL(`file://${file}`));

    expect(production).toMatchObject({
      region: 'eu-central-1',
      stores: [{ id: 'demo', url: ANSWERS.storeUrl }],
    });
  });

  test('quotes what somebody typed', () => {
    expect(configText({ ...ANSWERS, alarmEmail: "o'neil@example.org" }, true)).toContain(
      "'o\\'neil@example.org'",
    );
  });
});

describe('secrets that are given', () => {
  const given = { webhookSecret: 'w', consumerKey: 'k', consumerSecret: 's', clientId: 'c' };
  const two = [{ id: 'demo' }, { id: 'other' }];

  test('are those of the only store, or of the one that is named', () => {
    expect(givenByStore(given, two.slice(0, 1), undefined)('demo')).toEqual(given);
    const givenTo = givenByStore(given, two, 'other');
    expect(givenTo('other')).toEqual(given);
    expect(givenTo('demo')).toEqual({ clientId: 'c' });
    expect(givenByStore({ clientId: 'c' }, two, undefined)('demo')).toEqual({ clientId: 'c' });
  });

  test.each([undefined, 'third'])('are given to nobody when %s of two stores is named', (named) => {
    expect(() => givenByStore(given, two, named)).toThrow(/^Of which store .* --store-id demo or other\.$/);
  });

  test.each([
    [{ STORE_CONSUMER_KEY: 'k' }, 'consumerKey and consumerSecret'],
    [{ MAUTIC_CLIENT_SECRET: 's' }, 'clientId and clientSecret'],
    [{ MAUTIC_PASSWORD: 'p' }, 'username and password'],
  ])('are refused when the other half is missing: %j', async (variables, pair) => {
    const config = join(await folder(), 'bridge.config.ts');

    const { code, complained } = await runCommandHere(['setup', '--yes', '--config', config], variables);

    expect({ code, complained }).toEqual({
      code: 2,
      complained: `Of the secrets ${pair} only one is given: give both, or neither.\n`,
    });
  });
});

describe('a script', () => {
  /** Doors that open nothing. */
  const closed = async () => {
    throw new Error('nothing is opened here');
  };
  const doors = {
    terminal: { print: () => undefined, complain: () => undefined },
    version: '1',
    openLocal: closed,
    start: closed,
    mautic: closed,
    companion: closed,
  };

  test('is told every flag that is missing', async () => {
    const config = join(await folder(), 'bridge.config.ts');

    await expect(setup(doors, { yes: true, config, region: 'eu-central-1' })).rejects.toThrow(
      /--store-url, --currency, --mautic-url are missing/,
    );
    await expect(
      setup(doors, { yes: true, config, region: 'nowhere', storeUrl: 'x', currency: 'EUR', mauticUrl: 'y' }),
    ).rejects.toThrow(UsageError);
  });

  test('writes the configuration, and is told to deploy where no stack is there yet', async () => {
    const cloudFormation = await startCloudFormation({});
    onTestFinished(() => cloudFormation.close());
    const config = join(await folder(), 'mine.config.ts');
    const { region, storeUrl, currency, mauticUrl } = ANSWERS;
    const typed = [
      '--region',
      region,
      '--store-url',
      storeUrl,
      '--currency',
      currency,
      '--mautic-url',
      mauticUrl,
    ];
    const aws = {
      AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    };

    const { code, printed, complained } = await runCommandHere(
      ['setup', '--yes', '--config', config, ...typed],
      aws,
    );

    expect({ code, complained }).toEqual({ code: 0, complained: '' });
    expect(await readFile(config, 'utf8')).toContain(
      "import { defineBridge } from 'mautic-commerce-bridge';",
    );
    expect(printed).toMatch(/There is no stack mautic-commerce-bridge in eu-central-1 yet\. Now deploy/);
    expect(printed).toContain(`npx cdk deploy -c config=${config}`);
    const again = await runCommandHere(['setup', '--yes', '--config', config], aws);
    expect(again.printed).toContain('is finished, and kept.');
  });

  test('gets one document where it asks for one, and the rest beside it', async () => {
    const cloudFormation = await startCloudFormation({});
    onTestFinished(() => cloudFormation.close());
    const config = join(await folder(), 'mine.config.ts');
    await writeFile(config, configText(ANSWERS, false));

    const { code, printed, complained } = await runCommandHere(
      ['setup', '--yes', '--json', '--config', config],
      {
        AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      },
    );

    expect(code).toBe(0);
    expect(JSON.parse(printed)).toEqual({
      found: 'There is no stack mautic-commerce-bridge in eu-central-1',
      next: ['npx cdk bootstrap aws://<account>/eu-central-1', `npx cdk deploy -c config=${config}`],
    });
    expect(complained).toContain('is finished, and kept.');
  });

  test.each([
    ['a policy', '{ policy: { notes: ["completed"] } }'],
    ['another store', '{ stores: [store, { ...store, id: "two" }] }'],
    ['settings of AWS', '{ aws: { logRetentionDays: 90 } }'],
  ])('is told what is missing where setup would throw away %s', async (_what, own) => {
    const config = join(await folder(), 'bridge.config.ts');
    const policy = new URL('../../lib/core/policy.ts', import.meta.url).href;
    const text = `import { defineBridge } from '${policy}';
const store = { id: 'demo', kind: 'woocommerce', currency: 'EUR' } as const;
export const config = defineBridge({ stores: [store], mautic: { url: 'https://mautic.berg.test' }, ...${own} });
`;
    await writeFile(config, text);
    const { region, storeUrl, currency, mauticUrl } = ANSWERS;

    await expect(setup(doors, { yes: true, config, region, storeUrl, currency, mauticUrl })).rejects.toThrow(
      /holds more than setup would write, so it is left as it is:\n {2}.*names no region/,
    );

    expect(await readFile(config, 'utf8')).toBe(text);
  });

  test('is told what the schema says to what it gives, by the flag, and nothing is written', async () => {
    const config = join(await folder(), 'bridge.config.ts');
    const { region, storeUrl, currency } = ANSWERS;
    const given = { yes: true, config, region, storeUrl, currency };

    await expect(setup(doors, { ...given, mauticUrl: 'https://mautic.berg.test/api' })).rejects.toThrow(
      /^--mautic-url must be Mautic's own address/,
    );
    const nowhere = { ...given, config: join(config, 'no', 'bridge.config.ts') };
    await expect(setup(doors, { ...nowhere, mauticUrl: ANSWERS.mauticUrl })).rejects.toThrow(
      /cannot be written \(ENO\w+\): make its folder, or name another --config\.$/,
    );
    await expect(readFile(config)).rejects.toThrow('ENOENT');
  });

  test('has nothing to set up on this machine', async () => {
    await expect(setup(doors, { local: true, yes: true })).rejects.toThrow(/the shell says it all/);
  });
});
