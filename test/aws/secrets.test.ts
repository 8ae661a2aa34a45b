import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMauticCredentials } from '../../lib/aws/secrets/mautic-credentials.ts';
import { createSigningSecrets } from '../../lib/aws/secrets/signing-secrets.ts';
import { createTokenStore } from '../../lib/aws/secrets/token-store.ts';
import { startSecretsManager } from '../../lib/local/aws/secrets-manager.ts';
import { broken, type Gate, startGate } from './support/gate.ts';
import { createSecret, putSecret, secretsManagerAt } from './support/secrets.ts';

/** What the client throws when `broken` answered every try. */
const BROKEN = { $metadata: { httpStatusCode: 500 } };
const NEVER_SHOWN = 'hunter2-hunter2';

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

/** As often as the client tries. */
function breakOnce(): void {
  gate.treat(broken, broken, broken);
}

async function messageOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'no error',
    (error: unknown) => (error instanceof Error ? error.message : 'no Error'),
  );
}

describe('signing secrets', () => {
  async function signingSecrets(content: unknown, maxAgeMs?: number) {
    const secretId = await createSecret(people, content);
    const secrets = createSigningSecrets({
      client,
      secretId,
      clock,
      ...(maxAgeMs !== undefined && { maxAgeMs }),
    });
    return { secretId, secrets };
  }

  it('are the current one first, then the previous', async () => {
    const { secrets } = await signingSecrets({
      demo: { webhookSecret: 'new', previousWebhookSecret: 'old', consumerKey: 'ck', consumerSecret: 'cs' },
      other: { webhookSecret: 'only' },
    });

    expect(await secrets.of('demo')).toEqual(['new', 'old']);
    expect(await secrets.of('other')).toEqual(['only']);
  });

  it.each(['unknown', 'constructor', '__proto__', ''])('are none for the store %o', async (store) => {
    const { secrets } = await signingSecrets({ demo: { webhookSecret: 'new' } });

    expect(await secrets.of(store)).toEqual([]);
  });

  it.each(['', 'not-configured', 'not-configured: paste the webhook secret here'])(
    'are never %o',
    async (webhookSecret) => {
      const { secrets } = await signingSecrets({
        demo: { webhookSecret, previousWebhookSecret: webhookSecret },
      });

      expect(await secrets.of('demo')).toEqual([]);
    },
  );

  it('are none while the secret holds the placeholder', async () => {
    const { secrets } = await signingSecrets('not-configured');

    expect(await secrets.of('demo')).toEqual([]);
  });

  it('are read once, however many ask, until the copy is old', async () => {
    const { secretId, secrets } = await signingSecrets({ demo: { webhookSecret: 'first' } });
    await Promise.all([secrets.of('demo'), secrets.of('demo'), secrets.of('other')]);
    await putSecret(people, secretId, { demo: { webhookSecret: 'second' } });

    now += 299_999;
    expect(await secrets.of('demo')).toEqual(['first']);
    expect(gate.calls).toHaveLength(1);

    now += 1;
    expect(await secrets.of('demo')).toEqual(['second']);
    expect(gate.calls).toHaveLength(2);
  });

  it('are read again for whoever needs a fresher copy', async () => {
    const { secretId, secrets } = await signingSecrets({ demo: { webhookSecret: 'first' } });
    await secrets.of('demo');
    await putSecret(people, secretId, { demo: { webhookSecret: 'second' } });

    now += 1000;
    expect(await secrets.of('demo', 2000)).toEqual(['first']);
    expect(await secrets.of('demo', 1000)).toEqual(['second']);
  });

  it('are never older than the greatest age, whatever is asked', async () => {
    const { secretId, secrets } = await signingSecrets({ demo: { webhookSecret: 'first' } }, 1000);
    await secrets.of('demo');
    await putSecret(people, secretId, { demo: { webhookSecret: 'second' } });

    now += 1000;
    expect(await secrets.of('demo', 999_999)).toEqual(['second']);
  });

  it('stay usable while Secrets Manager fails, which is not asked again at once', async () => {
    const { secretId, secrets } = await signingSecrets({ demo: { webhookSecret: 'first' } });
    await secrets.of('demo');
    await putSecret(people, secretId, { demo: { webhookSecret: 'second' } });
    now += 300_000;
    breakOnce();

    expect(await secrets.of('demo')).toEqual(['first']);
    const calls = gate.calls.length;
    now += 9_999;
    expect(await secrets.of('demo', 0)).toEqual(['first']);
    expect(gate.calls).toHaveLength(calls);

    now += 1;
    expect(await secrets.of('demo')).toEqual(['second']);
  });

  it('stay usable when somebody breaks the secret', async () => {
    const { secretId, secrets } = await signingSecrets({ demo: { webhookSecret: 'first' } });
    await secrets.of('demo');
    await putSecret(people, secretId, '{"demo":');

    now += 300_000;
    expect(await secrets.of('demo')).toEqual(['first']);
  });

  it('are an error when none was ever read, and are read at the next try', async () => {
    const { secrets } = await signingSecrets({ demo: { webhookSecret: 'first' } });
    breakOnce();

    await expect(secrets.of('demo')).rejects.toMatchObject(BROKEN);
    expect(await secrets.of('demo')).toEqual(['first']);
  });

  it('are an error that names a secret without a value and what to put there', async () => {
    const { secretId, secrets } = await signingSecrets(undefined);

    const message = await messageOf(secrets.of('demo'));

    expect(message).toContain(`The secret ${secretId} does not exist or has no value.`);
    expect(message).toContain('"webhookSecret"');
  });

  it('list every problem of the secret without a value of it', async () => {
    const { secrets } = await signingSecrets({
      demo: { webhookSecret: [NEVER_SHOWN], previousWebhookSecret: { a: NEVER_SHOWN } },
      other: { consumerKey: NEVER_SHOWN },
      third: NEVER_SHOWN,
    });

    const message = await messageOf(secrets.of('demo'));

    expect(message).toContain('demo.webhookSecret must be a string');
    expect(message).toContain('demo.previousWebhookSecret must be a string');
    expect(message).toContain('other.webhookSecret is missing');
    expect(message).toContain('third must be an object');
    expect(message).not.toContain(NEVER_SHOWN);
  });

  it.each([`{"demo":"${NEVER_SHOWN}`, NEVER_SHOWN, `["${NEVER_SHOWN}"]`, `"${NEVER_SHOWN}"`])(
    'do not show what stands in a malformed secret (%#)',
    async (content) => {
      const { secrets } = await signingSecrets(content);

      const message = await messageOf(secrets.of('demo'));

      expect(message).toContain('is malformed');
      expect(message).not.toContain(NEVER_SHOWN);
    },
  );
});

