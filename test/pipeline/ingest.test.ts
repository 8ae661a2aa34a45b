import { beforeEach, describe, expect, test } from 'vitest';
import { type Delivery, REFUSED_TOPIC } from '../../lib/core/ledger/delivery.ts';
import type { MetricName } from '../../lib/core/ledger/telemetry/metrics.ts';
import type { Store } from '../../lib/core/policy/configuration/store.ts';
import type { SigningSecrets } from '../../lib/core/ports/secrets.ts';
import type { WebhookRequest } from '../../lib/core/stores/source.ts';
import {
  createMemoryBodies,
  createMemoryDeliveries,
  type MemoryDeliveries,
} from '../../lib/local/memory/queue.ts';
import { createIngest, type IngestParts, type Verdict } from '../../lib/pipeline/ingest.ts';
import { senderOf } from '../../lib/stores/senders.ts';
import { recordingLog } from '../support/log.ts';
import {
  RECORDED_SECRET,
  type Recording,
  recordedDeliveries,
  recordedDelivery,
  sign,
} from '../support/woocommerce.ts';

const NOW = Date.parse('2026-11-21T23:59:59.500Z');
const OPEN: Store = { id: 'demo', kind: 'woocommerce', currency: 'EUR' };
/** The address in every recording. */
const RECORDED_SOURCE = 'http://127.0.0.1:8070/';
const MIB = 1024 * 1024;
const WANTED = /^(order|customer|product)\./;

let deliveries: MemoryDeliveries;
let bodies: ReturnType<typeof createMemoryBodies>;
let counted: MetricName[];
let logged: string[];

beforeEach(() => {
  deliveries = createMemoryDeliveries();
  bodies = createMemoryBodies();
  counted = [];
  logged = [];
});

function secretsOf(...secrets: readonly string[]): SigningSecrets {
  return { of: async (store) => (store === OPEN.id ? secrets : []) };
}

function ingestWith(change: Partial<IngestParts> = {}) {
  return createIngest({
    stores: [OPEN],
    senderOf,
    secrets: secretsOf(RECORDED_SECRET),
    deliveries,
    bodies,
    clock: { now: () => NOW, sleep: async () => undefined },
    log: recordingLog((line) => void logged.push(JSON.stringify(line))),
    metrics: { count: (name) => void counted.push(name) },
    ...change,
  });
}

function request({ headers, body }: Recording): WebhookRequest {
  return { headers, body: Buffer.from(body) };
}

/** The delivery of recording 0057 with another body, signed for it. */
function signed(body: Uint8Array | string, headers: WebhookRequest['headers'] = {}): WebhookRequest {
  const own = { 'x-wc-webhook-signature': sign(body) };
  return { headers: { ...recordedDelivery('0057').headers, ...own, ...headers }, body: Buffer.from(body) };
}

function take(change: Partial<IngestParts> = {}): (what: WebhookRequest) => Promise<Verdict> {
  return (what) => ingestWith(change)(OPEN.id, what);
}

function bytesOf({ body }: Delivery): Buffer {
  if (body.in !== 'message') throw new Error('the body is in the bucket');
  return Buffer.from(body.base64, 'base64');
}

const broken = async (): Promise<never> => {
  throw new Error('out of order: helene@example.test');
};

