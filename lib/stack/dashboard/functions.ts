import { type IWidget, LogQueryVisualizationType, LogQueryWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { PERIOD, type Watched } from '../alarms/alarm.ts';
import { graph, THIRD } from './widgets.ts';

/** Whether the functions run, and what they complain of. */
export function functionWidgets({ functions }: Watched): readonly IWidget[] {
  const all = Object.values(functions);
  return [
    graph(
      'Crashes and time-outs',
      'in five minutes',
      all.map(({ name, lambda }) => lambda.metricErrors({ period: PERIOD, statistic: 'Sum', label: name })),
    ),
    graph(
      'The longest run',
      'ms',
      all.map(({ name, lambda }) =>
        lambda.metricDuration({ period: PERIOD, statistic: 'Maximum', label: name }),
      ),
    ),
    new LogQueryWidget({
      title: 'What they complain of',
      logGroupNames: all.map(({ logs }) => logs.logGroupName),
      queryLines: [
        'filter level in ["WARN", "ERROR"]',
        'stats count() as times, max(@timestamp) as last by level, service, message',
        'sort last desc',
        'limit 20',
      ],
      view: LogQueryVisualizationType.TABLE,
      width: THIRD,
      height: 6,
    }),
  ];
}
