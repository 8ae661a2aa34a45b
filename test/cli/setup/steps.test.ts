import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { readText } from '../../../lib/aws/secrets/secret-text.ts';
import type { Questions } from '../../../lib/cli/output/questions.ts';
import { setUpMautic } from '../../../lib/cli/setup/mautic-step.ts';
import type { SetupStep } from '../../../lib/cli/setup/step.ts';
import { setUpStore } from '../../../lib/cli/setup/store-step.ts';
import { connection } from '../../../lib/local/aws/connection.ts';
import { SECRET_IDS } from '../../../lib/local/bridge/secrets.ts';
import { type LaptopOptions, openLaptop } from '../support/laptop.ts';

const WRONG = {
  storeKeys: '{"demo":{"consumerKey":"ck_local","consumerSecret":"cs_of_another_shop"}}',
  mautic: '{"clientId":"local","clientSecret":"of another client"}',
};
const REDIRECT = 'https://berg.test/back';
const GRANT = JSON.stringify({
  clientId: 'local',
  clientSecret: 'local-secret',
  grant: 'authorization_code',
  redirectUri: REDIRECT,
});

/** Somebody who gives these answers, whatever the kind of question. */
function somebody(answers: readonly (string | (() => string))[]): Questions {
  const left = [...answers];
  const next = () => {
    const answer = left.shift();
    if (answer === undefined) throw new Error('nothing else is asked');
    return typeof answer === 'string' ? answer : answer();
  };
  return {
    text: async () => next(),
    secret: async () => next(),
    agree: async () => next() === 'yes',
    choose: async (_question, choices) => {
      const answer = next();
      const chosen = choices.find(({ value }) => value === answer);
      if (!chosen) throw new Error(`there is no choice ${answer}`);
      return chosen.value;
    },
  };
}

async function opened(options: LaptopOptions, own: Partial<SetupStep> = {}) {
  const laptop = await openLaptop(options);
  const client = new SecretsManagerClient(connection(laptop.emulators.endpoints.secretsManager));
  onTestFinished(() => client.destroy());
  const said: string[] = [];
  const step: SetupStep = {
    site: laptop.site,
    ask: undefined,
    given: {},
    renew: false,
    say: (line) => void said.push(line),
    ...own,
  };
  const [store] = laptop.site.config.stores;
  if (!store) throw new Error('there is a store');
  const secret = async (secretId: string): Promise<unknown> =>
    JSON.parse((await readText({ client, secretId })) ?? 'null');
  return { ...laptop, step, store, secret, said };
}

describe('keys that are there', () => {
  test('and are refused are said not to work, to a script', async () => {
    const { step, store, said } = await opened({ secrets: WRONG });

    expect(await setUpStore(step, store)).toBe(true);

    expect(said[1]).toMatch(/^Store demo: the keys are there, and do not work\. .*Check consumer key/);
    expect(said[2]).toMatch(/give others, in the environment or on the standard input/);
    expect(said.join('\n')).not.toContain('cs_of_another_shop');
  });

  test('and are refused are asked for again, by hand', async () => {
    const ask = somebody(['paste', 'ck_local', 'cs_local']);
    const { step, store, secret, said } = await opened({ secrets: WRONG }, { ask });

    expect(await setUpStore(step, store)).toBe(true);

    expect(await secret(SECRET_IDS.storeKeys)).toEqual({
      demo: { consumerKey: 'ck_local', consumerSecret: 'cs_local' },
    });
    expect(said.at(-1)).toBe('Store demo: the keys work, and are in Secrets Manager.');
  });

  test('give way to those that are given, once these were tried', async () => {
    const given = { consumerKey: 'ck_local', consumerSecret: 'cs_local' };
    const { step, store, secret } = await opened({ secrets: WRONG }, { given });

    await setUpStore(step, store);

    expect(await secret(SECRET_IDS.storeKeys)).toEqual({ demo: given });
  });

  test('stay where a shop that is away cannot be asked', async () => {
    const ask = somebody([]);
    const { step, store, said, shop } = await opened({}, { ask });
    await shop.close();

    expect(await setUpStore(step, store)).toBe(true);

    expect(said[1]).toMatch(/the keys are there, and kept; they could not be tried\./);
  });

  test('stay where whoever renews them has none now, and nothing is said to miss', async () => {
    const { step, store, said } = await opened({}, { renew: true, ask: somebody(['later']) });

    expect(await setUpStore(step, store)).toBe(true);

    expect(said.at(-1)).toBe('Store demo: the keys that are there are kept.');
  });
});

