import type { AddressFields, ShopOrder } from '../../lib/simulators/fluentcart/records/order-state.ts';
import type { FluentShop } from '../../lib/simulators/fluentcart/shop.ts';
import { FEED_IDS } from '../support/feed-orders.ts';
import type { Dice, Engine } from './engine.ts';
import type { FeedShop } from './feed-shop.ts';
import type { Marks } from './marks.ts';
import { BOT, OLD_ENOUGH_MS, type OrderHistory } from './shop-life.ts';

const CITIES = ['Berlin', 'Bonn', 'Kiel'];

interface FeedLifeParts {
  readonly store: FeedShop;
  /** The truth of all stores, by moved id. */
  readonly histories: Map<number, OrderHistory>;
  readonly engine: Engine;
  readonly dice: Dice;
  /** Addresses as they are typed. */
  readonly people: readonly string[];
  readonly marks: Marks;
}

/** What people do in a FluentCart store, and the truth of it. */
export class FeedLife {
  readonly #store: FeedShop;
  readonly #shop: FluentShop;
  readonly #histories: Map<number, OrderHistory>;
  readonly #engine: Engine;
  readonly #dice: Dice;
  readonly #people: readonly string[];
  readonly #marks: Marks;
  readonly #products: number[] = [];

  constructor({ store, histories, engine, dice, people, marks }: FeedLifeParts) {
    this.#store = store;
    this.#shop = store.shop;
    this.#histories = histories;
    this.#engine = engine;
    this.#dice = dice;
    this.#people = people;
    this.#marks = marks;
  }

