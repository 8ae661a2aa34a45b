import { describe, expect, it } from 'vitest';
import { createShop, type Shop } from '../../../lib/simulators/woocommerce/shop.ts';
import { TOPICS } from '../../../lib/simulators/woocommerce/webhooks/topics.ts';
import { randomFrom } from '../../support/random.ts';
import { cartOf, letPass, segments, start } from './left-checkouts.ts';
import { ANNA, type Bench, HOUR, MINUTE, SHOP } from './support.ts';

const TYPO = 'ana@example.test';

type Arrival = 'as told' | 'the other way round' | 'twice';
interface Situation {
  readonly companion?: { readonly takesAddressOfOrder: boolean };
  readonly arrival?: Arrival;
}

/** A shop with a companion, and a bridge that hears what it tells when a test lets it. */
class Checkout {
  readonly bench: Bench;
  readonly shop: Shop;
  readonly #arrival: Arrival;

  constructor(bench: Bench, { companion, arrival = 'as told' }: Situation) {
    this.bench = bench;
    this.#arrival = arrival;
    this.shop = createShop({ random: randomFrom(1), clock: bench.clock, home: `${SHOP}/` });
    this.shop.carts.install(true, companion);
    for (const topic of [...TOPICS, 'cart.updated'])
      this.shop.webhooks.create({ topic, deliveryUrl: 'https://bridge.test/webhooks/demo' });
  }

  fill(email: string): number {
    const cart = this.shop.carts.fill({ email });
    if (cart === undefined) throw new Error('the shop keeps no cart');
    return cart;
  }

  /** Tries to buy the cart under an address, and is to pay elsewhere; answers the order. */
  order(cart: number, email: string): number {
    const meta = [{ key: '_mcb_cart_id', value: this.shop.carts.get(cart)?.uuid ?? '' }];
    const id = this.shop.orders.place({ billing: { email }, status: 'pending', meta }, 'checkout');
    this.shop.carts.order(cart, { id, placed: false });
    return id;
  }

  /** Goes on with the same order under another address. */
  retry(cart: number, order: number, email: string): void {
    this.shop.orders.edit(order, { billing: { email } });
    this.shop.carts.order(cart, { id: order, placed: false });
  }

  async tell(): Promise<void> {
    const { deliveries } = this.shop;
    const told: { readonly topic: string; readonly body: string }[] = [];
    for (let next = deliveries.takeNext(); next; next = deliveries.takeNext()) {
      deliveries.finish(next, 200);
      if (next.kind === 'event') told.push(next);
    }
    if (this.#arrival === 'the other way round') told.reverse();
    const all = this.#arrival === 'twice' ? [...told, ...told] : told;
    for (const { topic, body } of all) {
      await this.bench.deliver(topic, JSON.parse(body));
      await this.bench.sync();
    }
  }

  /** Who is reminded, after a while. */
  async reminded(): Promise<readonly string[]> {
    await this.tell();
    await letPass(this.bench, 2 * HOUR);
    const people = [TYPO, ANNA].filter((email) => this.bench.contacts(email).length > 0);
    const reminded = people.map(async (email) => {
      const isThere = (await segments(this.bench, email)).length > 0;
      return isThere && cartOf(this.bench, email).data ? [email] : [];
    });
    return (await Promise.all(reminded)).flat();
  }
}

async function open(situation: Situation = {}): Promise<Checkout> {
  return new Checkout(await start(), situation);
}

const ARRIVALS: readonly Arrival[] = ['as told', 'the other way round', 'twice'];

describe.each(ARRIVALS)('an address that is typed in the request that orders, told %s', (arrival) => {
  it('is reminded, and not the one before', async () => {
    const checkout = await open({ arrival });
    const cart = checkout.fill(TYPO);
    await checkout.tell();
    checkout.bench.forward(5 * MINUTE);

    checkout.order(cart, ANNA);

    expect(await checkout.reminded()).toEqual([ANNA]);
  });

  it('takes over what the one before was reminded of already', async () => {
    const checkout = await open({ arrival });
    const cart = checkout.fill(TYPO);
    expect(await checkout.reminded()).toEqual([TYPO]);

    checkout.order(cart, ANNA);

    expect(await checkout.reminded()).toEqual([ANNA]);
  });

  it('is reminded within one second of the cart', async () => {
    const checkout = await open({ arrival });

    checkout.order(checkout.fill(TYPO), ANNA);

    expect(await checkout.reminded()).toEqual([ANNA]);
  });

  it('is reminded though it goes on with an order that is older than the cart’s last touch', async () => {
    const checkout = await open({ arrival });
    const cart = checkout.fill(TYPO);
    const order = checkout.order(cart, TYPO);
    await checkout.tell();
    checkout.bench.forward(5 * MINUTE);
    checkout.shop.carts.touch(cart, { lines: [{ productId: 0, quantity: 2 }] });
    await checkout.tell();
    checkout.bench.forward(5 * MINUTE);

    checkout.retry(cart, order, ANNA);

    expect(await checkout.reminded()).toEqual([ANNA]);
  });
});

describe('an address of an order that sanitising made another one of', () => {
  it('is not reminded of the order: its cart says that it is nobody’s', async () => {
    const checkout = await open();
    const cart = checkout.fill('');
    checkout.order(cart, ANNA);
    checkout.shop.carts.touch(cart, { email: '' });

    expect(await checkout.reminded()).toEqual([]);
  });
});

describe('a shop whose companion is one before 1.2', () => {
  const companion = { takesAddressOfOrder: false };

  it.each(ARRIVALS)('has one of the two addresses reminded, that of the cart, told %s', async (arrival) => {
    const checkout = await open({ companion, arrival });
    const cart = checkout.fill(TYPO);
    await checkout.tell();
    checkout.bench.forward(5 * MINUTE);

    checkout.order(cart, ANNA);

    expect(await checkout.reminded()).toEqual([TYPO]);
  });

  it('has the right one reminded from the first order on that was made after it was brought up to date', async () => {
    const checkout = await open({ companion });
    const cart = checkout.fill(TYPO);
    const order = checkout.order(cart, ANNA);
    await checkout.tell();
    checkout.bench.forward(5 * MINUTE);

    checkout.shop.carts.install(true);
    checkout.retry(cart, order, ANNA);

    expect(await checkout.reminded()).toEqual([ANNA]);
  });
});
