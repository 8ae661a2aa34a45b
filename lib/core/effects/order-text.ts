import type { KnownOrder } from '../contact/facts/known-order.ts';
import { isZero } from '../ledger/money.ts';

const MOST_LINES = 50;

/** By this a note is found again: `[demo/23/completed]`. */
export function noteMarker({ ref }: Pick<KnownOrder, 'ref'>, status: string): string {
  return `[${ref.store}/${ref.id}/${status}]`;
}

/**
 * The text of a note: a title, then what was ordered, then the marker. Mautic shows a note's text as HTML, so it
 * holds no tags.
 */
export function noteText(order: KnownOrder, status: string): string {
  const { data } = order;
  const lines = [
    `Order ${data.number}: ${status}`,
    `Total ${data.total} ${data.currency}${isZero(data.discount) ? '' : `, discount ${data.discount}`}`,
    ...(isZero(data.refunded) ? [] : [`Refunded ${data.refunded} ${data.currency}`]),
    ...itemLines(order),
    ...(data.coupons.length > 0 ? [`Coupons: ${data.coupons.join(', ')}`] : []),
    ...(data.paymentMethod === '' ? [] : [`Payment: ${data.paymentMethod}`]),
    noteMarker(order, status),
  ];
  return lines.map(plain).join('\n');
}

/** A text of the policy with its {tokens} replaced, then the marker. A token that there is not stays as it is. */
export function ownNoteText(text: string, tokens: Readonly<Record<string, string>>, marker: string): string {
  const filled = text.replace(/\{([a-z_]+)\}/g, (whole, name: string) =>
    Object.hasOwn(tokens, name) ? (tokens[name] ?? '') : whole,
  );
  return [...filled.split('\n'), marker].map(plain).join('\n');
}

/**
 * Values for the placeholders of an e-mail, without braces. Texts as they are: whoever sends them escapes them.
 * order_id, order_number, order_status, order_total, order_currency, order_discount, order_refunded, order_date
 * (YYYY-MM-DD), payment_method, coupons, items (one a line), first_name, last_name.
 */
export function emailTokens(order: KnownOrder): Readonly<Record<string, string>> {
  const { data, ref } = order;
  return {
    order_id: ref.id,
    order_number: data.number,
    order_status: data.status,
    order_total: data.total,
    order_currency: data.currency,
    order_discount: data.discount,
    order_refunded: data.refunded,
    order_date: new Date(data.createdAt).toISOString().slice(0, 10),
    payment_method: data.paymentMethod,
    coupons: data.coupons.join(', '),
    items: itemLines(order).join('\n'),
    first_name: data.identity.firstName,
    last_name: data.identity.lastName,
  };
}

function itemLines({ data }: KnownOrder): readonly string[] {
  const lines = data.lines.slice(0, MOST_LINES).map(({ quantity, name, sku, total }) => {
    return `${String(quantity)} × ${name}${sku === '' ? '' : ` (${sku})`}: ${total}`;
  });
  const more = data.lines.length - lines.length;
  return more > 0 ? [...lines, `and ${String(more)} more`] : lines;
}

function plain(line: string): string {
  return line
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/</g, '‹')
    .replace(/>/g, '›')
    .trim();
}
