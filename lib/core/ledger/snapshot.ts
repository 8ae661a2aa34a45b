import type { Address, ContactKey } from './email.ts';
import type { SubscriptionData } from './subscription.ts';
import type { Version } from './version.ts';

/** Names one thing of one store in the ledger. */
export interface Ref {
  readonly kind: 'order' | 'customer' | 'product' | 'cart' | 'subscription';
  readonly store: string;
  readonly id: string;
}

/** What effects may stand on; of a product nothing happens. */
export const CARRIER_KINDS = [
  'order',
  'customer',
  'cart',
  'subscription',
] as const satisfies readonly Ref['kind'][];

/**
 * What a source makes of a delivery: "this thing looks like this", or a mark that it was deleted or restored.
 * The same set of snapshots, in any order and any number of times, folds to the same ledger.
 */
export type Snapshot =
  | {
      readonly type: 'order';
      readonly ref: Ref;
      readonly version: Version;
      readonly address: Address;
      readonly data: OrderData;
      /** What it is known to have passed beside its status: `shipped`, `delivered`. Counts as seen like a status. */
      readonly milestones?: readonly string[];
      /** When it surely was in its status, epoch ms: only where `data.modifiedAt` may be older than that. */
      readonly seenAt?: number;
    }
  | {
      readonly type: 'order-mark';
      readonly ref: Ref;
      readonly mark: 'deleted' | 'restored';
      readonly by: string;
    }
  | {
      readonly type: 'customer';
      readonly ref: Ref;
      readonly version: Version;
      readonly address: Address;
      readonly data: CustomerData;
    }
  | { readonly type: 'customer-mark'; readonly ref: Ref }
  | {
      readonly type: 'cart';
      readonly ref: Ref;
      readonly version: Version;
      readonly address: Address;
      readonly data: CartData;
    }
  /** It was bought, or the store does not have it any more: for good. */
  | { readonly type: 'cart-mark'; readonly ref: Ref; readonly mark: 'ordered' | 'gone' }
  /** Somebody tried to buy it, who must hear when it is bought: perhaps under a corrected address. */
  | {
      readonly type: 'cart-try';
      readonly ref: Ref;
      readonly address: Address;
      /** When, epoch ms. */
      readonly at: number;
      /** The order that was the try: only if the policy has carts. */
      readonly order?: { readonly id: string; readonly version: Version };
    }
  | {
      readonly type: 'subscription';
      readonly ref: Ref;
      readonly version: Version;
      readonly address: Address;
      readonly data: SubscriptionData;
      /** What is known to have happened to it beside its status; counts as seen like a status. */
      readonly milestones?: readonly string[];
    }
  /** The store does not have it any more: for good. */
  | { readonly type: 'subscription-mark'; readonly ref: Ref }
  | { readonly type: 'product'; readonly ref: Ref; readonly version: Version; readonly data: ProductData };

/** Who a person says they are; empty strings where the store has none. */
export interface Identity {
  readonly firstName: string;
  readonly lastName: string;
  readonly company: string;
  readonly phone: string;
  readonly address1: string;
  readonly address2: string;
  readonly city: string;
  /** The store's state code or free text. */
  readonly state: string;
  readonly postcode: string;
  /** ISO 3166-1 alpha-2 code, or whatever the store holds. */
  readonly country: string;
}

/** Of whom nothing is known. */
export const NOBODY: Identity = {
  firstName: '',
  lastName: '',
  company: '',
  phone: '',
  address1: '',
  address2: '',
  city: '',
  state: '',
  postcode: '',
  country: '',
};

export interface OrderLine {
  /** "0" when the product was erased (facts/woocommerce §3). */
  readonly productId: string;
  /** In stores where the SKU is the variation's and no order names it: it is looked up in `ProductData.skus`. */
  readonly variationId?: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  /** Decimal string in the order's currency, after discounts, without tax. */
  readonly total: string;
  /** What tells the variation from others, by name: only what the policy's tags ask for. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Its picture, where the order shows one: only if the policy asks for it. */
  readonly image?: string;
}

