import * as v from 'valibot';
import { Policy } from '../../../lib/core/policy/policy.ts';
import { ANNA, type Bench, HOUR, type OrderChanges, orderBody, SHOP, startBench } from './support.ts';

export const DAY = 24 * HOUR;
export const CARTS = { consent: 'not-required', segment: 1, tag: 'cart:abandoned' } as const;
export const PAY = `${SHOP}/checkout/order-pay/1/?pay_for_order=true&key=wc_order_secret`;

/** A shop with nothing installed; Mautic has the segments 1 and 2. */
export async function start(carts: object = CARTS, options: Parameters<typeof startBench>[0] = {}) {
  const policy = v.parse(Policy, { carts, tags: [], ...options.policy });
  const bench = await startBench({ ...options, policy });
  for (const name of ['Abandoned', 'Recovered']) await bench.person('POST', '/segments/new', { name });
  return bench;
}

export interface Attempt extends OrderChanges {
  readonly paid?: boolean;
  readonly body?: object;
}

/** What the checkout makes of an order whose payment is still to come; placed now unless said otherwise. */
export async function order(
  bench: Bench,
  { paid = false, body = {}, ...changes }: Attempt = {},
): Promise<void> {
  const status = changes.status ?? 'pending';
  const now = bench.clock.now();
  const made = orderBody({ createdAt: now, ...changes, status }, now) as object;
  const payable = status === 'pending' || status === 'failed';
  await bench.deliver('order.updated', {
    ...made,
    payment_url: PAY,
    needs_payment: payable,
    ...(paid && { date_paid_gmt: new Date(now).toISOString().slice(0, 19) }),
    ...body,
  });
  await bench.sync();
}

export async function letPass(bench: Bench, ms: number): Promise<void> {
  bench.forward(ms);
  await bench.sweep();
}

export async function segments(bench: Bench, email = ANNA): Promise<readonly number[]> {
  const { lists } = await bench.person('GET', `/contacts/${String(bench.contact(email).id)}/segments`);
  return Object.keys(lists as object).map(Number);
}

/** What stands in the fields of the cart. */
export function cartOf(bench: Bench, email = ANNA) {
  const { fields } = bench.contact(email);
  const data = fields['mautic_woo_cart_data'];
  return {
    data: typeof data === 'string' ? (JSON.parse(data) as Record<string, unknown>) : null,
    url: fields['mautic_woo_recovery_url'] ?? null,
    coupon: fields['mautic_woo_coupon_code'] ?? null,
  };
}