describe('the recorded deliveries', () => {
  const wanted = recordedDeliveries().filter(({ topic }) => WANTED.test(topic));
  const others = recordedDeliveries().filter(({ topic }) => !WANTED.test(topic));

  test('are queued with their body as it came and the headers that record needs', async () => {
    const ingest = ingestWith();
    for (const recording of wanted) {
      expect(await ingest('demo', request(recording)), recording.number).toEqual({
        status: 200,
        message: 'accepted',
      });
    }

    const queued = deliveries.take();
    expect(queued).toEqual(
      wanted.map(({ topic, headers }) => ({
        schema: 1,
        store: 'demo',
        receivedAt: '2026-11-21T23:59:59.500Z',
        topic,
        webhookId: headers['x-wc-webhook-id'],
        deliveryId: headers['x-wc-webhook-delivery-id'],
        body: expect.anything(),
      })),
    );
    expect(queued.map((delivery) => bytesOf(delivery).toString())).toEqual(wanted.map(({ body }) => body));
    expect(counted).toEqual([]);
  });

  test('of coupons and actions get 200 and are not queued, nor are PINGs', async () => {
    const ingest = ingestWith();
    for (const recording of others) {
      expect((await ingest('demo', request(recording))).status, recording.number).toBe(200);
    }

    expect(others.length).toBeGreaterThan(20);
    expect(deliveries.take()).toEqual([]);
    expect(new Set(counted)).toEqual(new Set(['DeliveryDropped']));
  });

  test('are queued one by one, though four orders share a delivery id (0165, 0168, 0171, 0173)', async () => {
    const numbers = ['0165', '0168', '0171', '0173'];

    for (const number of numbers) await take()(request(recordedDelivery(number)));

    const queued = deliveries.take();
    expect(new Set(queued.map(({ deliveryId }) => deliveryId)).size).toBe(1);
    expect(queued.map((delivery) => JSON.parse(bytesOf(delivery).toString()).id)).toEqual([59, 60, 61, 62]);
  });
});

describe('a PING', () => {
  const ping = recordedDelivery('0001');

  test('gets exactly 200, asks for no secret and is not queued', async () => {
    const verdict = await take({ secrets: { of: broken }, deliveries: { send: broken } })(request(ping));

    expect(verdict).toEqual({ status: 200, message: 'pong' });
    expect(counted).toEqual([]);
  });

  test('for a store nobody configured gets 404', async () => {
    expect((await ingestWith()('nobody', request(ping))).status).toBe(404);
  });

  test('is none with anything else in its body', async () => {
    const alike = { ...ping, body: 'webhook_id=1&order=2' };

    expect((await take()(request(alike))).status).toBe(401);
  });
});

describe('a signature', () => {
  test.each([
    ['no', { 'x-wc-webhook-signature': undefined }],
    ['an empty', { 'x-wc-webhook-signature': '' }],
    ['a wrong', { 'x-wc-webhook-signature': sign('another body') }],
    ['a cut', { 'x-wc-webhook-signature': sign('{"id":1}').slice(0, -1) }],
    ["another secret's", { 'x-wc-webhook-signature': sign('{"id":1}', 'guessed') }],
  ])('is asked for: 401 with %s signature', async (_what, headers) => {
    const { status, message } = await take()(signed('{"id":1}', headers));

    expect(status).toBe(401);
    expect(message).toMatch(/signature.*secret/);
    expect(deliveries.take().filter(({ topic }) => topic !== REFUSED_TOPIC)).toEqual([]);
    expect(counted).toEqual(['DeliveryRefused']);
  });

  test('that is wrong is logged with the store, and an address without a store with nothing of it', async () => {
    await take()(signed('{"id":1}', { 'x-wc-webhook-signature': 'forged' }));
    await ingestWith()('anna@example.test', signed('{"id":1}'));

    expect(logged.map((text) => JSON.parse(text) as object)).toMatchObject([
      { message: 'Refused a request', fields: { reason: 'bad-signature', status: 401, store: 'demo' } },
      { message: 'Refused a request', fields: { reason: 'unknown-store', status: 404 } },
    ]);
    expect(logged.join('\n')).not.toContain('anna');
  });

  test('covers every byte: one changed space refuses the delivery', async () => {
    const { body, headers } = recordedDelivery('0057');

    expect((await take()({ headers, body: Buffer.from(`${body} `) })).status).toBe(401);
  });

  test('is asked for with every topic, known or not', async () => {
    const headers = { 'x-wc-webhook-topic': 'coupon.created', 'x-wc-webhook-signature': 'forged' };

    expect((await take()(signed('{}', headers))).status).toBe(401);
  });

  test('of the secret before the present one is still good', async () => {
    const verdict = await take({ secrets: secretsOf('new', RECORDED_SECRET) })(
      request(recordedDelivery('0057')),
    );

    expect(verdict.status).toBe(200);
  });

  test('is never good where no secret is configured', async () => {
    expect((await take({ secrets: secretsOf() })(signed('{}'))).status).toBe(401);
    const unsealed = { 'x-wc-webhook-signature': sign('{}', '') };
    expect((await take({ secrets: secretsOf('') })(signed('{}', unsealed))).status).toBe(401);
  });

  test('belongs to one store: that of another does not open it', async () => {
    const ingest = ingestWith({ stores: [OPEN, { ...OPEN, id: 'second' }] });

    expect((await ingest('second', signed('{}'))).status).toBe(401);
  });

  test('of a secret that was changed a moment ago is good, by a fresh read', async () => {
    const asked: (number | undefined)[] = [];
    const secrets: SigningSecrets = {
      of: async (_store, fresherThanMs) => {
        asked.push(fresherThanMs);
        return [fresherThanMs === undefined ? 'old' : RECORDED_SECRET];
      },
    };

    expect((await take({ secrets })(signed('{}'))).status).toBe(200);
    expect(asked).toEqual([undefined, 2_000]);
  });

  test('that is good costs one read of the secrets', async () => {
    let reads = 0;
    const secrets: SigningSecrets = {
      of: async () => {
        reads += 1;
        return [RECORDED_SECRET];
      },
    };

    await take({ secrets })(signed('{}'));

    expect(reads).toBe(1);
  });
});

