import { describe, expect, onTestFinished, test } from 'vitest';
import type { Claims } from '../../../lib/core/ports/ledger.ts';
import type { GrantCredentials, StoredToken, TokenStore } from '../../../lib/mautic/auth/authorization.ts';
import { exchangeCode } from '../../../lib/mautic/auth/code-exchange.ts';
import { startMauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
import type { Line } from '../../support/log.ts';
import {
  failureOf,
  instance,
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
const GRANT: GrantCredentials = {
  clientId: 'local',
  clientSecret: 'local-secret',
  grant: 'authorization_code',
  redirectUri: 'https://shop.example.com/callback',
};
const SELF = { method: 'GET', path: '/api/users/self' } as const;

/** What recordings 025 to 037 have in common: a pair that was stored an hour ago. */
function oldPair(now: number): StoredToken {
  return { accessToken: 'old', obtainedAt: now - HOUR, expiresAt: now - 1, refreshToken: 'first' };
}

/** A token endpoint that gives these answers, the last one over and over. */
async function endpoint(...replies: Reply[]) {
  const left = [...replies];
  const server = await serve(() => (left.length > 1 ? left.shift() : left[0]) ?? { status: 503 });
  const { clock, forward } = manualClock();
  const shared = {
    url: server.url,
    tokens: memoryTokens(oldPair(clock.now())),
    claims: memoryClaims(),
    clock,
    credentials: GRANT,
  };
  return { ...server, shared, forward };
}

function formOf(seen: Seen | undefined): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(seen?.text));
}

/** A store that takes nothing until it is repaired. */
function brokenAtFirst(store: TokenStore): { tokens: TokenStore; repair: () => void } {
  let broken = true;
  const write: TokenStore['write'] = (token) =>
    broken ? Promise.reject(new Error('denied')) : store.write(token);
  return {
    tokens: { ...store, write },
    repair: () => {
      broken = false;
    },
  };
}

function loggedUrls(lines: readonly Line[]): unknown[] {
  return lines.filter(({ level }) => level === 'error').map(({ fields }) => fields?.url);
}

/** A whole Mautic in which `admin` has authorised the bridge. */
async function authorised(options: { instances?: number } = {}) {
  const mautic = await startMauticSimulator();
  onTestFinished(() => mautic.close());
  const shared = { url: mautic.url, tokens: memoryTokens(), claims: memoryClaims(), credentials: GRANT };
  const instances = Array.from({ length: options.instances ?? 1 }, () => instance(shared));
  const code = () => mautic.issueCode({ client: 'local', user: 'admin', redirectUri: GRANT.redirectUri });
  const exchange = (given: string, credentials = GRANT) =>
    exchangeCode(instance({ ...shared, credentials }), given);
  must(await exchange(code()));
  const tokenRequests = () => mautic.counts.get('POST /oauth/v2/token') ?? 0;
  return { mautic, shared, instances, code, exchange, tokenRequests };
}

