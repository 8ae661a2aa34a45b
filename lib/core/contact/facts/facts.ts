import type { EffectStates } from '../../ledger/effect-state.ts';
import type { ContactKey } from '../../ledger/email.ts';
import { type CustomerState, isGone, type State } from '../../ledger/fold/order.ts';
import {
  type CustomerData,
  type Identity,
  type ProductData,
  type Ref,
  refName,
} from '../../ledger/snapshot.ts';
import { DEFAULT_POLICY, isCustomerRole, type Policy } from '../../policy/policy.ts';
import type { Elsewhere } from './elsewhere.ts';
import { identityInCart, type KnownCart } from './known-cart.ts';
import { type KnownOrder, newest } from './known-order.ts';
import { type Purchases, parentRef, purchasesOf } from './order-parts.ts';
import { isWithoutOrders, type KnownSubscription } from './subscriptions.ts';
import { withSkus } from './variation-sku.ts';

/** A customer record with its name in the ledger; the data is there. */
export interface KnownCustomer {
  readonly ref: Ref;
  readonly state: CustomerState;
  readonly data: CustomerData;
  /** What has been done for it once. */
  readonly effects: EffectStates;
}

/** What follows for one contact from everything the ledger holds of it. */
export interface Facts extends Purchases {
  /** Orders that are not gone, and no part of another that is not. */
  readonly orders: readonly KnownOrder[];
  /** Orders that are gone: they count for nothing, but the person remains who they are. */
  readonly goneOrders: readonly KnownOrder[];
  /** Customer records of the roles that the policy calls customers. */
  readonly customers: readonly KnownCustomer[];
  /** Carts that a companion in a shop told of, whatever became of them. */
  readonly carts: readonly KnownCart[];
  /** Names (`refName`) of carts that were bought, whoever's they are: an order of this contact may be a try at one. */
  readonly orderedCarts: ReadonlySet<string>;
  /** Names of carts that the contact once had or tried to buy → what others did with them. */
  readonly elsewhere: ReadonlyMap<string, Elsewhere>;
  /** Carts that are the contact's, or were and are nobody's: of a stranger they are forgotten, also without a policy for them. */
  readonly forgettableCarts: readonly Ref[];
  /** Subscriptions that the store still has. */
  readonly subscriptions: readonly KnownSubscription[];
  /** Product ref name → what is known of it. */
  readonly products: ReadonlyMap<string, ProductData>;
  /** Everything of the contact, of whatever kind, for which anything was to happen once. */
  readonly carriers: readonly Carrier[];
}

/** A thing of the ledger and what has been done once for it. */
interface Carrier {
  readonly ref: Ref;
  readonly effects: EffectStates;
}

/**
 * Who the person is: the newest order's billing, overlaid by a customer record changed after that order was
 * placed. Without an order that counts as theirs, a gone order, any customer record or a cart still says who they are.
 * `undefined`: nothing makes this a contact.
 */
export function identityOf(facts: Facts): Identity | undefined {
  const order = newest(facts.orders) ?? newest(facts.goneOrders);
  const customer = newestCustomer(facts.customers);
  if (!order) return customer?.data.identity ?? identityInCart(facts.carts);
  if (!customer || customer.state.deleted || customer.data.modifiedAt <= order.data.createdAt)
    return order.data.identity;
  return overlay(order.data.identity, customer.data.identity);
}

function newestCustomer(customers: readonly KnownCustomer[]): KnownCustomer | undefined {
  return newestCustomers(customers)[0];
}

/** Customer records from the newest on, deleted ones last. */
export function newestCustomers(customers: readonly KnownCustomer[]): readonly KnownCustomer[] {
  const rank = ({ state, data, ref }: KnownCustomer) =>
    [state.deleted ? 0 : 1, data.modifiedAt, Number(ref.id) || 0] as const;
  return [...customers].sort(
    (a, b) => compareTuples(rank(b), rank(a)) || (a.ref.store > b.ref.store ? 1 : -1),
  );
}

function compareTuples(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    if (value !== other) return value - other;
  }
  return 0;
}

/** Name and phone where the customer record has them; the address only as a whole, never half of each. */
function overlay(base: Identity, over: Identity): Identity {
  const hasAddress = over.address1 !== '' || over.city !== '' || over.postcode !== '';
  const address = hasAddress ? over : base;
  return {
    firstName: over.firstName || base.firstName,
    lastName: over.lastName || base.lastName,
    company: over.company || base.company,
    phone: over.phone || base.phone,
    address1: address.address1,
    address2: address.address2,
    city: address.city,
    state: address.state,
    postcode: address.postcode,
    country: address.country,
  };
}

