import type { NewOrder } from '../../lib/simulators/woocommerce/records/orders/new-order.ts';
import type { ShopOrder } from '../../lib/simulators/woocommerce/records/orders/order-state.ts';
import type { Shop } from '../../lib/simulators/woocommerce/shop.ts';
import { asAddress } from '../support/oracle.ts';
import type { Dice, Engine } from './engine.ts';
import { CONSENT } from './policies.ts';
import { FEW_PEOPLE, type ShopLife } from './shop-life.ts';

const MINUTE = 60_000;
/** WooCommerce cancels what nobody paid within this time ("hold stock"). */
const HELD_MS = 60 * MINUTE;
/** Whoever never does more than try, and people who buy as well. */
const VISITORS = ['Vera.V@example.test', 'walt@example.test', ...FEW_PEOPLE.filter((email) => email !== '')];
/** What one of them types by mistake, and is somebody else’s. */
const MISTYPED = 'Vera.W@example.test';
/** As the companion notes it on an order. */
const CART_ID = '_mcb_cart_id';

export interface VisitorLifeParts {
  readonly shop: Shop;
  readonly life: ShopLife;
  readonly engine: Engine;
  readonly dice: Dice;
  /** The code of the coupon that an address was told of. */
  readonly codeOf: (email: string) => string | undefined;
}

/** What people do who fill a cart and may never buy it. */
export class VisitorLife {
  readonly #shop: Shop;
  readonly #life: ShopLife;
  readonly #engine: Engine;
  readonly #dice: Dice;
  readonly #codeOf: (email: string) => string | undefined;

  constructor({ shop, life, engine, dice, codeOf }: VisitorLifeParts) {
    this.#shop = shop;
    this.#life = life;
    this.#engine = engine;
    this.#dice = dice;
    this.#codeOf = codeOf;
  }

