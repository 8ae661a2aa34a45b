import type { KnownOrder } from './facts/known-order.ts';
import { asciiJson, most } from './text/ascii-json.ts';

/**
 * The JSON of `mautic_woo_order_data` (seed: order id, status, total, discount, coupons, currency, date, payment
 * method, line items). Pure ASCII without < > &: Mautic strips tags and decodes entities inside values
 * (recordings 081, 222–228).
 * Within `limit` characters it loses line items from the end, then coupons, then what else can be spared, and
 * stays valid JSON; `undefined` when not even id, status and total fit.
 */
export function orderDataJson(order: KnownOrder, limit?: number): string | undefined {
  const whole = describe(order);
  const json = asciiJson(whole);
  if (limit === undefined || json.length <= limit) return json;
  const fits = (candidate: Partial<OrderDescription>) => asciiJson(candidate).length <= limit;
  const shorter = shortened(whole, fits);
  return shorter && asciiJson(shorter);
}

interface OrderDescription {
  readonly order_id: string;
  readonly status: string;
  readonly total: string;
  readonly discount: string;
  readonly currency: string;
  readonly date: string;
  readonly payment_method: string;
  readonly coupons: readonly string[];
  readonly line_items: readonly LineDescription[];
}

interface LineDescription {
  readonly product_id: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly total: string;
}

function describe({ data, ref }: KnownOrder): OrderDescription {
  return {
    order_id: ref.id,
    status: data.status,
    total: data.total,
    discount: data.discount,
    currency: data.currency,
    date: new Date(data.createdAt).toISOString().replace('.000Z', 'Z'),
    payment_method: data.paymentMethod,
    coupons: data.coupons,
    line_items: data.lines.map(({ productId, sku, name, quantity, total }) => ({
      product_id: productId,
      sku,
      name,
      quantity,
      total,
    })),
  };
}

/** The one with the least loss that fits, known not to fit whole. */
function shortened(
  whole: OrderDescription,
  fits: (candidate: Partial<OrderDescription>) => boolean,
): Partial<OrderDescription> | undefined {
  const { line_items: allLines, ...withoutLines } = whole;
  const withLines = (count: number) => ({ ...whole, line_items: allLines.slice(0, count) });
  const lines = most(allLines.length - 1, (count) => fits(withLines(count)));
  if (lines > 0) return withLines(lines);
  const { coupons: allCoupons, ...withoutCoupons } = withoutLines;
  const withCoupons = (count: number) => ({ ...withoutLines, coupons: allCoupons.slice(0, count) });
  const coupons = most(allCoupons.length, (count) => fits(withCoupons(count)));
  if (coupons > 0) return withCoupons(coupons);
  return [...spared(withoutCoupons)].find(fits);
}

function* spared(
  order: Omit<OrderDescription, 'line_items' | 'coupons'>,
): Generator<Partial<OrderDescription>> {
  const { payment_method: _method, date, discount, currency, ...essential } = order;
  yield order;
  yield { ...essential, discount, currency, date };
  yield { ...essential, currency, date };
  yield { ...essential, currency };
  yield essential;
}
