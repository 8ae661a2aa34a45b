import { describe, expect, test } from 'vitest';
import {
  failureOf,
  instance,
  manualClock,
  must,
  plainClient,
  type Reply,
  recorded,
  serve,
} from './support.ts';

const READ = { method: 'GET', path: '/api/contacts?search=email:anna@example.com' } as const;
const WRITE = { method: 'POST', path: '/api/contacts/new', body: { firstname: 'y'.repeat(191) } } as const;
const HTML: Reply = {
  status: 200,
  headers: { 'Content-Type': 'text/html; charset=UTF-8' },
  body: '<html>hush',
};

async function answeredBy(reply: Reply, call: typeof READ | typeof WRITE = WRITE) {
  const server = await serve(() => reply);
  return plainClient(server.url).call(call);
}

describe('a call', () => {
  test('sends and accepts JSON with its authorisation, with or without a body', async () => {
    const server = await serve(() => recorded('038'));

    must(await plainClient(server.url).call(READ));
    must(await plainClient(server.url).call(WRITE));

    for (const { headers } of server.seen) {
      expect(headers).toMatchObject({ 'content-type': 'application/json', accept: 'application/json' });
      expect(headers.authorization).toBe(`Basic ${Buffer.from('someone:secret').toString('base64')}`);
    }
  });

  test('answers status and body', async () => {
    expect(must(await answeredBy(recorded('038')))).toMatchObject({
      status: 201,
      body: { contact: { id: 1 } },
    });
  });

  test('counts every request', async () => {
    const server = await serve(() => recorded('038'));
    const { client, counts } = instance({ url: server.url, credentials: { username: 'a', password: 'b' } });

    await client.call(WRITE);

    expect(counts.get('MauticCall')).toBe(1);
    expect(counts.has('MauticFailed')).toBe(false);
  });

  test('measures how long each request took, and counts the calls that failed', async () => {
    const { clock, forward } = manualClock();
    const server = await serve(() => {
      forward(1_200);
      return { status: 503, body: { errors: [] } };
    });
    const { client, counts } = instance({
      url: server.url,
      clock,
      credentials: { username: 'a', password: 'b' },
    });

    failureOf(await client.call(READ));

    expect(counts.get('MauticMilliseconds')).toBe(1_200);
    expect(counts.get('MauticFailed')).toBe(1);
  });

  test('a value that Mautic refuses is no failed call', async () => {
    const server = await serve(() => recorded('058'));
    const { client, counts } = instance({ url: server.url, credentials: { username: 'a', password: 'b' } });

    failureOf(await client.call(WRITE));

    expect(counts.has('MauticFailed')).toBe(false);
  });
});