describe('Mautic credentials', () => {
  it.each([
    { clientId: 'id', clientSecret: 'secret' },
    { clientId: 'id', clientSecret: 'secret', grant: 'client_credentials' },
    {
      clientId: 'id',
      clientSecret: 'secret',
      grant: 'authorization_code',
      redirectUri: 'https://shop.example.com/callback',
    },
    { username: 'admin', password: 'pa ss' },
  ])('are read as %o', async (content) => {
    const secretId = await createSecret(people, { ...content, note: 'by hand' });

    expect(await createMauticCredentials({ client, secretId, clock }).read()).toEqual(content);
  });

  it('are OAuth2 client credentials when both kinds are there', async () => {
    const both = { username: 'admin', password: 'mautic', clientId: 'id', clientSecret: 'secret' };
    const secretId = await createSecret(people, both);

    expect(await createMauticCredentials({ client, secretId, clock }).read()).toEqual({
      clientId: 'id',
      clientSecret: 'secret',
    });
  });

  it('are remembered for five minutes, unless fresh ones are asked for', async () => {
    const secretId = await createSecret(people, { username: 'admin', password: 'first' });
    const credentials = createMauticCredentials({ client, secretId, clock });
    await credentials.read();
    await putSecret(people, secretId, { username: 'admin', password: 'second' });

    now += 299_999;
    expect(await credentials.read()).toMatchObject({ password: 'first' });
    expect(await credentials.read(true)).toMatchObject({ password: 'second' });

    await putSecret(people, secretId, { username: 'admin', password: 'third' });
    now += 300_000;
    expect(await credentials.read()).toMatchObject({ password: 'third' });
  });

  it('are remembered for as long as whoever reads them says', async () => {
    const secretId = await createSecret(people, { username: 'admin', password: 'first' });
    const credentials = createMauticCredentials({ client, secretId, clock, maxAgeMs: 1_800_000 });
    await credentials.read();
    await putSecret(people, secretId, { username: 'admin', password: 'second' });

    now += 1_799_999;
    expect(await credentials.read()).toMatchObject({ password: 'first' });
    now += 1;
    expect(await credentials.read()).toMatchObject({ password: 'second' });
  });

  it('stay usable while Secrets Manager fails, but are never called fresh then', async () => {
    const secretId = await createSecret(people, { username: 'admin', password: 'first' });
    const credentials = createMauticCredentials({ client, secretId, clock });
    await credentials.read();
    now += 300_000;
    breakOnce();
    expect(await credentials.read()).toMatchObject({ password: 'first' });

    breakOnce();
    await expect(credentials.read(true)).rejects.toMatchObject(BROKEN);
  });

  it.each([
    ['no value', undefined],
    ['an empty text', '{}'],
    ['the placeholder', 'not-configured'],
    ['placeholders', { clientId: 'not-configured', clientSecret: 'not-configured' }],
    ['half of a pair', { clientId: NEVER_SHOWN, password: NEVER_SHOWN }],
    ['an empty password', { username: NEVER_SHOWN, password: '' }],
    [
      'a grant without its redirect URI',
      { clientId: NEVER_SHOWN, clientSecret: 'x', grant: 'authorization_code' },
    ],
    ['an unknown grant', { clientId: NEVER_SHOWN, clientSecret: 'x', grant: 'password' }],
    ['no JSON', `{"clientId":"${NEVER_SHOWN}`],
  ])('are an error that names the secret and what to put there when it holds %s', async (_what, content) => {
    const secretId = await createSecret(people, content);

    const message = await messageOf(createMauticCredentials({ client, secretId, clock }).read());

    expect(message).toContain(secretId);
    expect(message).toContain('{"clientId":"…","clientSecret":"…"} or {"username":"…","password":"…"}');
    expect(message).toContain('"grant":"authorization_code","redirectUri":"https://…"');
    expect(message).not.toContain(NEVER_SHOWN);
  });
});

