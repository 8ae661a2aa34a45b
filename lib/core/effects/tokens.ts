import type { Checkout } from '../contact/carts/checkout.ts';
import { waysBack } from '../contact/carts/way-back.ts';
import type { MadeCoupon } from '../contact/coupon.ts';
import type { KnownSubscription } from '../contact/facts/subscriptions.ts';
import type { Identity } from '../ledger/snapshot.ts';
import type { About } from './follow-up/about.ts';
import { emailTokens } from './order-text.ts';

const MOST_LINES = 50;

export interface TokenOptions {
  /** Address of the shop, where a link that fills a cart again begins. */
  readonly site?: string | undefined;
  /** That was made for it. */
  readonly coupon?: MadeCoupon | undefined;
  /** The e-mail's own: its links are no other's, so that no cache mixes visitors up. */
  readonly token?: string;
}

/**
 * Values for the placeholders of an e-mail, without braces; texts as they are: whoever sends them escapes them. Of an
 * order see `emailTokens`. Of a cart: cart_total, cart_currency, cart_url, items. Of a subscription:
 * subscription_name, subscription_status, subscription_amount, subscription_currency, subscription_interval,
 * next_billing_date (YYYY-MM-DD). Of who registered: first_name, last_name. With a coupon: coupon_code, coupon_expires
 * (YYYY-MM-DD); of a cart they are empty without.
 */
export function tokensOf(about: About, options: TokenOptions = {}): Readonly<Record<string, string>> {
  const { coupon } = options;
  const isTold = coupon !== undefined || about.of === 'cart';
  return { ...tokensOfThing(about, options), ...(isTold && couponTokens(coupon)) };
}

function couponTokens(coupon: MadeCoupon | undefined): Readonly<Record<string, string>> {
  return { coupon_code: coupon?.code ?? '', coupon_expires: coupon ? dayOf(coupon.expiresAt) : '' };
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function tokensOfThing(about: About, options: TokenOptions): Readonly<Record<string, string>> {
  switch (about.of) {
    case 'order':
      return emailTokens(about.order);
    case 'cart':
      return cartTokens(about.checkout, options);
    case 'customer':
      return nameTokens(about.customer.data.identity);
    case 'subscription':
      return subscriptionTokens(about.subscription);
  }
}

function cartTokens(
  checkout: Checkout,
  { site, coupon, token }: TokenOptions,
): Readonly<Record<string, string>> {
  const { total, currency, lines } = checkout;
  const shown = lines.slice(0, MOST_LINES).map(({ quantity, name, price }) => {
    return `${String(quantity)} × ${name}: ${price}`;
  });
  const more = lines.length - shown.length;
  return {
    cart_total: total,
    cart_currency: currency,
    cart_url:
      waysBack(checkout, { site, coupon: coupon?.code, ...(token !== undefined && { token }) })[0] ?? '',
    items: [...shown, ...(more > 0 ? [`and ${String(more)} more`] : [])].join('\n'),
  };
}

function subscriptionTokens({ data }: KnownSubscription): Readonly<Record<string, string>> {
  const { nextBillingAt } = data;
  return {
    subscription_name: data.name,
    subscription_status: data.status,
    subscription_amount: data.amount,
    subscription_currency: data.currency,
    subscription_interval: data.interval,
    next_billing_date: nextBillingAt === undefined ? '' : dayOf(nextBillingAt),
  };
}

function nameTokens({ firstName, lastName }: Identity): Readonly<Record<string, string>> {
  return { first_name: firstName, last_name: lastName };
}
