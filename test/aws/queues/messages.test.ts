import { describe, expect, it } from 'vitest';
import { readDelivery, readRing } from '../../../lib/aws/queues/messages.ts';

const DELIVERY = {
  schema: 1,
  store: 'demo',
  receivedAt: '2026-01-02T03:04:05.678Z',
  topic: 'order.updated',
  webhookId: '21',
  deliveryId: 'cafe',
  body: { in: 'message', base64: 'e30=' },
};
const RING = { contact: 'abc', wanted: 3, attempts: 0 };

describe('reading a message', () => {
  it('gives the delivery or the ring it holds', () => {
    expect(readDelivery(JSON.stringify(DELIVERY))).toEqual(DELIVERY);
    expect(readRing(JSON.stringify(RING))).toEqual(RING);
  });

  // As version 0.1 put them into its queues, where they may lie for two weeks. What is added must be optional.
  it('still reads what the version before has written', () => {
    const delivery =
      '{"schema":1,"store":"demo","receivedAt":"2026-11-22T10:11:12.345Z","topic":"order.updated","webhookId":"2","deliveryId":"91f5b1","body":{"in":"message","base64":"eyJpZCI6MX0="}}';
    const large =
      '{"schema":1,"store":"demo","receivedAt":"2026-11-22T10:11:12.345Z","topic":"order.created","webhookId":"1","deliveryId":"0c","body":{"in":"bucket","key":"bodies/demo/2026-11-22/ab12"}}';
    const refusal =
      '{"schema":1,"store":"demo","receivedAt":"2026-11-22T10:11:12.345Z","topic":"bridge.refused","webhookId":"3","deliveryId":"","body":{"in":"message","base64":""}}';

    expect(readDelivery(delivery)).toMatchObject({
      topic: 'order.updated',
      body: { base64: 'eyJpZCI6MX0=' },
    });
    expect(readDelivery(large)).toMatchObject({ body: { in: 'bucket', key: 'bodies/demo/2026-11-22/ab12' } });
    expect(readDelivery(refusal)).toMatchObject({ topic: 'bridge.refused', webhookId: '3' });
    expect(readRing('{"contact":"2eT2","wanted":4,"attempts":1}')).toMatchObject({
      contact: '2eT2',
      wanted: 4,
    });
    expect(readRing('{"contact":"2eT2","wanted":4,"attempts":0,"doubt":true}')).toMatchObject({
      doubt: true,
    });
  });

  it('keeps the content type of a store with more than one body format', () => {
    const contentType = 'application/x-www-form-urlencoded';

    expect(readDelivery(JSON.stringify({ ...DELIVERY, contentType }))).toEqual({ ...DELIVERY, contentType });
  });

  it('reads what a newer version adds to a shape that is known', () => {
    expect(readDelivery(JSON.stringify({ ...DELIVERY, news: 1 }))).toBeDefined();
    expect(readRing(JSON.stringify({ ...RING, news: 1 }))).toBeDefined();
  });

  it('gives a delivery that does not say when it was received', () => {
    const { receivedAt: _receivedAt, ...message } = DELIVERY;

    expect(readDelivery(JSON.stringify(message))).toEqual({ ...DELIVERY, receivedAt: '' });
  });

  it.each(['never', '1960-01-01T00:00:00Z', '+275760-09-13T00:00:00.000Z'])(
    'gives a delivery that was received at no sensible moment (%s) as one that does not say when',
    (receivedAt) => {
      expect(readDelivery(JSON.stringify({ ...DELIVERY, receivedAt }))).toEqual({
        ...DELIVERY,
        receivedAt: '',
      });
    },
  );

  it.each([
    ['no text', ''],
    ['no JSON', '{"schema":1,'],
    ['no object', 'null'],
    ['a schema of the future', JSON.stringify({ ...DELIVERY, schema: 2 })],
    ['no store', JSON.stringify({ ...DELIVERY, store: undefined })],
    ['a body in an unknown place', JSON.stringify({ ...DELIVERY, body: { in: 'tape' } })],
    ['another message', JSON.stringify(RING)],
  ])('finds no delivery in %s', (_what, body) => {
    expect(readDelivery(body)).toBeUndefined();
  });

  it.each([
    ['no text', ''],
    ['no JSON', 'ring'],
    ['no object', '[]'],
    ['no contact', JSON.stringify({ ...RING, contact: '' })],
    ['a contact too long for a key', JSON.stringify({ ...RING, contact: 'a'.repeat(65) })],
    ['a number that counts nothing', JSON.stringify({ ...RING, wanted: 1.5 })],
    ['a number below zero', JSON.stringify({ ...RING, attempts: -1 })],
    ['another message', JSON.stringify(DELIVERY)],
  ])('finds no ring in %s', (_what, body) => {
    expect(readRing(body)).toBeUndefined();
  });
});