describe('a store without keys', () => {
  test('whose webhooks a person makes is told how to read the secret they sign with', async () => {
    const { step, store, said } = await opened({
      secrets: { stores: '{}', storeKeys: '{}' },
      place: { kind: 'deployed' },
    });

    expect(await setUpStore(step, store)).toBe(false);

    expect(said[0]).toMatch(/invented here.*nobody has to know it who makes none by hand/);
    expect(said[1]).toMatch(
      /by hand\. .*aws secretsmanager get-secret-value --secret-id stores --region \S+/,
    );
  });
});

describe('credentials that are there', () => {
  test('and are refused are said not to work, though a token lasts', async () => {
    const { step, said } = await opened({ secrets: WRONG });

    expect(await setUpMautic(step)).toBe('ready');

    expect(said[0]).toMatch(/^Mautic: the credentials are there, and do not work\. .*invalid_client/);
    expect(said[1]).toMatch(/^Give others/);
  });

  test('and are refused are asked for again, by hand', async () => {
    const ask = somebody(['client', 'local', 'local-secret']);
    const { step, secret } = await opened({ secrets: WRONG }, { ask });

    await setUpMautic(step);

    expect(await secret(SECRET_IDS.mautic)).toEqual({ clientId: 'local', clientSecret: 'local-secret' });
  });

  test('stay where whoever renews them has none now', async () => {
    const { step, said } = await opened({}, { renew: true, ask: somebody(['later']) });

    expect(await setUpMautic(step)).toBe('ready');

    expect(said.at(-1)).toBe('Mautic: the credentials that are there are kept.');
  });

  test('that may not be read are not taken for none', async () => {
    const { step, said } = await opened({});
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', 'http://127.0.0.1:9');

    await expect(setUpMautic(step)).rejects.toThrow(/ECONNREFUSED/);
    expect(said).toEqual([]);
  });

  test('that nobody can use are asked for', async () => {
    const ask = somebody(['client', 'local', 'local-secret']);
    const { step } = await opened({ secrets: { mautic: '{"clientId":"local"}' } }, { ask });

    expect(await setUpMautic(step)).toBe('ready');
  });
});

describe('credentials in the name of a person', () => {
  test('say to a script which address to open, and which command takes what comes of it', async () => {
    const { step, said, complained } = await opened({ secrets: { mautic: GRANT } });

    expect(await setUpMautic(step)).toBe('not-allowed');

    expect(said.filter((line) => line.includes('/oauth/v2/authorize?'))).toHaveLength(1);
    expect(said.at(-1)).toMatch(/npm run -s bridge -- authorise --code '/);
    expect(complained).toEqual([]);
  });

  test('are let in at once by whoever pastes the address that Mautic led to', async () => {
    const { step, mautic, said } = await opened({ secrets: { mautic: 'not-configured' } });
    const code = { client: 'local', user: 'admin', redirectUri: REDIRECT };
    const address = () => `${REDIRECT}?state=&code=${mautic.issueCode(code)}`;
    const ask = somebody(['person', 'local', 'local-secret', REDIRECT, 'now', 'old', 'now', address]);

    expect(await setUpMautic({ ...step, ask })).toBe('ready');

    expect(said.filter((line) => line.startsWith('Mautic refuses the code'))).toHaveLength(1);
    expect(said.at(-1)).toBe('Mautic: the bridge is let in.');
  });

  test('may be let in later', async () => {
    const { step, said } = await opened({ secrets: { mautic: GRANT } }, { ask: somebody(['later']) });

    expect(await setUpMautic(step)).toBe('not-allowed');

    expect(said[0]).toBe('Mautic: the credentials are there, and kept.');
    expect(said.at(-1)).toMatch(/Give it that address later/);
  });
});
