import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createAuthorization } from '../../../lib/mautic/auth/auth.ts';
import type { Credentials, StoredToken } from '../../../lib/mautic/auth/authorization.ts';
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
  type Seen,
  serve,
} from '../support.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const BASIC: Credentials = { username: 'anna', password: 'hush' };

/** A Mautic that gives one token after the other and takes only the last. */
async function tokenServer(lifetimeSeconds = 3600) {
  let given = 0;
  const server = await serve(async ({ url, headers }) => {
    if (url === '/oauth/v2/token') {
      await pause(20);
      given += 1;
      return { status: 200, body: { access_token: `t${String(given)}`, expires_in: lifetimeSeconds } };
    }
    return headers.authorization === `Bearer t${String(given)}` ? recorded('477') : recorded('034');
  });
  return { ...server, given: () => given };
}

/** A token endpoint that refuses until it is told otherwise. */
async function refusingServer(refusal: Reply) {
  let current = refusal;
  const server = await serve(() => current);
  return {
    ...server,
    answer: (reply: Reply) => {
      current = reply;
    },
  };
}

function fresh(accessToken: string, now: number, lifetime = HOUR): StoredToken {
  return { accessToken, obtainedAt: now, expiresAt: now + lifetime };
}

function tokenCalls(seen: readonly Seen[]): number {
  return seen.filter(({ url }) => url === '/oauth/v2/token').length;
}

