import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { woocommerce } from '../../../../lib/stores/woocommerce/webhooks/index.ts';
import { RECORDED_SECRET, recordedDeliveries, recordedDelivery, sign } from '../../../support/woocommerce.ts';

const signed = recordedDeliveries().filter(({ topic }) => topic !== '');
const bytes = (text: string) => new TextEncoder().encode(text);
const signatureOf = (headers: Readonly<Record<string, string>>) => headers[woocommerce.headers.signature];

describe.each(signed)('recording $number', ({ body, headers }) => {
  const signature = signatureOf(headers);

  test('is signed as its header says', () => {
    expect(woocommerce.sign(bytes(body), RECORDED_SECRET)).toBe(signature);
    expect(woocommerce.isGenuine(bytes(body), signature, [RECORDED_SECRET])).toBe(true);
  });

  test('is refused with a flipped byte, another secret or no signature', () => {
    const flipped = bytes(body);
    flipped[flipped.length >> 1] = (flipped[flipped.length >> 1] ?? 0) ^ 1;

    expect(woocommerce.isGenuine(flipped, signature, [RECORDED_SECRET])).toBe(false);
    expect(woocommerce.isGenuine(bytes(body), signature, [`${RECORDED_SECRET} `])).toBe(false);
    expect(woocommerce.isGenuine(bytes(body), undefined, [RECORDED_SECRET])).toBe(false);
  });
});

test('189 deliveries are signed, one is not', () => {
  expect(signed).toHaveLength(189);
  expect(recordedDeliveries()).toHaveLength(190);
});

describe('while a secret is being rotated', () => {
  const { body } = recordedDelivery('0057');
  const secrets = ['the new one', 'the previous one'];

  test.each(secrets)('a delivery signed with %s is genuine', (secret) => {
    expect(woocommerce.isGenuine(bytes(body), sign(body, secret), secrets)).toBe(true);
  });

  test('a delivery signed with a secret that is no longer valid is refused', () => {
    expect(woocommerce.isGenuine(bytes(body), sign(body), secrets)).toBe(false);
  });
});

describe('nothing is genuine', () => {
  const body = bytes('{}');

  test('while no secret is configured', () => {
    expect(woocommerce.isGenuine(body, sign(body), [])).toBe(false);
  });

  test('by an empty secret, which anybody knows', () => {
    expect(woocommerce.isGenuine(body, sign(body, ''), [''])).toBe(false);
  });

  test.each([
    ['empty', ''],
    ['cut short', sign(body).slice(0, -1)],
    ['longer', `${sign(body)}=`],
    ['in hexadecimal', Buffer.from(sign(body), 'base64').toString('hex')],
    ['not ASCII', 'é'.repeat(22)],
  ])('by a signature that is %s', (_what, signature) => {
    expect(woocommerce.isGenuine(body, signature, [RECORDED_SECRET])).toBe(false);
  });
});

test('signs over the raw bytes: a body written again in JavaScript is refused', () => {
  const { body, headers } = recordedDelivery('0057');
  const rewritten = JSON.stringify(JSON.parse(body));

  expect(JSON.parse(rewritten)).toEqual(JSON.parse(body));
  expect(woocommerce.isGenuine(bytes(rewritten), signatureOf(headers), [RECORDED_SECRET])).toBe(false);
});

test('takes any bytes and any secret, and agrees with itself', () => {
  const secret = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.constant(' <>&"\' x'),
    fc.constant('k'.repeat(200)),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), secret, (body, key) => {
      expect(woocommerce.isGenuine(body, woocommerce.sign(body, key), ['another', key])).toBe(true);
      expect(woocommerce.sign(body, key)).toBe(sign(body, key));
    }),
  );
});

describe('a PING', () => {
  const ping = recordedDelivery('0001');

  test('is known by its unsigned form body (recording 0001)', () => {
    expect(ping.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(woocommerce.isPing({ headers: ping.headers, body: bytes(ping.body) })).toBe(true);
  });

  test('is no PING when it carries a signature', () => {
    const headers = { ...ping.headers, [woocommerce.headers.signature]: sign(ping.body) };

    expect(woocommerce.isPing({ headers, body: bytes(ping.body) })).toBe(false);
  });

  test.each([
    '',
    'webhook_id=',
    'webhook_id=1&x=2',
    'webhook_id=1\nx',
    `webhook_id=${'1'.repeat(60)}`,
    '{"id":1}',
  ])('is not what has the body %j', (body) => {
    expect(woocommerce.isPing({ headers: {}, body: bytes(body) })).toBe(false);
  });

  test('is none of the signed deliveries', () => {
    expect(signed.filter(({ headers, body }) => woocommerce.isPing({ headers, body: bytes(body) }))).toEqual(
      [],
    );
  });
});
