import { describe, expect, it } from 'vitest';
import type { ShopCart } from '../../../lib/simulators/woocommerce/records/carts/cart-state.ts';
import { openShop, sendAll } from './support.ts';

const TYPO = 'ana@example.test';
const ANNA = 'anna@example.test';

/** A cart under a mistyped address, of which an order is made under the right one; answers what the shop tells of it. */
function tellOrdered({ placed = false, takesAddressOfOrder = true } = {}): Partial<ShopCart> {
  const { shop, forward } = openShop();
  shop.carts.install(true, { takesAddressOfOrder });
  shop.webhooks.create({ topic: 'cart.updated', deliveryUrl: 'https://bridge.test/carts' });
  const cart = shop.carts.fill({ email: TYPO });
  if (cart === undefined) throw new Error('the companion is not there');
  forward(60);
  const id = shop.orders.place({ billing: { email: ANNA }, status: placed ? 'processing' : 'pending' });
  shop.carts.order(cart, { id, placed });
  const told = sendAll(shop).filter(({ kind, topic }) => kind === 'event' && topic === 'cart.updated');
  return JSON.parse(told.at(-1)?.body ?? '{}') as Partial<ShopCart>;
}

/** As `test/stores/woocommerce/companion/run.php` holds the companion to it. */
describe('the simulated companion', () => {
  it.each([
    [false, 'open'],
    [true, 'ordered'],
  ])('takes the address of the order, placed: %s', (placed, status) => {
    expect(tellOrdered({ placed })).toMatchObject({
      status,
      email: ANNA,
      previous_email: TYPO,
      order: { id: expect.any(Number) },
    });
  });

  it('leaves the cart its address where it is one before 1.2', () => {
    expect(tellOrdered({ takesAddressOfOrder: false })).toMatchObject({
      status: 'open',
      email: TYPO,
      previous_email: null,
      order: { id: expect.any(Number) },
    });
  });
});
