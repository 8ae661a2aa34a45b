import * as v from 'valibot';
import { cut, SomeText } from '../../../../core/stores/fields.ts';

/** An order keeps every status it was seen in. */
const LONGEST_STATUS = 40;

export const Status = v.pipe(
  SomeText,
  v.transform((status) => cut(status.toLowerCase(), LONGEST_STATUS).trim()),
  v.nonEmpty(),
);

/** What of an order decides about its status. */
export interface Standing {
  /** The order's own. */
  readonly status: string;
  /** Of the payment; empty where there is none. */
  readonly payment: string;
  /** Whether anything has been paid; `undefined` where the order does not say. */
  readonly paid: boolean | undefined;
  /** There is nothing to pay. */
  readonly free: boolean;
}

const PAID = ['paid', 'partially_refunded'];
const NAMED: ReadonlyMap<string, string> = new Map([
  ['refunded', 'refunded'],
  ['pending', 'pending'],
  ['failed', 'failed'],
  ['authorized', 'on-hold'],
  ['partially_paid', 'on-hold'],
]);

/**
 * One name for one thing in all stores, decided from the top: FluentCart keeps `processing` or `completed` through
 * refunds and failed payments (facts/fluentcart D2). What is not known to be paid never counts: `succeeded`, which is a
 * transaction's status, may stand there with nothing paid.
 */
export function canonicalStatus({ status, payment, paid, free }: Standing): string {
  if (isCancelled(status)) return 'cancelled';
  if (status === 'failed') return 'failed';
  const named = NAMED.get(payment);
  if (named !== undefined) return named;
  if (PAID.includes(payment) || paid || free) return status;
  return 'on-hold';
}

/** FluentCart writes one l; the seed's document two. */
export function isCancelled(status: string): boolean {
  return status === 'canceled' || status === 'cancelled';
}

const STATUSES = ['on-hold', 'failed', 'processing', 'completed'];
const PAYMENTS = [
  'pending',
  'failed',
  'authorized',
  'succeeded',
  'partially_paid',
  'paid',
  'partially_refunded',
  'refunded',
];
const SHIPPINGS = ['', 'unshippable', 'unshipped', 'shipped', 'delivered'];

/** How far an order got, for bodies of the same second; a shop's own statuses come first. */
export function statusRank(status: string): number {
  return STATUSES.indexOf(status) + 1;
}

export function paymentRank(payment: string): number {
  return PAYMENTS.indexOf(payment) + 1;
}

export function shippingRank(shipping: string): number {
  return SHIPPINGS.indexOf(shipping) + 1;
}