  /** The catalogue, and orders from before anybody connected the bridge. */
  begin(): void {
    for (const name of ['Lampe', 'Tisch'])
      this.#products.push(
        this.#shop.products.create({
          name,
          variations: [
            { name: 'Blau', sku: `FC-${name.toUpperCase()}`, price: this.#dice.between(100, 9999) },
          ],
          categories: [`${name.toLowerCase()}n`],
        }),
      );
    for (let count = this.#dice.between(0, 2); count > 0; count -= 1) this.#place();
  }

  /** An order with which something is subscribed to; @returns its id. */
  subscribe(): number {
    const id = this.#shop.orders.place({
      items: [{ product: this.#dice.pick(this.#products), quantity: 1 }],
      billing: this.#billing(this.#dice.pick(this.#people)),
      digital: true,
      mode: this.#dice.chance(0.05) ? 'test' : 'live',
      type: 'subscription',
      currency: this.#store.currency,
    });
    this.made(id);
    return id;
  }

  /** One thing, or several within one second. */
  act(): void {
    const times = this.#dice.chance(0.3) ? this.#dice.between(2, 3) : 1;
    for (let count = 0; count < times; count += 1) this.#actOnce();
  }

  #actOnce(): void {
    const orders = [...this.#shop.shown.records.orders.values()];
    const order = orders.length > 0 ? this.#dice.pick(orders) : undefined;
    if (!order || this.#dice.chance(0.3)) this.#place();
    else this.#change(order);
  }

  #change(order: ShopOrder): void {
    const next = this.#dice.next();
    if (this.#isOfBot(order)) this.change(order, () => this.#shop.orders.setTransaction(order.id, 'failed'));
    else if (next < 0.25) this.#pay(order);
    else if (next < 0.45) this.#setStatus(order);
    else if (next < 0.6) this.#ship(order);
    else if (next < 0.75) this.#refund(order);
    else if (next < 0.82) this.change(order, () => this.#shop.orders.raise(order.id, 500));
    else if (next < 0.87) this.#setTransaction(order);
    else if (next < 0.95) this.#move(order);
    else this.#erase(order);
  }

  #isOfBot({ customerId }: ShopOrder): boolean {
    return this.#shop.shown.records.customers.get(customerId)?.email === BOT;
  }

  #pay(order: ShopOrder): void {
    if (order.status === 'canceled' || order.totalPaid === order.totalAmount) return;
    this.change(order, () => this.#shop.orders.pay(order.id));
  }

  #setStatus(order: ShopOrder): void {
    if (order.status === 'canceled') return;
    const status = this.#dice.pick(['processing', 'completed', 'on-hold', 'canceled'] as const);
    this.change(order, () => this.#shop.orders.setStatus(order.id, status));
  }

  #ship(order: ShopOrder): void {
    const status = this.#dice.pick(['shipped', 'delivered', 'unshipped'] as const);
    if (order.isDigital || order.shippingStatus === status) return;
    this.change(order, () => this.#shop.orders.setShipping(order.id, status));
  }

  #refund(order: ShopOrder): void {
    const left = order.totalPaid - order.totalRefund;
    if (left > 0)
      this.change(order, () => this.#shop.orders.refund(order.id, this.#dice.chance(0.5) ? left : 10));
  }

  /** By hand, where no money ever was: its name is copied into the order as it is (facts/fluentcart D2). */
  #setTransaction(order: ShopOrder): void {
    if (order.totalPaid > 0) return;
    const status = this.#dice.pick(['succeeded', 'failed', 'pending', 'authorized'] as const);
    this.change(order, () => this.#shop.orders.setTransaction(order.id, status));
  }

  /** Nothing tells of it, and no date of the order moves. */
  #move(order: ShopOrder): void {
    if (order.addresses.length === 0) return;
    this.change(order, () => this.#shop.orders.editAddress(order.id, { city: this.#dice.pick(CITIES) }));
    const history = this.#histories.get(FEED_IDS + order.id);
    if (history) history.quiet = true;
  }

  #erase(order: ShopOrder): void {
    const history = this.#histories.get(FEED_IDS + order.id);
    if (
      order.totalPaid > 0 ||
      this.#isSubscribed(order) ||
      !history ||
      this.#engine.now - history.changedAt < OLD_ENOUGH_MS
    )
      return;
    this.#shop.orders.erase(order.id);
    history.erased = true;
  }

  /** What becomes of a subscription whose order is erased was never seen. */
  #isSubscribed({ id }: ShopOrder): boolean {
    const { subscriptions } = this.#shop.shown.records;
    return [...subscriptions.values()].some(({ parentOrderId }) => parentOrderId === id);
  }

  #place(): void {
    const isBot = this.#dice.chance(0.08);
    const email = isBot ? BOT : this.#dice.pick(this.#people);
    const isRenewal = !isBot && this.#dice.chance(0.1);
    const id = this.#shop.orders.place({
      items: [{ product: this.#dice.pick(this.#products), quantity: this.#dice.between(1, 3) }],
      billing: this.#billing(email),
      admin: this.#dice.chance(0.2),
      digital: isRenewal || this.#dice.chance(0.2),
      mode: this.#dice.chance(0.05) ? 'test' : 'live',
      type: isRenewal ? 'renewal' : 'payment',
      currency: this.#dice.chance(0.1) ? 'USD' : this.#store.currency,
    });
    // A renewal is made paid.
    if (isRenewal) this.#shop.orders.pay(id);
    this.made(id);
  }

  #billing(email: string): Partial<AddressFields> {
    return this.#marks.on({
      email,
      first_name: `Vorname ${String(this.#dice.between(1, 9))}`,
      last_name: 'Person',
      address_1: `Weg ${String(this.#dice.between(1, 99))}`,
      city: this.#dice.pick(CITIES),
      postcode: '10115',
      country: 'DE',
    });
  }

  /** An order that came to be. */
  made(id: number): void {
    const order = this.#shop.shown.records.orders.get(id);
    if (order?.mode !== 'live') return;
    this.#histories.set(FEED_IDS + id, {
      createdAt: order.createdAt,
      statuses: new Set<string>(),
      emails: new Set<string>(),
      changes: [],
      changedAt: this.#engine.now,
      quiet: false,
      unshown: false,
      erased: false,
    });
    this.#note(order);
  }

  /** Does something with an order. */
  change(order: ShopOrder, action: () => void): void {
    action();
    const history = this.#histories.get(FEED_IDS + order.id);
    if (history) history.quiet = false;
    this.#note(order);
  }

  #note(order: ShopOrder): void {
    const history = this.#histories.get(FEED_IDS + order.id);
    const status = this.#store.statusOf(FEED_IDS + order.id);
    if (!history || status === undefined) return;
    const owner = this.#shop.shown.records.customers.get(order.customerId);
    history.statuses.add(status);
    history.changes.push({ at: this.#engine.now, status });
    if (order.shippingStatus === 'delivered') history.statuses.add('delivered');
    if (['shipped', 'delivered'].includes(order.shippingStatus)) history.statuses.add('shipped');
    history.emails.add(order.addresses[0]?.fields.email || owner?.email || '');
    history.changedAt = this.#engine.now;
  }
}
