import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type BridgeFunction, metricsNamespace } from '../functions/bridge-function.ts';
import type { RenewTokenFunction } from '../functions/renew-token.ts';
import type { FunctionName } from '../functions/sizing.ts';
import type { ContactsQueue } from '../queues/contacts-queue.ts';
import type { DeliveriesQueue } from '../queues/deliveries-queue.ts';
import type { WebhookApi } from '../webhook-api.ts';

/** What goes wrong, how it is seen, and what to do about it. */
export interface BridgeAlarm {
  /** Also the name of its chapter in runbook.md. */
  readonly name: string;
  readonly metric: IMetric;
  /** What it means, and the first thing to do. */
  readonly description: string;
  /** Whose log says more. */
  readonly log: FunctionName;
  /** Rings above this; 0 if not given. */
  readonly above?: number;
  /** Rings below this instead, and also where nothing is reported at all: for what must never stand still. */
  readonly below?: number;
  /** In how many of the last periods: 1 of 6 if not given. */
  readonly lasting?: { readonly periods: number; readonly within: number };
}

/** What the alarms look at. */
export interface Watched {
  readonly deliveries: DeliveriesQueue;
  readonly contacts: ContactsQueue;
  readonly webhooks: WebhookApi;
  readonly functions: Readonly<Record<Exclude<FunctionName, 'renew-token'>, BridgeFunction>> & {
    readonly 'renew-token': RenewTokenFunction;
  };
}

/** A shorter period would make the alarm no faster to act upon, and dearer. */
export const PERIOD = Duration.minutes(5);

/** As often as the slower schedules start a run. */
export const QUARTER = Duration.minutes(15);

/** Twice within half an hour: what fails once is tried again, and mended by that. */
export const AGAIN = { periods: 2, within: 6 };

/** What one function counted. */
export function counted({ lambda, name }: BridgeFunction, metricName: string, period = PERIOD): Metric {
  return new Metric({
    namespace: metricsNamespace(lambda),
    metricName,
    dimensionsMap: { service: name },
    statistic: 'Sum',
    period,
  });
}

/** What one function measured: the greatest. */
export function measured({ lambda, name }: BridgeFunction, metricName: string, period = PERIOD): Metric {
  return new Metric({
    namespace: metricsNamespace(lambda),
    metricName,
    dimensionsMap: { service: name },
    statistic: 'Maximum',
    period,
  });
}

/** Several counters as one. */
export function summed(label: string, metrics: readonly IMetric[]): IMetric {
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`metric${String(index)}`, metric]));
  const expression = `SUM([${Object.keys(usingMetrics).join(', ')}])`;
  return new MathExpression({ expression, usingMetrics, label, period: PERIOD });
}
