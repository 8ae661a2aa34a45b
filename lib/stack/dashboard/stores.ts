import {
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
} from 'aws-cdk-lib/aws-cloudwatch';
import { counted, QUARTER, type Watched } from '../alarms/alarm.ts';
import { metricsNamespace } from '../functions/bridge-function.ts';
import { graph, THIRD } from './widgets.ts';

/** Whether the stores deliver, each by itself, and whether they can be read. */
export function storeWidgets({ webhooks, functions: { reconcile, backfill } }: Watched): readonly IWidget[] {
  const since = `{${metricsNamespace(reconcile)},service,store} service="reconcile" MetricName="MinutesSinceDelivery"`;
  return [
    // The access log has them by store already; a metric for each store would be paid for.
    new LogQueryWidget({
      title: 'Deliveries in, by store',
      logGroupNames: [webhooks.accessLogs.logGroupName],
      queryLines: [
        'filter status = 200',
        'parse path "/webhooks/*" as store',
        'stats count() as deliveries, max(@timestamp) as last by store',
        'sort deliveries desc',
      ],
      view: LogQueryVisualizationType.TABLE,
      width: THIRD,
      height: 6,
    }),
    graph('Since the last delivery, by store', 'minutes', [
      new MathExpression({
        expression: `SEARCH('${since}', 'Maximum', ${String(QUARTER.toSeconds())})`,
        usingMetrics: {},
        label: '',
        period: QUARTER,
      }),
    ]),
    graph('Reading by REST', 'in a quarter of an hour', [
      counted(reconcile, 'ReconcileRun', QUARTER).with({ label: 'runs' }),
      counted(reconcile, 'StoreUnread', QUARTER).with({ label: 'stores that could not be read' }),
      counted(reconcile, 'StoreItemUnreadable', QUARTER).with({ label: 'things a store cannot show' }),
      counted(reconcile, 'WebhookTrouble', QUARTER).with({ label: 'webhooks that need a person' }),
      counted(backfill, 'BackfillRead', QUARTER).with({ label: 'orders and customers of the past' }),
    ]),
  ];
}
