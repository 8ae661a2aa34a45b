import type { Shop } from '../../lib/simulators/woocommerce/shop.ts';
import { asAddress } from '../support/oracle.ts';
import { HOUSE } from './act-rules.ts';
import { CouponBook } from './coupon-book.ts';
import { Dice } from './engine.ts';
import type { Faults } from './faults.ts';
import type { Mautic } from './mautic.ts';

/** A shop makes few coupons in its day: their answers get lost more often than others. */
const ANSWER_LOST = 0.25;

interface GiftsParts {
  readonly seed: number;
  readonly shop: Shop;
  readonly mautic: () => Pick<Mautic, 'sent'>;
  readonly faults: Faults;
}

/** A shop whose follow-ups bring coupons, and people who order with them. */
export class Gifts {
  readonly coupons: CouponBook;
  readonly #dice: Dice;
  readonly #mautic: GiftsParts['mautic'];

  constructor({ seed, shop, mautic, faults }: GiftsParts) {
    const dice = new Dice(seed + 0x61f7);
    const isLost = () => dice.chance(ANSWER_LOST) && faults.on;
    this.coupons = new CouponBook({ shop, dice: new Dice(seed + 0xc0de), isLost });
    this.#dice = dice;
    this.#mautic = mautic;
  }

  /** Most of those who were mailed one use it with the next order; some bring one that everybody knows. */
  codesFor(typed: string): readonly string[] {
    const email = asAddress(typed);
    const mailed = this.#mautic().sent.filter((mail) => mail.email === email && mail.code !== '');
    const [code] = mailed.map((mail) => mail.code).slice(-1);
    const known = this.#dice.chance(0.3) ? [HOUSE.toLowerCase()] : [];
    return code !== undefined && this.#dice.chance(0.6) ? [...known, code] : known;
  }
}
