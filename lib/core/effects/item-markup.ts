import type { KnownOrder } from '../contact/facts/known-order.ts';
import { productRef } from '../contact/tags.ts';
import { type ProductData, type Ref, refName } from '../ledger/snapshot.ts';
import type { About } from './follow-up/about.ts';

/** Product ref name → what is known of it. */
export type Products = ReadonlyMap<string, ProductData>;

interface ShownItem {
  readonly name: string;
  readonly quantity: number;
  /** Decimal string. */
  readonly amount: string;
  /** Addresses; anything else is left out. */
  readonly url?: string | undefined;
  readonly image?: string | undefined;
}

const MOST_ITEMS = 50;

/** Products whose pages and pictures an e-mail about this can show. */
export function linkedProducts(about: About): readonly Ref[] {
  if (about.of !== 'order') return [];
  const refs = about.order.data.lines.slice(0, MOST_ITEMS).map((line) => productRef(about.order, line));
  return [...new Map(refs.filter(({ id }) => id !== '0').map((ref) => [refName(ref), ref])).values()];
}

/**
 * Values for placeholders of an e-mail that are markup: items_html, a table with a row for each item, its picture and a
 * link to its page where they are known. Every text in it is escaped.
 */
export function markupOf(about: About, products: Products = new Map()): Readonly<Record<string, string>> {
  if (about.of === 'order') return { items_html: tableOf(itemsOf(about.order, products)) };
  if (about.of !== 'cart') return {};
  const items = about.checkout.lines.map(({ price: amount, ...line }) => ({ ...line, amount }));
  return { items_html: tableOf(items) };
}

function itemsOf(order: KnownOrder, products: Products): readonly ShownItem[] {
  return order.data.lines.map((line) => {
    const product = products.get(refName(productRef(order, line)));
    const { name, quantity, total: amount } = line;
    return { name, quantity, amount, url: product?.url, image: line.image ?? product?.image };
  });
}

function tableOf(items: readonly ShownItem[]): string {
  const rows = items.slice(0, MOST_ITEMS).map(rowOf);
  const more = items.length - rows.length;
  const last = more > 0 ? `<tr><td></td><td colspan="3">and ${String(more)} more</td></tr>` : '';
  return `<table>${rows.join('')}${last}</table>`;
}

function rowOf({ name, quantity, amount, url, image }: ShownItem): string {
  const picture = isLink(image) ? `<img src="${escaped(image)}" alt="" width="64">` : '';
  const title = isLink(url) ? `<a href="${escaped(url)}">${escaped(name)}</a>` : escaped(name);
  return `<tr><td>${picture}</td><td>${title}</td><td>× ${String(quantity)}</td><td>${escaped(amount)}</td></tr>`;
}

function isLink(text: string | undefined): text is string {
  return text !== undefined && /^https?:\/\/[^\s"'<>]+$/i.test(text);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
