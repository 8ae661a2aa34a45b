import type { Address, ContactKey } from '../email.ts';
import {
  type CartData,
  type CustomerData,
  keyOf,
  type OrderData,
  type ProductData,
  type Snapshot,
} from '../snapshot.ts';
import type { SubscriptionData } from '../subscription.ts';
import type { Version } from '../version.ts';
import { type CartTries, withTry } from './cart-tries.ts';

/** What the ledger holds of a thing; each a join of every snapshot seen. */
export type State = OrderState | CustomerState | ProductState | CartState | SubscriptionState;

interface Person<Data> {
  /** Absent until a snapshot with data came (a deletion may come first). */
  readonly version?: Version;
  readonly data?: Data;
  /** The contact it belongs to now; absent when its address is unusable. */
  readonly contact?: ContactKey;
  readonly email?: string;
  /** Why it has no contact. */
  readonly refused?: string;
  /** Every contact it ever had and that contact's address, sorted by key: each of them must be told of a change. */
  readonly contacts: Readonly<Record<ContactKey, string>>;
}

export interface OrderState extends Person<OrderData> {
  readonly type: 'order';
  /** Status → epoch ms of the earliest moment at which it surely was so; the earliest hundred. */
  readonly sights: Readonly<Record<string, number>>;
  /** Deletions and restorations carry no time, so they are counted: sets of names, sorted (`foldOrderMark`). */
  readonly deleted: readonly string[];
  readonly restored: readonly string[];
}

export interface CustomerState extends Person<CustomerData> {
  readonly type: 'customer';
  readonly deleted: boolean;
}

/** Both marks are final. */
export interface CartState extends Person<CartData> {
  readonly type: 'cart';
  readonly ordered: boolean;
  /** The store does not have it any more. */
  readonly gone: boolean;
  /** Who tried to buy it when; absent until somebody has. */
  readonly tries?: CartTries;
}

export interface SubscriptionState extends Person<SubscriptionData> {
  readonly type: 'subscription';
  /** Status or event → epoch ms of the earliest modified-at at which it was seen; the earliest hundred. */
  readonly sights: Readonly<Record<string, number>>;
  /** The store does not have it any more. */
  readonly deleted: boolean;
}

export interface ProductState {
  readonly type: 'product';
  readonly version: Version;
  readonly data: ProductData;
}

/** An order is gone while its status is `trash` or more deletions than restorations are known. */
export function isGone(order: OrderState): boolean {
  return order.data?.status === 'trash' || isGoneByMarks(order);
}

/** More deletions than restorations are known. */
export function isGoneByMarks({ deleted, restored }: Pick<OrderState, 'deleted' | 'restored'>): boolean {
  return deleted.length > restored.length;
}

/**
 * Folds one snapshot into what is known. Commutative, associative and idempotent over snapshots: any order
 * and any repetition gives the same state.
 * @throws TypeError when the snapshot is of another kind than the state.
 */
export function fold(state: State | undefined, snapshot: Snapshot): State {
  switch (snapshot.type) {
    case 'order':
      return foldSighted(ofType(state, 'order') ?? NEW_ORDER, snapshot);
    case 'order-mark':
      return foldOrderMark(ofType(state, 'order') ?? NEW_ORDER, snapshot);
    case 'customer':
      return foldPerson(ofType(state, 'customer') ?? NEW_CUSTOMER, snapshot);
    case 'customer-mark':
      return { ...(ofType(state, 'customer') ?? NEW_CUSTOMER), deleted: true };
    case 'product':
      return foldProduct(ofType(state, 'product'), snapshot);
    case 'cart':
      return foldPerson(ofType(state, 'cart') ?? NEW_CART, snapshot);
    case 'subscription':
      return foldSighted(ofType(state, 'subscription') ?? NEW_SUBSCRIPTION, snapshot);
    case 'subscription-mark':
      return { ...(ofType(state, 'subscription') ?? NEW_SUBSCRIPTION), deleted: true };
    case 'cart-mark':
      return { ...(ofType(state, 'cart') ?? NEW_CART), [snapshot.mark]: true };
    case 'cart-try':
      return foldTry(ofType(state, 'cart') ?? NEW_CART, snapshot);
  }
}

const NEW_ORDER: OrderState = { type: 'order', contacts: {}, sights: {}, deleted: [], restored: [] };
const NEW_CUSTOMER: CustomerState = { type: 'customer', contacts: {}, deleted: false };

const NEW_SUBSCRIPTION: SubscriptionState = {
  type: 'subscription',
  contacts: {},
  sights: {},
  deleted: false,
};
const NEW_CART: CartState = { type: 'cart', contacts: {}, ordered: false, gone: false };

