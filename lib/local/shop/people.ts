import type { Shop } from '../../simulators/woocommerce/shop.ts';

/** Who buys in the simulated shop; nobody has these addresses. */
export const PEOPLE = [
  { first_name: 'Mira', last_name: 'Novak', city: 'Ljubljana', country: 'SI', email: 'mira@example.test' },
  { first_name: 'Jonas', last_name: 'Berg', city: 'Malmö', country: 'SE', email: 'jonas@example.test' },
  { first_name: 'Chiara', last_name: 'Conti', city: 'Torino', country: 'IT', email: 'chiara@example.test' },
  { first_name: 'Aoife', last_name: "O'Neill", city: 'Galway', country: 'IE', email: 'aoife@example.test' },
  { first_name: 'Tomás', last_name: 'Reyes', city: 'Valencia', country: 'ES', email: 'tomas@example.test' },
] as const;

const PRODUCTS = [
  { name: 'Green tea Sencha', sku: 'tea-sencha', price: '12.50', categories: ['tea'] },
  { name: 'Espresso beans', sku: 'beans-espresso', price: '9.90', categories: ['coffee'] },
  { name: 'Stoneware mug', sku: 'mug-stone', price: '18.00', categories: ['tableware'] },
] as const;

/** Puts something on the shelves of a shop that has nothing yet. */
export function stock(shop: Shop): void {
  if (shop.records.products.size > 0) return;
  for (const product of PRODUCTS) shop.products.create(product);
}
