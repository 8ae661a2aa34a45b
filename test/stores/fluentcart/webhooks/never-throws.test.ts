import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fluentcart } from '../../../../lib/stores/fluentcart/webhooks/index.ts';
import { runsOf } from '../../../support/depth.ts';
import {
  type FeedRecording,
  feedArrivalWith,
  feedBody,
  feedRecordings,
} from '../../../support/fluentcart.ts';

const recordings = feedRecordings().filter(({ body }) => body.startsWith('{"order"'));
const EVENTS = [
  ...new Set(recordings.map(({ event }) => event)),
  'order.created',
  '',
  'constructor',
  '__proto__',
];

const ODD: readonly unknown[] = [
  null,
  '',
  -1,
  1e308,
  2 ** 53,
  '9'.repeat(400),
  '-33.90',
  '\ud800',
  '1970-01-01 00:00:00',
  '9999-12-31T23:59:59+00:00',
  '9999-12-31T23:59:59-23:59',
  'NaN',
  'constructor',
  [],
  {},
  [[]],
];
const anything = fc.oneof(fc.constantFrom(...ODD), fc.jsonValue());

type Body = Readonly<Record<string, unknown>>;

/** A recording's body in which one value, at any depth, is another or missing. */
function mutationOf({ body: text }: FeedRecording): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .tuple(fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), fc.option(anything, { nil: undefined }))
    .map(([path, value]) => {
      const body: Record<string, unknown> = JSON.parse(text);
      change(body, path, value);
      return body;
    });
}

function change(body: object, [step = 0, ...rest]: readonly number[], value: unknown): void {
  const entries = Object.entries(body);
  const [key, inner] = entries[step % Math.max(entries.length, 1)] ?? [];
  if (key === undefined) return;
  if (rest.length > 0 && typeof inner === 'object' && inner !== null) change(inner, rest, value);
  else Reflect.set(body, key, value);
}

test('one strange value in a recorded order loses nothing but itself', () => {
  const mutated = fc
    .constantFrom(...recordings)
    .chain((recording) => fc.tuple(fc.constant(recording), mutationOf(recording)));
  fc.assert(
    fc.property(mutated, ([recording, mutation]) => {
      const { order }: { order: Body } = JSON.parse(recording.body);
      const changed =
        typeof mutation['order'] === 'object' && mutation['order'] !== null ? mutation['order'] : {};
      const { id, status, payment_status } = order;
      const kept = { ...changed, id, status, payment_status, mode: 'live' };
      const translation = fluentcart.translate(
        feedArrivalWith(recording.event, { ...mutation, order: kept }),
      );

      // Subscriptions may stand beside it.
      const [first, ...beside] = 'snapshots' in translation ? translation.snapshots : [];
      expect(first).toMatchObject({
        type: 'order',
        ref: { id: String(id) },
        data: { status: expect.any(String) },
      });
      expect(beside.filter(({ type }) => type !== 'subscription')).toEqual([]);
    }),
    { numRuns: runsOf(2000) },
  );
});

test('any JSON under any event gives snapshots or a reason, the same ones every time', () => {
  fc.assert(
    fc.property(fc.constantFrom(...EVENTS), fc.jsonValue({ maxDepth: 6 }), (event, body) => {
      const arrival = feedArrivalWith(event, JSON.stringify(body));
      const translation = fluentcart.translate(arrival);

      expect('dropped' in translation || translation.snapshots.length > 0).toBe(true);
      expect(fluentcart.translate(arrival)).toEqual(translation);
    }),
    { numRuns: runsOf(2000) },
  );
});

test('any fields of an order give an order', () => {
  const names = [...Object.keys(feedBody('101').order), ...Object.keys(feedBody('101'))];
  const fields = fc.dictionary(fc.constantFrom(...names), anything);
  fc.assert(
    fc.property(fields, (some) => {
      const order = { ...some, id: 5, status: 'processing', mode: 'live' };
      expect(fluentcart.translate(feedArrivalWith('order_paid_done', { ...some, order }))).toMatchObject({
        snapshots: [{ type: 'order', ref: { id: '5' } }],
      });
    }),
    { numRuns: runsOf(2000) },
  );
});