describe('a body', () => {
  const strange = Buffer.from([
    0x7b, 0x00, 0x01, 0x1f, 0x7f, 0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x0d, 0x7d,
  ]);

  test('that is neither text nor JSON is verified and queued byte for byte', async () => {
    expect((await take()(signed(strange))).status).toBe(200);

    expect(deliveries.take().map(bytesOf)).toEqual([strange]);
  });

  test.each(['', 'not JSON', '{"id":', '[]', 'null', '{"code":"woocommerce_rest_cannot_view"}'])(
    '%j is taken like any other: nobody reads it here',
    async (text) => {
      expect(await take()(signed(text))).toEqual({ status: 200, message: 'accepted' });
      expect(deliveries.take()).toHaveLength(1);
    },
  );

  test('of 4 MiB is taken, one byte more gets 413 before anything is done with it', async () => {
    const exactly = await take()(signed(Buffer.alloc(4 * MIB, 32)));
    const unread = { secrets: { of: broken }, bodies: { put: broken } };
    const more = await take(unread)({ headers: {}, body: Buffer.alloc(4 * MIB + 1, 32) });

    expect(exactly.status).toBe(200);
    expect(more).toEqual({ status: 413, message: 'The body has more than 4194304 bytes.' });
    expect(counted).toEqual(['DeliveryRefused']);
  });

  test('that the queue cannot take goes to the bucket, and the message names it', async () => {
    const body = Buffer.alloc(3 * MIB, strange);

    await take()(signed(body));

    const [delivery] = deliveries.take();
    expect(delivery?.body).toEqual({
      in: 'bucket',
      key: expect.stringMatching(/^bodies\/demo\/2026-11-21\/[0-9a-f]{64}$/),
    });
    const key = delivery?.body.in === 'bucket' ? delivery.body.key : '';
    expect(Buffer.compare((await bodies.get(key)) ?? Buffer.of(), body)).toBe(0);
  });

  test('in the bucket has a place of its own', async () => {
    await take()(signed(Buffer.alloc(MIB, 1)));
    await take()(signed(Buffer.alloc(MIB, 2)));

    expect(new Set(deliveries.take().map(({ body }) => JSON.stringify(body))).size).toBe(2);
  });

  test('in a message fits into SQS with its envelope, however large it is', async () => {
    for (const kib of [500, 700, 750, 759, 760, 761, 768, 780, 1024]) {
      await take()(signed(Buffer.alloc(kib * 1024, 65)));
    }

    const queued = deliveries.take();
    const sizes = queued.map((delivery) => Buffer.byteLength(JSON.stringify(delivery)));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MIB - 4096);
    expect(queued.filter(({ body }) => body.in === 'message').length).toBeGreaterThanOrEqual(4);
    expect(queued.filter(({ body }) => body.in === 'bucket').length).toBeGreaterThanOrEqual(3);
  });

  test('of the largest size for a message fits with headers of any length, which are cut', async () => {
    const long = { 'x-wc-webhook-id': '"'.repeat(8600), 'x-wc-webhook-delivery-id': '\u0001'.repeat(8600) };

    for (const bytes of [768 * 1024 - 8192, 768 * 1024]) await take()(signed(Buffer.alloc(bytes, 65), long));

    const queued = deliveries.take();
    expect(queued.map(({ body }) => body.in)).toEqual(['message', 'bucket']);
    for (const delivery of queued) {
      expect(Buffer.byteLength(JSON.stringify(delivery))).toBeLessThanOrEqual(MIB - 4096);
      expect([delivery.webhookId.length, delivery.deliveryId.length]).toEqual([200, 200]);
    }
  });

  test('is in the bucket before the message that names it is sent', async () => {
    const calls: string[] = [];
    const recording = {
      bodies: { ...bodies, put: async () => void calls.push('put') },
      deliveries: { send: async () => void calls.push('send') },
    };

    await take(recording)(signed(Buffer.alloc(MIB)));

    expect(calls).toEqual(['put', 'send']);
  });
});

