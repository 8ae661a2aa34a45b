import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../lib/aws/clock.ts';
import { createLedger } from '../../lib/aws/ledger/ledger.ts';
import { createMauticCredentials } from '../../lib/aws/secrets/mautic-credentials.ts';
import { createTokenStore } from '../../lib/aws/secrets/token-store.ts';
import type { Clock } from '../../lib/core/ports/telemetry.ts';
import type { Http } from '../../lib/http.ts';
import { startDynalite } from '../../lib/local/aws/dynalite-server.ts';
import { startSecretsManager } from '../../lib/local/aws/secrets-manager.ts';
import { createAuthorization } from '../../lib/mautic/auth/auth.ts';
import type { AuthorizationOptions, TokenStore } from '../../lib/mautic/auth/authorization.ts';
import { exchangeCode } from '../../lib/mautic/auth/code-exchange.ts';
import { createMauticClient } from '../../lib/mautic/client.ts';
import { startMauticSimulator } from '../../lib/simulators/mautic/simulator.ts';
import { httpTo, must } from '../mautic/support.ts';
import { shareOf } from '../support/depth.ts';
import { recordingLog } from '../support/log.ts';
import { createSecret, secretsManagerAt } from './support/secrets.ts';
import { createTable, dynamoDBAt } from './support/table.ts';

const SELF = { method: 'GET', path: '/api/users/self' } as const;
const redirectUri = 'https://shop.example.com/callback';
const CLIENT = { clientId: 'local', clientSecret: 'local-secret' };
const GRANT = { ...CLIENT, grant: 'authorization_code', redirectUri };
const CALLS = shareOf(1_280);
/** Time stands still, so that no lease lapses while a busy machine works; whoever waits lets others go on. */
const now = Date.now();
const clock: Clock = { now: () => now, sleep: (ms) => systemClock.sleep(ms) };

let dynalite: Awaited<ReturnType<typeof startDynalite>>;
let vault: Awaited<ReturnType<typeof startSecretsManager>>;
let dynamodb: DynamoDBClient;
let secrets: SecretsManagerClient;

beforeAll(async () => {
  dynalite = await startDynalite();
  vault = await startSecretsManager();
  dynamodb = dynamoDBAt(dynalite.url);
  secrets = secretsManagerAt(vault.url);
});

afterAll(async () => {
  dynamodb.destroy();
  secrets.destroy();
  await dynalite.close();
  await vault.close();
});

/** As many processes as `instances`, which know of each other what the ledger and Secrets Manager hold. */
async function bridge(credentials: object, instances: number) {
  const mautic = await startMauticSimulator();
  onTestFinished(() => mautic.close());
  const tableName = await createTable(dynamodb);
  const [secretId, tokenId] = [await createSecret(secrets, credentials), await createSecret(secrets)];
  const stored = new Set<string>();
  const used = new Set<string>();
  const early: string[] = [];

  function optionsOf(holder: string): AuthorizationOptions {
    return {
      http: watched(httpTo(mautic.url), (token) => {
        used.add(token);
        if (!stored.has(token)) early.push(`${holder} used a token that is not stored`);
      }),
      baseUrl: mautic.url,
      credentials: createMauticCredentials({ client: secrets, secretId, clock }),
      tokens: noting(createTokenStore({ client: secrets, secretId: tokenId }), stored),
      claims: createLedger({ client: dynamodb, tableName }),
      clock,
      holder,
      log: recordingLog(),
      metrics: { count: () => undefined },
    };
  }

  const clients = Array.from({ length: instances }, (_, index) => {
    const options = optionsOf(`instance-${String(index)}`);
    return createMauticClient({ ...options, authorization: createAuthorization(options) });
  });
  return {
    mautic,
    clients,
    used,
    early,
    tokenRequests: () => mautic.counts.get('POST /oauth/v2/token') ?? 0,
    /** A person allows the access. */
    authorise: async () => {
      const code = mautic.issueCode({ client: 'local', user: 'admin', redirectUri });
      must(await exchangeCode(optionsOf('a person'), code));
    },
    /** All calls at the same time, as many in each instance. */
    callAll: () =>
      Promise.all(
        clients.flatMap((client) => Array.from({ length: CALLS / instances }, () => client.call(SELF))),
      ),
  };
}

/** Every token on its way to Mautic: in the header, or in the form that exchanges it for the next. */
function watched(http: Http, use: (token: string) => void): Http {
  return {
    ...http,
    request: (request) => {
      const bearer = /^Bearer (.*)$/.exec(request.headers?.['Authorization'] ?? '')?.[1];
      if (bearer !== undefined) use(bearer);
      const refresh = request.body instanceof URLSearchParams ? request.body.get('refresh_token') : null;
      if (refresh !== null) use(refresh);
      return http.request(request);
    },
  };
}

/** Notes what Secrets Manager has confirmed. */
function noting(store: TokenStore, stored: Set<string>): TokenStore {
  return {
    read: () => store.read(),
    write: async (token) => {
      await store.write(token);
      stored.add(token.accessToken);
      if (token.refreshToken !== undefined) stored.add(token.refreshToken);
    },
  };
}

describe.each([
  ['client credentials', CLIENT],
  ['a grant', GRANT],
])(`${String(CALLS)} calls at once that find the token of %s expired`, (_kind, credentials) => {
  it.each([1, 20])(
    'make one token request in %i instances that share ledger and secret',
    async (instances) => {
      const { mautic, clients, callAll, tokenRequests, authorise, early } = await bridge(
        credentials,
        instances,
      );
      if (credentials === GRANT) await authorise();
      for (const client of clients) must(await client.call(SELF));
      const before = tokenRequests();
      mautic.faults.expireTokens('access');

      const outcomes = await callAll();

      for (const outcome of outcomes) must(outcome);
      expect(outcomes).toHaveLength(CALLS);
      expect(tokenRequests() - before).toBe(1);
      expect(early).toEqual([]);
    },
  );
});

describe('twenty instances that start at the same time', () => {
  it('make one token request when there was none before', async () => {
    const { callAll, tokenRequests, early } = await bridge(CLIENT, 20);

    for (const outcome of await callAll()) must(outcome);

    expect(tokenRequests()).toBe(1);
    expect(early).toEqual([]);
  });
});

describe('a pair of tokens', () => {
  it('is in Secrets Manager before either of them is used, renewal after renewal', async () => {
    const { mautic, clients, tokenRequests, authorise, used, early } = await bridge(GRANT, 3);
    await authorise();

    for (let renewal = 1; renewal <= 5; renewal += 1) {
      mautic.faults.expireTokens('access');
      const calls = clients.flatMap((client) => [client.call(SELF), client.call(SELF)]);
      for (const outcome of await Promise.all(calls)) must(outcome);
    }

    expect(early).toEqual([]);
    // Five refresh tokens and as many access tokens that they brought, at least.
    expect(used.size).toBeGreaterThanOrEqual(10);
    expect(tokenRequests()).toBe(1 + 5);
  });
});
