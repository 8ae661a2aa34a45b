import type { Policy } from '../../lib/core/policy/policy.ts';
import type { Shop } from '../../lib/simulators/woocommerce/shop.ts';
import { CATALOG } from '../../lib/stores/catalog.ts';
import { CouponBook } from './coupon-book.ts';
import { Dice, type Engine } from './engine.ts';
import { Erasures } from './erasures.ts';
import type { ShopLife } from './shop-life.ts';
import { hasCoupons, visitedPolicies } from './visited-policies.ts';
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
  /** The code of the coupon that an address was told of. */
  readonly codeOf: (email: string) => string | undefined;
}

/** A shop in which people leave carts behind: what it needs beside a shop in which they only buy. */
export class Visits {
  readonly policies: readonly Policy[];
  /** Where the policies have coupons. */
  readonly coupons: CouponBook | undefined;
  readonly #shop: Shop;
  readonly #engine: Engine;
  readonly #dice: Dice;
  readonly #visitors: VisitorLife;
  readonly #holdsStock: boolean;
  readonly #isErasing: boolean;
  readonly #companion: { readonly takesAddressOfOrder: boolean };

  constructor({ seed, shop, life, engine, codeOf }: VisitsParts) {
    this.policies = visitedPolicies(seed);
    this.#shop = shop;
    this.#engine = engine;
    this.#dice = new Dice(seed + 0xca27);
    this.#visitors = new VisitorLife({ shop, life, engine, dice: this.#dice, codeOf });
    if (hasCoupons(seed)) this.coupons = new CouponBook({ shop, dice: new Dice(seed + 0xc0de) });
    this.#holdsStock = this.#dice.chance(0.7);
    this.#isErasing = Erasures.in(seed);
    this.#companion = { takesAddressOfOrder: seed % 4 !== 0 };
  }

  /** In a fifth of the worlds. */
  static in(seed: number): boolean {
    return seed % 11 === 0 || seed % 11 === 10 || seed % 13 === 10;
  }

  /** Most have the companion when the webhooks are made; some install it later, and then the bridge makes one. */
  connect(deliveryUrl: string, secret: string): void {
    // A quarter of the shops have a companion of before version 1.2.
    this.#shop.carts.install(this.#dice.chance(0.8), this.#companion);
    if (this.#shop.carts.isThere())
      this.#shop.webhooks.create({ topic: CATALOG.woocommerce.cartTopic, deliveryUrl, secret });
  }

  /** Everything that visitors do while the shop is busy. */
  plan(until: number, asks: (email: string) => void): void {
    for (let count = this.#dice.between(5, 25); count > 0; count -= 1)
      this.#engine.after(this.#dice.between(0, until - this.#engine.now), () => this.#visitors.act());
    for (const slip of this.#slips())
      this.#engine.after(slip * (until - this.#engine.now), () => this.#mistype(asks));
    if (this.#holdsStock) this.#cancelUnpaid();
  }

  /** How much time is looked at after the world has come to rest, ms, bit by bit. */
  ages(usual: readonly number[]): readonly number[] {
    return [...usual, LONG_AFTER_MS];
  }

  /** Some of those who were told of a coupon come back with it. */
  redeem(): void {
    if (this.coupons) this.#visitors.redeem();
  }

  /** When in the busy time somebody mistypes an address, as a share of it: only where people are erased. */
  #slips(): readonly number[] {
    return this.#isErasing ? [0.1, 0.3].map((from) => from + 0.2 * this.#dice.next()) : [];
  }

  /** It is tried to be bought so, corrected a while later, and whoever did that asks to be forgotten. */
  #mistype(asks: (email: string) => void): void {
    const cart = this.#visitors.mistype();
    if (cart === undefined) return;
    this.#engine.after(this.#dice.between(1, 20) * MINUTE, () => {
      const email = this.#visitors.correct(cart);
      if (email !== undefined) this.#engine.after(this.#dice.between(5, 30) * MINUTE, () => asks(email));
    });
  }

  #cancelUnpaid(): void {
    this.#visitors.cancelUnpaid();
    this.#engine.after(10 * MINUTE, () => this.#cancelUnpaid());
  }
}
