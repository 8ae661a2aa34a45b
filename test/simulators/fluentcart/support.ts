import { feedFor } from '../../../lib/simulators/fluentcart/feeds/feeds.ts';
import { createFluentShop, type ShopOptions } from '../../../lib/simulators/fluentcart/shop.ts';
import { CATALOG } from '../../../lib/stores/catalog.ts';
import { randomFrom } from '../../support/random.ts';

export const FRIDA = {
  email: 'f2-hook@lab.test',
  first_name: 'Frida',
  last_name: 'Gast',
  address_1: 'Gasse 2',
  city: 'Berlin',
  state: 'DE-BE',
  postcode: '10115',
  country: 'DE',
};

/** A shop whose clock stands still until it is told. */
export function openShop(options: Partial<ShopOptions> = {}) {
  let now = Date.parse('2026-11-27T01:09:32.400Z');
  const shop = createFluentShop({ random: randomFrom(1), clock: { now: () => now }, ...options });
  const lamp = shop.products.create({
    name: 'FC Lampe „Größe“',
    variations: [{ name: 'Lampe', sku: 'FC-LAMP', price: 4990 }],
    categories: ['f2-lampen'],
  });
  return {
    shop,
    lamp,
    clock: { now: () => now },
    forward: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}

/** One feed for each event there is. */
export function feedAll({ feeds }: ReturnType<typeof createFluentShop>, url: string, secret: string): void {
  for (const event of CATALOG.fluentcart.topics) feeds.save(feedFor(event, url, secret));
}

/**
 * What a value is made of: names in their order, and of what kind each value is. Of a list its first item; dates by
 * their format.
 */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value)) return value.replaceAll(/\d/g, '0');
  if (typeof value === 'string') return /^\d+(\.\d+)?$/.test(value) ? 'digits' : 'text';
  return value === null ? 'null' : typeof value;
}
