import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type HttpGatewaySettings, startHttpGateway } from '../../../lib/local/gateway/http-gateway.ts';
import { createPages } from '../../../lib/local/gateway/pages.ts';
import { eventually } from '../../support/eventually.ts';

/** How many requests have reached a server of this process since. */
function arrivals(): () => number {
  let count = 0;
  const add = () => {
    count += 1;
  };
  subscribe('http.server.request.start', add);
  onTestFinished(() => void unsubscribe('http.server.request.start', add));
  return () => count;
}

/** Longer than any test. */
const HOUR_MS = 3_600_000;

type Ingest = HttpGatewaySettings['handlers']['ingest'];

async function started(ingest: Ingest, settings: Partial<HttpGatewaySettings> = {}) {
  const gateway = await startHttpGateway({
    port: 0,
    handlers: { ingest },
    functionTimeoutMs: 29_500,
    health: () => ({ status: 'ok' }),
    pages: createPages({ stores: ['demo', 'second-shop'], mauticUrl: 'http://127.0.0.1:3001/?a=1&b="2' }),
    ...settings,
  });
  onTestFinished(() => gateway.close());
  return gateway;
}

/** A gateway whose function keeps the events it gets, and one request to it. */
async function eventOf(path: string, request: RequestInit): Promise<APIGatewayProxyEventV2> {
  const events: APIGatewayProxyEventV2[] = [];
  const { url } = await started((event) => {
    events.push(event);
    return { statusCode: 200 };
  });
  await fetch(`${url}${path}`, { method: 'POST', ...request });
  const [event] = events;
  if (!event) throw new Error('The function was not invoked.');
  return event;
}

const json = { 'content-type': 'application/json' };

describe('the event of a webhook', () => {
  it('tells the route, the path, the store and the query', async () => {
    const event = await eventOf('/webhooks/my%2Dshop?a=1&a=2&b=x%20y', { body: '{}', headers: json });

    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'POST /webhooks/{store+}',
      rawPath: '/webhooks/my%2Dshop',
      rawQueryString: 'a=1&a=2&b=x%20y',
      queryStringParameters: { a: '1,2', b: 'x y' },
      pathParameters: { store: 'my-shop' },
    });
  });

  it('tells who asks, when and under which id', async () => {
    const before = Date.now();

    const { requestContext } = await eventOf('/webhooks/demo', {
      headers: { 'user-agent': 'WooCommerce/10' },
    });

    expect(requestContext).toMatchObject({
      routeKey: 'POST /webhooks/{store+}',
      stage: '$default',
      domainName: '127.0.0.1',
      http: {
        method: 'POST',
        path: '/webhooks/demo',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'WooCommerce/10',
      },
    });
    expect(requestContext.timeEpoch).toBeGreaterThanOrEqual(before);
    expect(requestContext.time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    expect(requestContext.requestId).not.toBe('');
  });

  it('has header names in lower case, repeated ones joined by commas, and cookies apart', async () => {
    const headers = new Headers({ 'X-WC-Webhook-Topic': 'order.updated', Cookie: 'a=1; b=2' });
    headers.append('X-Twice', 'one');
    headers.append('X-Twice', 'two');

    const event = await eventOf('/webhooks/demo', { headers });

    expect(event.headers['x-wc-webhook-topic']).toBe('order.updated');
    expect(event.headers['x-twice']?.replaceAll(' ', '')).toBe('one,two');
    expect(event.headers['x-forwarded-for']).toBe('127.0.0.1');
    expect(event.headers).not.toHaveProperty('cookie');
    expect(event.headers).not.toHaveProperty('connection');
    expect(event.cookies).toEqual(['a=1', 'b=2']);
  });

  it('has headers and a query of any name', async () => {
    const headers = new Headers({ constructor: 'x' });
    headers.append('valueOf', 'one');
    headers.append('valueOf', 'two');

    const event = await eventOf('/webhooks/demo?toString=1&toString=2&__proto__=3', { headers });

    expect(event.headers['constructor']).toBe('x');
    expect(event.headers['valueof']?.replaceAll(' ', '')).toBe('one,two');
    expect(Object.entries(event.queryStringParameters ?? {})).toEqual([
      ['toString', '1,2'],
      ['__proto__', '3'],
    ]);
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'text/plain', 'application/xml'])(
    'carries a body of type %s as the text it is',
    async (contentType) => {
      const body = '{"name":"Zażółć 🎉","total":"10.00"}\n';

      const event = await eventOf('/webhooks/demo', { body, headers: { 'content-type': contentType } });

      expect(event.body).toBe(body);
      expect(event.isBase64Encoded).toBe(false);
    },
  );

  it.each([
    { kind: 'a form', contentType: 'application/x-www-form-urlencoded', bytes: Buffer.from('webhook_id=7') },
    { kind: 'binary', contentType: 'application/octet-stream', bytes: Buffer.from([0, 255, 10]) },
    {
      kind: 'JSON that is not UTF-8',
      contentType: 'application/json',
      bytes: Buffer.from([0x22, 0xff, 0x22]),
    },
  ])('carries $kind in Base64, byte for byte', async ({ contentType, bytes }) => {
    const event = await eventOf('/webhooks/demo', { body: bytes, headers: { 'content-type': contentType } });

    expect(event.isBase64Encoded).toBe(true);
    expect(Buffer.from(event.body ?? '', 'base64')).toEqual(bytes);
  });

  it('has no body when there is none', async () => {
    const event = await eventOf('/webhooks/demo', {});

    expect(event).not.toHaveProperty('body');
    expect(event.isBase64Encoded).toBe(false);
  });

  it('carries ten MiB', async () => {
    const event = await eventOf('/webhooks/demo', { body: 'x'.repeat(10 * 1024 * 1024), headers: json });

    expect(event.body).toHaveLength(10 * 1024 * 1024);
  });
});