/** A thing that belongs to the contact now. */
export interface OwnEntry {
  readonly ref: Ref;
  readonly state: Exclude<State, { type: 'product' }>;
  readonly effects?: EffectStates;
  readonly savedAt?: number | undefined;
}

export interface FactsOptions {
  /** Names (`refName`) of orders that are known to be another buyer's, and never were this one's. */
  readonly foreign?: ReadonlySet<string>;
  readonly policy?: Pick<Policy, 'customerRoles'>;
  /** Names (`refName`) of carts that were bought, of others too. */
  readonly orderedCarts?: ReadonlySet<string>;
  /** Names of carts → what others than the contact did with them. */
  readonly elsewhere?: ReadonlyMap<string, Elsewhere>;
  /** Carts that are the contact's, or were and are nobody's. */
  readonly forgettableCarts?: readonly Ref[];
}

/** Splits what the ledger holds into the facts of one contact. Only what belongs to it now is passed in. */
export function factsOf(
  entries: readonly OwnEntry[],
  products: ReadonlyMap<string, ProductData>,
  options: FactsOptions = {},
): Facts {
  const { foreign = new Set(), policy = DEFAULT_POLICY } = options;
  const { orderedCarts = orderedIn(entries), elsewhere = new Map(), forgettableCarts = [] } = options;
  const known = ordersIn(entries, products);
  const names = new Set(known.map(({ ref }) => refName(ref)));
  const orders = known.map((order) => {
    const parent = parentOf(order, { names, foreign });
    return parent ? { ...order, parent } : order;
  });
  return {
    ...purchasesOf(orders.filter(({ state }) => !isGone(state))),
    goneOrders: orders.filter(({ state }) => isGone(state)),
    customers: customersIn(entries, policy),
    carts: cartsIn(entries),
    orderedCarts,
    elsewhere,
    forgettableCarts,
    subscriptions: subscriptionsIn(entries).filter((one) => !isWithoutOrders(one, orders)),
    products,
    carriers: entries.flatMap(({ ref, effects = {} }) =>
      Object.keys(effects).length === 0 ? [] : [{ ref, effects }],
    ),
  };
}

function ordersIn(
  entries: readonly OwnEntry[],
  products: ReadonlyMap<string, ProductData>,
): readonly KnownOrder[] {
  return entries.flatMap(({ ref, state, effects = {}, savedAt }) => {
    if (state.type !== 'order' || !state.data) return [];
    const data = withSkus(state.data, ref.store, products);
    return [{ ref, state, data, effects, ...(savedAt !== undefined && { savedAt }) }];
  });
}

function customersIn(
  entries: readonly OwnEntry[],
  policy: Pick<Policy, 'customerRoles'>,
): readonly KnownCustomer[] {
  return entries.flatMap(({ ref, state, effects = {} }) =>
    state.type === 'customer' && state.data && isCustomerRole(policy, state.data.role)
      ? [{ ref, state, data: state.data, effects }]
      : [],
  );
}

/** Names of the carts among these that were bought. */
export function orderedIn(entries: readonly Pick<OwnEntry, 'ref' | 'state'>[]): ReadonlySet<string> {
  return new Set(
    entries.flatMap(({ ref, state }) => (state.type === 'cart' && state.ordered ? [refName(ref)] : [])),
  );
}

/** Carts among these that are this contact's, or nobody's. */
export function forgettableIn(
  entries: readonly Pick<OwnEntry, 'ref' | 'state'>[],
  contact: ContactKey,
): readonly Ref[] {
  return entries.flatMap(({ ref, state }) =>
    state.type === 'cart' && (state.contact ?? contact) === contact ? [ref] : [],
  );
}

function cartsIn(entries: readonly OwnEntry[]): readonly KnownCart[] {
  return entries.flatMap(({ ref, state, effects = {} }) =>
    state.type === 'cart' && state.data ? [{ ref, state, data: state.data, effects }] : [],
  );
}

function subscriptionsIn(entries: readonly OwnEntry[]): readonly KnownSubscription[] {
  return entries.flatMap(({ ref, state, effects = {} }) =>
    state.type === 'subscription' && state.data && !state.deleted
      ? [{ ref, state, data: state.data, effects }]
      : [],
  );
}

/**
 * A parent of which only marks are known is as good as unknown: whose it is nobody can say. So is one that was this
 * buyer's: both make an order none of its own.
 */
function parentOf(
  order: KnownOrder,
  { names, foreign }: { readonly names: ReadonlySet<string>; readonly foreign: ReadonlySet<string> },
): KnownOrder['parent'] {
  const parent = parentRef(order);
  if (!parent || foreign.has(refName(parent))) return undefined;
  return names.has(refName(parent)) ? 'of-this-buyer' : 'unknown';
}
