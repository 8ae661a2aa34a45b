import { describe, expect, it } from 'vitest';
import type { WebhookRequest } from '../../../../lib/core/stores/source.ts';
import { CATALOG } from '../../../../lib/stores/catalog.ts';
import { fluentcart } from '../../../../lib/stores/fluentcart/webhooks/index.ts';
import { FEED_SECRET, FEED_SOURCE, feedRecording, feedRecordings } from '../../../support/fluentcart.ts';

const body = new TextEncoder().encode('{}');

function requestWith(parts: Partial<WebhookRequest>): WebhookRequest {
  return { headers: {}, body, ...parts };
}

describe('a FluentCart request', () => {
  it('names its store in the User-Agent, in every recording', () => {
    for (const { headers } of feedRecordings())
      expect(fluentcart.tell?.(requestWith({ headers }), 'source')).toBe(FEED_SOURCE);
  });

  it.each(['', 'curl/8', 'WordPress/6.9', 'WordPress/6.9; '])(
    'with the User-Agent %j names none',
    (agent) => {
      expect(fluentcart.tell?.(requestWith({ headers: { 'user-agent': agent } }), 'source')).toBe('');
    },
  );

  it('names its event in a header, or in the query of the URL it was given', () => {
    const { headers } = feedRecording('007');
    const query = { event: 'order_paid_done' };

    expect(fluentcart.tell?.(requestWith({ headers, query }), 'topic')).toBe('order_fully_refunded');
    expect(fluentcart.tell?.(requestWith({ query }), 'topic')).toBe('order_paid_done');
    expect(fluentcart.tell?.(requestWith({}), 'topic')).toBe('');
  });

  it('is genuine when it carries the secret, or the one before', () => {
    const given = feedRecording('001').headers[CATALOG.fluentcart.headers.signature];

    expect(given).toBe(FEED_SECRET);
    expect(fluentcart.isGenuine(body, given, ['new', FEED_SECRET])).toBe(true);
    expect(fluentcart.isGenuine(body, given, ['new', 'other'])).toBe(false);
    expect(fluentcart.isGenuine(body, fluentcart.sign(body, 'new'), ['new'])).toBe(true);
  });

  it.each([
    ['no secret is given', undefined, [FEED_SECRET]],
    ['an empty one is given', '', ['']],
    ['none is configured', FEED_SECRET, []],
    ['it is a part of the right one', FEED_SECRET.slice(0, -1), [FEED_SECRET]],
  ])('is not genuine when %s', (_when, given, secrets) => {
    expect(fluentcart.isGenuine(body, given, secrets)).toBe(false);
  });

  it('is never a PING: FluentCart has none', () => {
    expect(fluentcart.isPing(requestWith({ body: new TextEncoder().encode('webhook_id=1') }))).toBe(false);
  });
});
