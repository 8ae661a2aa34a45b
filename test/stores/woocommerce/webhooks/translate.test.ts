import { describe, expect, test } from 'vitest';
import { fold, isGone, type OrderState, type State } from '../../../../lib/core/ledger/fold/order.ts';
import type { Snapshot } from '../../../../lib/core/ledger/snapshot.ts';
import { woocommerce } from '../../../../lib/stores/woocommerce/webhooks/index.ts';
import { apartFromReceipt, droppedFrom, snapshotsOf } from '../../../support/translation.ts';
import {
  arrivalOf,
  arrivalWith,
  bodyOf,
  recorded,
  recordedDeliveries,
} from '../../../support/woocommerce.ts';

function known(...numbers: readonly string[]): State | undefined {
  return foldAll(snapshotsOf(...numbers));
}

function foldAll(snapshots: readonly Snapshot[]): State | undefined {
  return snapshots.reduce<State | undefined>(fold, undefined);
}

function order(...numbers: readonly string[]): OrderState {
  const state = known(...numbers);
  if (state?.type !== 'order') throw new Error('these recordings are of no order');
  return state;
}

function markIn(arrival: Parameters<typeof woocommerce.translate>[0]) {
  const translation = woocommerce.translate(arrival);
  const [mark] = 'snapshots' in translation ? translation.snapshots : [];
  if (mark?.type !== 'order-mark') throw new Error('no mark');
  return mark;
}

test('makes this of all that was recorded', () => {
  const counts: Record<string, number> = {};
  for (const recording of recordedDeliveries()) {
    const translation = woocommerce.translate(arrivalOf(recording));
    const what =
      'dropped' in translation ? [translation.dropped] : translation.snapshots.map(({ type }) => type);
    const row = `${recording.topic || 'PING'}: ${what.join(', ')}`;
    counts[row] = (counts[row] ?? 0) + 1;
  }

  expect(counts).toEqual({
    'PING: malformed': 1,
    'order.created: order': 32,
    'order.created: checkout-draft': 2,
    'order.created: error-document': 1,
    'order.updated: order': 51,
    'order.updated: checkout-draft': 2,
    'order.deleted: order-mark': 4,
    'order.restored: order-mark, order': 1,
    'customer.created: customer': 7,
    'customer.updated: customer': 10,
    'customer.deleted: customer-mark': 2,
    'product.created: product': 8,
    'product.created: error-document': 1,
    'product.published: product': 10,
    'product.published: error-document': 1,
    'product.updated: product': 26,
    'product.restored: product': 1,
    'product.deleted: product-deletion': 4,
    'coupon.created: unknown-topic': 5,
    'coupon.updated: unknown-topic': 1,
    'coupon.deleted: unknown-topic': 4,
    'coupon.restored: unknown-topic': 1,
    'action.woocommerce_add_to_cart: unknown-topic': 6,
    'action.woocommerce_payment_complete: unknown-topic': 9,
  });
});

test('takes or drops by topic alone what it then translates or does not know', () => {
  for (const recording of recordedDeliveries().filter(({ topic }) => topic !== '')) {
    const unknown = droppedFrom(recording) === 'unknown-topic';
    expect([recording.number, woocommerce.accepts(recording.topic)]).toEqual([
      recording.number,
      unknown ? 'drop' : 'take',
    ]);
  }
});

test.each([
  '',
  'order',
  'order.',
  'order.published',
  'constructor',
  '__proto__',
  'toString',
  'Order.Created',
])('drops the unknown topic %j', (topic) => {
  expect(woocommerce.accepts(topic)).toBe('drop');
  expect(woocommerce.translate(arrivalWith(topic, { id: 1, status: 'x' }))).toEqual({
    dropped: 'unknown-topic',
  });
});

test('keeps orders apart that came with one delivery id (recordings 0165, 0168, 0171, 0173)', () => {
  const recordings = recorded('0165', '0168', '0171', '0173');

  expect(new Set(recordings.map((recording) => arrivalOf(recording).deliveryId)).size).toBe(1);
  expect(snapshotsOf('0165', '0168', '0171', '0173').map(({ ref }) => ref.id)).toEqual([
    '59',
    '60',
    '61',
    '62',
  ]);
});

test('shows the state at delivery, not at the event (recordings 0157 and 0158)', () => {
  expect(Object.keys(order('0157', '0158').sights)).toEqual(['completed']);
});