/** The slim data of an order: what totals, tags and the contact follow from, and no more. Times are epoch ms. */
export interface OrderData {
  readonly number: string;
  readonly status: string;
  readonly currency: string;
  /** What was charged, before refunds; decimal string. */
  readonly total: string;
  /** Sum of the refunds, zero or negative; decimal string. */
  readonly refunded: string;
  readonly discount: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly paidAt?: number;
  readonly completedAt?: number;
  readonly paymentMethod: string;
  /** How it is sent, by the names that the buyer saw: only if the policy asks for it. */
  readonly shippingMethods?: readonly string[];
  readonly lines: readonly OrderLine[];
  readonly coupons: readonly string[];
  readonly customerId: string;
  /**
   * The order it may be a part of: a marketplace makes one for each vendor, other plugins split what was ordered.
   * Absent when it names none, and of renewals, which are orders of their own.
   */
  readonly parentId?: string;
  /** What only an order has that nobody has paid or promised to pay: how it can be taken up again. */
  readonly checkout?: CheckoutData;
  /** The subscription that it renews or began, where the store names one. */
  readonly subscriptionId?: string;
  /** The cart it was made from, where a companion in the shop says so. */
  readonly cartId?: string;
  readonly identity: Identity;
  /** Additional checkout fields answered with "1" or "0", by field id (facts/woocommerce §3). */
  readonly consent: Readonly<Record<string, boolean>>;
  /** Order attribution without its `_wc_order_attribution_` prefix. */
  readonly attribution: Readonly<Record<string, string>>;
  /** Order meta by key: only what the policy maps. */
  readonly meta?: Readonly<Record<string, string>>;
  /** Where it goes to: only if the policy maps something of it. */
  readonly shipping?: Identity;
}

/** A checkout that was begun in the shop and ended without a payment. */
export interface CheckoutData {
  /** Where the order was made, as the store calls it: `checkout`, `store-api`. */
  readonly createdVia: string;
  /** Where it can be paid, while it can. */
  readonly paymentUrl?: string;
  /** The store says that it can be paid. */
  readonly needsPayment: boolean;
  /** The query of a link that fills the same cart again; absent where a link would lose something of it. */
  readonly refill?: string;
}

/** A cart that somebody has filled in the shop, as a companion there tells of it. Times are epoch ms. */
export interface CartData {
  readonly status: 'open' | 'empty';
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly currency: string;
  /** With taxes and shipping, as the visitor saw it; decimal string. */
  readonly total: string;
  readonly lines: readonly CartLine[];
  readonly coupons: readonly string[];
  readonly customerId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly country: string;
  /** Additional checkout fields answered with yes or no, by field id. */
  readonly consent: Readonly<Record<string, boolean>>;
  /** Links that lead back to it, the better one first. */
  readonly links: readonly string[];
  /** Of one that a shop without a companion keeps as an order that is not placed yet. */
  readonly checkout?: CheckoutData;
}

export interface CartLine {
  readonly name: string;
  readonly sku: string;
  readonly quantity: number;
  /** Of one, as the visitor saw it; decimal string. */
  readonly price: string;
  /** Empty where nobody knows it. */
  readonly url: string;
  readonly image: string;
}

export interface CustomerData {
  /** Epoch ms; 0 where the store gives none. */
  readonly modifiedAt: number;
  /** Which of them make a contact says the policy. */
  readonly role: string;
  /** When the account was made, epoch ms: only if the policy asks for it. */
  readonly registeredAt?: number;
  readonly identity: Identity;
  /** Customer meta by key: only what the policy maps. */
  readonly meta?: Readonly<Record<string, string>>;
}

export interface ProductData {
  readonly name: string;
  readonly sku: string;
  /** Variation id → SKU, where variations are no products of their own. */
  readonly skus?: Readonly<Record<string, string>>;
  /** Category slugs. */
  readonly categories: readonly string[];
  /** Its page in the shop, and its first picture; empty where it has none. Only if the policy asks for them. */
  readonly url?: string;
  readonly image?: string;
}

/** `order/demo/23`: stable text for maps, messages and logs. */
export function refName(ref: Ref): string {
  return `${ref.kind}/${ref.store}/${ref.id}`;
}

/** The contact an address leads to, if it leads to one. */
export function keyOf(address: Address): ContactKey | undefined {
  return address.usable ? address.key : undefined;
}
