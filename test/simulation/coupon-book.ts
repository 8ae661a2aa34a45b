import { type Failure, failed } from '../../lib/core/ledger/failure.ts';
import type { StoreApi } from '../../lib/core/stores/store-api.ts';
import type { ShopCoupon } from '../../lib/simulators/woocommerce/records/coupons/coupon-state.ts';
import type { Shop } from '../../lib/simulators/woocommerce/shop.ts';
import { createShopApi } from '../../lib/simulators/woocommerce/shop-api.ts';
import type { Dice } from './engine.ts';

const DAY = 86_400_000;
/** The shop's own: expired, used by nobody, and none of the bridge's business. */
const OF_THE_SHOP = 'Summer-2026';
/** How often a plugin of the shop makes something else of a new coupon. */
const MEDDLED = 0.06;

const NOBODY_KNOWS: Failure = { kind: 'unknown', code: 'timeout', message: 'the store did not answer' };

/** A coupon at a moment (epoch ms). */
export interface Noted {
  readonly coupon: ShopCoupon;
  readonly at: number;
}

interface CouponBookParts {
  readonly shop: Shop;
  readonly dice: Dice;
  /** Whether the answer to whoever had one made gets lost. */
  readonly isLost?: () => boolean;
}

/** The API of a shop, noted by its book where it has one. */
export function watchedApi(shop: Shop, book: CouponBook | undefined): StoreApi {
  const api = createShopApi(shop);
  return book?.watch(api) ?? api;
}

/** Everything that was done with coupons of a shop by its REST API, answered or not. */
export class CouponBook {
  readonly made: Noted[] = [];
  readonly removed: Noted[] = [];
  /** Codes of which a plugin has made something else. */
  readonly meddled = new Set<string>();
  readonly #shop: Shop;
  readonly #dice: Dice;
  readonly #isLost: () => boolean;
  readonly #own: ShopCoupon;

  constructor({ shop, dice, isLost = () => false }: CouponBookParts) {
    this.#shop = shop;
    this.#dice = dice;
    this.#isLost = isLost;
    this.#own = shop.coupons.create({ code: OF_THE_SHOP, expiresAt: shop.now() - 30 * DAY });
  }

  /** The shop's own coupon is still there. */
  get keepsItsOwn(): boolean {
    return this.#shop.coupons.get(this.#own.id) !== undefined;
  }

  /** Those in the shop that the bridge made. */
  left(): readonly ShopCoupon[] {
    return this.#shop.coupons.all().filter(({ id }) => id !== this.#own.id);
  }

  /** The same API, and what is done by it is noted. */
  watch(api: StoreApi): StoreApi {
    const { coupons } = api;
    if (!coupons) return api;
    return {
      ...api,
      coupons: {
        ...coupons,
        make: async (wanted) => {
          const made = await coupons.make(wanted);
          if (!made.ok) return made;
          this.#note(this.made, made.value.id);
          const percent = this.#dice.chance(MEDDLED) ? this.#meddle(made.value.id) : made.value.percent;
          if (this.#isLost()) return failed(NOBODY_KNOWS);
          return { ok: true, value: { ...made.value, ...(percent !== undefined && { percent }) } };
        },
        remove: async (id) => {
          this.#note(this.removed, id);
          return coupons.remove(id);
        },
      },
    };
  }

  #note(list: Noted[], id: string): void {
    const coupon = this.#shop.coupons.get(Number(id));
    if (coupon) list.push({ coupon, at: this.#shop.now() });
  }

  /** Answers what it takes off from now on. */
  #meddle(id: string): number {
    const { coupons } = this.#shop;
    const coupon = coupons.get(Number(id));
    if (!coupon) throw new Error(`no coupon ${id}`);
    coupons.erase(coupon.id);
    coupons.create({ ...coupon, amount: '50.00', metaData: coupon.meta });
    this.meddled.add(coupon.code);
    return 50;
  }
}