type Of<Type> = Extract<State, { type: Type }>;
type Taken<Type> = Extract<Snapshot, { type: Type }>;

function ofType<Type extends State['type']>(state: State | undefined, type: Type): Of<Type> | undefined {
  if (state === undefined) return undefined;
  if (state.type !== type) throw new TypeError(`a ${type} snapshot cannot be folded into a ${state.type}`);
  return state as Of<Type>;
}

/** Its status and what it passed beside that are kept with the earliest moment at which each surely was so. */
function foldSighted<S extends OrderState | SubscriptionState>(
  state: S,
  snapshot: Taken<'order' | 'subscription'>,
): S {
  const { milestones = [], data } = snapshot;
  const { status, modifiedAt } = data;
  const since = (snapshot.type === 'order' ? snapshot.seenAt : undefined) ?? modifiedAt;
  const seen = [status, ...milestones].map((name): [string, number] => {
    const known = Object.hasOwn(state.sights, name) ? state.sights[name] : undefined;
    const at = name === status ? since : modifiedAt;
    return [name, Math.min(known ?? at, at)];
  });
  // From entries: a status that is called `__proto__` is a key like any other.
  const sights = Object.fromEntries([...Object.entries(state.sights), ...seen]);
  return { ...foldPerson(state, snapshot), sights: sorted(earliest(sights)) };
}

/** An order must fit into an item of the ledger; a shop has a dozen statuses, and no order goes through a hundred. */
const MOST_SIGHTS = 100;

/** Whatever they came in, the earliest of all are the earliest of the earliest and the rest. */
function earliest(sights: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const entries = Object.entries(sights);
  if (entries.length <= MOST_SIGHTS) return sights;
  const byTime = entries.sort(([a, seen], [b, other]) => seen - other || (a < b ? -1 : 1));
  return Object.fromEntries(byTime.slice(0, MOST_SIGHTS));
}

/** More deletions, or restorations, than these come from no store, but from whoever sends one of them again and again. */
const MOST_MARKS = 100;
/** What a look at the store's REST API found starts with this (`order-marks.ts`); no webhook is called so. */
export const LOOKED_UP = 'rest/';

/**
 * A set union of which the first hundred by name are kept: of unions in any order, the first hundred are the same. Once
 * there are as many of both kinds, webhooks no longer say whether the order is gone; what REST finds does, because its
 * marks are kept beside the hundred. They are as few as there are differences between store and ledger.
 */
function foldOrderMark(state: OrderState, { mark, by }: Taken<'order-mark'>): OrderState {
  const { told = [], found = [] } = Object.groupBy(new Set([...state[mark], by]), (name) =>
    name.startsWith(LOOKED_UP) ? 'found' : 'told',
  );
  return { ...state, [mark]: [...told.sort().slice(0, MOST_MARKS), ...found].sort() };
}

/** Of one kind there may have been more than are kept. */
export function isFullOfMarks({ deleted, restored }: OrderState): boolean {
  return [deleted, restored].some((marks) => marks.length >= MOST_MARKS);
}

/** The greater version takes over; the contact of a stale one is remembered all the same. */
function foldPerson<S extends OrderState | CustomerState | CartState | SubscriptionState>(
  state: S,
  snapshot: Taken<'order' | 'customer' | 'cart' | 'subscription'>,
): S {
  const { address } = snapshot;
  const contacts = address.usable
    ? sorted({ ...state.contacts, [address.key]: address.email })
    : state.contacts;
  if (state.version !== undefined && state.version >= snapshot.version) return { ...state, contacts };
  const { contact: _contact, email: _email, refused: _refused, ...rest } = state;
  return {
    ...rest,
    ...belongingOf(address),
    version: snapshot.version,
    data: snapshot.data,
    contacts,
  } as unknown as S;
}

function foldTry(state: CartState, { address, at, order }: Taken<'cart-try'>): CartState {
  const tried = order && { at, order: order.id, since: order.version };
  return {
    ...state,
    ...(address.usable && { contacts: sorted({ ...state.contacts, [address.key]: address.email }) }),
    ...(tried && { tries: withTry(state.tries, keyOf(address), tried) }),
  };
}

/** What an address says of whose something is. */
export function belongingOf(address: Address): Pick<OrderState, 'contact' | 'email' | 'refused'> {
  return address.usable ? { contact: address.key, email: address.email } : { refused: address.reason };
}

function foldProduct(state: ProductState | undefined, { version, data }: Taken<'product'>): ProductState {
  return state && state.version >= version ? state : { type: 'product', version, data };
}

function sorted<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
