import type { ContactKey } from '../../../core/ledger/email.ts';
import type { Register } from '../../../core/ledger/register.ts';
import type { Ref } from '../../../core/ledger/snapshot.ts';
import type { ClaimKind } from '../../../core/ports/ledger.ts';
import type { TABLE } from '../../../environment.ts';

/** Primary key of an item. */
export type Key = Readonly<Record<typeof TABLE.partitionKey | typeof TABLE.sortKey, string>>;

export const PROFILE = 'PROFILE';
export const WRITTEN = 'WRITTEN';
export const WAITS = 'WAITS#';
export const MAUTIC = 'MAUTIC';

/** That anybody was ever erased. */
export const ERASURES = { pk: MAUTIC, sk: 'ERASURES' } as const satisfies Key;

const CONTACT = 'CONTACT#';
const ITEMS = 'ITEMS#';
/** Sort keys of the things themselves. */
export const THING_NAMES = {
  order: 'ORDER',
  customer: 'CUSTOMER',
  product: 'PRODUCT',
  cart: 'CART',
  subscription: 'SUBSCRIPTION',
} as const satisfies Record<Ref['kind'], string>;
const KINDS = new Map<string, Ref['kind']>([
  [THING_NAMES.order, 'order'],
  [THING_NAMES.customer, 'customer'],
  [THING_NAMES.product, 'product'],
  [THING_NAMES.cart, 'cart'],
  [THING_NAMES.subscription, 'subscription'],
]);

/** Where a thing lies. */
export function thingKey(ref: Ref): Key {
  return { pk: pathOf(ref), sk: THING_NAMES[ref.kind] };
}

/** Where something of a contact lies: its profile or what was written. */
export function contactKey(contact: ContactKey, what: typeof PROFILE | typeof WRITTEN): Key {
  return { pk: contactPartition(contact), sk: what };
}

export function contactPartition(contact: ContactKey): string {
  return `${CONTACT}${contact}`;
}

/** Where what is known of a contact's custom items lies: nobody else's reads pay for it. */
export function itemsPartition(contact: ContactKey): string {
  return `${ITEMS}${contact}`;
}

/** The contact whose partition this is; the cast holds because only contact keys are written there. */
export function contactOfPartition(partition: string): ContactKey {
  return partition.slice(CONTACT.length) as ContactKey;
}

/** Where the contact notes that it has this thing. */
export function pointerKey(contact: ContactKey, ref: Ref): Key {
  return { pk: contactPartition(contact), sk: pathOf(ref) };
}

/** The thing that a pointer's sort key, or a thing's own partition, names; `undefined` when it is neither. */
export function refOfPointer(sortKey: string): Ref | undefined {
  const [name = '', store, id] = sortKey.split('#');
  const kind = KINDS.get(name);
  return kind && store !== undefined && id !== undefined
    ? { kind, store, id: decodeURIComponent(id) }
    : undefined;
}

/** Where a contact waits for a product. */
export function waitKey(product: Ref, contact: ContactKey): Key {
  return { pk: pathOf(product), sk: `${WAITS}${contact}` };
}

/** The contact that waits; the cast holds because only `waitKey` writes there. */
export function contactOfWait(sortKey: string): ContactKey {
  return sortKey.slice(WAITS.length) as ContactKey;
}

export function claimKey(kind: ClaimKind, name: string): Key {
  return { pk: MAUTIC, sk: `${kind}#${name}` };
}

/** Where a register lies. */
export function registerKey({ of, name }: Register): Key {
  return { pk: of === 'mautic' ? MAUTIC : `STORE#${of.store}`, sk: `REGISTER#${name}` };
}

/** Where the time of a store's connection lies. */
export function storeKey(store: string): Key {
  return { pk: `STORE#${store}`, sk: 'CONNECTION' };
}

/** Ids are the store's own text: escaped, so that none can hold the separator. */
function pathOf({ kind, store, id }: Ref): string {
  return `${THING_NAMES[kind]}#${store}#${encodeURIComponent(id)}`;
}
