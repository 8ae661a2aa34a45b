import type { GaugeName, MetricName } from '../../lib/core/ledger/telemetry/metrics.ts';

/** What the functions count and measure, and which alarm looks at it; none looks at what is everyday. */
export const OWN_METRICS: Readonly<Record<MetricName | GaugeName, string | undefined>> = {
  DeliveryDropped: undefined,
  DeliveryRefused: 'DeliveryRefused',
  DeliveryFailed: 'DeliveryFailed',
  DeliveryUnusable: 'DeliveryUnusable',
  MessageUnreadable: 'MessageUnreadable',
  ForeignSource: 'ForeignSource',
  SnapshotFolded: undefined,
  ContactWritten: undefined,
  ContactInStep: undefined,
  ContactDeferred: 'ContactsDeferred',
  ContactFailed: 'ContactFailed',
  ContactParked: 'ContactParked',
  ContactRung: undefined,
  ContactLeft: undefined,
  DueNotMoved: 'DueNotMoved',
  StoreItemUnreadable: 'StoreItemUnreadable',
  ReconcileRun: 'ReconcileStopped',
  BackfillRead: undefined,
  BackfillStalled: 'BackfillStalled',
  StoreUnread: 'StoreUnread',
  WebhookRepaired: undefined,
  WebhookTrouble: 'WebhookTrouble',
  EffectDone: undefined,
  EffectParked: 'EffectParked',
  EffectTargetMissing: 'EffectTargetMissing',
  FieldLeftOut: 'FieldLeftOut',
  MauticCall: undefined,
  MauticFailed: undefined,
  MauticMilliseconds: undefined,
  MauticSlowed: undefined,
  MauticStopped: 'MauticStopped',
  BreakerOpened: 'BreakerOpened',
  MinutesSinceDelivery: 'DeliveriesSilent',
  MinutesOverdue: 'ContactsOverdue',
  TokenMinutesLeft: undefined,
};

/** Counted by a filter on a log, not by a function. */
export const FILTERED = 'TokenNotRenewed';

interface Watch {
  /** Namespace, name, statistic, seconds and whose it is, of every metric in the alarm; `bridge` is the stack's own. */
  readonly looksAt: readonly string[];
  /** When it rings. */
  readonly rings: string;
}

const AT_ONCE = '1 of 6 above 0';
const AGAIN = '2 of 6 above 0';
/** Also where nothing is reported. */
const STANDING_STILL = '3 of 3 below 1 or silent';

