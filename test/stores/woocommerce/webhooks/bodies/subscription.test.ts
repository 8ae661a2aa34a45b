import { describe, expect, it, test } from 'vitest';
import type { Translation } from '../../../../../lib/core/stores/source.ts';
import { CATALOG } from '../../../../../lib/stores/catalog.ts';
import { woocommerce } from '../../../../../lib/stores/woocommerce/webhooks/index.ts';
import { bodyOf } from '../../../../support/woocommerce.ts';

/** An order's body with what the extension WooCommerce Subscriptions documents beside it. */
const BODY = {
  ...bodyOf('0057'),
  id: 77,
  status: 'active',
  parent_id: 23,
  billing_period: 'month',
  billing_interval: '2',
  date_created_gmt: '2026-11-20T10:00:00',
  date_modified_gmt: '2026-11-21T10:00:00',
  next_payment_date_gmt: '2027-01-20T10:00:00',
  cancelled_date_gmt: '',
  end_date_gmt: '',
};

function said(topic: string, body: object = BODY): Translation {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const ids = { webhookId: '9', deliveryId: 'a' };
  return woocommerce.translate({ schema: 1, store: 'demo', receivedAt: '', topic, ...ids, body: bytes });
}

test.each(['subscription.created', 'subscription.updated', 'subscription.switched'])(
  'a body of %s is a subscription and no order',
  (topic) => {
    expect(woocommerce.accepts(topic)).toBe('take');
    expect(said(topic)).toMatchObject({
      snapshots: [
        {
          type: 'subscription',
          ref: { kind: 'subscription', store: 'demo', id: '77' },
          address: { usable: true },
          data: {
            status: 'active',
            interval: '2 month',
            orderId: '23',
            nextBillingAt: Date.parse('2027-01-20T10:00:00Z'),
          },
        },
      ],
    });
  },
);

describe('a subscription of WooCommerce', () => {
  it.each(['order.created', 'order.updated', 'order.restored'])(
    'is none of its orders under %s either',
    (topic) => {
      const translation = said(topic);
      const snapshots = 'snapshots' in translation ? translation.snapshots : [];

      expect(snapshots.filter(({ type }) => type === 'order')).toEqual([]);
      expect(snapshots.filter(({ type }) => type === 'subscription')).toHaveLength(1);
    },
  );

  it.each([
    ['on-hold', 'paused'],
    ['wc-pending-cancel', 'cancelled'],
    ['cancelled', 'cancelled'],
    ['expired', 'expired'],
    ['switched', 'switched'],
  ])('that is %s is %s', (status, canonical) => {
    expect(said('subscription.updated', { ...BODY, status })).toMatchObject({
      snapshots: [{ data: { status: canonical } }],
    });
  });

  it('that was deleted is gone', () => {
    expect(said('subscription.deleted', { id: 77 })).toEqual({
      snapshots: [{ type: 'subscription-mark', ref: { kind: 'subscription', store: 'demo', id: '77' } }],
    });
  });

  it('is malformed without a period, because nothing else tells it from an order', () => {
    const { billing_period: _period, ...order } = BODY;

    expect(said('subscription.updated', order)).toEqual({ dropped: 'malformed' });
  });

  it('has webhooks only if somebody makes them: shops without the extension know no such topic', () => {
    expect(CATALOG.woocommerce.topics.filter((topic) => topic.startsWith('subscription'))).toEqual([]);
  });
});
