/** What the shop holds; money in hundredths, times in epoch ms of whole seconds. */
export interface ShopOrder {
  readonly id: number;
  readonly uuid: string;
  readonly type: 'payment' | 'subscription' | 'renewal';
  readonly mode: 'live' | 'test';
  readonly parentId: number | undefined;
  readonly customerId: number;
  readonly currency: string;
  readonly createdAt: number;
  /** An administrator makes orders without an address. */
  readonly isAdmin: boolean;
  readonly isDigital: boolean;
  status: string;
  paymentStatus: string;
  shippingStatus: string;
  totalAmount: number;
  shippingTotal: number;
  discount: number;
  totalPaid: number;
  totalRefund: number;
  note: string;
  receiptNumber: number | undefined;
  completedAt: number | undefined;
  updatedAt: number;
  readonly items: ShopItem[];
  readonly transactions: ShopTransaction[];
  readonly addresses: ShopAddress[];
}

export interface ShopItem {
  readonly id: number;
  readonly productId: number;
  readonly variationId: number;
  readonly name: string;
  readonly variation: string;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly createdAt: number;
  refunded: number;
  updatedAt: number;
}

export interface ShopTransaction {
  readonly id: number;
  readonly uuid: string;
  readonly kind: 'charge' | 'refund';
  /** Of a refund: its charge. */
  readonly parentId: number | undefined;
  readonly subscriptionId: number | undefined;
  readonly total: number;
  readonly createdAt: number;
  status: string;
  refunded: number;
  updatedAt: number;
}

export interface ShopAddress {
  readonly id: number;
  readonly type: 'billing' | 'shipping';
  readonly createdAt: number;
  updatedAt: number;
  fields: AddressFields;
}

export interface AddressFields {
  readonly email: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly phone: string;
  readonly address_1: string;
  readonly city: string;
  readonly state: string;
  readonly postcode: string;
  readonly country: string;
}

export interface ShopCustomer {
  readonly id: number;
  readonly uuid: string;
  readonly createdAt: number;
  email: string;
  firstName: string;
  lastName: string;
  city: string;
  state: string;
  postcode: string;
  country: string;
  updatedAt: number;
}

export interface ShopProduct {
  readonly id: number;
  readonly createdAt: number;
  name: string;
  variations: readonly {
    readonly id: number;
    readonly name: string;
    readonly sku: string;
    readonly price: number;
  }[];
  categories: readonly string[];
  modifiedAt: number;
}

export interface ShopSubscription {
  readonly id: number;
  readonly uuid: string;
  readonly customerId: number;
  readonly parentOrderId: number;
  readonly productId: number;
  readonly variationId: number;
  readonly name: string;
  readonly quantity: number;
  readonly amount: number;
  readonly currency: string;
  readonly createdAt: number;
  status: string;
  billCount: number;
  nextBillingAt: number | undefined;
  canceledAt: number | undefined;
  /** The one whose place it took. */
  upgradedFrom: number | undefined;
  updatedAt: number;
}