/** One line for every metric that an alarm looks at. */
export const ALARMS: Readonly<Record<string, Watch>> = {
  ApiServerErrors: { looksAt: ['AWS/ApiGateway 5xx Sum 300 WebhookApi'], rings: AT_ONCE },
  RequestsRefused: { looksAt: ['AWS/ApiGateway 4xx Sum 300 WebhookApi'], rings: '1 of 6 above 1000' },
  RequestFlood: { looksAt: ['AWS/ApiGateway Count Sum 300 WebhookApi'], rings: '1 of 6 above 7500' },
  DeliveryRefused: { looksAt: ['bridge DeliveryRefused Sum 300 ingest'], rings: '1 of 6 above 2' },
  ForeignSource: { looksAt: ['bridge ForeignSource Sum 300 ingest'], rings: AT_ONCE },
  MessageUnreadable: {
    looksAt: ['bridge MessageUnreadable Sum 300 record', 'bridge MessageUnreadable Sum 300 sync'],
    rings: AT_ONCE,
  },
  DeliveryUnusable: { looksAt: ['bridge DeliveryUnusable Sum 300 record'], rings: AT_ONCE },
  DeliveryFailed: { looksAt: ['bridge DeliveryFailed Sum 300 record'], rings: AGAIN },
  DeliveriesLate: {
    looksAt: ['AWS/SQS ApproximateAgeOfOldestMessage Maximum 300 DeliveriesQueue.QueueName'],
    rings: '1 of 6 above 900',
  },
  DeliveriesDeadLetters: {
    looksAt: ['AWS/SQS ApproximateNumberOfMessagesVisible Maximum 300 DeliveriesDeadLetters.QueueName'],
    rings: AT_ONCE,
  },
  StoreItemUnreadable: { looksAt: ['bridge StoreItemUnreadable Sum 900 reconcile'], rings: '1 of 4 above 0' },
  StoreUnread: { looksAt: ['bridge StoreUnread Sum 900 reconcile'], rings: '4 of 8 above 0' },
  BackfillStalled: { looksAt: ['bridge BackfillStalled Sum 900 backfill'], rings: '1 of 4 above 0' },
  WebhookTrouble: { looksAt: ['bridge WebhookTrouble Sum 300 reconcile'], rings: AT_ONCE },
  DeliveriesSilent: {
    looksAt: ['bridge MinutesSinceDelivery Maximum 900 reconcile'],
    rings: '4 of 4 above 1440',
  },
  MauticStopped: {
    looksAt: ['bridge MauticStopped Sum 300 sync', 'bridge MauticStopped Sum 300 renew-token'],
    rings: AT_ONCE,
  },
  FieldLeftOut: { looksAt: ['bridge FieldLeftOut Sum 300 sync'], rings: AT_ONCE },
  TokenNotRenewed: { looksAt: ['bridge TokenNotRenewed Sum 300'], rings: '2 of 7 above 0' },
  BreakerOpened: { looksAt: ['bridge BreakerOpened Sum 300 sync'], rings: AGAIN },
  ContactsDeferred: { looksAt: ['bridge ContactDeferred Sum 3600 sync'], rings: '3 of 4 above 0' },
  ContactParked: { looksAt: ['bridge ContactParked Sum 300 sync'], rings: AT_ONCE },
  EffectParked: { looksAt: ['bridge EffectParked Sum 300 sync'], rings: AT_ONCE },
  EffectTargetMissing: { looksAt: ['bridge EffectTargetMissing Sum 300 sync'], rings: AT_ONCE },
  ContactsDeadLetters: {
    looksAt: ['AWS/SQS ApproximateNumberOfMessagesVisible Maximum 300 ContactsDeadLetters.QueueName'],
    rings: AT_ONCE,
  },
  ContactFailed: { looksAt: ['bridge ContactFailed Sum 300 sync'], rings: AGAIN },
  RingsLate: {
    looksAt: ['AWS/SQS ApproximateAgeOfOldestMessage Maximum 300 ContactsQueue.QueueName'],
    rings: '1 of 6 above 1800',
  },
  DueNotMoved: { looksAt: ['bridge DueNotMoved Sum 300 sweep'], rings: AGAIN },
  ContactsOverdue: { looksAt: ['bridge MinutesOverdue Maximum 300 sweep'], rings: '4 of 6 above 60' },
  IngestErrors: { looksAt: ['AWS/Lambda Errors Sum 300 ingestFunction'], rings: AT_ONCE },
  RecordErrors: { looksAt: ['AWS/Lambda Errors Sum 300 recordFunction'], rings: AGAIN },
  SyncErrors: { looksAt: ['AWS/Lambda Errors Sum 300 syncFunction'], rings: AGAIN },
  SweepErrors: { looksAt: ['AWS/Lambda Errors Sum 300 sweepFunction'], rings: AGAIN },
  ReconcileErrors: { looksAt: ['AWS/Lambda Errors Sum 300 reconcileFunction'], rings: AGAIN },
  BackfillErrors: { looksAt: ['AWS/Lambda Errors Sum 300 backfillFunction'], rings: AGAIN },
  RenewTokenErrors: { looksAt: ['AWS/Lambda Errors Sum 300 renewtokenFunction'], rings: AGAIN },
  SweepStopped: { looksAt: ['AWS/Lambda Invocations Sum 300 sweepFunction'], rings: STANDING_STILL },
  ReconcileStopped: { looksAt: ['bridge ReconcileRun Sum 900 reconcile'], rings: STANDING_STILL },
  BackfillStopped: { looksAt: ['AWS/Lambda Invocations Sum 300 backfillFunction'], rings: STANDING_STILL },
  RenewTokenStopped: {
    looksAt: ['AWS/Lambda Invocations Sum 900 renewtokenFunction'],
    rings: STANDING_STILL,
  },
  IngestThrottled: { looksAt: ['AWS/Lambda Throttles Sum 300 ingestFunction'], rings: AT_ONCE },
  OthersThrottled: {
    looksAt: ['record', 'sync', 'sweep', 'reconcile', 'backfill', 'renewtoken'].map(
      (name) => `AWS/Lambda Throttles Sum 300 ${name}Function`,
    ),
    rings: '3 of 6 above 0',
  },
};
