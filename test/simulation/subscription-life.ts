import type { ShopSubscription } from '../../lib/simulators/fluentcart/records/order-state.ts';
import type { FluentShop } from '../../lib/simulators/fluentcart/shop.ts';
import { FEED_IDS } from '../support/feed-orders.ts';
import type { Dice } from './engine.ts';
import type { FeedLife } from './feed-life.ts';

interface SubscriptionLifeParts {
  readonly shop: FluentShop;
  /** Who notes what happens to the orders. */
  readonly life: FeedLife;
  readonly dice: Dice;
}

/** What truly happened to a subscription; times are epoch ms. */
export interface SubscriptionHistory {
  readonly createdAt: number;
  /** The order it began with, by the number that is its own among all stores. */
  readonly orderId: number;
  readonly changes: {
    readonly at: number;
    /** In the words of the bridge. */
    readonly status: string;
    readonly next: number | undefined;
  }[];
}

const WORDS: Readonly<Record<string, string>> = { canceled: 'cancelled', failing: 'past_due' };

/** What people, the gateway and the hourly job do with subscriptions of a FluentCart store. */
export class SubscriptionLife {
  readonly histories = new Map<number, SubscriptionHistory>();
  readonly #shop: FluentShop;
  readonly #life: FeedLife;
  readonly #dice: Dice;

  constructor({ shop, life, dice }: SubscriptionLifeParts) {
    this.#shop = shop;
    this.#life = life;
    this.#dice = dice;
  }

  /** Some from before anybody connected the bridge. */
  begin(): void {
    for (let count = this.#dice.between(0, 2); count > 0; count -= 1) this.#begin();
    this.#note();
  }

  /** What is to be paid before this moment (epoch ms) is paid once more. */
  renewUntil(end: number): void {
    const due = [...this.#shop.shown.records.subscriptions.values()].filter(
      ({ status, nextBillingAt = Number.POSITIVE_INFINITY }) => status === 'active' && nextBillingAt < end,
    );
    for (const { id } of due) this.#life.made(this.#shop.subscriptions.renew(id));
    this.#note();
  }

  /** One thing, or several within one second. */
  act(): void {
    for (let count = this.#dice.chance(0.3) ? 2 : 1; count > 0; count -= 1) this.#actOnce();
  }

  #actOnce(): void {
    const all = [...this.#shop.shown.records.subscriptions.values()];
    if (all.length === 0 || this.#dice.chance(0.3)) this.#begin();
    else this.#change(this.#dice.pick(all));
    this.#note();
  }

  /** Of those of the test mode nobody is to know. */
  #note(): void {
    const { subscriptions, orders } = this.#shop.shown.records;
    for (const one of subscriptions.values()) {
      if (orders.get(one.parentOrderId)?.mode !== 'live') continue;
      const { createdAt, updatedAt: at, nextBillingAt: next } = one;
      const history = this.histories.get(one.id) ?? {
        createdAt,
        orderId: FEED_IDS + one.parentOrderId,
        changes: [],
      };
      this.histories.set(one.id, history);
      const change = { at, status: WORDS[one.status] ?? one.status, next };
      const last = history.changes.at(-1);
      if (last?.status !== change.status || last.next !== next) history.changes.push(change);
    }
  }

  /** Most are paid at the checkout, and the gateway says so at once. */
  #begin(): void {
    const id = this.#shop.subscriptions.begin(this.#life.subscribe());
    if (this.#dice.chance(0.8)) this.#activate(this.#shop.shown.records.subscriptions.get(id));
  }

  #activate(subscription: ShopSubscription | undefined): void {
    const order = this.#shop.shown.records.orders.get(subscription?.parentOrderId ?? 0);
    if (!subscription || !order || order.status === 'canceled') return;
    if (order.totalPaid === 0) this.#life.change(order, () => this.#shop.orders.pay(order.id));
    this.#shop.subscriptions.activate(subscription.id);
  }

  #change(subscription: ShopSubscription): void {
    const { id, status } = subscription;
    const { subscriptions } = this.#shop;
    const next = this.#dice.next();
    if (status === 'pending') this.#activate(subscription);
    else if (status === 'canceled') {
      if (next < 0.5) subscriptions.reactivate(id);
      else subscriptions.expire(id);
    } else if (status === 'expired') this.#begin();
    else if (next < 0.4) this.#life.made(subscriptions.renew(id));
    else if (next < 0.7) subscriptions.cancel(id);
    else subscriptions.setStatus(id, this.#dice.pick(['paused', 'past_due', 'failing'] as const));
  }
}