describe('the token store', () => {
  const TOKEN = { accessToken: 'abc', expiresAt: 2, obtainedAt: 1 };

  it.each([
    ['no value', undefined],
    ['the placeholder', 'not-configured'],
    ['a generated text', 'x8#kd,2'],
    ['half a token', { accessToken: 'abc' }],
  ])('has no token while the secret holds %s', async (_what, content) => {
    const secretId = await createSecret(people, content);

    expect(await createTokenStore({ client, secretId }).read()).toBeUndefined();
  });

  it('has no token while there is no secret', async () => {
    expect(await createTokenStore({ client, secretId: 'nowhere' }).read()).toBeUndefined();
  });

  it('gives every instance the token that was written last', async () => {
    const secretId = await createSecret(people);
    await createTokenStore({ client, secretId }).write(TOKEN);
    const stopped = { ...TOKEN, stopped: { reason: 'invalid_client', since: 5, credentials: 'fingerprint' } };
    await createTokenStore({ client, secretId }).write(stopped);

    expect(await createTokenStore({ client, secretId }).read()).toEqual(stopped);

    await createTokenStore({ client, secretId }).write(TOKEN);
    expect(await createTokenStore({ client, secretId }).read()).toEqual(TOKEN);
  });

  it('keeps the refresh token, also beside a stop that only a person can lift', async () => {
    const secretId = await createSecret(people);
    const stopped = { reason: 'invalid_grant', since: 5, needs: 'authorisation' } as const;
    const pair = { ...TOKEN, refreshToken: 'once', stopped };
    await createTokenStore({ client, secretId }).write(pair);

    expect(await createTokenStore({ client, secretId }).read()).toEqual(pair);
  });

  it('does not take a failure of Secrets Manager for a missing token', async () => {
    const secretId = await createSecret(people, TOKEN);
    breakOnce();

    await expect(createTokenStore({ client, secretId }).read()).rejects.toMatchObject(BROKEN);
  });
});
