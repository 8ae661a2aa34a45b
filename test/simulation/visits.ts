import type { Policy } from '../../lib/core/policy/policy.ts';
import type { Shop } from '../../lib/simulators/woocommerce/shop.ts';
import { CATALOG } from '../../lib/stores/catalog.ts';
import { Dice, type Engine } from './engine.ts';
import type { ShopLife } from './shop-life.ts';
import { visitedPolicies } from './visited-policies.ts';
import { VisitorLife } from './visitor-life.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** After the last moment that is looked at: all carts are forgotten, and who is no contact with them. */
const LONG_AFTER_MS = 45 * DAY;
interface VisitsParts {
  readonly seed: number;
  readonly shop: Shop;
  readonly life: ShopLife;
  readonly engine: Engine;
}

/** A shop in which people leave carts behind: what it needs beside a shop in which they only buy. */
export class Visits {
  readonly policies: readonly Policy[];
  readonly #shop: Shop;
  readonly #engine: Engine;
  readonly #dice: Dice;
  readonly #visitors: VisitorLife;
  readonly #holdsStock: boolean;

  constructor({ seed, shop, life, engine }: VisitsParts) {
    this.policies = visitedPolicies(seed);
    this.#shop = shop;
    this.#engine = engine;
    this.#dice = new Dice(seed + 0xca27);
    this.#visitors = new VisitorLife({ shop, life, engine, dice: this.#dice });
    this.#holdsStock = this.#dice.chance(0.7);
  }

  /** In a fifth of the worlds, and in none in which people ask to be forgotten. */
  static in(seed: number): boolean {
    return seed % 7 > 1 && (seed % 11 === 0 || seed % 11 === 10 || seed % 13 === 10);
  }

  /** Most have the companion when the webhooks are made; some install it later, and then the bridge makes one. */
  connect(deliveryUrl: string, secret: string): void {
    this.#shop.carts.install(this.#dice.chance(0.8));
    if (this.#shop.carts.isThere())
      this.#shop.webhooks.create({ topic: CATALOG.woocommerce.cartTopic, deliveryUrl, secret });
  }

  /** Everything that visitors do while the shop is busy. */
  plan(until: number): void {
    for (let count = this.#dice.between(5, 25); count > 0; count -= 1)
      this.#engine.after(this.#dice.between(0, until - this.#engine.now), () => this.#visitors.act());
    if (this.#holdsStock) this.#cancelUnpaid();
  }

  /** How much time is looked at after the world has come to rest, ms, bit by bit. */
  ages(usual: readonly number[]): readonly number[] {
    return [...usual, LONG_AFTER_MS];
  }

  #cancelUnpaid(): void {
    this.#visitors.cancelUnpaid();
    this.#engine.after(10 * MINUTE, () => this.#cancelUnpaid());
  }
}
