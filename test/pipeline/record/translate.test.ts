import { beforeEach, describe, expect, test } from 'vitest';
import type { Delivery } from '../../../lib/core/ledger/delivery.ts';
import type { MetricName } from '../../../lib/core/ledger/telemetry/metrics.ts';
import { snapshotsOf } from '../../../lib/pipeline/record/translate.ts';
import { type Line, recordingLog } from '../../support/log.ts';
import { openWorkshop } from '../../support/workshop.ts';

let counted: MetricName[];
let logged: Line[];

beforeEach(() => {
  counted = [];
  logged = [];
});

async function translated(body: unknown, change: Partial<Delivery> = {}) {
  const { recordParts, delivery } = openWorkshop();
  const parts = {
    ...recordParts,
    log: recordingLog((line) => void logged.push(line)),
    metrics: { count: (name: MetricName) => void counted.push(name) },
  };
  return snapshotsOf(parts, { ...delivery('demo', 'order.updated', body), ...change }, () => undefined);
}

describe('a genuine delivery that nobody can use', () => {
  test.each([
    [
      'of a webhook whose owner lost the right to read',
      { code: 'woocommerce_rest_cannot_view', message: 'Sorry', data: { status: 403 } },
      { level: 'error', message: expect.stringContaining('give the webhook to another user') },
    ],
    [
      'of the legacy API',
      { order: { id: 620, billing_address: { email: 'leo@example.test' } } },
      {
        level: 'warn',
        message: 'This webhook uses the legacy API version; set it to WP REST API Integration v3',
      },
    ],
    [
      'of no known shape',
      { result: { email: 'leo@example.test' } },
      { level: 'warn', message: expect.stringContaining('no known shape') },
    ],
  ])('%s is counted, and told with what a person can do', async (_what, body, line) => {
    expect(await translated(body)).toEqual([]);

    expect(counted).toEqual(['DeliveryDropped', 'DeliveryUnusable']);
    expect(logged).toMatchObject([
      { ...line, fields: { store: 'demo', topic: 'order.updated', webhookId: '2' } },
    ]);
    expect(JSON.stringify(logged)).not.toContain('leo');
  });

  test('keeps back what calls itself a webhook and is no number', async () => {
    await translated({ order: {} }, { webhookId: 'leo@example.test' });

    expect(JSON.stringify(logged)).not.toContain('leo');
  });

  test('is not what says that an order is gone or not placed yet', async () => {
    await translated({ code: 'woocommerce_rest_shop_order_invalid_id', data: { status: 404 } });
    await translated({ id: 7, status: 'checkout-draft' });

    expect(counted).toEqual(['DeliveryDropped', 'DeliveryDropped']);
    expect(logged.map(({ level }) => level)).toEqual(['info', 'info']);
  });
});