test('is not moved by a stale body that comes last (recordings 0075, then 0073 and 0071)', () => {
  expect(order('0075', '0073', '0071').data).toEqual(order('0075').data);
});

describe('the same state told twice is one version but for when it came', () => {
  test.each([
    ['block checkout sends updated first', '0056', '0057'],
    ['classic checkout sends created first', '0098', '0099'],
    ['REST sends created first', '0071', '0072'],
    ['a change without a change', '0075', '0076'],
    ['meta data in another order', '0067', '0070'],
  ])('%s (recordings %s, %s)', (_why, first, second) => {
    const [one, other] = [known(first), known(second)];

    expect({ ...one, version: '' }).toEqual({ ...other, version: '' });
    expect(apartFromReceipt(one?.version)).toBe(apartFromReceipt(other?.version));
    expect(known(first, second)).toEqual(other);
    expect(known(second, first)).toEqual(other);
  });
});

describe('an order in checkout-draft', () => {
  test.each(recorded('0094', '0095', '0140', '0141'))(
    'is not an order yet (recording $number)',
    (recording) => {
      expect(droppedFrom(recording)).toBe('checkout-draft');
    },
  );

  test('is not one either as wc-checkout-draft', () => {
    const body = { ...bodyOf('0094'), status: 'wc-checkout-draft' };
    expect(woocommerce.translate(arrivalWith('order.updated', body))).toEqual({ dropped: 'checkout-draft' });
  });
});

describe('a signed body without an id', () => {
  test.each(recorded('0142', '0143', '0152'))(
    'is the error of an erased thing (recording $number)',
    (recording) => {
      expect(droppedFrom(recording)).toBe('error-document');
    },
  );

  test.each([
    ['by its code', { code: 'woocommerce_rest_cannot_view', message: 'x', data: { status: 401 } }],
    ['by its status', { code: 'rest_forbidden', message: 'x', data: { status: 403 } }],
  ])('says that the owner of the webhook lost the right to look, %s', (_how, body) => {
    const dropped = { dropped: 'error-document-forbidden' };
    expect(woocommerce.translate(arrivalWith('order.updated', body))).toEqual(dropped);
  });

  test.each([{ code: 'x' }, { code: 'x', data: null }, { code: 'x', data: [403] }])(
    'is an error document if it is %j',
    (body) => {
      expect(woocommerce.translate(arrivalWith('order.updated', body))).toEqual({
        dropped: 'error-document',
      });
    },
  );

  test.each([
    {},
    { data: null },
    { code: 403 },
    { order: [] },
    { order: 7 },
    { customer: {} },
    { error: 'x' },
  ])('has no shape that is known if it is %j', (body) => {
    expect(woocommerce.translate(arrivalWith('order.updated', body))).toEqual({ dropped: 'malformed' });
  });
});

describe('a webhook of the legacy API', () => {
  const dropped = (topic: string, body: unknown) => woocommerce.translate(arrivalWith(topic, body));

  test.each(['order.created', 'customer.updated', 'product.updated', 'order.restored'])(
    'is known by a body that holds the thing once more: %s',
    (topic) => {
      const [kind = ''] = topic.split('.');

      expect(dropped(topic, { [kind]: { id: 620 } })).toEqual({ dropped: 'legacy-api' });
    },
  );

  test('is known by the errors it sends', () => {
    const code = 'woocommerce_api_invalid_order';
    const errors = { errors: { [code]: ['No.'] }, error_data: { [code]: { status: 404 } } };

    expect(dropped('order.updated', errors)).toEqual({ dropped: 'legacy-api' });
    expect(dropped('order.updated', { errors: [{ code, message: 'No.' }] })).toEqual({
      dropped: 'legacy-api',
    });
  });

  test.each([
    ['its code', { errors: { woocommerce_api_user_cannot_read_order: ['No.'] } }],
    [
      'its code in a list',
      { errors: [{ code: 'woocommerce_api_user_cannot_read_customer', message: 'No.' }] },
    ],
    ['its status', { errors: { other: ['No.'] }, error_data: { other: { status: 401 } } }],
    ['its status', { errors: { other: ['No.'] }, error_data: { other: { status: 403 } } }],
  ])('says by %s that its owner may not read what it sends', (_how, body) => {
    expect(dropped('order.updated', body)).toEqual({ dropped: 'error-document-forbidden' });
  });

  test('says that an order is deleted like any other', () => {
    expect(dropped('order.deleted', { id: 620 })).toMatchObject({ snapshots: [{ mark: 'deleted' }] });
  });
});

