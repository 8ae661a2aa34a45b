import { commandLine } from '../../ledger/command.ts';
import type { Considered, NotNow } from './considered.ts';

const WHY_NOT: Readonly<Record<NotNow, string>> = {
  'store-is-not-meant': 'it is for another store',
  'part-of-another-order': 'the order is a part of another one, or that is not known yet',
  'has-not-begun': 'nothing has begun it',
  'older-than-the-rule': 'it began before the rule, or the connection of its store',
  'order-has-ended': 'the order was cancelled, refunded or failed',
  'is-for-another-order': 'it was for another order of this contact',
  'cart-has-had-it': 'the contact was reminded of this cart already',
  'has-passed': 'the subscription has changed since, was paid, or made way for another plan',
  'waits-for-history':
    'it counts the past, which is not in the ledger: backfill the store, or say history: none',
  'condition-does-not-hold': 'a condition did not hold when it was due',
  'waits-for-a-product': 'a condition is over a product that nobody has described yet',
  'waits-for-its-coupon': 'its coupon is made in the shop first',
  'has-no-coupon':
    'there is no coupon for it: below minTotal, another one within thirty days, or the shop makes none',
  'is-being-taken-over': 'it is being taken over from Follow-Up Emails',
  done: 'it was sent',
  skipped: 'it was passed over',
  parked: `it is parked: see ${commandLine('status')}`,
};

/** What becomes of a follow-up and why, for people. */
export function followUpSentence({ known, dueAt, not, tooLate }: Considered, now: number): string {
  if (not !== undefined) {
    const reason = known?.reason === undefined ? '' : ` (${known.reason})`;
    return `not sent: ${WHY_NOT[not]}${reason}`;
  }
  if (tooLate) return 'not sent: it is seven days late';
  const at = new Date(dueAt ?? now).toISOString();
  return (dueAt ?? now) > now ? `due at ${at}` : `due since ${at}`;
}
