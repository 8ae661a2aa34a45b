/** Parts of an address that may be written into fields. */
const ADDRESS_PARTS = [
  'firstName',
  'lastName',
  'company',
  'phone',
  'address1',
  'address2',
  'city',
  'state',
  'postcode',
  'country',
] as const;
export type AddressPart = (typeof ADDRESS_PARTS)[number];

/** What follows from all orders of a contact, or from its newest one, and what kind of value it is. */
const ORDER_SOURCES = {
  /** Of the newest order. */
  currency: 'text',
  paymentMethod: 'text',
  lastCoupons: 'list',
  /** As WPML notes it at orders. */
  language: 'text',
  /** Every code that counted orders have, the newest first. */
  coupons: 'list',
  firstOrderDate: 'date',
  lastOrderDate: 'date',
  averageOrderValue: 'amount',
  /** Whole days between counted orders, on average. */
  daysBetweenOrders: 'count',
  refundedTotal: 'amount',
  /** Slug of the category most things were bought of. */
  favouriteCategory: 'text',
  /** From 1 to 5, relative to the buyers of the shop: when they bought last, how often, for how much. */
  recencyScore: 'count',
  frequencyScore: 'count',
  monetaryScore: 'count',
  /** The three of them as digits: `543`. */
  rfmScore: 'text',
} as const satisfies Readonly<Record<string, ValueKind>>;
export type OrderSource = keyof typeof ORDER_SOURCES;

/** What a value is, before it is fitted to a field. */
export type ValueKind = 'text' | 'list' | 'date' | 'amount' | 'count';

/** Where a mapped value comes from. */
export type MapSource =
  | { readonly of: 'billing' | 'shipping'; readonly part: AddressPart }
  | { readonly of: 'meta' | 'customerMeta' | 'attribution'; readonly key: string }
  | { readonly of: 'totalSpent'; readonly currency: string }
  | { readonly of: 'orders'; readonly value: OrderSource };

/** Every name of a source, for sentences and the README. */
export const MAP_SOURCES: readonly string[] = [
  ...ADDRESS_PARTS.map((part) => `billing.${part}`),
  ...ADDRESS_PARTS.map((part) => `shipping.${part}`),
  'meta.<key>',
  'customerMeta.<key>',
  'attribution.<name>',
  'totalSpent.<currency>',
  ...Object.keys(ORDER_SOURCES),
];

/** Reads the name of a source; `undefined` when it is none. */
export function mapSourceOf(name: string): MapSource | undefined {
  const dot = name.indexOf('.');
  if (dot < 0) return isOrderSource(name) ? { of: 'orders', value: name } : undefined;
  return inGroup(name.slice(0, dot), name.slice(dot + 1));
}

function inGroup(of: string, key: string): MapSource | undefined {
  switch (of) {
    case 'billing':
    case 'shipping': {
      const part = ADDRESS_PARTS.find((known) => known === key);
      return part && { of, part };
    }
    case 'meta':
    case 'customerMeta':
    case 'attribution':
      return key === '' || key in {} ? undefined : { of, key };
    case 'totalSpent':
      return /^[A-Z]{3}$/.test(key) ? { of, currency: key } : undefined;
    default:
      return undefined;
  }
}

function isOrderSource(name: string): name is OrderSource {
  return Object.hasOwn(ORDER_SOURCES, name);
}

/** What kind of value a source gives. */
export function kindOf(source: MapSource): ValueKind {
  if (source.of === 'orders') return ORDER_SOURCES[source.value];
  return source.of === 'totalSpent' ? 'amount' : 'text';
}

/** Whether a value adds up a contact's past, so that it is wrong while orders are missing. */
export function addsUpPast(source: MapSource): boolean {
  if (source.of === 'totalSpent') return true;
  return source.of === 'orders' && PAST.has(source.value);
}

/** Whether a value says how a buyer stands among the others of the shop. */
export function isScore(source: MapSource): boolean {
  return source.of === 'orders' && source.value.endsWith('Score');
}

const PAST: ReadonlySet<OrderSource> = new Set<OrderSource>([
  'firstOrderDate',
  'averageOrderValue',
  'daysBetweenOrders',
  'refundedTotal',
]);
