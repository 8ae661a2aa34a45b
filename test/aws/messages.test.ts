import { describe, expect, it } from 'vitest';
import { readDelivery, readRing } from '../../lib/aws/messages.ts';

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

  it('gives a delivery that does not say when it was received', () => {
    const { receivedAt: _receivedAt, ...message } = DELIVERY;

    expect(readDelivery(JSON.stringify(message))).toEqual({ ...DELIVERY, receivedAt: '' });
  });

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