describe('an answer is classified by its status and keys:', () => {
  test.each([
    ['058', { kind: 'repair', code: 'rejected', rejected: { state: { why: 'not-allowed' } } }],
    ['079', { kind: 'repair', code: 'rejected', rejected: { firstname: { why: 'too-long', limit: 64 } } }],
    ['131', { kind: 'repair', code: 'not-unique', rejected: { email: { why: 'not-unique' } } }],
    ['498', { kind: 'repair', code: 'not-unique', rejected: { email: { why: 'not-unique' } } }],
    ['050', { kind: 'park', code: 'not-found' }],
    ['379', { kind: 'park', code: 'not-found' }],
    ['056', { kind: 'park', code: 'bad-request' }],
    ['127', { kind: 'retry', code: 'no-such-endpoint' }],
    ['575', { kind: 'authorise', code: 'forbidden' }],
    ['563', { kind: 'authorise', code: 'api-disabled' }],
    ['566', { kind: 'authorise', code: 'basic-disabled' }],
    ['146', { kind: 'unknown', code: 'server-error' }],
    ['117', { kind: 'unknown', code: 'server-error' }],
  ])('recording %s', async (number, expected) => {
    expect(failureOf(await answeredBy(recorded(number)))).toMatchObject(expected);
  });

  test('recording 074 names all three fields at once', async () => {
    const failure = failureOf(await answeredBy(recorded('074')));

    expect(failure).toMatchObject({
      rejected: {
        email: { why: 'not-allowed' },
        state: { why: 'not-allowed' },
        country: { why: 'not-allowed' },
      },
    });
  });

  test('the limit is found in any language', async () => {
    const message = 'Cette chaîne est trop longue. Elle doit avoir au maximum 64 caractères.';
    const failure = failureOf(
      await answeredBy({
        status: 400,
        body: { errors: [{ code: 400, message, details: { firstname: [message] } }] },
      }),
    );

    expect(failure).toMatchObject({ rejected: { firstname: { why: 'too-long', limit: 64 } } });
  });

  test.each(['user191@@example.com is invalid.', 'Choose one of 500 values.'])(
    'a number in "%s" is no limit',
    async (message) => {
      const failure = failureOf(
        await answeredBy({
          status: 400,
          body: { errors: [{ code: 400, message, details: { firstname: [message] } }] },
        }),
      );

      expect(failure).toMatchObject({ rejected: { firstname: { why: 'not-allowed' } } });
    },
  );

  test.each([
    ['563', "Mautic's API is switched off: Configuration -> API Settings -> API enabled."],
    ['566', 'Basic'],
    ['575', 'permission'],
  ])('the 403 of recording %s says what to do', async (number, words) => {
    const failure = failureOf(await answeredBy(recorded(number)));

    expect(failure.kind).toBe('authorise');
    expect(failure.message).toContain(words);
  });

  test.each([200, 404, 403, 401])(
    'HTML with status %i is not Mautic, and may stand where it did its work',
    async (status) => {
      const failure = failureOf(await answeredBy({ ...HTML, status }));

      expect(failure).toMatchObject({ kind: 'unknown', code: 'not-mautic', status });
      expect(failureOf(await answeredBy({ ...HTML, status }, READ)).kind).toBe('retry');
      expect(failure.message).toContain(String(status));
      expect(failure.message).toContain('text/html');
      expect(failure.message).not.toContain('hush');
    },
  );

  test.each([
    [500, 'unknown', 'server-error'],
    [502, 'unknown', 'gateway'],
    [504, 'unknown', 'gateway'],
    [503, 'retry', 'unavailable'],
  ])('HTML with status %i is %s', async (status, kind, code) => {
    expect(failureOf(await answeredBy({ ...HTML, status }))).toMatchObject({ kind, code });
  });

  test.each([
    ['nothing', ''],
    ['half an answer', '{"contact":{"id":1,"fields":{"core":{'],
    ['a number', '12'],
  ])('%s with status 201 leaves open what was done', async (_name, body) => {
    expect(failureOf(await answeredBy({ status: 201, body }))).toMatchObject({
      kind: 'unknown',
      code: 'not-mautic',
    });
  });

  test('the JSON behind a warning of PHP is the answer (recording 324 of 5.2.1)', async () => {
    const answer = must(await answeredBy(recorded('324', 'mautic-5.2.1')));

    expect(answer).toMatchObject({ status: 201, body: { statusCodes: [201] } });
  });

  test('a refusal behind a warning of PHP is one (recording 326 of 5.2.1)', async () => {
    const failure = failureOf(await answeredBy(recorded('326', 'mautic-5.2.1')));

    expect(failure.kind).toBe('authorise');
  });

  test('what stands beside the JSON is told once, with what to switch off', async () => {
    const server = await serve(() => recorded('324', 'mautic-5.2.1'));
    const { client, lines } = instance({ url: server.url, credentials: { username: 'a', password: 'b' } });

    await client.call(WRITE);
    await client.call(WRITE);

    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', expect.stringContaining('display_errors')],
    ]);
  });

  test('a read that fails has done nothing, so it is never in doubt', async () => {
    expect(failureOf(await answeredBy(recorded('117'), READ))).toMatchObject({
      kind: 'retry',
      code: 'server-error',
    });
  });

  test('no message repeats an address, whatever Mautic says', async () => {
    const failure = failureOf(await answeredBy(recorded('052')));

    expect(failure).toMatchObject({ kind: 'repair', rejected: { email: { why: 'not-allowed' } } });
    expect(JSON.stringify(failure)).not.toContain('notanemail');
    expect(JSON.stringify(failureOf(await answeredBy(HTML, READ)))).not.toContain('anna');
  });
});

