import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { createHttp } from '../lib/http.ts';
import {
  failureOf,
  httpTo,
  listening,
  manualClock,
  must,
  type Reply,
  serve,
  urlOf,
} from './mautic/support.ts';
import { manualDeadlines } from './support/deadlines.ts';

const ASK = { method: 'POST', path: '/api/thing?email=anna@example.com', body: { secret: 'hush' } } as const;

afterEach(() => {
  delete process.env.http_proxy;
});

describe('an answer', () => {
  test('carries status, lower-case headers, JSON and text', async () => {
    const server = await serve(() => ({ status: 201, headers: { 'X-Thing': 'yes' }, body: { a: [1] } }));

    const answer = must(await httpTo(server.url).request(ASK));

    expect(answer).toMatchObject({ status: 201, body: { a: [1] }, text: '{"a":[1]}' });
    expect(answer.headers['x-thing']).toBe('yes');
  });

  test('with an error status is still an answer', async () => {
    const server = await serve(() => ({
      status: 500,
      body: '<html>',
      headers: { 'Content-Type': 'text/html' },
    }));

    const answer = must(await httpTo(server.url).request(ASK));

    expect(answer).toMatchObject({ status: 500, body: undefined, text: '<html>' });
  });

  test('is the JSON behind the warnings of a server, which are noticed', async () => {
    const server = await serve(() => ({ status: 200, body: '<br />\n<b>Warning</b>: x<br />\n{"a":1}' }));

    const answer = must(await httpTo(server.url).request(ASK));

    expect(answer).toMatchObject({ body: { a: 1 }, cluttered: true });
  });

  test('is read as UTF-8', async () => {
    const server = await serve(() => ({ status: 200, body: { city: 'Zürich 🎉' } }));

    expect(must(await httpTo(server.url).request(ASK)).body).toEqual({ city: 'Zürich 🎉' });
  });
});

