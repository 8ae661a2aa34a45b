import { Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  type IAlarm,
  type IWidget,
  PeriodOverride,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Watched } from './alarms/alarm.ts';
import { backlogWidgets } from './dashboard/backlog.ts';
import { effectWidgets } from './dashboard/effects.ts';
import { functionWidgets } from './dashboard/functions.ts';
import { mauticWidgets } from './dashboard/mautic.ts';
import { storeWidgets } from './dashboard/stores.ts';
import { titled, WHOLE } from './dashboard/widgets.ts';

interface Props extends Watched {
  readonly alarms: readonly IAlarm[];
}

/** What somebody on call looks at first: is it healthy, how far behind, how fast, and how are Mautic and the stores. */
export class Dashboard extends CloudWatchDashboard {
  constructor(scope: Construct, id: string, { alarms, ...watched }: Props) {
    const { stackName } = Stack.of(scope);
    super(scope, id, {
      dashboardName: stackName,
      // Alarms look at five minutes and more: a shorter period would show holes.
      periodOverride: PeriodOverride.INHERIT,
      widgets: [
        [new TextWidget({ markdown: HEAD(stackName), width: WHOLE, height: 2 })],
        [new AlarmStatusWidget({ title: 'Is it healthy?', alarms: [...alarms], width: WHOLE, height: 5 })],
        ...titled('How far behind, how fast', backlogWidgets(watched)),
        ...titled('Mautic', mauticWidgets(watched)),
        ...titled('Stores', storeWidgets(watched)),
        ...titled('What happens once: notes, e-mails', effectWidgets(watched)),
        ...titled('Functions', functionWidgets(watched)),
      ] satisfies IWidget[][],
    });
  }
}

const HEAD = (stackName: string) =>
  `# ${stackName}\nEach alarm names its chapter in lib/stack/runbook.md. What happened to one order or one contact: Logs Insights, saved queries, folder ${stackName}.`;
