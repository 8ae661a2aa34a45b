import { CREDENTIALS_MAX_AGE_MS, SIGNING_MAX_AGE_MS } from '../../../lib/aws/secrets/max-age.ts';
import { ALARMS, OWN_METRICS } from '../../stack/watched.ts';
import { sum } from '../support/statistics.ts';
import { MEASURED } from './measured.ts';
import { DOLLARS } from './prices.ts';

/** The recorded shop sent 147 webhooks about 35 orders, with their customers and products. */
const WEBHOOKS_AN_ORDER = 147 / 35;
const HOURS = 30 * 24;
const HOUR_MS = 3_600_000;
/** `ingest` and `sync` read theirs again as they grow old, and the token each hour; `reconcile` two and `renew-token` three each quarter. */
const SECRET_READS =
  HOURS * (HOUR_MS / SIGNING_MAX_AGE_MS + HOUR_MS / CREDENTIALS_MAX_AGE_MS + 1 + 4 * 2 + 4 * 3);
const SECRETS = 4;
/** Runs of the schedules, and what a run of the most frequent one takes at least: three reads, some lines of log. */
const SCHEDULED = HOURS * (60 + 4 + 4 + 12);
const READS_A_RUN = 3;
const LOG_BYTES_A_RUN = 700;
const GIGABYTE_SECONDS_A_RUN = 0.1 * 0.25;
/** Of an order (packed), its contact and what points to it, with the backup of the last 35 days. */
const BYTES_AN_ORDER = 2500;
const KEPT_MONTHS = 36;

/** What a month costs, in dollars. */
export interface Month {
  /** Being there: secrets, alarms, values that are watched, schedules. The same for every shop. */
  readonly standing: number;
  /** What the orders of the month cause. */
  readonly orders: number;
  /** Keeping what three years of such months left. */
  readonly kept: number;
  readonly total: number;
}

/** What a shop with so many orders a month pays to AWS, from the measured units and the prices of us-east-1. */
export function monthlyCost(orders: number): Month {
  const standing =
    SECRETS * DOLLARS.secretMonth +
    SECRET_READS * DOLLARS.secretRead +
    DOLLARS.keyMonth +
    alarmed() * DOLLARS.alarmMonth +
    everyday() * DOLLARS.metricMonth +
    SCHEDULED * runCost();
  const ordered = orders * WEBHOOKS_AN_ORDER * webhookCost();
  const kept =
    ((orders * KEPT_MONTHS * BYTES_AN_ORDER) / 1e9) * (DOLLARS.gigabyteMonth + DOLLARS.backupMonth);
  return { standing, orders: ordered, kept, total: standing + ordered + kept };
}

/** Each metric that an alarm looks at is paid for. */
function alarmed(): number {
  return sum(Object.values(ALARMS).map(({ looksAt }) => looksAt.length));
}

/** Metrics are paid for by the hour in which they are counted: what no alarm looks at, and what is shown in any case. */
function everyday(): number {
  const shown = ['MinutesSinceDelivery', 'MinutesOverdue', 'ReconcileRun', 'TokenNotRenewed'];
  return Object.values(OWN_METRICS).filter((alarm) => alarm === undefined).length + shown.length;
}

function runCost(): number {
  return (
    DOLLARS.schedule +
    DOLLARS.lambdaRequest +
    GIGABYTE_SECONDS_A_RUN * DOLLARS.gigabyteSecond +
    READS_A_RUN * DOLLARS.read +
    (LOG_BYTES_A_RUN * DOLLARS.logGigabyte) / 1e9
  );
}

function webhookCost(): number {
  return (
    MEASURED.requests * DOLLARS.httpApiRequest +
    MEASURED.functionRuns * DOLLARS.lambdaRequest +
    MEASURED.gigabyteSeconds * DOLLARS.gigabyteSecond +
    MEASURED.queueRequests * DOLLARS.sqsRequest +
    MEASURED.laneRequests * DOLLARS.sqsFifoRequest +
    MEASURED.ledgerWrites * DOLLARS.write +
    MEASURED.ledgerReads * DOLLARS.read +
    (MEASURED.logBytes * DOLLARS.logGigabyte) / 1e9
  );
}

/** The rows of README's table, for people who pay the bill. */
export function monthlyTable(): readonly string[] {
  return [500, 5_000, 50_000].map((orders) => {
    const { standing, orders: ordered, kept, total } = monthlyCost(orders);
    return `| ${orders.toLocaleString('en-US')} | $${dollars(standing)} | $${dollars(ordered)} | $${dollars(kept)} | **$${dollars(total)}** |`;
  });
}

function dollars(amount: number): string {
  return amount.toFixed(amount < 10 ? 2 : 0);
}
