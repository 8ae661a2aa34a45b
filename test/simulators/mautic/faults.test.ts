import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, fetchToken, openBench } from './client.ts';

const NEW = '/api/contacts/new';

describe('a fault rule', () => {
  let bench: Bench;
  /** The first request that will never be answered. */
  let silent: Promise<string>;

  beforeEach(async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    silent = promise;
    bench = await openBench({ onSilence: (method, path) => resolve(`${method} ${path}`) });
  });

  afterEach(() => bench.simulator.close());

  it.each([
    ['status-500', 500, 'application/json'],
    ['html-502', 502, 'text/html'],
    ['html-503', 503, 'text/html'],
    ['rate-limit-429', 429, 'application/json'],
    ['html-403', 403, 'text/html'],
    ['html-413', 413, 'text/html'],
    ['html-200', 200, 'text/html'],
  ] as const)('%s answers without saving', async (kind, status, type) => {
    bench.simulator.faults.failNext(kind);

    const reply = await bench.call('POST', NEW, { email: 'a@example.com' });

    expect([reply.status, reply.headers.get('content-type'), reply.headers.get('mautic-version')]).toEqual([
      status,
      type,
      null,
    ]);
    expect(bench.simulator.contacts()).toEqual([]);
    expect((await bench.call('POST', NEW, { email: 'a@example.com' })).status).toBe(201);
  });

  it.each([
    ['reset-before', 0],
    ['commit-then-reset', 1],
  ] as const)('%s breaks the connection', async (kind, saved) => {
    bench.simulator.faults.failNext(kind);

    await expect(bench.call('POST', NEW, { email: 'a@example.com' })).rejects.toThrow('fetch failed');

    expect(bench.simulator.contacts()).toHaveLength(saved);
    expect(bench.simulator.requests.at(-1)).toMatchObject({ path: NEW, status: 0 });
  });

  it('commit-then-500 saves and answers the opaque error', async () => {
    bench.simulator.faults.failNext('commit-then-500');

    const reply = await bench.call('POST', NEW, { email: 'a@example.com' });

    expect(reply.status).toBe(500);
    expect(bench.simulator.contacts()).toHaveLength(1);
  });

  it('commit-then-html-200 saves and answers a page', async () => {
    bench.simulator.faults.failNext('commit-then-html-200');

    const reply = await bench.call('POST', NEW, { email: 'a@example.com' });

    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/html']);
    expect(reply.text).toContain('<html>');
    expect(bench.simulator.contacts()).toHaveLength(1);
  });

  it('php-warning saves and puts words before the JSON, which stays whole (recordings 323, 324)', async () => {
    bench.simulator.faults.failNext('php-warning');

    const { status, headers, text } = await bench.call('POST', NEW, { email: 'a@example.com' });

    expect([status, headers.get('content-type')]).toEqual([201, 'application/json']);
    expect(text).toMatch(/^<br \/>\n<b>Deprecated<\/b>: .*<br \/>\n\{"contact":/);
    expect(JSON.parse(text.slice(text.indexOf('{')))).toMatchObject({ contact: { id: 1 } });
    expect(bench.simulator.contacts()).toHaveLength(1);
  });

  it.each(['empty', 'cut-off'] as const)(
    '%s saves and answers 201 with what cannot be read',
    async (kind) => {
      bench.simulator.faults.failNext(kind);

      const { status, headers, text } = await bench.call('POST', NEW, { email: 'a@example.com' });

      expect([status, headers.get('content-type')]).toEqual([201, 'application/json']);
      expect(() => JSON.parse(text)).toThrow(SyntaxError);
      expect(text === '').toBe(kind === 'empty');
      expect(bench.simulator.contacts()).toHaveLength(1);
    },
  );

  it('strikes by what the body says', async () => {
    bench.simulator.faults.add({
      match: (_method, _path, body) => body.includes('b@example.com'),
      kind: 'html-403',
    });

    const statuses = [];
    for (const email of ['a@example.com', 'b@example.com', 'b@example.com'])
      statuses.push((await bench.call('POST', NEW, { email })).status);

    expect(statuses).toEqual([201, 403, 201]);
  });

  it('timeout saves and never answers', async () => {
    bench.simulator.faults.failNext('timeout');
    const heard: unknown[] = [];
    const hear = (outcome: unknown) => void heard.push(outcome);
    void bench.call('POST', NEW, { email: 'a@example.com' }).then(hear, hear);

    expect(await silent).toBe(`POST ${NEW}`);

    expect(bench.simulator.contacts()).toHaveLength(1);
    expect(bench.simulator.requests.at(-1)).toMatchObject({ path: NEW, status: 0 });
    await bench.call('GET', '/api/contacts');
    expect(heard).toEqual([]);
  });

  it('strikes only what it matches, as often as it says', async () => {
    bench.simulator.faults.add({
      match: (method, path) => method === 'POST' && path === NEW,
      kind: 'html-503',
      times: 2,
    });

    const statuses = [];
    for (const path of ['/api/contacts', NEW, NEW, NEW]) {
      statuses.push(
        (await bench.call(path === NEW ? 'POST' : 'GET', path, path === NEW ? {} : undefined)).status,
      );
    }

    expect(statuses).toEqual([200, 503, 503, 201]);
  });

  it('is forgotten on clear', async () => {
    bench.simulator.faults.failNext('status-500', 5);
    bench.simulator.faults.clear();

    expect((await bench.call('GET', '/api/contacts')).status).toBe(200);
  });
});

