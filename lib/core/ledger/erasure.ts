import type { ContactKey } from './email.ts';
import type { CustomerState, OrderState, State } from './order.ts';
import type { Identity, Snapshot } from './snapshot.ts';

/** Why something has no contact whose person asked to be forgotten. */
const ERASED = 'erased';

/** Nobody: the money stays, without a name. */
const NOBODY: Identity = {
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

/** Contact → when its person was erased, epoch ms. */
export type Erasures = ReadonlyMap<ContactKey, number>;

/**
 * A snapshot as it may be kept: what is older than the erasure of the person it names comes without identity, address
 * and consent. Its version stays, so that what is known of the thing does not depend on when it was told.
 */
export function withoutErased(snapshot: Snapshot, erasures: Erasures): Snapshot {
  if (snapshot.type !== 'order' && snapshot.type !== 'customer') return snapshot;
  if (!snapshot.address.usable) return snapshot;
  const erasedAt = erasures.get(snapshot.address.key);
  if (erasedAt === undefined || bornAt(snapshot) > erasedAt) return snapshot;
  const address = { usable: false, reason: ERASED } as const;
  return snapshot.type === 'order'
    ? { ...snapshot, address, data: { ...snapshot.data, identity: NOBODY, consent: {} } }
    : { ...snapshot, address, data: { ...snapshot.data, identity: NOBODY } };
}

/** When what it is of came to be, as far as the store says: of a customer record only its last change is known. */
function bornAt({ type, data }: Extract<Snapshot, { type: 'order' | 'customer' }>): number {
  return type === 'order' ? data.createdAt : data.modifiedAt;
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
  if (state.type === 'product' || !isOf(state, erasing.contact) || !isOfThatTime(state, erasing))
    return state;
  const { [erasing.contact]: _erased, ...contacts } = state.contacts;
  if (state.contact !== erasing.contact) return { ...state, contacts };
  const { contact: _contact, email: _email, ...rest } = state;
  return { ...rest, contacts, refused: ERASED, ...withoutPerson(state) } as unknown as Known;
}

function isOf({ contact, contacts }: OrderState | CustomerState, erased: ContactKey): boolean {
  return contact === erased || Object.hasOwn(contacts, erased);
}

function isOfThatTime(state: OrderState | CustomerState, { erasedAt, hasReturned }: Erasing): boolean {
  if (state.type === 'order') return state.data === undefined || state.data.createdAt <= erasedAt;
  return !hasReturned || state.data === undefined || state.data.modifiedAt <= erasedAt;
}

function withoutPerson(state: OrderState | CustomerState): object {
  if (state.data === undefined) return {};
  return state.type === 'order'
    ? { data: { ...state.data, identity: NOBODY, consent: {} } }
    : { data: { ...state.data, identity: NOBODY } };
}

/** An order of this contact that was placed after the erasure: the person is back. */
export function isReturn(state: State, { contact, erasedAt }: Omit<Erasing, 'hasReturned'>): boolean {
  return state.type === 'order' && state.contact === contact && (state.data?.createdAt ?? 0) > erasedAt;
}