describe('when there were too many calls', () => {
  test("the wait is counted by Mautic's own clock (recording 562)", async () => {
    const failure = failureOf(await answeredBy(recorded('562')));

    expect(failure).toMatchObject({ kind: 'retry', code: 'rate-limited', retryAfterMs: 3_599_000 });
  });

  test('Retry-After goes first, in seconds or as a date', async () => {
    const date = 'Sat, 21 Nov 2026 12:00:00 GMT';
    const seconds = await answeredBy({ status: 429, headers: { 'Retry-After': '7', Date: date } });
    const until = await answeredBy({
      status: 503,
      headers: { 'Retry-After': 'Sat, 21 Nov 2026 12:01:00 GMT', Date: date },
    });

    expect(failureOf(seconds)).toMatchObject({ retryAfterMs: 7_000 });
    expect(failureOf(until)).toMatchObject({ retryAfterMs: 60_000 });
  });

  test('no wait is named when the answer names none', async () => {
    expect(failureOf(await answeredBy({ status: 429 }))).not.toHaveProperty('retryAfterMs');
  });
});

describe('a 401', () => {
  test.each(['013', '015'])(
    'without a word is a refusal of the user and the password (recording %s of 7.0.0)',
    async (number) => {
      const server = await serve(() => recorded(number, 'mautic-7.0.0'));
      const { client, counts, lines } = instance({
        url: server.url,
        credentials: { username: 'someone', password: 'wrong' },
      });

      const first = failureOf(await client.call(WRITE));
      const calls = server.seen.length;
      const second = failureOf(await client.call(WRITE));

      expect([first.kind, second.kind]).toEqual(['authorise', 'authorise']);
      expect(second.message).toContain('Correct them in the secret');
      expect(server.seen).toHaveLength(calls);
      expect(counts.get('MauticStopped')).toBe(1);
      expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    },
  );

  test('of a page before Mautic that asks for a password of its own stops nothing', async () => {
    const server = await serve(() => ({
      status: 401,
      headers: { 'Content-Type': 'text/html', 'WWW-Authenticate': 'Basic realm="Staging"' },
      body: '<html>401</html>',
    }));
    const { client, counts } = instance({ url: server.url, credentials: { username: 'a', password: 'b' } });

    expect(failureOf(await client.call(WRITE)).code).toBe('not-mautic');
    expect(counts.has('MauticStopped')).toBe(false);
  });

  test('is answered by renewing and repeating once', async () => {
    const server = await serve(({ url, headers }) => {
      if (url === '/oauth/v2/token') return { status: 200, body: { access_token: 'new', expires_in: 3600 } };
      return headers.authorization === 'Bearer new' ? recorded('038') : recorded('034');
    });
    const { client, tokens } = instance({ url: server.url });
    await tokens.write({ accessToken: 'old', expiresAt: Date.now() + 3_600_000, obtainedAt: Date.now() });

    must(await client.call(WRITE));

    expect(server.seen.map(({ url }) => url)).toEqual([
      '/api/contacts/new',
      '/oauth/v2/token',
      '/api/contacts/new',
    ]);
    expect(server.seen[2]?.json).toEqual(WRITE.body);
  });

  test('that persists stops everything until a person acts', async () => {
    const server = await serve(({ url }) =>
      url === '/oauth/v2/token'
        ? { status: 200, body: { access_token: 'new', expires_in: 3600 } }
        : recorded('006'),
    );
    const { client, lines, counts } = instance({ url: server.url });

    const first = failureOf(await client.call(WRITE));
    const calls = server.seen.length;
    const second = failureOf(await client.call(WRITE));

    expect([first.kind, second.kind]).toEqual(['authorise', 'authorise']);
    expect(server.seen).toHaveLength(calls);
    expect(counts.get('MauticStopped')).toBe(1);
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  test('of an old token that another instance left is followed by one more renewal, not by a stop', async () => {
    const server = await serve(({ url, headers }) => {
      if (url === '/oauth/v2/token') return { status: 200, body: { access_token: 'new', expires_in: 3600 } };
      return headers.authorization === 'Bearer new' ? recorded('038') : recorded('034');
    });
    const { clock, forward } = manualClock();
    const { client, tokens, counts } = instance({ url: server.url, clock });
    const now = clock.now();
    await tokens.write({ accessToken: 'first', expiresAt: now + 7_200_000, obtainedAt: now });
    await client.call(READ);
    forward(600_000);

    must(await client.call(WRITE));

    expect(counts.has('MauticStopped')).toBe(false);
  });
});
