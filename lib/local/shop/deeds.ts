import type { ShopOrder } from '../../simulators/woocommerce/records/orders/order-state.ts';
import { totalOf, unrefunded } from '../../simulators/woocommerce/records/orders/order-state.ts';
import type { Shop } from '../../simulators/woocommerce/shop.ts';
import { PEOPLE } from './people.ts';

/** What a button beside an order does. */
type Deed = 'complete' | 'refund-half' | 'refund' | 'cancel' | 'pay' | 'trash';

interface Asked {
  readonly deed: string;
  /** An index of `PEOPLE`. */
  readonly person: number;
  readonly order: number;
}

/** The buttons that make sense beside an order, with what they say. */
export function deedsFor(order: ShopOrder): readonly (readonly [Deed, string])[] {
  if (order.trashed) return [];
  const isOpen = order.status === 'processing' || order.status === 'completed';
  const deeds: readonly (readonly [Deed, string, boolean])[] = [
    ['pay', 'Pay', order.status === 'pending'],
    ['complete', 'Complete', order.status === 'processing'],
    ['refund-half', 'Refund half', isOpen && unrefunded(order) > 1],
    ['refund', 'Refund all', isOpen && unrefunded(order) > 0],
    ['cancel', 'Cancel', order.status === 'pending' || order.status === 'processing'],
    ['trash', 'Delete', true],
  ];
  return deeds.filter(([, , isPossible]) => isPossible).map(([deed, label]) => [deed, label]);
}

/** Does it in the shop. Answers what was done, for people; `undefined`: there is no such button. */
export function perform(shop: Shop, { deed, person, order: id }: Asked): string | undefined {
  if (deed === 'order') return buy(shop, person, 'processing');
  if (deed === 'checkout') return buy(shop, person, 'pending');
  if (deed === 'cart') return fillCart(shop, person);
  const order = shop.orders.get(id);
  const [possible] = (order && deedsFor(order).find(([name]) => name === deed)) ?? [];
  if (!order || possible === undefined) return undefined;
  return DEEDS[possible](shop, order);
}

/** What is done to an order, in words. */
const DEEDS: Readonly<Record<Deed, (shop: Shop, order: ShopOrder) => string>> = {
  pay: (shop, { id }) => {
    shop.orders.setStatus(id, 'processing');
    return `Order ${String(id)} was paid.`;
  },
  complete: (shop, { id }) => {
    shop.orders.setStatus(id, 'completed');
    return `Order ${String(id)} was completed.`;
  },
  cancel: (shop, { id }) => {
    shop.orders.setStatus(id, 'cancelled');
    return `Order ${String(id)} was cancelled.`;
  },
  trash: (shop, { id }) => {
    shop.orders.trash(id);
    return `Order ${String(id)} was put in the trash.`;
  },
  'refund-half': (shop, order) => {
    shop.orders.refund(order.id, euros(unrefunded(order) / 2), 'Half of it');
    return `Half of order ${String(order.id)} was given back.`;
  },
  refund: (shop, { id }) => {
    shop.orders.refund(id);
    return `Order ${String(id)} was given back.`;
  },
};

function fillCart(shop: Shop, person: number): string | undefined {
  const { email, first_name: name } = PEOPLE[person] ?? {};
  if (email === undefined || name === undefined) return undefined;
  const lines = pickedIn(shop).map(({ id: productId }) => ({ productId, quantity: 1 }));
  shop.carts.fill({ email, lines });
  return `${name} filled a cart, typed an address, and left.`;
}

/** Two of what is on the shelves, another two each time. */
function pickedIn(shop: Shop) {
  const products = [...shop.records.products.values()].filter((product) => product.status === 'publish');
  const turn = shop.records.orders.size + shop.carts.all().length;
  return products.filter((_, index) => (turn + index) % products.length < 2);
}

function buy(shop: Shop, person: number, status: 'processing' | 'pending'): string | undefined {
  const billing = PEOPLE[person];
  if (!billing) return undefined;
  const lines = pickedIn(shop).map(({ id }) => ({ productId: id, quantity: 1 }));
  const id = shop.orders.place({ billing, lines, status });
  const name = billing.first_name;
  return status === 'pending'
    ? `${name} came as far as the checkout of order ${String(id)}, and left.`
    : `${name} placed order ${String(id)}.`;
}

/** Cents as WooCommerce writes them. */
function euros(cents: number): string {
  return (Math.round(cents) / 100).toFixed(2);
}

/** What an order cost, and what is left of it. */
export function amountsOf(order: ShopOrder): { readonly total: string; readonly left: string } {
  return { total: euros(totalOf(order)), left: euros(unrefunded(order)) };
}