describe('the answer to a webhook', () => {
  const post = async (result: unknown) => {
    const { url } = await started(() => result);
    return fetch(`${url}/webhooks/demo`, { method: 'POST' });
  };

  it('is the status, the headers, the cookies and the body the function returns', async () => {
    const headers = { 'X-Count': 3, 'content-type': 'text/html' };

    const response = await post({ statusCode: 202, headers, cookies: ['a=1', 'b=2'], body: 'taken' });

    expect(response.status).toBe(202);
    expect(response.headers.get('x-count')).toBe('3');
    expect(response.headers.get('content-type')).toBe('text/html');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.text()).toBe('taken');
  });

  it('is decoded when the function says it is Base64', async () => {
    const response = await post({ statusCode: 200, body: 'AP8=', isBase64Encoded: true });

    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from([0, 255]));
  });

  it('is JSON with status 200 when the function returns a plain value', async () => {
    const response = await post({ received: true });

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ received: true });
  });

  it.each([{ statusCode: 'many' }, { statusCode: 200, body: { not: 'text' } }])(
    'is 500 when the function returns the malformed %j',
    async (result) => {
      const response = await post(result);

      expect(response.status).toBe(500);
    },
  );
});

describe('the gateway', () => {
  it('answers 500 and goes on when the function throws', async () => {
    const failures: string[] = [];
    const gateway = await started(
      () => {
        throw new Error('broken');
      },
      { onFailure: ({ type }) => failures.push(type) },
    );

    const responses = await Promise.all(
      [1, 2].map(() => fetch(`${gateway.url}/webhooks/demo`, { method: 'POST' })),
    );

    for (const response of responses) {
      expect(response.status).toBe(500);
      expect(await response.json()).toEqual({ message: 'Internal Server Error' });
    }
    expect(failures).toEqual(['threw', 'threw']);
  });

  it('answers 500 when the function runs longer than it may', async () => {
    const failures: string[] = [];
    const { url } = await started(() => new Promise(() => undefined), {
      functionTimeoutMs: 50,
      onFailure: ({ type }) => failures.push(type),
    });

    const response = await fetch(`${url}/webhooks/demo`, { method: 'POST' });

    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: 'Internal Server Error' });
    expect(failures).toEqual(['timed-out']);
  });

  it('answers 503 when the request takes too long', async () => {
    const { url } = await started(() => new Promise(() => undefined), { timeoutMs: 50 });

    const response = await fetch(`${url}/webhooks/demo`, { method: 'POST' });

    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ message: 'Service Unavailable' });
  });

  it('answers 413 to a body over ten MiB', async () => {
    const { url } = await started(() => ({ statusCode: 200 }));

    const response = await fetch(`${url}/webhooks/demo`, {
      method: 'POST',
      body: 'x'.repeat(10 * 1024 * 1024 + 1),
    });

    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ message: 'Request Entity Too Large' });
  });

  it.each([
    ['GET', '/webhooks/demo/more'],
    ['GET', '/elsewhere'],
    ['PUT', '/webhooks/demo'],
    ['POST', '/webhooks/'],
    ['POST', '/webhooks/%E0%A4%A'],
    ['POST', '/'],
    ['POST', '/health'],
  ])('answers 404 to %s %s', async (method, path) => {
    const { url } = await started(() => ({ statusCode: 200 }));

    const response = await fetch(`${url}${path}`, { method });

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ message: 'Not Found' });
  });

  it.each(['/webhooks/demo', '/webhooks/demo/'])(
    'tells a browser at %s whose address it is and who sends there',
    async (path) => {
      const { url } = await started(() => undefined);

      const response = await fetch(`${url}${path}`);

      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(await response.text()).toContain(
        'This is the webhook address of store demo: WooCommerce sends POST requests here',
      );
    },
  );

  it('tells a browser at an address of no store which there are, and repeats nothing', async () => {
    const { url } = await started(() => undefined);

    const response = await fetch(`${url}/webhooks/<b>demo`);

    expect(response.status).toBe(404);
    const page = await response.text();
    expect(page).toContain('bridge.config.ts has no store of this name');
    expect(page).toContain('/webhooks/second-shop');
    expect(page).not.toContain('<b>');
  });

  it.each([
    ['/webhooks/demo/', 'demo/'],
    ['/webhooks/demo/more', 'demo/more'],
    ['/webhooks/my%2Dshop/', 'my-shop/'],
  ])('gives the function the whole rest of the path of POST %s', async (path, store) => {
    expect((await eventOf(path, {})).pathParameters).toEqual({ store });
  });

  it('answers GET /health with what the callback returns', async () => {
    const health = async () => ({ status: 'ok', pending: { deliveries: 2 } });
    const { url } = await started(() => undefined, { health });

    const response = await fetch(`${url}/health`);

    expect(await response.json()).toEqual({ status: 'ok', pending: { deliveries: 2 } });
  });

  it('runs ten invocations at once and no more', async () => {
    const ends: (() => void)[] = [];
    const { url } = await started(() => new Promise<void>((resolve) => void ends.push(resolve)));
    const arrived = arrivals();

    const requests = Array.from({ length: 25 }, () => fetch(`${url}/webhooks/demo`, { method: 'POST' }));
    await eventually(() => expect(arrived()).toBe(25));
    await fetch(`${url}/health`);
    for (let running = 10; running <= 25; running += 1) {
      await eventually(() => expect(ends).toHaveLength(running));
      ends[running - 10]?.();
    }
    for (const end of ends) end();
    const responses = await Promise.all(requests);

    expect(responses.every(({ ok }) => ok)).toBe(true);
    expect(ends).toHaveLength(25);
  });

  it('hands the function a context whose remaining time counts down', async () => {
    const times: number[] = [];
    const { url } = await started(
      async (_, context: Context) => {
        times.push(context.getRemainingTimeInMillis());
        await sleep(60);
        times.push(context.getRemainingTimeInMillis());
      },
      { functionTimeoutMs: HOUR_MS },
    );

    await fetch(`${url}/webhooks/demo`, { method: 'POST' });

    const [first = 0, second = 0] = times;
    expect(first).toBeGreaterThan(HOUR_MS / 2);
    expect(first - second).toBeGreaterThanOrEqual(50);
  });

  it('lives on when a client hangs up in the middle', async () => {
    const { url } = await started(() => ({ statusCode: 200 }));
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('POST /webhooks/demo HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf', () =>
      socket.destroy(),
    );
    await once(socket, 'close');

    const response = await fetch(`${url}/webhooks/demo`, { method: 'POST' });

    expect(response.status).toBe(200);
  });

  it('lets a running request end before it closes', async () => {
    const ends: ((answer: unknown) => void)[] = [];
    const gateway = await started(() => new Promise((resolve) => void ends.push(resolve)), {
      graceMs: HOUR_MS,
    });
    const request = fetch(`${gateway.url}/webhooks/demo`, { method: 'POST' });
    await eventually(() => expect(ends).toHaveLength(1));

    const closed = gateway.close();
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    ends[0]?.({ statusCode: 204 });
    await closed;

    expect((await request).status).toBe(204);
    await expect(fetch(`${gateway.url}/health`)).rejects.toThrow('fetch failed');
  });

  it('says so when its port is taken', async () => {
    const { url } = await started(() => undefined);

    const second = started(() => undefined, { port: Number(new URL(url).port) });

    await expect(second).rejects.toThrow(/EADDRINUSE/);
  });
});