describe('a request', () => {
  test('sends JSON and keeps the headers given', async () => {
    const server = await serve(() => ({ status: 200 }));

    await httpTo(server.url).request({ ...ASK, headers: { Authorization: 'Bearer t' } });

    expect(server.seen[0]?.json).toEqual({ secret: 'hush' });
    expect(server.seen[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer t',
    });
  });

  test('sends URLSearchParams as a form', async () => {
    const server = await serve(() => ({ status: 200 }));

    await httpTo(server.url).request({ ...ASK, body: new URLSearchParams({ a: 'ü&=' }) });

    expect(server.seen[0]?.text).toBe('a=%C3%BC%26%3D');
    expect(server.seen[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  });

  test.each(['', '/', '/mautic', '/mautic/', '/mautic/index.php'])(
    'goes below a base URL that ends in "%s"',
    async (path) => {
      const server = await serve(() => ({ status: 200 }));

      await httpTo(server.url + path).request({ method: 'GET', path: '/api/contacts?limit=1' });

      expect(server.seen[0]?.url).toBe(`${path.replace(/\/$/, '')}/api/contacts?limit=1`);
    },
  );

  test('reuses its connection', async () => {
    let connections = 0;
    const server = createServer((_request, response) => response.end('{}'));
    server.on('connection', () => {
      connections += 1;
    });
    await listening(server);
    const http = httpTo(urlOf(server));

    for (let call = 0; call < 3; call += 1) must(await http.request(ASK));

    expect(connections).toBe(1);
  });

  test('opens a new connection after a pause in which the old one may have died', async () => {
    const { clock, forward } = manualClock();
    let connections = 0;
    const server = createServer((_request, response) => response.end('{}'));
    server.on('connection', () => {
      connections += 1;
    });
    await listening(server);
    const baseUrl = urlOf(server);
    const { deadline } = manualDeadlines();
    const http = createHttp({ baseUrl, timeoutMs: 0, deadline, maxBytes: 1_000, clock });
    onTestFinished(() => http.close());

    must(await http.request(ASK));
    forward(60_000);
    must(await http.request(ASK));

    expect(connections).toBe(2);
  });

  test('ignores a proxy of the environment', async () => {
    process.env.http_proxy = 'http://127.0.0.1:1';
    const server = await serve(() => ({ status: 200, body: {} }));

    expect(must(await httpTo(server.url).request(ASK)).status).toBe(200);
  });
});

describe('a failure', () => {
  test('before the connection stood is a retry', async () => {
    const failure = failureOf(await httpTo('http://127.0.0.1:1').request(ASK));

    expect(failure).toMatchObject({ kind: 'retry', code: 'unreachable' });
  });

  test('of the host name is a retry that says so', async () => {
    const failure = failureOf(await httpTo('http://nowhere.invalid').request(ASK));

    expect(failure).toMatchObject({ kind: 'retry', code: 'dns' });
  });

  test('to answer in time leaves the outcome unknown', async () => {
    const deadlines = manualDeadlines();
    const server = await serve(() => {
      deadlines.pass('POST', '/api/thing');
      return new Promise<Reply>(() => undefined);
    });

    const failure = failureOf(await httpTo(server.url, deadlines).request(ASK));

    expect(failure).toMatchObject({ kind: 'unknown', code: 'timeout' });
  });

  test('to connect in time is a retry', async () => {
    const server = await serve(() => ({ status: 200 }));
    const deadlines = { ...manualDeadlines(), deadline: () => AbortSignal.abort() };

    const failure = failureOf(await httpTo(server.url, deadlines).request(ASK));

    expect(failure).toMatchObject({ kind: 'retry', code: 'unreachable' });
    expect(server.seen).toEqual([]);
  });

  test('comes by itself when the time is over', async () => {
    const server = await serve(() => new Promise<Reply>(() => undefined));
    const http = createHttp({ baseUrl: server.url, timeoutMs: 50, maxBytes: 1_000, clock: Date });
    onTestFinished(() => http.close());

    // A busy machine may not have connected by then.
    expect(['timeout', 'unreachable']).toContain(failureOf(await http.request(ASK)).code);
  });

  test('to finish an answer in time leaves the outcome unknown', async () => {
    const deadlines = manualDeadlines();
    const server = createServer((_request, response) => {
      response.writeHead(200);
      response.write('{"a":', () => setImmediate(() => deadlines.pass('POST', '/api/thing')));
    });
    await listening(server);

    const failure = failureOf(await httpTo(urlOf(server), deadlines).request(ASK));

    expect(failure).toMatchObject({ kind: 'unknown', code: 'timeout' });
  });

  test.each(['without a byte of an answer', 'in the middle of an answer'])(
    'by a reset after sending, %s, leaves the outcome unknown',
    async (when) => {
      const server = createServer((request, response) => {
        if (when.startsWith('in')) {
          response.writeHead(200, { 'Content-Length': '100' });
          response.write('{');
          setTimeout(() => request.socket.destroy(), 20);
        } else request.socket.destroy();
      });
      await listening(server);

      const failure = failureOf(await httpTo(urlOf(server)).request(ASK));

      expect(failure).toMatchObject({ kind: 'unknown', code: 'connection-lost' });
    },
  );

  test('of a request that waited for a used connection leaves the outcome unknown', async () => {
    let calls = 0;
    const server = createServer((request, response) => {
      calls += 1;
      if (calls <= 64) response.end('{}');
      else request.socket.destroy();
    });
    await listening(server);
    const http = httpTo(urlOf(server));

    const outcomes = await Promise.all(Array.from({ length: 128 }, () => http.request(ASK)));

    expect(new Set(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.failure.kind)))).toEqual(
      new Set(['ok', 'unknown']),
    );
  });

  test('by an answer that is too large leaves the outcome unknown', async () => {
    const server = await serve(() => ({ status: 200, body: 'x'.repeat(6_000_000) }));

    const failure = failureOf(await httpTo(server.url).request(ASK));

    expect(failure).toMatchObject({ kind: 'unknown', code: 'too-large' });
  });

  test('of TLS is a retry, because nothing was sent', async () => {
    const server = createTcpServer((socket) => socket.end('this is no TLS\r\n'));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => void server.close());
    const port = (server.address() as AddressInfo).port;

    const failure = failureOf(await httpTo(`https://127.0.0.1:${String(port)}`).request(ASK));

    expect(failure).toMatchObject({ kind: 'retry', code: 'tls' });
  });

  test('by a redirect names the host it leads to and is not followed', async () => {
    const server = await serve(() => ({
      status: 301,
      headers: { Location: 'https://www.example.com/installer?a=b' },
    }));

    const failure = failureOf(await httpTo(server.url).request(ASK));

    expect(failure.code).toBe('redirected');
    expect(failure.message).toContain('https://www.example.com');
    expect(failure.message).toContain('base URL');
    expect(server.seen).toHaveLength(1);
  });

  test('by a redirect leaves open what was done, unless nothing was asked for', async () => {
    const server = await serve(() => ({ status: 302, headers: { Location: 'https://status.example.com/' } }));

    const write = failureOf(await httpTo(server.url).request(ASK));
    const read = failureOf(await httpTo(server.url).request({ method: 'GET', path: '/api/thing' }));

    expect([write.kind, read.kind]).toEqual(['unknown', 'retry']);
  });

  test('never repeats what was sent', async () => {
    const server = await serve(() => ({ status: 302, headers: { Location: '/login?token=hush' } }));
    const outcomes = [
      await httpTo(server.url).request({ ...ASK, headers: { Authorization: 'Bearer hush' } }),
      await httpTo('http://127.0.0.1:1').request({ ...ASK, headers: { Authorization: 'Bearer hush' } }),
    ];

    for (const outcome of outcomes) expect(JSON.stringify(outcome)).not.toMatch(/hush|anna/);
  });
});
