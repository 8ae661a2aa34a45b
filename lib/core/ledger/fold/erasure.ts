import type { ContactKey } from '../email.ts';
import { type CartData, type CustomerData, NOBODY, type OrderData, type Snapshot } from '../snapshot.ts';
import { type CartTries, type CartTry, withoutTriesOf } from './cart-tries.ts';
import type { CartState, CustomerState, OrderState, State, SubscriptionState } from './order.ts';

/** Why something has no contact whose person asked to be forgotten. */
const ERASED = 'erased';

/** What becomes of a field of somebody who was erased: a new one does not compile until that is decided. */
type Fate<Value> = 'stays' | 'goes' | { readonly becomes: Value };
type Fates<Data> = { readonly [Name in keyof Required<Data>]: Fate<Required<Data>[Name]> };

const ORDER: Fates<OrderData> = {
  number: 'stays',
  status: 'stays',
  currency: 'stays',
  total: 'stays',
  refunded: 'stays',
  discount: 'stays',
  createdAt: 'stays',
  modifiedAt: 'stays',
  paidAt: 'stays',
  completedAt: 'stays',
  paymentMethod: 'stays',
  shippingMethods: 'stays',
  lines: 'stays',
  coupons: 'stays',
  customerId: 'stays',
  parentId: 'stays',
  subscriptionId: 'stays',
  cartId: 'stays',
  // Whoever has the link may pay, and sees who ordered.
  checkout: 'goes',
  identity: { becomes: NOBODY },
  shipping: 'goes',
  consent: { becomes: {} },
  attribution: { becomes: {} },
  meta: 'goes',
};

const CUSTOMER: Fates<CustomerData> = {
  modifiedAt: 'stays',
  role: 'stays',
  registeredAt: 'stays',
  identity: { becomes: NOBODY },
  meta: 'goes',
};

const CART: Fates<CartData> = {
  status: 'stays',
  createdAt: 'stays',
  updatedAt: 'stays',
  currency: 'stays',
  total: 'stays',
  lines: 'stays',
  coupons: 'stays',
  customerId: 'stays',
  firstName: { becomes: '' },
  lastName: { becomes: '' },
  country: { becomes: '' },
  consent: { becomes: {} },
  // They lead back to a cart that somebody filled.
  links: { becomes: [] },
  checkout: 'goes',
};

/** Contact → when its person was erased, epoch ms. */
export type Erasures = ReadonlyMap<ContactKey, number>;

/** Whatever names a person. */
type Personal = OrderState | CustomerState | CartState | SubscriptionState;
type PersonalSnapshot = Extract<Snapshot, { type: Personal['type'] }>;

/** Whether a snapshot names a person; marks and products name nobody. */
function isPersonal(snapshot: Snapshot): snapshot is PersonalSnapshot {
  return 'address' in snapshot && 'data' in snapshot;
}

/**
 * A snapshot as it may be kept: what is older than the erasure of the person it names comes without identity, address
 * and consent. Its version stays, so that what is known of the thing does not depend on when it was told.
 */
export function withoutErased(snapshot: Snapshot, erasures: Erasures): Snapshot {
  if (snapshot.type === 'cart-try') return withoutErasedTry(snapshot, erasures);
  if (!isPersonal(snapshot) || !snapshot.address.usable) return snapshot;
  const erasedAt = erasures.get(snapshot.address.key);
  if (erasedAt === undefined || bornAt(snapshot) > erasedAt) return snapshot;
  const address = { usable: false, reason: ERASED } as const;
  return { ...snapshot, address, data: nameless(snapshot) } as Snapshot;
}

type Try = Extract<Snapshot, { type: 'cart-try' }>;

function withoutErasedTry(told: Try, erasures: Erasures): Try {
  const erasedAt = told.address.usable ? erasures.get(told.address.key) : undefined;
  return erasedAt === undefined || told.at > erasedAt
    ? told
    : { ...told, address: { usable: false, reason: ERASED } };
}

