import { Duration } from 'aws-cdk-lib';
import { type BridgeAlarm, counted, PERIOD, summed, type Watched } from './alarm.ts';

/** From the store into the ledger: what is lost or refused here does not come again by itself. */
export function deliveryAlarms({ deliveries, webhooks, functions }: Watched): readonly BridgeAlarm[] {
  const latest = { period: PERIOD, statistic: 'Maximum' };
  return [
    {
      name: 'ApiServerErrors',
      metric: webhooks.api.metricServerError({ period: PERIOD, statistic: 'Sum' }),
      description:
        'A webhook was answered 5xx; stores do not send it again. Find the time and the cause in the log, then save the orders of that time again in the store.',
      log: 'ingest',
    },
    {
      name: 'DeliveryRefused',
      metric: counted(functions.ingest, 'DeliveryRefused'),
      description:
        'Three or more webhooks were refused within five minutes, and WooCommerce switches a webhook off at the seventh in a row. Compare the secret of the webhook with the secret of the output StoreSecretsId.',
      log: 'ingest',
      // A stray scanner is not worth waking anybody; the first checkout under a wrong secret sends more.
      above: 2,
    },
    {
      name: 'ForeignSource',
      metric: counted(functions.ingest, 'ForeignSource'),
      description:
        'Webhooks came from another address than the store has in bridge.config.ts and were dropped: a copy of the shop (a staging clone) kept its webhooks. Delete them in the copy, or correct the URL and deploy.',
      log: 'ingest',
    },
    {
      name: 'DeliveryUnusable',
      metric: counted(functions.record, 'DeliveryUnusable'),
      description:
        'A genuine webhook says nothing that can be used, and will not until a person changes it: it has the legacy API version, its owner may no longer read what it sends, or a plugin changes its body. The log names the webhook and the remedy.',
      log: 'record',
    },
    {
      name: 'MessageUnreadable',
      metric: summed('MessageUnreadable', [
        counted(functions.record, 'MessageUnreadable'),
        counted(functions.sync, 'MessageUnreadable'),
      ]),
      description:
        'A message of no known shape was dropped from a queue. If a deployment was rolled back just now, deploy the newer version again; else find out who sends to the queues of this stack.',
      log: 'record',
    },
    {
      name: 'DeliveriesLate',
      metric: deliveries.queue.metricApproximateAgeOfOldestMessage(latest),
      description:
        'A delivery has waited for more than 15 minutes. Look for errors and throttling of `record`; deliveries are kept for 14 days and are worked off by themselves once the cause is gone.',
      log: 'record',
      above: Duration.minutes(15).toSeconds(),
    },
    {
      name: 'DeliveriesDeadLetters',
      metric: deliveries.deadLetters.metricApproximateNumberOfMessagesVisible(latest),
      description:
        'Deliveries failed eight times and are not in the ledger. Read the errors of `record`, mend the cause, then start a redrive of the dead-letter queue; they are kept until 14 days after they came in.',
      log: 'record',
    },
  ];
}