describe('client credentials', () => {
  test('are sent as a form and bring a bearer token', async () => {
    const server = await serve(() => recorded('008'));
    const { authorization, tokens, clock } = instance({ url: server.url });

    const { header, token } = must(await authorization.header());

    expect(header).toBe(`Bearer ${token}`);
    expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/oauth/v2/token' });
    expect(Object.fromEntries(new URLSearchParams(server.seen[0]?.text))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'local',
      client_secret: 'local-secret',
    });
    const stored = await tokens.read();
    expect(stored?.accessToken).toBe(token);
    expect(stored?.expiresAt).toBe(clock.now() + HOUR);
  });

  test('are asked for once while the token lasts', async () => {
    const { clock, forward } = manualClock();
    const server = await tokenServer();
    const { authorization } = instance({ url: server.url, clock });

    must(await authorization.header());
    forward(HOUR - 2 * MINUTE);
    must(await authorization.header());

    expect(server.given()).toBe(1);
  });

  test('are asked for again a minute before the token expires', async () => {
    const { clock, forward } = manualClock();
    const server = await tokenServer();
    const { authorization } = instance({ url: server.url, clock });

    must(await authorization.header());
    forward(HOUR - MINUTE + 1);

    expect(must(await authorization.header()).token).toBe('t2');
  });

  test('a token that lives for seconds is used for half of them', async () => {
    const { clock, forward } = manualClock();
    const server = await tokenServer(10);
    const { authorization } = instance({ url: server.url, clock });

    must(await authorization.header());
    forward(4_000);
    expect(must(await authorization.header()).token).toBe('t1');
    forward(2_000);
    expect(must(await authorization.header()).token).toBe('t2');
  });

  test('the token is stored before it is used', async () => {
    const server = await tokenServer();
    const tokens = { ...memoryTokens(), write: () => Promise.reject(new Error('denied')) };
    const { authorization, lines } = instance({ url: server.url, tokens });

    expect(failureOf(await authorization.header())).toMatchObject({ kind: 'retry', code: 'token-store' });
    expect(lines).toHaveLength(1);
  });

  test('a stored token is used by a new instance', async () => {
    const server = await tokenServer();
    const tokens = memoryTokens(fresh('stored', Date.now()));
    const { authorization } = instance({ url: server.url, tokens });

    expect(must(await authorization.header()).header).toBe('Bearer stored');
    expect(server.seen).toHaveLength(0);
  });

  test.each([
    ['an outage', { status: 503 }],
    ['a limit', recorded('562')],
    ['a web page', { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html>' }],
    ['a server error', recorded('180')],
  ])('%s at the token endpoint is tried again later', async (_name, reply) => {
    const server = await serve(() => reply);
    const { authorization, tokens } = instance({ url: server.url });

    expect(failureOf(await authorization.header()).kind).toBe('retry');
    expect(await tokens.read()).toBeUndefined();
  });
});

describe('a thousand calls that find their token expired', () => {
  test('in one instance make one token request', async () => {
    const server = await tokenServer();
    const { client, tokens, clock } = instance({ url: server.url });
    await tokens.write(fresh('old', clock.now()));

    const outcomes = await Promise.all(
      Array.from({ length: 1000 }, () => client.call({ method: 'GET', path: '/api/users/self' })),
    );

    for (const outcome of outcomes) must(outcome);
    expect(tokenCalls(server.seen)).toBe(1);
  });

  test('in ten instances make one token request', async () => {
    const server = await tokenServer();
    const shared = {
      url: server.url,
      tokens: memoryTokens(fresh('old', Date.now())),
      claims: memoryClaims(),
    };
    const instances = Array.from({ length: 10 }, () => instance(shared));

    const outcomes = await Promise.all(
      instances.flatMap(({ client }) =>
        Array.from({ length: 100 }, () => client.call({ method: 'GET', path: '/api/users/self' })),
      ),
    );

    for (const outcome of outcomes) must(outcome);
    expect(tokenCalls(server.seen)).toBe(1);
  });
});

describe('the lease', () => {
  test('of an instance that died is taken over when it lapses', async () => {
    const { clock } = manualClock();
    const server = await tokenServer();
    const claims = memoryClaims();
    const now = clock.now();
    await claims.claim('LEASE', 'mautic-token', { holder: 'dead', now, until: now + 30_000 });
    const { authorization } = instance({ url: server.url, claims, clock });

    expect(must(await authorization.header()).token).toBe('t1');
    expect(clock.now() - now).toBeGreaterThanOrEqual(30_000);
  });

  test('that is held on and on makes callers try again later', async () => {
    const { clock } = manualClock();
    const server = await tokenServer();
    const claims = { ...memoryClaims(), claim: async () => 'held' as const };
    const { authorization } = instance({ url: server.url, claims, clock });

    expect(failureOf(await authorization.header())).toMatchObject({ kind: 'retry', code: 'token-busy' });
    expect(server.seen).toHaveLength(0);
  });

  test('is given back after a failure too', async () => {
    const server = await refusingServer({ status: 503 });
    const shared = { url: server.url, claims: memoryClaims(), tokens: memoryTokens() };
    failureOf(await instance(shared).authorization.header());
    server.answer(recorded('008'));

    expect(must(await instance(shared).authorization.header()).header).toMatch(/^Bearer /);
  });
});

describe('refused credentials', () => {
  test.each([
    ['unknown client (recording 013)', recorded('013')],
    ['wrong secret (recording 012)', recorded('012')],
    ['grant not allowed (recording 017)', recorded('017')],
    ['invalid_grant (recording 029)', recorded('029')],
    ['the shape of RFC 6749', { status: 400, body: { error: 'invalid_client', error_description: 'hush' } }],
    ['RFC 6749 with 401', { status: 401, body: { error: 'invalid_client' } }],
  ])('stop all instances: %s', async (_name, refusal) => {
    const server = await serve(() => refusal);
    const shared = { url: server.url, tokens: memoryTokens(), claims: memoryClaims() };
    const first = instance(shared);

    const failure = failureOf(await first.authorization.header());
    failureOf(await instance(shared).authorization.header());
    failureOf(await first.authorization.header());

    expect(failure).toMatchObject({ kind: 'authorise', code: 'stopped' });
    expect(failure.message).toContain('secret');
    expect(JSON.stringify(first.lines)).not.toContain('hush');
    expect(first.counts.get('MauticStopped')).toBe(1);
    expect(first.lines).toHaveLength(1);
    expect(server.seen).toHaveLength(1);
  });

  test('are read again before anything is stopped, in case they were just replaced', async () => {
    const server = await serve(({ text }) =>
      text.includes('new-secret') ? recorded('008') : recorded('012'),
    );
    const all = instance({ url: server.url });
    const authorization = createAuthorization({
      ...all,
      credentials: {
        read: async (again) => ({ clientId: 'local', clientSecret: again ? 'new-secret' : 'old-secret' }),
      },
    });

    must(await authorization.header());

    expect(all.counts.has('MauticStopped')).toBe(false);
  });

  test('that were corrected lift the stop', async () => {
    const { clock, forward } = manualClock();
    const server = await serve(({ text }) => (text.includes('right') ? recorded('008') : recorded('012')));
    const shared = { url: server.url, tokens: memoryTokens(), claims: memoryClaims(), clock };
    failureOf(
      await instance({
        ...shared,
        credentials: { clientId: 'a', clientSecret: 'wrong' },
      }).authorization.header(),
    );
    forward(MINUTE);

    must(
      await instance({
        ...shared,
        credentials: { clientId: 'a', clientSecret: 'right' },
      }).authorization.header(),
    );

    expect(shared.tokens.current()).not.toHaveProperty('stopped');
  });

  test('an API that is off says so and stops nothing (recording 565)', async () => {
    const server = await serve(() => recorded('565'));
    const { authorization, tokens } = instance({ url: server.url });

    const failure = failureOf(await authorization.header());

    expect(failure).toMatchObject({ kind: 'authorise', code: 'api-disabled' });
    expect(failure.message).toMatch(/^Mautic's API is switched off: Configuration -> API Settings/);
    expect(await tokens.read()).toBeUndefined();
  });
});

describe('the scheduled renewal', () => {
  test('leaves a token alone that lasts long enough', async () => {
    const server = await tokenServer();
    const { authorization, tokens, clock } = instance({ url: server.url });
    await tokens.write(fresh('stored', clock.now()));

    expect(must(await authorization.renewIfDue(20 * MINUTE))).toBe('valid');
    expect(server.seen).toHaveLength(0);
  });

  test('shows how long the token lasts, whether it was renewed or not', async () => {
    const server = await tokenServer();
    const shown: unknown[] = [];
    const { authorization, tokens, clock } = instance({
      url: server.url,
      gauges: { show: (name, value) => void shown.push([name, value]) },
    });

    await tokens.write(fresh('stored', clock.now(), 45 * MINUTE));
    must(await authorization.renewIfDue(20 * MINUTE));
    must(await authorization.renewIfDue(50 * MINUTE));

    expect(shown).toEqual([
      ['TokenMinutesLeft', 45],
      ['TokenMinutesLeft', 60],
    ]);
  });

  test('renews a token that expires soon, and the first one', async () => {
    const server = await tokenServer();
    const { authorization, tokens, clock } = instance({ url: server.url });

    expect(must(await authorization.renewIfDue(20 * MINUTE))).toBe('renewed');
    await tokens.write(fresh('t1', clock.now(), 10 * MINUTE));
    expect(must(await authorization.renewIfDue(20 * MINUTE))).toBe('renewed');

    expect((await tokens.read())?.accessToken).toBe('t2');
  });

  test('lifts a stop once Mautic gives tokens again, trying every few minutes at most', async () => {
    const { clock, forward } = manualClock();
    const server = await refusingServer(recorded('012'));
    const { authorization, tokens } = instance({ url: server.url, clock });
    failureOf(await authorization.header());

    expect(failureOf(await authorization.renewIfDue(MINUTE)).kind).toBe('authorise');
    const calls = server.seen.length;
    expect(failureOf(await authorization.renewIfDue(MINUTE)).kind).toBe('authorise');
    expect(server.seen).toHaveLength(calls);
    forward(4 * MINUTE);
    server.answer(recorded('008'));

    expect(must(await authorization.renewIfDue(MINUTE))).toBe('renewed');
    must(await authorization.header());
    expect(await tokens.read()).not.toHaveProperty('stopped');
  });
});

describe('Basic authentication', () => {
  test('has a constant header and needs no renewal', async () => {
    const { authorization } = instance({ url: 'http://127.0.0.1:1', credentials: BASIC });

    expect(must(await authorization.header()).header).toBe('Basic YW5uYTpodXNo');
    expect(must(await authorization.header()).token).not.toContain('YW5uYTpodXNo');
    expect(must(await authorization.renewIfDue(HOUR))).toBe('not-needed');
  });

  test('survives one 401', async () => {
    let calls = 0;
    const server = await serve(() => {
      calls += 1;
      return calls === 1 ? recorded('003') : recorded('038');
    });
    const { client, tokens } = instance({ url: server.url, credentials: BASIC });

    must(await client.call({ method: 'GET', path: '/api/contacts/1' }));

    expect(await tokens.read()).toBeUndefined();
  });

  test('that is refused stops, and the scheduled renewal lifts the stop when it works again', async () => {
    const { clock, forward } = manualClock();
    const server = await refusingServer(recorded('003'));
    const { client, authorization, counts } = instance({ url: server.url, credentials: BASIC, clock });

    expect(failureOf(await client.call({ method: 'GET', path: '/api/contacts/1' })).kind).toBe('authorise');
    expect(counts.get('MauticStopped')).toBe(1);
    expect(failureOf(await authorization.header()).code).toBe('stopped');
    server.answer(recorded('020'));
    forward(20 * MINUTE);

    expect(must(await authorization.renewIfDue(HOUR))).toBe('renewed');
    must(await authorization.header());
  });

  test('stays stopped while a page, or nothing, answers in the place of Mautic', async () => {
    const { clock, forward } = manualClock();
    const server = await refusingServer(recorded('003'));
    const { client, authorization, tokens } = instance({ url: server.url, credentials: BASIC, clock });
    await client.call({ method: 'GET', path: '/api/contacts/1' });

    for (const body of ['<html>Welcome</html>', '']) {
      server.answer({ status: 200, headers: { 'Content-Type': 'text/html' }, body });
      forward(20 * MINUTE);
      expect(failureOf(await authorization.renewIfDue(HOUR)).code).toBe('not-mautic');
    }

    expect(await tokens.read()).toHaveProperty('stopped');
  });

  test('can be replaced by OAuth2 while everything runs', async () => {
    const server = await tokenServer();
    let current: Credentials = BASIC;
    const all = instance({ url: server.url });
    const authorization = createAuthorization({ ...all, credentials: { read: async () => current } });

    expect(must(await authorization.header()).header).toMatch(/^Basic /);
    current = LOCAL_CLIENT;

    expect(must(await authorization.header()).header).toBe('Bearer t1');
  });
});
