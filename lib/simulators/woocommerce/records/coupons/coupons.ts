import { found, type Records } from '../records.ts';
import type { NewShopCoupon, ShopCoupon } from './coupon-state.ts';

/** What people and programs do with coupons; webhooks of coupons are not simulated. */
export interface ShopCoupons {
  /** @throws Error when one of this code is there that is not in the trash, in any case (recording `coupon-create-duplicate-code`). */
  create(coupon: NewShopCoupon): ShopCoupon;
  /** Into the trash: nobody finds it by its code there, and the code can be used again at once (facts/carts 34). */
  trash(id: number): void;
  /** For good. */
  erase(id: number): void;
  get(id: number): ShopCoupon | undefined;
  /** Of any that is not in the trash, whatever the case of the code. */
  find(code: string): ShopCoupon | undefined;
  /** By id; those in the trash too. */
  all(): readonly ShopCoupon[];
  /** Who holds it in an order: the customer's id, or the address of a guest (recordings `coupons-by-code`, `coupon-after-use`). */
  usedBy(coupon: ShopCoupon): readonly string[];
  /** Whether an order may take it now: neither expired nor used up. */
  isUsable(coupon: ShopCoupon): boolean;
}

export function createCoupons(records: Records): ShopCoupons {
  const { coupons } = records;

  function create({ code, metaData = [], ...given }: NewShopCoupon): ShopCoupon {
    if (find(records, code)) throw new Error('The coupon code already exists');
    const coupon: ShopCoupon = {
      id: records.nextId(),
      code: code.toLowerCase(),
      discountType: 'fixed_cart',
      amount: '0.00',
      description: '',
      minimumAmount: '0.00',
      individualUse: false,
      usageLimit: null,
      usageLimitPerUser: null,
      emailRestrictions: [],
      isTrashed: false,
      ...given,
      meta: metaData.map((meta) => ({ id: records.nextMetaId(), ...meta })),
      createdAt: records.now(),
    };
    coupons.set(coupon.id, coupon);
    return coupon;
  }

  return {
    create,
    trash: (id) => void coupons.set(id, { ...found(coupons, id), isTrashed: true }),
    erase: (id) => void coupons.delete(id),
    get: (id) => coupons.get(id),
    find: (code) => find(records, code),
    all: () => [...coupons.values()].sort((a, b) => a.id - b.id),
    usedBy: (coupon) => usedBy(records, coupon),
    isUsable: (coupon) => isUsable(records, coupon),
  };
}

function find({ coupons }: Records, code: string): ShopCoupon | undefined {
  const wanted = code.toLowerCase();
  return [...coupons.values()].find((coupon) => !coupon.isTrashed && coupon.code === wanted);
}

/** An order holds its coupons from the moment it waits for its payment, and gives them back when it comes to nothing (facts/carts 31). */
const HOLDS_NONE = new Set(['cancelled', 'failed', 'trash', 'checkout-draft']);

function usedBy({ orders }: Records, { code }: ShopCoupon): readonly string[] {
  return [...orders.values()]
    .filter(({ status, coupons }) => !HOLDS_NONE.has(status) && coupons.some((one) => isSame(one, code)))
    .map(({ customerId, billing }) => (customerId === 0 ? billing.email : String(customerId)));
}

function isUsable(records: Records, coupon: ShopCoupon): boolean {
  const { expiresAt = Number.POSITIVE_INFINITY, usageLimit } = coupon;
  const isLeft = usageLimit === null || usedBy(records, coupon).length < usageLimit;
  return expiresAt > records.now() && isLeft;
}

/** What of the codes that a visitor brought an order can take: the shop drops the rest (facts/carts 8, 31). */
export function takenCoupons(records: Records, codes: readonly string[]): readonly string[] {
  return codes.filter((code) => {
    const coupon = find(records, code);
    return coupon === undefined || isUsable(records, coupon);
  });
}

function isSame(code: string, other: string): boolean {
  return code.toLowerCase() === other.toLowerCase();
}
