/** What is counted. Each has its line in test/stack/operations.ts, which says what alarm looks at it. */
export type MetricName =
  | 'DeliveryDropped'
  | 'DeliveryRefused'
  | 'DeliveryFailed'
  | 'DeliveryUnusable'
  | 'MessageUnreadable'
  | 'ForeignSource'
  | 'SnapshotFolded'
  | 'ContactWritten'
  | 'ContactInStep'
  | 'ContactDeferred'
  | 'ContactFailed'
  | 'ContactParked'
  | 'ContactRung'
  | 'ContactLeft'
  | 'DueNotMoved'
  | 'EffectDone'
  | 'EffectParked'
  | 'EffectTargetMissing'
  | 'ReconcileRun'
  | 'BackfillRead'
  | 'BackfillStalled'
  | 'StoreUnread'
  | 'StoreItemUnreadable'
  | 'WebhookRepaired'
  | 'WebhookTrouble'
  | 'FieldLeftOut'
  | 'MauticCall'
  | 'MauticFailed'
  | 'MauticMilliseconds'
  | 'MauticSlowed'
  | 'MauticStopped'
  | 'BreakerOpened';

/** Values that are measured, not counted. */
export interface Gauges {
  /** Shows `value`; that of a store for this store, and beside it for all, so that an alarm can look at the greatest. */
  show(name: GaugeName, value: number, store?: string): void;
}
export type GaugeName = 'MinutesSinceDelivery' | 'MinutesOverdue' | 'TokenMinutesLeft';
