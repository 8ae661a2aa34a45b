import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSigningSecrets } from '../../lib/aws/secrets/signing-secrets.ts';
import { createStoreKeys } from '../../lib/aws/secrets/store-keys.ts';
import { createStoreSecrets } from '../../lib/aws/secrets/store-secrets.ts';
import { startSecretsManager } from '../../lib/local/aws/secrets-manager.ts';
import { type Line, recordingLog } from '../support/log.ts';
import { type Gate, startGate } from './support/gate.ts';
import { createSecret, putSecret, secretsManagerAt } from './support/secrets.ts';

const KEYS = { consumerKey: 'ck_1', consumerSecret: 'cs_1' };

let server: Awaited<ReturnType<typeof startSecretsManager>>;
let gate: Gate;
/** Straight to the emulator: what people do. */
let people: SecretsManagerClient;
/** Through the gate: what the bridge does. */
let client: SecretsManagerClient;
let now: number;
const clock = { now: () => now };

beforeAll(async () => {
  server = await startSecretsManager();
  gate = await startGate(server.url);
  people = secretsManagerAt(server.url);
  client = secretsManagerAt(gate.url);
});

afterAll(async () => {
  people.destroy();
  client.destroy();
  await gate.close();
  await server.close();
});

beforeEach(() => {
  now = 1_750_000_000_000;
  gate.calls.length = 0;
});

const NOT_FILLED_IN = 'not-configured: the description says what belongs here';

/** Both secrets: what lies beside the webhook secrets, and what has a secret of its own. */
async function secretsIn({
  stores,
  own = NOT_FILLED_IN,
}: {
  readonly stores: unknown;
  readonly own?: unknown;
}) {
  const former = { client, secretId: await createSecret(people, stores), clock };
  const secret = { client, secretId: await createSecret(people, own), clock };
  const lines: Line[] = [];
  const log = recordingLog((line) => void lines.push(line));
  const secrets = createStoreSecrets(former);
  return {
    former,
    secret,
    lines,
    keys: createStoreKeys({ ...secret, former: secrets, log }),
    signing: createSigningSecrets(former, secrets),
  };
}

describe('the keys of a store', () => {
  it('lie in a secret of their own', async () => {
    const { keys, lines } = await secretsIn({
      stores: { demo: { webhookSecret: 's' }, other: { webhookSecret: 's' } },
      own: { demo: KEYS },
    });

    expect(await keys.of('demo')).toEqual(KEYS);
    expect(await keys.of('other')).toBeUndefined();
    expect(await keys.of('unknown')).toBeUndefined();
    expect(lines).toEqual([]);
  });

  it('may be called user name and application password, as FluentCart has them', async () => {
    const { keys } = await secretsIn({
      stores: {},
      own: { demo: { username: 'bridge', applicationPassword: 'abcd efgh' }, half: { username: 'bridge' } },
    });

    expect(await keys.of('demo')).toEqual({ consumerKey: 'bridge', consumerSecret: 'abcd efgh' });
    expect(await keys.of('half')).toBeUndefined();
  });

  it.each([
    { consumerKey: 'ck_1' },
    { consumerSecret: 'cs_1' },
    { consumerKey: '', consumerSecret: 'cs_1' },
    { consumerKey: 'ck_1', consumerSecret: 'not-configured' },
  ])('are none when they are %j', async (half) => {
    const { keys } = await secretsIn({
      stores: { demo: { webhookSecret: 's', ...half } },
      own: { demo: half },
    });

    expect(await keys.of('demo')).toBeUndefined();
  });

  it('are none while nobody has filled in either secret', async () => {
    const { keys } = await secretsIn({ stores: NOT_FILLED_IN });

    expect(await keys.of('demo')).toBeUndefined();
  });

  it('are read once, until the copy is five minutes old', async () => {
    const { secret, keys } = await secretsIn({ stores: {}, own: { demo: KEYS } });
    expect(await Promise.all([keys.of('demo'), keys.of('demo')])).toEqual([KEYS, KEYS]);
    await putSecret(people, secret.secretId, {});

    now += 299_999;
    expect(await keys.of('demo')).toEqual(KEYS);
    expect(gate.calls).toHaveLength(1);
    now += 1;
    expect(await keys.of('demo')).toBeUndefined();
  });

  it('that cannot be read are an error that shows nothing of them', async () => {
    const { keys } = await secretsIn({
      stores: {},
      own: { demo: { consumerKey: ['hunter2'], consumerSecret: 7 } },
    });

    const message = await keys.of('demo').then(String, String);

    expect(message).toContain('demo.consumerKey must be a string');
    expect(message).toContain('"consumerKey"');
    expect(message).not.toContain('hunter2');
  });

  it('are an error that names a secret without a value and what to put there', async () => {
    const { secret, keys } = await secretsIn({ stores: {} });
    const empty = await createSecret(people);
    const missing = createStoreKeys({
      ...secret,
      secretId: empty,
      former: createStoreSecrets(secret),
      log: recordingLog(),
    });

    expect(await keys.of('demo')).toBeUndefined();
    await expect(missing.of('demo')).rejects.toThrow(`The secret ${empty} does not exist or has no value.`);
  });
});

// Version 0.1 had one secret for both; an upgrade must not need a person.
describe('keys that still lie beside the webhook secret of their store', () => {
  const OLD = { demo: { webhookSecret: 's', ...KEYS }, other: { webhookSecret: 't', ...KEYS } };

  it('serve on while the secret of the keys is not filled in, and the log says once where to move them', async () => {
    const { keys, signing, lines } = await secretsIn({ stores: OLD });

    expect([await keys.of('demo'), await keys.of('demo')]).toEqual([KEYS, KEYS]);

    expect(await signing.of('demo')).toEqual(['s']);
    expect(lines).toMatchObject([
      { level: 'warn', fields: { store: 'demo', remedy: expect.stringContaining('StoreKeysId') } },
    ]);
  });

  it('serve on for a store that is not in the secret of the keys yet, but never against it', async () => {
    const NEW = { consumerKey: 'ck_2', consumerSecret: 'cs_2' };
    const { keys } = await secretsIn({ stores: OLD, own: { demo: NEW } });

    expect(await keys.of('demo')).toEqual(NEW);
    expect(await keys.of('other')).toEqual(KEYS);
  });

  it('are read together with the webhook secrets, once', async () => {
    const { keys, signing } = await secretsIn({ stores: OLD });

    await Promise.all([keys.of('demo'), signing.of('demo')]);

    // Each secret once.
    expect(gate.calls).toHaveLength(2);
  });

  it('are gone with the next copy when they were moved', async () => {
    const { former, secret, keys } = await secretsIn({ stores: OLD });
    await keys.of('demo');
    await putSecret(people, secret.secretId, { demo: KEYS });
    await putSecret(people, former.secretId, { demo: { webhookSecret: 's' } });

    now += 300_000;
    expect(await keys.of('demo')).toEqual(KEYS);
    expect(await keys.of('other')).toBeUndefined();
  });
});