describe('a store', () => {
  test('that nobody configured gets 404, whatever it signs', async () => {
    const { status, message } = await ingestWith()('constructor', signed('{}'));

    expect(status).toBe(404);
    expect(message).toContain('bridge.config.ts');
    expect(counted).toEqual(['DeliveryRefused']);
  });

  test.each([RECORDED_SOURCE, 'http://127.0.0.1:8070', 'https://127.0.0.1:8070/', 'HTTP://127.0.0.1:8070//'])(
    'may be configured as %s',
    async (url) => {
      const verdict = await take({ stores: [{ ...OPEN, url }] })(request(recordedDelivery('0057')));

      expect(verdict).toEqual({ status: 200, message: 'accepted' });
    },
  );

  test.each([
    ['http://127.0.0.1:8071/', RECORDED_SOURCE],
    ['http://127.0.0.1:8070/shop', RECORDED_SOURCE],
    ['https://shop.example/de', 'https://shop.example/fr/'],
    ['https://shop.example/de', 'https://shop.example/deutsch/'],
    ['https://shop.example/shop', 'https://www.shop.example/'],
    ['https://shop.example', 'https://www.www.shop.example/'],
    ['https://shop.example', 'https://de.shop.example/'],
    ['https://shop.example', 'https://shop.example:8443/'],
    ['https://shop.example', 'https://shop.example/staging/'],
    ['https://shop.example', 'https://shop.example/Staging-2/'],
    ['https://shop.example/shop', 'https://shop.example/shop/dev/de/'],
    ['https://shop.example', 'https://shop.example/my_clone'],
    ['https://shop.example', 'https://staging.shop.example/'],
    ['https://shop.example', 'https://shop.example.evil.test/'],
    ['https://shop.example', 'not a URL'],
    ['https://shop.example', undefined],
  ])('at %s drops what comes from %s with 200, and counts it', async (url, source) => {
    const headers = { 'x-wc-webhook-source': source };

    const verdict = await take({ stores: [{ ...OPEN, url }] })(signed('{"id":1}', headers));

    expect(verdict.status).toBe(200);
    expect(verdict.message).toMatch(/^ignored: another source/);
    expect(counted).toEqual(['ForeignSource']);
    expect(deliveries.take()).toEqual([]);
  });

  test.each([
    ['https://shop.example/de/', 'https://shop.example/de'],
    ['https://Shop.Example', 'http://shop.example/'],
    ['https://shop.example', 'https://shop.example:443/'],
    ['https://müller.example', 'https://xn--mller-kva.example/'],
    ['https://shop.example', 'https://shop.example/de/'],
    ['https://shop.example', 'https://shop.example/pt-br'],
    ['https://shop.example', 'https://shop.example/?lang=de'],
    ['https://shop.example/shop/', 'http://www.shop.example/Shop/de/#top'],
    ['https://shop.example', 'https://www.shop.example'],
    ['https://www.shop.example/', 'http://shop.example'],
    ['https://shop.example', 'http://shop.example:443/'],
    ['http://shop.example:80', 'https://shop.example/'],
    ['https://shop.example', 'https://shop.example/devices/'],
  ])('at %s takes what comes from %s', async (url, source) => {
    const headers = { 'x-wc-webhook-source': source };

    expect((await take({ stores: [{ ...OPEN, url }] })(signed('{}', headers))).message).toBe('accepted');
  });

  test.each([
    ['https://user:word@Copy.Example/shop/?key=1#x', 'copy.example/shop'],
    [`https://copy.example/${'a'.repeat(500)}`, `copy.example/${'a'.repeat(187)}`],
    ['info@shop.example', 'no address'],
    [undefined, 'no address'],
  ])('is told in the log of what it dropped, by host and path only: %s', async (source, said) => {
    const stores = [{ ...OPEN, url: 'https://shop.example/' }];

    await take({ stores })(signed('{}', { 'x-wc-webhook-source': source }));

    const [line] = logged.map((text) => JSON.parse(text) as { level: string; fields: object });
    expect(line).toMatchObject({ level: 'warn', fields: { source: said, configured: 'shop.example' } });
  });

  test.each(['https://any.example/', 'nonsense', undefined])(
    'without a URL takes what comes from %s',
    async (source) => {
      expect((await take()(signed('{}', { 'x-wc-webhook-source': source }))).message).toBe('accepted');
    },
  );

  test('must sign even what comes from another source', async () => {
    const stores = [{ ...OPEN, url: 'https://shop.example' }];
    const forged = signed('{}', { 'x-wc-webhook-signature': 'forged' });

    expect((await take({ stores })(forged)).status).toBe(401);
    expect(counted).toEqual(['DeliveryRefused']);
  });
});

