import type { IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { counted, measured, PERIOD, type Watched } from '../alarms/alarm.ts';
import { graph } from './widgets.ts';

/** From the webhook to Mautic: what waits, for how long, and how fast it goes. */
export function backlogWidgets({ deliveries, contacts, webhooks, functions }: Watched): readonly IWidget[] {
  const oldest = { period: PERIOD, statistic: 'Maximum' };
  const { record, sync, sweep } = functions;
  return [
    graph('How far behind: the oldest', 'minutes', [
      measured(sweep, 'MinutesOverdue').with({ label: 'contact that is due (none: nobody is)' }),
    ]),
    graph('How fast', 'in five minutes', [
      webhooks.api.metricCount({ period: PERIOD, statistic: 'Sum', label: 'requests' }),
      counted(record, 'SnapshotFolded').with({ label: 'recorded' }),
      counted(sync, 'ContactWritten').with({ label: 'contacts written' }),
      counted(sync, 'ContactInStep').with({ label: 'contacts in step already' }),
    ]),
    graph('In the queues, and put aside', 'messages', [
      deliveries.queue.metricApproximateNumberOfMessagesVisible({ ...oldest, label: 'deliveries' }),
      contacts.queue.metricApproximateNumberOfMessagesVisible({ ...oldest, label: 'contacts' }),
      deliveries.deadLetters.metricApproximateNumberOfMessagesVisible({
        ...oldest,
        label: 'dead letters: deliveries',
      }),
      contacts.deadLetters.metricApproximateNumberOfMessagesVisible({
        ...oldest,
        label: 'dead letters: contacts',
      }),
    ]),
  ];
}
