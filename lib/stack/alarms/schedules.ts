import { type BridgeAlarm, counted, PERIOD, QUARTER, type Watched } from './alarm.ts';

/** Three periods in a row without a run. */
const STANDING_STILL = { below: 1, lasting: { periods: 3, within: 3 } };

/** Whether the clocks still tick: a function that nobody starts raises no error and counts nothing. */
export function scheduleAlarms({ functions }: Watched): readonly BridgeAlarm[] {
  const { sweep, reconcile, backfill, 'renew-token': renewToken } = functions;
  const runs = { statistic: 'Sum', period: QUARTER };
  return [
    {
      name: 'SweepStopped',
      metric: sweep.lambda.metricInvocations({ ...runs, period: PERIOD }),
      description:
        '`sweep` has not run for a quarter of an hour, although its schedule starts it each minute: contacts that wait for another try wait for ever. Look whether the schedule is enabled and its role may start the function, or deploy.',
      log: 'sweep',
      ...STANDING_STILL,
    },
    {
      name: 'ReconcileStopped',
      // Its second schedule starts the same function.
      metric: counted(reconcile, 'ReconcileRun', QUARTER),
      description:
        '`reconcile` has not run for three quarters of an hour, although its schedule starts it each quarter: what no webhook told stays unknown. Look whether the schedule is enabled and its role may start the function, or deploy.',
      log: 'reconcile',
      ...STANDING_STILL,
    },
    {
      name: 'BackfillStopped',
      metric: backfill.lambda.metricInvocations({ ...runs, period: PERIOD }),
      description:
        '`backfill` has not run for a quarter of an hour, although its schedule starts it each minute, whether there is anything to do or not: whoever starts a backfill waits for ever. Look whether the schedule is enabled and its role may start the function, or deploy.',
      log: 'backfill',
      ...STANDING_STILL,
    },
    {
      name: 'RenewTokenStopped',
      metric: renewToken.lambda.metricInvocations(runs),
      description:
        '`renew-token` has not run for three quarters of an hour, although its schedule starts it each quarter: nobody notices refused credentials while no order comes in. Look whether the schedule is enabled and its role may start the function, or deploy.',
      log: 'renew-token',
      ...STANDING_STILL,
    },
  ];
}
