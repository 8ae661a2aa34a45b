import type { IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { counted, measured, QUARTER, type Watched } from '../alarms/alarm.ts';
import { graph } from './widgets.ts';

/** How Mautic is: what it is asked, how long it takes, and when it is spared. */
export function mauticWidgets({ functions }: Watched): readonly IWidget[] {
  const { sync, 'renew-token': renewToken } = functions;
  const took = counted(sync, 'MauticMilliseconds');
  return [
    graph('Calls, and the pace', 'in five minutes', [
      counted(sync, 'MauticCall').with({ label: 'calls' }),
      counted(sync, 'MauticFailed').with({ label: 'failed' }),
      counted(sync, 'MauticSlowed').with({ label: 'slowed down' }),
      counted(sync, 'BreakerOpened').with({ label: 'breaker opened' }),
      counted(sync, 'ContactLeft').with({ label: 'contacts that wait for the pace' }),
    ]),
    graph('How long a call takes', 'ms', [
      took.with({ statistic: 'Average', label: 'on average' }),
      took.with({ statistic: 'p90', label: 'nine of ten are faster' }),
    ]),
    graph('The access token', 'minutes', [
      measured(renewToken, 'TokenMinutesLeft', QUARTER).with({
        statistic: 'Minimum',
        label: 'until it expires',
      }),
    ]),
  ];
}
