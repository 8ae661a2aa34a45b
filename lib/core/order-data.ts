import type { KnownOrder } from './facts.ts';

/**
 * The JSON of `mautic_woo_order_data` (seed: order id, status, total, discount, coupons, currency, date, payment
 * method, line items). Pure ASCII without < > &: Mautic strips tags and decodes entities inside values
 * (recordings 081, 222–228).
 * Within `limit` characters it loses line items from the end, then coupons, then what else can be spared, and
 * stays valid JSON; `undefined` when not even id, status and total fit.
 */
export function orderDataJson(order: KnownOrder, limit?: number): string | undefined {
  const whole = describe(order);
  if (limit === undefined) return asciiJson(whole);
  for (const candidate of shortened(whole)) {
    const json = asciiJson(candidate);
    if (json.length <= limit) return json;
  }
  return undefined;
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

/** Ever shorter variants, the least loss first. */
function* shortened(whole: OrderDescription): Generator<Partial<OrderDescription>> {
  yield whole;
  for (let lines = whole.line_items.length - 1; lines > 0; lines -= 1) {
    yield { ...whole, line_items: whole.line_items.slice(0, lines) };
  }
  const { line_items: _lines, ...withoutLines } = whole;
  for (let coupons = whole.coupons.length; coupons > 0; coupons -= 1) {
    yield { ...withoutLines, coupons: whole.coupons.slice(0, coupons) };
  }
  const { coupons: _coupons, payment_method: _method, date, discount, currency, ...essential } = withoutLines;
  yield { ...essential, discount, currency, date, payment_method: _method };
  yield { ...essential, discount, currency, date };
  yield { ...essential, currency, date };
  yield { ...essential, currency };
  yield essential;
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u007f-\uffff]/g, (character) => `\\u${hex(character)}`);
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(4, '0');
}
