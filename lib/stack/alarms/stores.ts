import { Duration } from 'aws-cdk-lib';
import { type BridgeAlarm, counted, measured, QUARTER, type Watched } from './alarm.ts';

/** The stores themselves: whether they can be read, and whether they tell us what changes. */
export function storeAlarms({ functions: { reconcile, backfill } }: Watched): readonly BridgeAlarm[] {
  return [
    {
      name: 'StoreUnread',
      metric: counted(reconcile, 'StoreUnread', QUARTER),
      description:
        'In four of the last eight runs a store could not be read by its REST API, so what its webhooks missed stays unknown. The log names the store and the remedy; the reading goes on where it stopped.',
      log: 'reconcile',
      lasting: { periods: 4, within: 8 },
    },
    {
      name: 'StoreItemUnreadable',
      metric: counted(reconcile, 'StoreItemUnreadable', QUARTER),
      description:
        'A store has an order, a product or a customer that its REST API cannot show: a plugin fails at it, or its meta data is too much for PHP. It is left out and tried again each hour, and everything else is read. The log names it and what to do.',
      log: 'reconcile',
      lasting: { periods: 1, within: 4 },
    },
    {
      name: 'WebhookTrouble',
      metric: counted(reconcile, 'WebhookTrouble'),
      description:
        'A webhook of a store is paused, doubled, goes to a wrong address, or may not be repaired by the bridge. The log names the store, the webhook and what to do; orders still come in by the reading every quarter of an hour.',
      log: 'reconcile',
    },
    {
      name: 'BackfillStalled',
      metric: counted(backfill, 'BackfillStalled', QUARTER),
      description:
        'A backfill has got no further for more than an hour, because its store does not answer what it is asked. It tries again by itself every quarter of an hour; the log names the store and the remedy. New orders are not concerned.',
      log: 'backfill',
      lasting: { periods: 1, within: 4 },
    },
    {
      name: 'DeliveriesSilent',
      metric: measured(reconcile, 'MinutesSinceDelivery', QUARTER),
      description:
        'For an hour the last webhook of a store has been older than a day, although its orders changed since (or, without keys for its REST API, nobody knows whether they did). Look at the webhooks of the store and at its WP-Cron.',
      log: 'reconcile',
      above: Duration.days(1).toMinutes(),
      lasting: { periods: 4, within: 4 },
    },
  ];
}
