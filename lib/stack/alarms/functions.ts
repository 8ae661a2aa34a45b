import { AGAIN, type BridgeAlarm, PERIOD, summed, type Watched } from './alarm.ts';

const SUM = { period: PERIOD, statistic: 'Sum' };

/** Functions that crash, time out, or may not run. */
export function functionAlarms({ functions }: Watched): readonly BridgeAlarm[] {
  return [...errors(functions), ...throttles(functions)];
}

function errors(functions: Watched['functions']): readonly BridgeAlarm[] {
  const { ingest, record, sync, sweep, reconcile, backfill, 'renew-token': renewToken } = functions;
  return [
    {
      name: 'IngestErrors',
      metric: ingest.lambda.metricErrors(SUM),
      description:
        '`ingest` crashed or timed out, and stores do not send a webhook again. Read the error in the log, then save the orders of that time again in the store.',
      log: 'ingest',
    },
    {
      name: 'RecordErrors',
      metric: record.lambda.metricErrors(SUM),
      description:
        '`record` crashes or times out again and again; each batch comes back up to eight times, six minutes apart. Read the error in the log and mend it before its deliveries become dead letters, in about 45 minutes.',
      log: 'record',
      lasting: AGAIN,
    },
    {
      name: 'SyncErrors',
      metric: sync.lambda.metricErrors(SUM),
      description:
        '`sync` crashes or times out, so contacts reach Mautic late: each batch comes back 18 minutes later. Read the error in the log; nothing is lost.',
      log: 'sync',
      lasting: AGAIN,
    },
    {
      name: 'SweepErrors',
      metric: sweep.lambda.metricErrors(SUM),
      description:
        '`sweep` fails as a whole, so contacts that wait for their next try go on waiting: it cannot ask the ledger who is due, or cannot ring. Read the error in the log; nothing is lost.',
      log: 'sweep',
      lasting: AGAIN,
    },
    {
      name: 'ReconcileErrors',
      metric: reconcile.lambda.metricErrors(SUM),
      description: '`reconcile` fails, so what no webhook told stays unknown. Read the error in the log.',
      log: 'reconcile',
      lasting: AGAIN,
    },
    {
      name: 'BackfillErrors',
      metric: backfill.lambda.metricErrors(SUM),
      description:
        '`backfill` crashes or times out, so a backfill that somebody has started stands still; new orders are not concerned. Read the error in the log; it goes on where it was.',
      log: 'backfill',
      lasting: AGAIN,
    },
    {
      name: 'RenewTokenErrors',
      metric: renewToken.lambda.metricErrors(SUM),
      description:
        '`renew-token` crashes, so `sync` has to fetch tokens itself, and nobody notices refused credentials while no order comes in. Read the error in the log.',
      log: 'renew-token',
      lasting: AGAIN,
    },
  ];
}

function throttles({ ingest, ...others }: Watched['functions']): readonly BridgeAlarm[] {
  return [
    {
      name: 'IngestThrottled',
      metric: ingest.lambda.metricThrottles(SUM),
      description:
        'Lambda had no room for `ingest`, and stores do not send a webhook again. Ask for more concurrent executions (Service Quotas, Lambda), then save the orders of that time again in the store.',
      log: 'ingest',
    },
    {
      name: 'OthersThrottled',
      metric: summed(
        'Throttles',
        Object.values(others).map(({ lambda }) => lambda.metricThrottles(SUM)),
      ),
      description:
        'Lambda has had no room for the functions behind the queues and schedules for a while. Nothing is lost, it is late: find out what uses up the concurrent executions of the account.',
      log: 'record',
      lasting: { periods: 3, within: 6 },
    },
  ];
}
