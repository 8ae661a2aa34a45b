import { describe, expect, onTestFinished, test } from 'vitest';
import type { Credentials, GrantCredentials } from '../../../lib/mautic/auth/authorization.ts';
import { authorizeUrl } from '../../../lib/mautic/auth/authorize-url.ts';
import { exchangeCode } from '../../../lib/mautic/auth/code-exchange.ts';
import { connectMautic } from '../../../lib/mautic/connect.ts';
import { startMauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
import {
  failureOf,
  instance,
  LOCAL_CLIENT,
  manualClock,
  memoryClaims,
  memoryTokens,
  must,
  type Reply,
  recorded,
  serve,
} from '../support.ts';

const GRANT: GrantCredentials = {
  clientId: 'local',
  clientSecret: 'local-secret',
  grant: 'authorization_code',
  redirectUri: 'https://shop.example.com/callback',
};

async function simulated() {
  const mautic = await startMauticSimulator();
  onTestFinished(() => mautic.close());
  const code = () => mautic.issueCode({ client: 'local', user: 'admin', redirectUri: GRANT.redirectUri });
  return { mautic, code };
}

async function answering(reply: Reply, credentials: Credentials = GRANT) {
  const server = await serve(() => reply);
  const all = instance({ url: server.url, credentials });
  return { ...server, ...all, exchange: () => exchangeCode(all, 'the-code') };
}

describe('the address a person opens', () => {
  test('names the client and where to return to, and no secret', () => {
    const url = authorizeUrl(GRANT, 'https://me:hush@example.com/mautic/');

    expect(url).toBe(
      'https://example.com/mautic/oauth/v2/authorize?client_id=local&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fshop.example.com%2Fcallback&response_type=code',
    );
  });
});

describe('a code', () => {
  test('is exchanged as recording 025 did, and its pair is stored', async () => {
    const { exchange, seen, tokens } = await answering(recorded('025'));

    must(await exchange());

    expect(Object.fromEntries(new URLSearchParams(seen[0]?.text))).toEqual({
      grant_type: 'authorization_code',
      code: 'the-code',
      redirect_uri: GRANT.redirectUri,
      client_id: 'local',
      client_secret: 'local-secret',
    });
    expect((await tokens.read())?.refreshToken).toMatch(/^YjhjYTQ3/);
  });

  test('makes the bridge act for the person who gave it', async () => {
    const { mautic, code } = await simulated();
    const connection = connectMautic({
      ...instance({ url: mautic.url, credentials: GRANT }),
      baseUrl: mautic.url,
    });

    must(await connection.exchangeCode(code()));
    const self = must(await connection.client.call({ method: 'GET', path: '/api/users/self' }));

    expect(self.body).toMatchObject({ username: 'admin', id: 1 });
  });

  test('lifts the stop of a lost grant in every instance', async () => {
    const { mautic, code } = await simulated();
    const { clock, forward } = manualClock();
    const shared = {
      url: mautic.url,
      tokens: memoryTokens(),
      claims: memoryClaims(),
      credentials: GRANT,
      clock,
    };
    const running = instance(shared);
    failureOf(await running.authorization.header());

    must(await exchangeCode(instance(shared), code()));
    forward(30_000);

    must(await running.authorization.header());
    expect(shared.tokens.current()).not.toHaveProperty('stopped');
  });

  test.each([
    ['garbage (recording 023)', '023', 'code-refused'],
    ['used (recording 026)', '026', 'code-refused'],
    ['for another address (recording 024)', '024', 'redirect-refused'],
    ['sent with a wrong secret (recording 032)', '032', 'credentials-refused'],
  ])('that is %s says where to get another, and stores nothing', async (_name, refusal, failureCode) => {
    const { exchange, tokens, url } = await answering(recorded(refusal));

    const failure = failureOf(await exchange());

    expect(failure).toMatchObject({ kind: 'authorise', code: failureCode });
    expect(failure.message).toContain(`${url}/oauth/v2/authorize?client_id=local`);
    expect(failure.message).not.toMatch(/the-code|local-secret/);
    expect(await tokens.read()).toBeUndefined();
  });

  test('serves once', async () => {
    const { mautic, code } = await simulated();
    const all = instance({ url: mautic.url, credentials: GRANT });
    const given = code();

    must(await exchangeCode(all, given));
    const pair = await all.tokens.read();

    expect(failureOf(await exchangeCode(all, given)).code).toBe('code-refused');
    expect(await all.tokens.read()).toEqual(pair);
  });

  test('whose answer is lost says where to get another', async () => {
    const { mautic, code } = await simulated();
    const all = instance({ url: mautic.url, credentials: GRANT });
    mautic.faults.failNext('commit-then-reset');

    const failure = failureOf(await exchangeCode(all, code()));

    expect(failure).toMatchObject({ kind: 'unknown', code: 'connection-lost' });
    expect(failure.message).toContain('/oauth/v2/authorize?');
  });

  test('that brings no refresh token is not worth storing', async () => {
    const { exchange, tokens } = await answering(recorded('008'));

    expect(failureOf(await exchange())).toMatchObject({ kind: 'park', code: 'no-refresh-token' });
    expect(await tokens.read()).toBeUndefined();
  });

  test.each([
    ['client credentials', LOCAL_CLIENT],
    ['a user', { username: 'a', password: 'b' }],
  ])('is not asked for with the credentials of %s', async (_name, credentials) => {
    const { exchange, seen } = await answering(recorded('025'), credentials);

    expect(failureOf(await exchange()).code).toBe('other-grant');
    expect(seen).toHaveLength(0);
  });

  test('goes with the credentials as they stand in the secret now, not as they were remembered', async () => {
    const server = await serve(() => recorded('025'));
    const all = instance({ url: server.url });
    const credentials = { read: async (fresh?: boolean) => (fresh ? GRANT : LOCAL_CLIENT) };

    must(await exchangeCode({ ...all, credentials }, 'the-code'));

    expect(server.seen[0]?.text).toContain('redirect_uri=');
  });

  test('waits for a renewal that is under way, but not for ever', async () => {
    const { clock } = manualClock();
    const claims = memoryClaims();
    const now = clock.now();
    const server = await serve(() => recorded('025'));
    const all = instance({ url: server.url, credentials: GRANT, claims, clock });
    await claims.claim('LEASE', 'mautic-token', { holder: 'other', now, until: now + 5_000 });

    must(await exchangeCode(all, 'the-code'));
    expect(clock.now() - now).toBeGreaterThanOrEqual(5_000);

    const later = clock.now();
    await claims.claim('LEASE', 'mautic-token', { holder: 'other', now: later, until: later + 90_000 });
    expect(failureOf(await exchangeCode(all, 'the-code')).code).toBe('token-busy');
    expect(server.seen).toHaveLength(1);
  });
});
