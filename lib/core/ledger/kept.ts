/** What the ledger keeps of a thing beside what the bridge itself needs, because the policy asks for it. */
export interface Kept {
  /** Keys of order meta. */
  readonly orderMeta: readonly string[];
  /** Keys of customer meta. */
  readonly customerMeta: readonly string[];
  /** Names of attributes of order lines. */
  readonly attributes: readonly string[];
  /** Where orders go to. */
  readonly shipping: boolean;
  /** How they are sent. */
  readonly shippingMethods: boolean;
  /** When customers registered. */
  readonly registered: boolean;
  /** Addresses and pictures of products. */
  readonly productLinks: boolean;
  /** Orders that a checkout has begun and nobody has placed. */
  readonly drafts: boolean;
  /** Who tried to buy a cart, and when. */
  readonly cartTries: boolean;
}

export const NOTHING_KEPT: Kept = {
  orderMeta: [],
  customerMeta: [],
  attributes: [],
  shipping: false,
  shippingMethods: false,
  registered: false,
  productLinks: false,
  drafts: false,
  cartTries: false,
};