describe('a renewal by refresh token', () => {
  test('asks as recording 028 did, and stores the new pair', async () => {
    const { shared, seen } = await endpoint(recorded('028'));

    const { token } = must(await instance(shared).authorization.header());

    expect(formOf(seen[0])).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'first',
      client_id: 'local',
      client_secret: 'local-secret',
    });
    const stored = shared.tokens.current();
    expect(stored?.accessToken).toBe(token);
    expect(stored?.refreshToken).toMatch(/^NWU2NzI4/);
  });

  test('uses the refresh token of the last renewal for the next', async () => {
    const { shared, seen, forward } = await endpoint(recorded('028'), recorded('036'));
    const { authorization } = instance(shared);

    must(await authorization.header());
    forward(HOUR);
    must(await authorization.header());

    expect(formOf(seen[1]).refresh_token).toMatch(/^NWU2NzI4/);
    expect(shared.tokens.current()?.refreshToken).toMatch(/^NDI0ZTMw/);
  });

  test('hands out no access token before its pair is stored', async () => {
    const { shared } = await endpoint(recorded('028'));
    const events: string[] = [];
    const tokens: TokenStore = {
      ...shared.tokens,
      write: async (token) => {
        await shared.tokens.write(token);
        events.push('stored');
      },
    };

    must(await instance({ ...shared, tokens }).authorization.header());
    events.push('handed out');

    expect(events).toEqual(['stored', 'handed out']);
  });

  test('keeps a pair that could not be stored, and stores it at the next attempt', async () => {
    const { shared, seen } = await endpoint(recorded('028'), recorded('029'));
    const { tokens, repair } = brokenAtFirst(shared.tokens);
    const { authorization } = instance({ ...shared, tokens });

    expect(failureOf(await authorization.header()).code).toBe('token-store');
    expect(failureOf(await authorization.header()).code).toBe('token-store');
    repair();
    must(await authorization.header());

    expect(seen).toHaveLength(1);
    expect(shared.tokens.current()?.refreshToken).toMatch(/^NWU2NzI4/);
  });

  test('stores a kept pair even if another instance found the used refresh token and stopped', async () => {
    const { shared } = await endpoint(recorded('028'), recorded('029'));
    const { tokens, repair } = brokenAtFirst(shared.tokens);
    const { authorization } = instance({ ...shared, tokens });
    failureOf(await authorization.header());
    failureOf(await instance(shared).authorization.header());
    expect(shared.tokens.current()).toHaveProperty('stopped');
    repair();

    must(await authorization.header());

    expect(shared.tokens.current()).not.toHaveProperty('stopped');
    expect(shared.tokens.current()?.refreshToken).toMatch(/^NWU2NzI4/);
  });

  test('gives up a kept pair for a newer authorisation', async () => {
    const { shared, seen } = await endpoint(recorded('028'), recorded('036'));
    const { tokens, repair } = brokenAtFirst(shared.tokens);
    const { authorization } = instance({ ...shared, tokens });
    failureOf(await authorization.header());
    repair();
    await tokens.write({ ...oldPair(shared.clock.now()), refreshToken: 'newer' });

    must(await authorization.header());

    expect(formOf(seen[1]).refresh_token).toBe('newer');
    expect(shared.tokens.current()?.refreshToken).toMatch(/^NDI0ZTMw/);
  });

  test('keeps the old refresh token if an answer brings none, as RFC 6749 allows', async () => {
    const { shared } = await endpoint(recorded('008'));

    must(await instance(shared).authorization.header());

    expect(shared.tokens.current()?.refreshToken).toBe('first');
  });

  test('happens on schedule twice a day, even if access tokens live for weeks', async () => {
    const { shared, seen, forward } = await endpoint(recorded('028'));
    const now = shared.clock.now();
    await shared.tokens.write({ ...oldPair(now), obtainedAt: now, expiresAt: now + 1000 * HOUR });
    const { authorization } = instance(shared);

    expect(must(await authorization.renewIfDue(20 * MINUTE))).toBe('valid');
    forward(12 * HOUR + 1);
    expect(must(await authorization.renewIfDue(20 * MINUTE))).toBe('renewed');

    expect(seen).toHaveLength(1);
  });
});