describe('503', () => {
  const large = Buffer.alloc(MIB);

  test.each<[string, Partial<IngestParts>, WebhookRequest]>([
    ['the queue', { deliveries: { send: broken } }, request(recordedDelivery('0057'))],
    ['the bucket', { bodies: { put: broken } }, signed(large)],
    ['Secrets Manager', { secrets: { of: broken } }, request(recordedDelivery('0057'))],
  ])('is the answer when %s fails, and says that the delivery was good', async (_what, change, what) => {
    const verdict = await take(change)(what);

    expect(verdict).toEqual({
      status: 503,
      message: 'The delivery could not be stored. Nothing is wrong with it.',
    });
  });

  test('is the answer when the fresh read of the secrets fails: the signature may be good', async () => {
    const of: SigningSecrets['of'] = async (_store, fresh) => (fresh === undefined ? ['old'] : broken());

    expect((await take({ secrets: { of } })(signed('{}'))).status).toBe(503);
  });

  test('is not the answer when the bucket fails and is not needed', async () => {
    expect((await take({ bodies: { put: broken } })(signed('{}'))).status).toBe(200);
  });

  test('is not the answer when the queue fails and nothing is queued', async () => {
    const queueless = take({ deliveries: { send: broken } });

    expect((await queueless(signed('{}', { 'x-wc-webhook-topic': 'coupon.created' }))).status).toBe(200);
    expect((await queueless(signed('{}', { 'x-wc-webhook-signature': 'forged' }))).status).toBe(401);
  });
});

test('no answer, and no log message of ours, holds anything of the body or the secret', async () => {
  const stores = [{ ...OPEN, url: 'https://shop.example' }];
  const order = request(recordedDelivery('0057'));
  const verdicts = [
    await take()(order),
    await take({ stores })(order),
    await take({ deliveries: { send: broken } })(order),
    await take()({ ...order, headers: { ...order.headers, 'x-wc-webhook-signature': 'x' } }),
    await ingestWith()('helene@example.test', order),
  ];

  const said = [...verdicts.map(({ message }) => message), ...logged].join('\n');
  expect(verdicts.map(({ status }) => status)).toEqual([200, 200, 503, 401, 404]);
  expect(logged).toHaveLength(4);
  expect(said).not.toMatch(/helene|O'Brien|Italie|0123456789|s3cr3t/i);
});