test.each(['never', '1960-01-01T00:00:00Z', '+275760-09-13T00:00:00.000Z'])(
  'an order received at no sensible moment (%s) is as one of which nobody knows when',
  (receivedAt) => {
    const arrival = feedArrivalWith('order_paid_done', feedBody('101'));

    expect(fluentcart.translate({ ...arrival, receivedAt })).toEqual(
      fluentcart.translate({ ...arrival, receivedAt: '' }),
    );
  },
);

test('any bytes are survived, as JSON and as a form', () => {
  const types = ['application/json; charset=utf-8', 'application/x-www-form-urlencoded; charset=utf-8', ''];
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...types), (body, contentType) => {
      const arrival = { ...feedArrivalWith('order_paid_done', ''), body, contentType };
      expect(fluentcart.translate(arrival)).toHaveProperty('dropped');
    }),
  );
});

test('any form is survived', () => {
  const name = fc.stringMatching(/^(order|data|__proto__)(\[(id|status|0|__proto__|)\]?){0,5}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string())), (pairs) => {
      const body = new TextEncoder().encode(String(new URLSearchParams(pairs)));
      const contentType = 'application/x-www-form-urlencoded';
      const translation = fluentcart.translate({ ...feedArrivalWith('', ''), body, contentType });
      expect('dropped' in translation || translation.snapshots.length > 0).toBe(true);
    }),
    { numRuns: runsOf(1000) },
  );
});

test('any item of a list is survived, the same every time', () => {
  fc.assert(
    fc.property(fc.constantFrom('order', 'customer', 'product'), anything, (kind, item) => {
      const reading = { kind, store: 'fluent', item, now: 1_800_000_000_000 };
      expect(fluentcart.read(reading)).toEqual(fluentcart.read(reading));
    }),
    { numRuns: runsOf(1000) },
  );
});

test.each([
  ['nothing', ''],
  ['half a body', '{"order":{"id":1,"status":'],
  ['null', 'null'],
  ['a text', '"order"'],
  ['a list', '[{"id":1,"status":"pending"}]'],
  ['an endless number', '{"order":{"id":1e400,"status":"on-hold"}}'],
  ['a list without end', '['.repeat(200_000)],
])('%s is malformed', (_what, body) => {
  expect(fluentcart.translate(feedArrivalWith('order_paid_done', body))).toEqual({ dropped: 'malformed' });
});

test.each(['billing_address', 'order_items', 'total_amount', 'created_at', 'config', 'unknown'])(
  'a field %s that is nested 200 000 deep costs that field only',
  (field) => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const body = `{"order":{"id":7,"status":"on-hold","${field}":${deep}}}`;

    expect(fluentcart.translate(feedArrivalWith('order_paid_done', body))).toMatchObject({
      snapshots: [{ ref: { id: '7' } }],
    });
  },
);

test('a form nested without end costs what is nested', () => {
  const text = `order[id]=7&order[status]=on-hold&order${'[a]'.repeat(100_000)}=1`;
  const contentType = 'application/x-www-form-urlencoded';
  const arrival = { ...feedArrivalWith('', ''), body: new TextEncoder().encode(text), contentType };

  expect(fluentcart.translate(arrival)).toMatchObject({ snapshots: [{ ref: { id: '7' } }] });
});

test('an order of 20 000 lines fits into the ledger', () => {
  const body = feedBody('101');
  const order_items = Array.from({ length: 20_000 }, (_, index) => ({
    ...body.order_items[0],
    post_title: `Lampe ${String(index)} ${'x'.repeat(200)}`,
  }));
  const translation = fluentcart.translate(feedArrivalWith('order_paid_done', { ...body, order_items }));

  expect(JSON.stringify(translation).length).toBeLessThan(100_000);
  expect(translation).toMatchObject({ snapshots: [{ data: { total: '54.80' } }] });
});