describe('a lost grant', () => {
  test.each([
    ['garbage (recording 022)', '022'],
    ['used before (recording 029)', '029'],
    ['of another client (recording 033)', '033'],
    ['expired (recording 037)', '037'],
  ])('stops all instances until a person authorises: a refresh token that is %s', async (_name, refusal) => {
    const { shared, seen, url } = await endpoint(recorded(refusal));
    const first = instance(shared);

    const failure = failureOf(await first.authorization.header());
    failureOf(await first.authorization.header());
    const elsewhere = failureOf(await instance(shared).authorization.header());

    const open = `${url}/oauth/v2/authorize?client_id=local&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fshop.example.com%2Fcallback&response_type=code`;
    expect(failure).toMatchObject({ kind: 'authorise', code: 'stopped' });
    expect(failure.message).toContain(open);
    expect(elsewhere).toEqual(failure);
    expect(loggedUrls(first.lines)).toEqual([open]);
    expect(first.counts.get('MauticStopped')).toBe(1);
    expect(shared.tokens.current()?.stopped?.needs).toBe('authorisation');
    expect(seen).toHaveLength(1);
    expect(JSON.stringify([first.lines, failure])).not.toMatch(/local-secret|first/);
  });

  test('is not asked for again by the schedule, which reminds instead', async () => {
    const { shared, seen, forward } = await endpoint(recorded('029'));
    const { authorization, counts } = instance(shared);
    failureOf(await authorization.renewIfDue(20 * MINUTE));

    for (let run = 0; run < 5; run += 1) {
      forward(15 * MINUTE);
      expect(failureOf(await authorization.renewIfDue(20 * MINUTE)).code).toBe('stopped');
    }

    expect(seen).toHaveLength(1);
    expect(counts.get('MauticStopped')).toBe(6);
  });

  test('is tried again once the secret holds another client, whose refresh token it may be', async () => {
    const { shared, forward } = await endpoint(recorded('033'), recorded('036'));
    const wrong = { ...GRANT, clientId: 'another' };
    failureOf(await instance({ ...shared, credentials: wrong }).authorization.header());
    forward(MINUTE);

    must(await instance(shared).authorization.header());

    expect(shared.tokens.current()).not.toHaveProperty('stopped');
  });

  test('is what a bridge has that nobody has authorised yet, and Mautic is not asked', async () => {
    const { shared, seen, url } = await endpoint(recorded('028'));
    const first = instance({ ...shared, tokens: memoryTokens() });

    const failure = failureOf(await first.authorization.header());

    expect(failure.message).toContain(`${url}/oauth/v2/authorize?`);
    expect(seen).toHaveLength(0);
  });

  test('follows a lost answer: the next attempt finds out, and nothing is asked after it', async () => {
    const { mautic, shared, instances, tokenRequests } = await authorised({ instances: 2 });
    const [one, other] = instances;
    mautic.faults.expireTokens('access');
    const before = tokenRequests();
    mautic.faults.add({ match: (_method, path) => path === '/oauth/v2/token', kind: 'commit-then-reset' });

    const lost = failureOf(await one?.client.call(SELF));
    const found = failureOf(await other?.client.call(SELF));
    for (let call = 0; call < 5; call += 1) failureOf(await one?.client.call(SELF));

    expect(lost).toMatchObject({ kind: 'retry', code: 'connection-lost' });
    expect(found).toMatchObject({ kind: 'authorise', code: 'stopped' });
    expect(tokenRequests() - before).toBe(2);
    expect(shared.tokens.current()?.stopped?.needs).toBe('authorisation');
  });

  test.each(['reset-before', 'html-502', 'status-500'] as const)(
    'is not what an outage is (%s): the refresh token still works after it',
    async (kind) => {
      const { mautic, shared, instances } = await authorised();
      const [only] = instances;
      mautic.faults.expireTokens('access');
      mautic.faults.add({ match: (_method, path) => path === '/oauth/v2/token', kind, times: 2 });

      const bad = shared.tokens.current()?.accessToken ?? '';
      expect(failureOf(await only?.authorization.renew(bad)).kind).toBe('retry');
      expect(failureOf(await only?.authorization.renew(bad)).kind).toBe('retry');
      must(await only?.client.call(SELF));

      expect(shared.tokens.current()).not.toHaveProperty('stopped');
    },
  );

  test('is not what a slow renewal is whose lease lapsed: the pair of the faster one is used', async () => {
    const { clock } = manualClock();
    const tokens = memoryTokens(oldPair(clock.now()));
    const now = clock.now();
    const winner = { accessToken: 'fast', obtainedAt: now, expiresAt: now + HOUR, refreshToken: 'second' };
    const server = await serve(async () => {
      await tokens.write(winner);
      return recorded('029');
    });

    const all = instance({ url: server.url, tokens, clock, credentials: GRANT });

    expect(must(await all.authorization.header()).token).toBe('fast');
    expect(tokens.current()).toEqual(winner);
    expect(all.counts.has('MauticStopped')).toBe(false);
  });
});

