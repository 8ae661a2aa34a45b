import { Duration } from 'aws-cdk-lib';
import { AGAIN, type BridgeAlarm, counted, PERIOD, summed, type Watched } from './alarm.ts';

/** From the queue into the ledger: what is not in it is not in Mautic either. */
export function deliveryAlarms({ deliveries, functions }: Watched): readonly BridgeAlarm[] {
  const latest = { period: PERIOD, statistic: 'Maximum' };
  return [
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
        'A message of no known shape is in a queue; after some tries it lies in the dead-letter queue. If a deployment was rolled back just now, deploy the newer version again, which reads it; else find out who sends to the queues of this stack.',
      log: 'record',
    },
    {
      name: 'DeliveryFailed',
      metric: counted(functions.record, 'DeliveryFailed'),
      description:
        'Deliveries could not be recorded, again and again: the ledger or the bucket is away, or a permission on them is missing. They come back for three quarters of an hour, then they are dead letters. Read the reason in the log and mend it.',
      log: 'record',
      lasting: AGAIN,
    },
    {
      name: 'DeliveriesLate',
      metric: deliveries.queue.metricApproximateAgeOfOldestMessage(latest),
      description:
        'A delivery has waited for more than 15 minutes. Look for errors and throttling of `record`, and whether its trigger is enabled; deliveries are kept for 14 days and are worked off by themselves once the cause is gone.',
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