describe('a switch', () => {
  let bench: Bench;

  beforeEach(async () => {
    bench = await openBench();
  });

  afterEach(() => bench.simulator.close());

  it('raceWindowMs holds a new contact up between its check and its insert', async () => {
    bench.simulator.faults.raceWindowMs = 60;

    const start = performance.now();
    await bench.call('POST', NEW, { email: 'a@example.com' });

    expect(performance.now() - start).toBeGreaterThan(50);
  });

  it('raceNext lets two creations of one address make two rows, which lock each other', async () => {
    bench.simulator.faults.raceNext(2);

    const created = await Promise.all([1, 2].map(() => bench.call('POST', NEW, { email: 'a@example.com' })));
    const later = await bench.call('POST', NEW, { email: 'A@example.com', firstname: 'X' });
    const tagged = await bench.call('PATCH', `/api/contacts/${created[0]?.body.contact?.id}/edit`, {
      tags: ['x'],
    });

    expect(created.map(({ status }) => status)).toEqual([201, 201]);
    expect([later.status, tagged.status]).toEqual([422, 422]);
    expect(bench.simulator.contacts().map(({ email }) => email)).toEqual(['a@example.com', 'a@example.com']);
  });

  it('expireTokens makes the access token old', async () => {
    bench.simulator.faults.expireTokens();

    const reply = await bench.call('GET', '/api/contacts');

    expect([reply.status, reply.body.errors?.[0]?.message]).toEqual([
      401,
      'The access token provided has expired.',
    ]);
    expect(reply.headers.get('www-authenticate')).toBeNull();
  });

  it('rateLimitPerHour counts per token and names what is left (recordings 560-562)', async () => {
    bench.simulator.faults.rateLimitPerHour = 2;

    const replies = [];
    for (let call = 0; call < 3; call += 1) replies.push(await bench.call('GET', '/api/contacts'));

    expect(replies.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(replies.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual(['1', '0', '0']);
    const fresh = { Authorization: `Bearer ${await fetchToken(bench.simulator.url)}` };
    expect((await fetch(`${bench.simulator.url}/api/contacts`, { headers: fresh })).status).toBe(200);
  });

  it('firewallText refuses every body that contains it, in any case', async () => {
    bench.simulator.faults.firewallText = 'union select';

    const refused = await bench.call('POST', NEW, { email: 'a@example.com', city: 'Union Select' });
    const taken = await bench.call('POST', NEW, { email: 'b@example.com', city: 'Union' });

    expect([refused.status, refused.headers.get('content-type'), taken.status]).toEqual([
      403,
      'text/html',
      201,
    ]);
    expect(bench.simulator.contacts().map(({ email }) => email)).toEqual(['b@example.com']);
  });

  it('maxBodyBytes refuses longer bodies', async () => {
    bench.simulator.faults.maxBodyBytes = 100;

    const long = await bench.call('POST', NEW, { email: 'a@example.com', city: 'ü'.repeat(45) });
    const short = await bench.call('POST', NEW, { email: 'b@example.com' });

    expect([long.status, long.headers.get('content-type'), short.status]).toEqual([413, 'text/html', 201]);
    expect(bench.simulator.contacts().map(({ email }) => email)).toEqual(['b@example.com']);
  });

  it('cannotMakeField crashes every creation of that field and leaves none', async () => {
    bench.simulator.faults.cannotMakeField = (alias) => alias === 'shoe_size';
    const make = (path: string, payload: unknown) =>
      bench.call('POST', `/api/fields/contact/${path}`, payload);

    const single = [];
    for (const label of ['Shoe size', 'Shoe size', 'Hat size'])
      single.push((await make('new', { label })).status);
    const batch = await make('batch/new', [{ label: 'Glove size' }, { label: 'Shoe size' }]);
    const { body } = await bench.call('GET', '/api/fields/contact?limit=100');

    expect([...single, batch.status]).toEqual([500, 500, 201, 500]);
    expect(body.total).toBe(30);
  });

  it('latency delays the answer', async () => {
    bench.simulator.faults.latency = () => 60;

    const start = performance.now();
    await bench.call('GET', '/api/contacts');

    expect(performance.now() - start).toBeGreaterThan(50);
  });

  it('requests are counted per endpoint', async () => {
    await bench.call('GET', '/api/contacts/1');
    await bench.call('GET', '/api/contacts/2');

    expect(bench.simulator.counts.get('GET /api/contacts/{id}')).toBe(2);
    expect(
      bench.simulator.requests.slice(-2).map(({ method, path, status }) => [method, path, status]),
    ).toEqual([
      ['GET', '/api/contacts/1', 404],
      ['GET', '/api/contacts/2', 404],
    ]);
  });
});

describe('OAuth2 clients that an administrator deleted', () => {
  it('are refused with every token they have, as recorded, until they are back', async () => {
    const { simulator, call } = await openBench();
    simulator.faults.areClientsGone = true;

    const refused = await call('GET', '/api/contacts');
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'local',
      client_secret: 'local-secret',
    });
    const token = await fetch(`${simulator.url}/oauth/v2/token`, { method: 'POST', body: form });

    expect(refused).toMatchObject({
      status: 401,
      body: { errors: [{ type: 'invalid_grant', message: 'The access token provided is invalid.' }] },
    });
    expect([token.status, await token.json()]).toMatchObject([400, { errors: [{ type: 'invalid_client' }] }]);
    simulator.faults.areClientsGone = false;
    expect((await call('GET', '/api/contacts')).status).toBe(200);
    await simulator.close();
  });
});
