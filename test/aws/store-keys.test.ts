import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSigningSecrets } from '../../lib/aws/secrets/signing-secrets.ts';
import { createStoreKeys } from '../../lib/aws/secrets/store-keys.ts';
import { createStoreSecrets } from '../../lib/aws/secrets/store-secrets.ts';
import { startSecretsManager } from '../../lib/local/aws/secrets-manager.ts';
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

async function secretsIn(content: unknown) {
  const settings = { client, secretId: await createSecret(people, content), clock };
  const secrets = createStoreSecrets(settings);
  return { settings, keys: createStoreKeys(secrets), signing: createSigningSecrets(settings, secrets) };
}

describe('the keys of a store', () => {
  it('stand beside its webhook secret', async () => {
    const { keys } = await secretsIn({
      demo: { webhookSecret: 's', ...KEYS },
      other: { webhookSecret: 's' },
    });

    expect(await keys.of('demo')).toEqual(KEYS);
    expect(await keys.of('other')).toBeUndefined();
    expect(await keys.of('unknown')).toBeUndefined();
  });

  it.each([
    { consumerKey: 'ck_1' },
    { consumerSecret: 'cs_1' },
    { consumerKey: '', consumerSecret: 'cs_1' },
    { consumerKey: 'ck_1', consumerSecret: 'not-configured' },
  ])('are none when they are %j', async (half) => {
    const { keys } = await secretsIn({ demo: { webhookSecret: 's', ...half } });

    expect(await keys.of('demo')).toBeUndefined();
  });

  it('are none while nobody has filled in the secret', async () => {
    const { keys } = await secretsIn('not-configured: the description says what belongs here');

    expect(await keys.of('demo')).toBeUndefined();
  });

  it('are read together with the webhook secrets, once, until the copy is five minutes old', async () => {
    const { settings, keys, signing } = await secretsIn({ demo: { webhookSecret: 's', ...KEYS } });
    expect(await Promise.all([keys.of('demo'), signing.of('demo'), keys.of('demo')])).toEqual([
      KEYS,
      ['s'],
      KEYS,
    ]);
    await putSecret(people, settings.secretId, { demo: { webhookSecret: 't' } });

    now += 299_999;
    expect(await keys.of('demo')).toEqual(KEYS);
    expect(gate.calls).toHaveLength(1);
    now += 1;
    expect(await keys.of('demo')).toBeUndefined();
    expect(await signing.of('demo')).toEqual(['t']);
    expect(gate.calls).toHaveLength(2);
  });

  it('that cannot be read are an error that shows nothing of them', async () => {
    const { keys } = await secretsIn({
      demo: { webhookSecret: 's', consumerKey: ['hunter2'], consumerSecret: 7 },
    });

    const message = await keys.of('demo').then(String, String);

    expect(message).toContain('demo.consumerKey must be a string');
    expect(message).toContain('"consumerKey"');
    expect(message).not.toContain('hunter2');
  });
});