type Named = Pick<PersonalSnapshot, 'type' | 'data'>;

/** When what it is of came to be, as far as the store says: of a customer record only its last change is known. */
function bornAt({ data }: Named): number {
  return 'createdAt' in data ? data.createdAt : data.modifiedAt;
}

/** The same data without whom they are about. A subscription names its person by the address alone. */
function nameless({ type, data }: Named): object {
  if (type === 'subscription') return data;
  const fates: Readonly<Record<string, Fate<unknown>>> = { order: ORDER, customer: CUSTOMER, cart: CART }[
    type
  ];
  return Object.fromEntries(
    Object.entries(data).flatMap(([name, value]): readonly (readonly [string, unknown])[] => {
      const fate = fates[name] ?? 'goes';
      if (fate === 'goes') return [];
      return [[name, fate === 'stays' ? value : fate.becomes]];
    }),
  );
}

/** What an erasure needs to know of a person. */
export interface Erasing {
  readonly contact: ContactKey;
  /** Epoch ms. */
  readonly erasedAt: number;
  /** The person ordered again since, so that a customer record which changed since is of that time. */
  readonly hasReturned: boolean;
}

/**
 * What the ledger may keep of a thing whose person was erased; the same object when there is nothing to forget. The
 * version stays: what is told again of that time is no news.
 */
export function forget<Known extends State>(state: Known, erasing: Erasing): Known {
  if (state.type === 'product' || !isOf(state, erasing) || !isOfThatTime(state, erasing)) return state;
  const isTheirs = state.contact === erasing.contact;
  const isHearer = hasTriedSince(state, erasing);
  if (isHearer && !isTheirs) return state;
  const { [erasing.contact]: _erased, ...others } = state.contacts;
  const contacts = isHearer ? state.contacts : others;
  const tries = hasTried(state, erasing) && { tries: withoutTriesOf(state.tries, erasing.contact) };
  if (!isTheirs) return { ...state, contacts, ...tries };
  const { contact: _contact, email: _email, ...rest } = state;
  const { type, data } = state;
  const kept = data === undefined ? {} : { data: nameless({ type, data } as Named) };
  return { ...rest, contacts, ...tries, refused: ERASED, ...kept } as unknown as Known;
}

function isOf(state: Personal, erasing: Erasing): boolean {
  const { contact, contacts } = state;
  return contact === erasing.contact || Object.hasOwn(contacts, erasing.contact) || hasTried(state, erasing);
}

/** Tries since are of somebody who is back. */
function hasTried(
  state: Personal,
  { contact, erasedAt }: Erasing,
): state is CartState & { readonly tries: CartTries } {
  const tried = tryOf(state, contact);
  return tried !== undefined && tried.at <= erasedAt;
}

/** Whoever tried a cart must hear what becomes of it: told of the try again, it would name them again. */
function hasTriedSince(state: Personal, { contact, erasedAt }: Erasing): boolean {
  const tried = tryOf(state, contact);
  return tried !== undefined && tried.at > erasedAt;
}

function tryOf(state: Personal, contact: ContactKey): CartTry | undefined {
  if (state.type !== 'cart' || !state.tries || !Object.hasOwn(state.tries, contact)) return undefined;
  return state.tries[contact];
}

function isOfThatTime({ type, data }: Personal, { erasedAt, hasReturned }: Erasing): boolean {
  if (data === undefined || bornAt({ type, data } as Named) <= erasedAt) return true;
  return type === 'customer' && !hasReturned;
}

/** An order or a cart of this contact that was begun after the erasure: the person is back. */
export function isReturn(state: State, { contact, erasedAt }: Omit<Erasing, 'hasReturned'>): boolean {
  if (state.type !== 'order' && state.type !== 'cart') return false;
  return state.contact === contact && (state.data?.createdAt ?? 0) > erasedAt;
}
