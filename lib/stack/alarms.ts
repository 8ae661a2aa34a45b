import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import type { BridgeAlarm, Watched } from './alarms/alarm.ts';
import { AlarmTopic } from './alarms/alarm-topic.ts';
import { contactAlarms } from './alarms/contacts.ts';
import { deliveryAlarms } from './alarms/deliveries.ts';
import { functionAlarms } from './alarms/functions.ts';
import { requestAlarms } from './alarms/requests.ts';
import { scheduleAlarms } from './alarms/schedules.ts';
import { storeAlarms } from './alarms/stores.ts';
import { logGroupName } from './functions/bridge-function.ts';

interface Props extends Watched {
  readonly email: string | undefined;
}

/** Half an hour: what repeats every quarter of an hour stays one alarm. */
const ONCE = { periods: 1, within: 6 };

/** What goes wrong without anybody noticing; each alarm says what to do, and runbook.md has a chapter on it. */
export class Alarms extends Construct {
  /** Who subscribes here is told. */
  readonly topicArn: string;
  readonly #action: SnsAction;
  readonly all: Alarm[] = [];

  constructor(scope: Construct, id: string, { email, ...watched }: Props) {
    super(scope, id);
    const { topic } = new AlarmTopic(this, 'Topic', { email });
    this.topicArn = topic.topicArn;
    this.#action = new SnsAction(topic);
    const kinds = [requestAlarms, deliveryAlarms, storeAlarms, contactAlarms, functionAlarms, scheduleAlarms];
    for (const alarm of kinds.flatMap((alarmsOf) => alarmsOf(watched))) this.#add(alarm);
  }

  #add({ name, metric, description, log, above = 0, below, lasting = ONCE }: BridgeAlarm): void {
    const alarm = new Alarm(this, name, {
      alarmName: `${Stack.of(this).stackName}-${name}`,
      alarmDescription: `${description} Log: ${logGroupName(this, log)}. Runbook: lib/stack/runbook.md, chapter ${name}.`,
      metric,
      threshold: below ?? above,
      comparisonOperator:
        below === undefined
          ? ComparisonOperator.GREATER_THAN_THRESHOLD
          : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: lasting.within,
      datapointsToAlarm: lasting.periods,
      // Counters that were not raised and queues that stand empty report nothing; what stands still does not either.
      treatMissingData: below === undefined ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING,
    });
    alarm.addAlarmAction(this.#action);
    alarm.addOkAction(this.#action);
    this.all.push(alarm);
  }
}
