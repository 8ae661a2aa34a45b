/** What is counted. Each has its line in test/stack/operations.ts, which says what alarm looks at it. */
export type MetricName =
  | 'DeliveryAccepted'
  | 'DeliveryDropped'
  | 'DeliveryRefused'
  | 'DeliveryUnusable'
  | 'MessageUnreadable'
  | 'ForeignSource'
  | 'SnapshotFolded'
  | 'ContactWritten'
  | 'ContactInStep'
  | 'ContactDeferred'
  | 'ContactParked'
  | 'ContactRung'
  | 'ContactLeft'
  | 'EffectDone'
  | 'EffectParked'
  | 'StoreUnread'
  | 'WebhookRepaired'
  | 'WebhookTrouble'
  | 'MauticCall'
  | 'MauticSlowed'
  | 'MauticStopped'
  | 'BreakerOpened';

/** Values that are measured, not counted. */
export interface Gauges {
  /** Shows `value` for this store, and beside it for all of them, so that an alarm can look at the greatest. */
  show(name: GaugeName, value: number, store: string): void;
}
export type GaugeName = 'MinutesSinceDelivery';