  /** One thing, or several within one second. */
  act(): void {
    for (let count = this.#dice.chance(0.3) ? 2 : 1; count > 0; count -= 1) this.#actOnce();
  }

  /** What WooCommerce's cron does by itself. */
  cancelUnpaid(): void {
    for (const { id, status, createdVia, createdAt } of this.#shop.orders.all())
      if (status === 'pending' && createdVia !== 'rest-api' && this.#engine.now - createdAt > HELD_MS)
        this.#life.change(id, () => this.#shop.orders.setStatus(id, 'cancelled'));
  }

  /** Some of those who were told of a coupon come back with it; not all of them pay. */
  redeem(): void {
    for (const { id, email, uuid, status } of this.#shop.carts.all()) {
      const code = this.#codeOf(email);
      if (status !== 'open' || code === undefined || !this.#dice.chance(0.4)) continue;
      const next = this.#dice.pick(['processing', 'processing', 'pending', 'failed']);
      const order = this.#place(email, next, [{ key: CART_ID, value: uuid }]);
      this.#shop.carts.order(id, { id: order, placed: next === 'processing' });
    }
  }

  /** Answers the cart whose order stands under an address that nobody has. */
  mistype(): number | undefined {
    const { carts } = this.#shop;
    const id = carts.fill({ email: MISTYPED, consent: this.#consent(), lines: this.#lines() });
    const cart = id === undefined ? undefined : carts.get(id);
    if (!cart) return undefined;
    const order = this.#place(MISTYPED, 'pending', [{ key: CART_ID, value: cart.uuid }]);
    carts.order(cart.id, { id: order, placed: false });
    return cart.id;
  }

  /** Answers the right address, as Mautic gets it. */
  correct(id: number): string | undefined {
    if (this.#shop.carts.get(id)?.email !== MISTYPED) return undefined;
    const email = this.#visitor();
    this.#shop.carts.touch(id, { email });
    return asAddress(email);
  }

  #actOnce(): void {
    const next = this.#dice.next();
    const carts = this.#shop.carts.all();
    const cart = carts.length > 0 ? this.#dice.pick(carts) : undefined;
    if (next < 0.3 || !cart) this.#begin();
    else if (next < 0.45) this.#shop.carts.touch(cart.id, this.#touch());
    else if (next < 0.62) this.#order(cart.id);
    else if (next < 0.7) this.#retry();
    else if (next < 0.84) this.#pay();
    else if (next < 0.88) this.#shop.carts.forget(cart.id);
    else if (next < 0.93) this.#shop.carts.install(!this.#shop.carts.isThere());
    else this.#place(this.#visitor(), this.#dice.pick(['pending', 'failed']), []);
  }

  /** Without a companion nobody hears of a cart before it is ordered. */
  #begin(): void {
    const { carts } = this.#shop;
    if (carts.isThere())
      carts.fill({ email: this.#visitor(), consent: this.#consent(), lines: this.#lines() });
    else this.#place(this.#visitor(), 'pending', []);
  }

  #touch() {
    const next = this.#dice.next();
    if (next < 0.35) return { email: this.#visitor() };
    if (next < 0.5) return { lines: [] };
    return next < 0.75 ? { consent: this.#consent() } : { lines: this.#lines() };
  }

  /** Now and then under another address than the cart: it was mistyped, or the link was sent on. */
  #order(id: number): void {
    const cart = this.#shop.carts.get(id);
    if (cart?.status !== 'open') return;
    const email = this.#dice.chance(0.2) ? this.#visitor() : cart.email;
    const status = this.#dice.pick(['pending', 'pending', 'failed', 'processing', 'on-hold']);
    const order = this.#place(email, status, [{ key: CART_ID, value: cart.uuid }]);
    this.#shop.carts.order(id, { id: order, placed: status === 'processing' || status === 'on-hold' });
  }

  /** Whoever could not pay begins anew, and every try may be another order. */
  #retry(): void {
    const order = this.#unpaid();
    if (!order) return;
    const meta = order.meta.filter(({ key }) => key === CART_ID).map(({ key, value }) => ({ key, value }));
    this.#place(order.billing.email, this.#dice.pick(['pending', 'failed', 'processing']), meta);
  }

  #pay(): void {
    const order = this.#unpaid();
    if (order) this.#life.change(order.id, () => this.#shop.orders.setStatus(order.id, 'processing'));
  }

  /** Whoever mistyped an address begins anew instead of paying under it. */
  #unpaid(): ShopOrder | undefined {
    const open = this.#shop.orders
      .all()
      .filter(({ status, createdVia }) => UNPAID.has(status) && createdVia !== 'rest-api')
      .filter(({ billing }) => billing.email !== MISTYPED);
    return open.length > 0 ? this.#dice.pick(open) : undefined;
  }

  #place(email: string, status: string, meta: NonNullable<NewOrder['meta']>): number {
    const order: NewOrder = {
      status,
      billing: { email, first_name: 'Visiting', last_name: 'Person', city: 'Nice', country: 'FR' },
      lines: this.#lines().map((line) => ({ ...line, price: '20.50' })),
      meta: [...meta, ...this.#answer()],
    };
    const code = this.#codeOf(email);
    return this.#life.take(
      { ...order, ...(code !== undefined && { coupons: [code] }) },
      this.#dice.pick(['store-api', 'checkout']),
    );
  }

  #answer(): NonNullable<NewOrder['meta']> {
    const yes = this.#consent()?.[CONSENT.fields[0]];
    return yes === undefined ? [] : [{ key: `_wc_other/${CONSENT.fields[0]}`, value: yes ? '1' : '0' }];
  }

  /** Most of those who are asked say yes. */
  #consent(): Readonly<Record<string, boolean>> | null {
    const next = this.#dice.next();
    return next < 0.3 ? null : { [CONSENT.fields[0]]: next < 0.85 };
  }

  #lines() {
    const products = [...this.#shop.records.products.keys()];
    return [{ productId: this.#dice.pick(products), quantity: this.#dice.between(1, 3) }];
  }

  #visitor(): string {
    return this.#dice.pick(VISITORS);
  }
}

const UNPAID = new Set(['pending', 'failed', 'cancelled']);