test.each(recorded('0037', '0046', '0189', '0197'))(
  'a product deletion says nothing reliable, also of coupons and pages (recording $number)',
  (recording) => {
    expect(droppedFrom(recording)).toBe('product-deletion');
  },
);

test.each(recorded('0036', '0045', '0194', '0196'))(
  'a coupon deletion is dropped (recording $number)',
  (recording) => {
    expect(droppedFrom(recording)).toBe('unknown-topic');
  },
);

describe('deletion', () => {
  test('is a mark named by webhook and delivery (recording 0149)', () => {
    expect(snapshotsOf('0149')).toEqual([
      {
        type: 'order-mark',
        ref: { kind: 'order', store: 'demo', id: '53' },
        mark: 'deleted',
        by: expect.stringMatching(/^3\/[0-9a-f]{32}$/),
      },
    ]);
  });

  test.each([
    ['a long id', '3', 'a'.repeat(63)],
    ['an id of other characters', '3', '緑'],
    ['an empty id with a space', '3', ' '],
    ['a webhook that calls itself what REST found', 'rest', 'erased'],
  ])('by %s is a mark that is short, and the same each time', (_what, webhookId, deliveryId) => {
    const arrival = { ...arrivalWith('order.deleted', { id: 7 }), webhookId, deliveryId };
    const { by } = markIn(arrival);

    expect(by).toMatch(/^[\w-]{22}$/);
    expect(markIn(arrival).by).toBe(by);
    expect(markIn({ ...arrival, deliveryId: `${deliveryId}b` }).by).not.toBe(by);
  });

  test('may come before anything else is known of the order', () => {
    expect(order('0149', '0148')).toEqual(order('0148', '0149'));
    expect(isGone(order('0149'))).toBe(true);
  });

  test('is undone by a restoration, and done again by another deletion (recordings 0184 to 0186)', () => {
    expect(isGone(order('0183', '0184'))).toBe(true);
    expect(isGone(order('0183', '0184', '0185'))).toBe(false);
    expect(isGone(order('0183', '0184', '0185', '0186'))).toBe(true);
    expect(order('0186', '0185', '0184', '0183')).toEqual(order('0183', '0184', '0185', '0186'));
  });

  test('is also a status: an order trashed before the queue ran arrives as trash (recordings 0154, 0155)', () => {
    expect(order('0154').data?.status).toBe('trash');
    expect(isGone(order('0155'))).toBe(true);
  });

  test('of a customer marks the customer (recordings 0053, 0206)', () => {
    expect(snapshotsOf('0053', '0206')).toEqual([
      { type: 'customer-mark', ref: { kind: 'customer', store: 'demo', id: '3' } },
      { type: 'customer-mark', ref: { kind: 'customer', store: 'demo', id: '7' } },
    ]);
    expect(known('0053', '0052')).toMatchObject({ deleted: true, email: 'tmp@example.test' });
  });
});

describe('a restored order', () => {
  test('brings the mark and the order it carries, since no update follows (recording 0185)', () => {
    const [mark, seen] = snapshotsOf('0185');

    expect(mark).toMatchObject({ type: 'order-mark', mark: 'restored', by: expect.stringMatching(/^4\//) });
    expect(seen).toMatchObject({ type: 'order', ref: { id: '63' }, data: { status: 'completed' } });
  });

  test.each([
    ['without a status', { id: 63 }],
    ['that is a draft', { id: 63, status: 'checkout-draft' }],
  ])('%s still brings the mark', (_what, body) => {
    expect(woocommerce.translate(arrivalWith('order.restored', body))).toMatchObject({
      snapshots: [{ type: 'order-mark', mark: 'restored', ref: { id: '63' } }],
    });
  });
});

test('all bodies are ASCII, and what was escaped is read (recording 0057)', () => {
  expect(recordedDeliveries().filter(({ body }) => /[^\0-\x7f]/.test(body))).toEqual([]);
  expect(order('0057').data?.identity.firstName).toBe('Hélène');
});
