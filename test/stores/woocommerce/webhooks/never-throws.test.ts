import fc from 'fast-check';
import { expect, test } from 'vitest';
import { woocommerce } from '../../../../lib/stores/woocommerce/webhooks/index.ts';
import { runsOf } from '../../../support/depth.ts';
import {
  arrivalOf,
  arrivalWith,
  bodyOf,
  type Recording,
  recordedDeliveries,
} from '../../../support/woocommerce.ts';

const recordings = recordedDeliveries().filter(({ body }) => body.startsWith('{'));
const TOPICS = [...new Set(recordings.map(({ topic }) => topic)), '', 'constructor', '__proto__'];

const ODD: readonly unknown[] = [
  null,
  '',
  -1,
  1e308,
  2 ** 53,
  '9'.repeat(400),
  '\ud800',
  '1970-01-01T00:00:00',
  '9999-12-31T23:59:59',
  '9999-12-31T23:59:59-23:59',
  '-0.00',
  'NaN',
  'wc-',
  'constructor',
  [],
  {},
  [[]],
];
const anything = fc.oneof(fc.constantFrom(...ODD), fc.jsonValue());

type Body = Readonly<Record<string, unknown>>;

/** A recording's body in which one value, at any depth, is another or missing. */
function mutationOf(recording: Recording): fc.Arbitrary<Body> {
  return fc
    .tuple(fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), fc.option(anything, { nil: undefined }))
    .map(([path, value]) => {
      const body: Record<string, unknown> = JSON.parse(recording.body);
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

const orders = recordings.filter((recording) => {
  const translation = woocommerce.translate(arrivalOf(recording));
  return 'snapshots' in translation && translation.snapshots.some(({ type }) => type === 'order');
});

test('one strange value in a recorded order loses nothing but itself', () => {
  const mutated = fc
    .constantFrom(...orders)
    .chain((recording) => fc.tuple(fc.constant(recording), mutationOf(recording)));
  fc.assert(
    fc.property(mutated, ([recording, mutation]) => {
      const { id, status }: Body = JSON.parse(recording.body);
      const translation = woocommerce.translate(arrivalWith('order.updated', { ...mutation, id, status }));

      expect(translation).toMatchObject({
        snapshots: [{ type: 'order', ref: { id: String(id) }, data: { status } }],
      });
    }),
    { numRuns: runsOf(2000) },
  );
});

test('one strange value in any recording is survived', () => {
  const mutated = fc
    .constantFrom(...recordings)
    .chain((recording) =>
      mutationOf(recording).map((body) => ({ ...recording, body: JSON.stringify(body) })),
    );
  fc.assert(
    fc.property(mutated, (recording) => {
      const translation = woocommerce.translate(arrivalOf(recording));
      expect('dropped' in translation || translation.snapshots.length > 0).toBe(true);
    }),
    { numRuns: runsOf(2000) },
  );
});

test('any JSON under any topic gives snapshots or a reason, the same ones every time', () => {
  fc.assert(
    fc.property(fc.constantFrom(...TOPICS), fc.jsonValue({ maxDepth: 6 }), (topic, body) => {
      const translation = woocommerce.translate(arrivalWith(topic, JSON.stringify(body)));

      expect('dropped' in translation || translation.snapshots.length > 0).toBe(true);
      expect(woocommerce.translate(arrivalWith(topic, JSON.stringify(body)))).toEqual(translation);
    }),
    { numRuns: runsOf(2000) },
  );
});

test('any fields of an order give an order', () => {
  const fields = fc.dictionary(fc.constantFrom(...Object.keys(bodyOf('0057'))), anything);
  fc.assert(
    fc.property(fields, (body) => {
      const translation = woocommerce.translate(
        arrivalWith('order.updated', { ...body, id: 5, status: 'pending' }),
      );
      expect(translation).toMatchObject({ snapshots: [{ type: 'order', ref: { id: '5' } }] });
    }),
    { numRuns: runsOf(2000) },
  );
});

test.each(['never', '1960-01-01T00:00:00Z', '+275760-09-13T00:00:00.000Z'])(
  'an order received at no sensible moment (%s) is as one of which nobody knows when',
  (receivedAt) => {
    const arrival = arrivalWith('order.updated', bodyOf('0057'));

    expect(woocommerce.translate({ ...arrival, receivedAt })).toEqual(
      woocommerce.translate({ ...arrival, receivedAt: '' }),
    );
  },
);

test('any bytes are survived', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...TOPICS), (body, topic) => {
      expect(woocommerce.translate({ ...arrivalWith(topic, ''), body })).toHaveProperty('dropped');
    }),
  );
});

test.each([
  ['nothing', ''],
  ['a PING', 'webhook_id=1'],
  ['half a body', '{"id":1,"status":'],
  ['null', 'null'],
  ['a text', '"order"'],
  ['a list', '[{"id":1,"status":"pending"}]'],
  ['an endless number', '{"id":1e400,"status":"pending"}'],
  ['a list without end', '['.repeat(200_000)],
])('%s is malformed', (_what, body) => {
  expect(woocommerce.translate(arrivalWith('order.updated', body))).toEqual({ dropped: 'malformed' });
});

test.each(['billing', 'line_items', 'meta_data', 'total', 'date_modified_gmt', 'unknown'])(
  'a field %s that is nested 200 000 deep costs that field only',
  (field) => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const body = `{"id":7,"status":"pending","${field}":${deep}}`;

    expect(woocommerce.translate(arrivalWith('order.updated', body))).toMatchObject({
      snapshots: [{ ref: { id: '7' } }],
    });
  },
);

test('keys of prototypes are keys like others', () => {
  const body = '{"__proto__":{"id":9,"total":"99"},"constructor":{"id":9},"id":7,"status":"pending"}';

  expect(woocommerce.translate(arrivalWith('order.updated', body))).toMatchObject({
    snapshots: [{ ref: { id: '7' }, data: { total: '0' } }],
  });
  expect(woocommerce.translate(arrivalWith('order.updated', '{"__proto__":{"id":9,"status":"x"}}'))).toEqual({
    dropped: 'malformed',
  });
});

test('a byte order mark and bytes that are no UTF-8 do not lose the order', () => {
  const text = new TextEncoder().encode('\ufeff{"id":7,"status":"pending","number":"A?"}');
  const body = text.map((byte) => (byte === '?'.charCodeAt(0) ? 0xff : byte));

  expect(woocommerce.translate({ ...arrivalWith('order.updated', ''), body })).toMatchObject({
    snapshots: [{ ref: { id: '7' }, data: { number: 'A\ufffd' } }],
  });
});
