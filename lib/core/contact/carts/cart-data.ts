import { asciiJson, most } from '../text/ascii-json.ts';
import type { Checkout } from './checkout.ts';

/**
 * The JSON of `mautic_woo_cart_data`, written like order data: cart id, total, currency, date (of when it was touched
 * last), items. Within `limit` characters it loses items from the end and stays valid JSON; `undefined` when not even
 * id and total fit.
 */
export function cartDataJson(checkout: Checkout, limit?: number): string | undefined {
  const { items, ...whole } = describe(checkout);
  const fits = (candidate: object) => limit === undefined || asciiJson(candidate).length <= limit;
  const withItems = (count: number) => ({ ...whole, items: items.slice(0, count) });
  const { cart_id, total, currency } = whole;
  const candidates = [withItems(most(items.length, (count) => fits(withItems(count)))), whole];
  const chosen = [...candidates, { cart_id, total, currency }].find(fits);
  return chosen && asciiJson(chosen);
}

function describe({ ref, total, currency, touchedAt, lines }: Checkout) {
  return {
    cart_id: ref.id,
    total,
    currency,
    date: new Date(touchedAt).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    items: lines.map(({ name, sku, quantity, price, url, image }) => ({
      name,
      sku,
      quantity,
      price,
      url,
      image,
    })),
  };
}
