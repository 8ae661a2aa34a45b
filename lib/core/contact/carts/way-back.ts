import { contentHash } from '../../ledger/version.ts';
import type { Checkout } from './checkout.ts';

export interface WayBackOptions {
  /** Address of the shop, where a link that fills the cart again begins. */
  readonly site?: string | undefined;
  /** A coupon that the link shall bring along, where it can. */
  readonly coupon?: string | undefined;
  /** Whatever makes this link another than all others: a cache that keeps the answer must not mix visitors up. */
  readonly token?: string;
}

/** Links that lead back to a checkout, the best one first: each is whole, and none is ever cut. */
export function waysBack(checkout: Checkout, options: WayBackOptions = {}): readonly string[] {
  const { unpaid, links } = checkout;
  const found = unpaid ? ofOrder(checkout, unpaid, options) : ofCart(links, options);
  return [...new Set(found)];
}

function ofCart(links: readonly string[], { coupon, token }: WayBackOptions): readonly string[] {
  const own = links.map((link) => withArgument(link, 'mcb_mail', token));
  return coupon === undefined ? own : [...own.map((link) => withArgument(link, 'coupon', coupon)), ...own];
}

/** An order cannot be given a coupon where it is paid. */
function ofOrder(
  { ref, touchedAt }: Checkout,
  { needsPayment, paymentUrl, refill }: NonNullable<Checkout['unpaid']>,
  { site, coupon, token = contentHash({ id: ref.id, touchedAt }).slice(0, 8) }: WayBackOptions,
): readonly string[] {
  const pay = needsPayment && paymentUrl !== undefined ? [paymentUrl] : [];
  if (site === undefined || refill === undefined) return pay;
  // A shop that has its pages behind arguments has no paths for links either (facts/carts 8).
  const filling = /[?&]order-pay=/.test(paymentUrl ?? '') ? '?checkout-link=true&' : 'checkout-link/?';
  const plain = withArgument(`${site.replace(/\/+$/, '')}/${filling}${refill}`, 'mcb_mail', token);
  if (coupon === undefined || /[?&]coupon=/.test(plain)) return [...pay, plain];
  return [withArgument(plain, 'coupon', coupon), ...pay, plain];
}

/** One that the link has already stays: a link takes one coupon, and it is the visitor's own. */
function withArgument(link: string, name: string, value: string | undefined): string {
  if (value === undefined || new RegExp(`[?&]${name}=`).test(link)) return link;
  const [address = '', fragment] = link.split('#', 2);
  const joint = address.includes('?') ? '&' : '?';
  const longer = `${address}${joint}${name}=${encodeURIComponent(value)}`;
  return fragment === undefined ? longer : `${longer}#${fragment}`;
}