describe('a refused client', () => {
  test('keeps the refresh token, which works once the secret is right (recordings 032, 036)', async () => {
    const { shared, seen, forward } = await endpoint(recorded('032'), recorded('036'));
    const wrong = { ...GRANT, clientSecret: 'wrong' };
    const stopped = instance({ ...shared, credentials: wrong });

    const failure = failureOf(await stopped.authorization.header());
    expect(failure.message).toContain('Correct them in the secret');
    expect(shared.tokens.current()).toMatchObject({ refreshToken: 'first', stopped: {} });
    expect(shared.tokens.current()?.stopped).not.toHaveProperty('needs');
    forward(MINUTE);
    must(await instance(shared).authorization.header());

    expect(seen.map((one) => formOf(one).refresh_token)).toEqual(['first', 'first']);
    expect(shared.tokens.current()).not.toHaveProperty('stopped');
  });
});

describe('a thousand calls that find the token of a grant expired', () => {
  test('use one refresh token once, in ten instances', async () => {
    const { mautic, instances, shared, tokenRequests } = await authorised({ instances: 10 });
    for (const { client } of instances) must(await client.call(SELF));
    const first = shared.tokens.current();
    mautic.faults.expireTokens('access');

    const outcomes = await Promise.all(
      instances.flatMap(({ client }) => Array.from({ length: 100 }, () => client.call(SELF))),
    );

    for (const outcome of outcomes) must(outcome);
    expect(tokenRequests()).toBe(2);
    expect(shared.tokens.current()?.refreshToken).not.toBe(first?.refreshToken);
  });

  test('get no token that is not stored yet', async () => {
    const { instances, shared } = await authorised({ instances: 3 });
    const bad = shared.tokens.current()?.accessToken ?? '';
    const early: string[] = [];
    const renew = async ({ authorization }: (typeof instances)[number]) => {
      const { token } = must(await authorization.renew(bad));
      if (shared.tokens.current()?.accessToken !== token || token === bad) early.push(token);
    };

    await Promise.all(instances.flatMap((one) => Array.from({ length: 30 }, () => renew(one))));

    expect(early).toEqual([]);
  });
});

describe('a new token that Mautic refuses', () => {
  test('stops without losing the refresh token it came with', async () => {
    const server = await serve(({ url }) => (url === '/oauth/v2/token' ? recorded('028') : recorded('006')));
    const tokens = memoryTokens(oldPair(Date.now()));
    const { client } = instance({ url: server.url, tokens, credentials: GRANT });

    expect(failureOf(await client.call(SELF)).kind).toBe('authorise');

    expect(tokens.current()).toMatchObject({ stopped: {} });
    expect(tokens.current()?.refreshToken).toMatch(/^NWU2NzI4/);
  });

  test('is not stopped over a pair that is being renewed', async () => {
    const { shared } = await endpoint(recorded('028'));
    const { authorization } = instance(shared);
    const now = shared.clock.now();
    await shared.tokens.write({ ...oldPair(now), obtainedAt: now, expiresAt: now + HOUR });
    await shared.claims.claim('LEASE', 'mautic-token', { holder: 'other', now, until: now + MINUTE });

    expect(await authorization.refused('old')).toBe(false);

    expect(shared.tokens.current()).not.toHaveProperty('stopped');
  });
});

describe('the lease of a renewal by refresh token', () => {
  test('outlasts any request, because two would use up the same refresh token', async () => {
    const { shared } = await endpoint(recorded('028'));
    const lasted: number[] = [];
    const claims: Claims = {
      ...shared.claims,
      claim: (kind, name, lease) => {
        lasted.push(lease.until - lease.now);
        return shared.claims.claim(kind, name, lease);
      },
    };

    must(await instance({ ...shared, claims }).authorization.header());

    expect(lasted).toEqual([90_000]);
  });
});
