import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE } from '../environment.ts';
import type { DurableQueue } from './durable-queue.ts';
import type { FunctionName } from './functions/sizing.ts';

interface Props {
  readonly deliveries: DurableQueue;
  readonly contacts: DurableQueue;
}

/** What goes wrong without anybody noticing, each with what to do about it. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { deliveries, contacts }: Props) {
    super(scope, id);
    this.#add('DeliveriesDeadLetters', waiting(deliveries), {
      description:
        'Deliveries failed eight times and are not in the ledger. Read the errors in the log of `record`, mend the cause, then start a redrive of the dead-letter queue; they are kept for 14 days.',
    });
    this.#add('ContactsDeadLetters', waiting(contacts), {
      description:
        '`sync` crashed ten times over the same rings. Nothing is lost, `sweep` rings again: read the crash in the log of `sync`, mend it, then purge the dead-letter queue.',
    });
    this.#add('DeliveriesLate', deliveries.queue.metricApproximateAgeOfOldestMessage(FIVE_MINUTES), {
      description:
        'A delivery has waited for more than 15 minutes. Look in the log of `record` for errors and throttling; deliveries are kept for 14 days and are worked off by themselves once the cause is gone.',
      above: Duration.minutes(15).toSeconds(),
    });
    this.#add('ForeignSource', emitted('ForeignSource', 'ingest'), {
      description:
        'Webhooks came from another address than the store has in bridge.config.ts and were dropped: a copy of the shop (a staging clone) kept its webhooks. Delete them in the copy, or correct the URL and deploy.',
    });
    this.#add('MauticStopped', emitted('MauticStopped', 'sync', 'renew-token'), {
      description:
        'Mautic refuses the credentials, so nothing is written until a person acts. Check the API credentials in Mautic, put valid ones into the secret of the output MauticSecretId; the ledger catches up.',
    });
    this.#add('ContactParked', emitted('ContactParked', 'sync'), {
      description:
        'Mautic refuses a contact for good. Find the reason in the log of `sync` (message, contact key), correct the data in the store or the field in Mautic; the next change of the contact tries again.',
    });
  }

  #add(name: string, metric: IMetric, { description, above = 0 }: { description: string; above?: number }) {
    new Alarm(this, name, {
      alarmName: `${Stack.of(this).stackName}-${name}`,
      alarmDescription: description,
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      // Half an hour: what repeats every quarter of an hour stays one alarm.
      evaluationPeriods: 6,
      datapointsToAlarm: 1,
      // Counters that were not raised and queues that stand empty report nothing.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

const FIVE_MINUTES = { period: Duration.minutes(5), statistic: 'Maximum' };

function waiting({ deadLetters }: DurableQueue): IMetric {
  return deadLetters.metricApproximateNumberOfMessagesVisible(FIVE_MINUTES);
}

/** A counter, over the functions that may raise it. */
function emitted(metricName: string, ...services: readonly FunctionName[]): IMetric {
  const metrics = services.map(
    (service) =>
      new Metric({ namespace: METRICS_NAMESPACE, metricName, dimensionsMap: { service }, statistic: 'Sum' }),
  );
  const [only, ...others] = metrics;
  if (only !== undefined && others.length === 0) return only;
  const usingMetrics = Object.fromEntries(
    metrics.map((metric, index) => [`service${String(index)}`, metric]),
  );
  return new MathExpression({
    expression: `SUM([${Object.keys(usingMetrics).join(', ')}])`,
    usingMetrics,
    label: metricName,
  });
}
