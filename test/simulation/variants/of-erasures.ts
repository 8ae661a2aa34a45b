import type { ContactKey } from '../../../lib/core/ledger/email.ts';
import { succeeded } from '../../../lib/core/ledger/failure.ts';
import type { CartState } from '../../../lib/core/ledger/fold/order.ts';
import type { Contacts, Things } from '../../../lib/core/ports/ledger.ts';
import type { SyncParts } from '../../../lib/pipeline/sync/parts.ts';
import type { Variant } from '../variant.ts';

/** Mistakes about whoever asked to be forgotten. */
export const OF_ERASURES: readonly Variant[] = [
  {
    name: 'looks-at-who-is-erased-and-marks-nobody',
    eraseParts: (parts) => ({ ...parts, contacts: { ...bound(parts.contacts), erase: async () => true } }),
  },
  {
    name: 'calls-an-erasure-done-at-once',
    eraseParts: (parts) => {
      const contacts = bound(parts.contacts) as Contacts;
      const erase: Contacts['erase'] = async (contact, at) => {
        const isKnown = await contacts.erase(contact, at);
        await contacts.forget(contact, at);
        return isKnown;
      };
      return { ...parts, contacts: { ...contacts, erase } };
    },
  },
  {
    name: 'forgets-the-row-of-the-contact',
    syncParts: (parts) =>
      withContacts(parts, (contacts) => ({
        forget: async (contact, erasedAt, wanted) => {
          const state = await contacts.forget(contact, erasedAt);
          return wanted === undefined ? state : contacts.settle(contact, wanted, {});
        },
      })),
  },
  {
    name: 'does-not-go-on-with-an-erasure-that-failed',
    contacts: (mautic) => ({
      ...mautic,
      remove: async (id) => {
        await mautic.remove(id);
        return succeeded(undefined);
      },
    }),
  },
  {
    name: 'does-not-look-again-while-a-request-is-under-way',
    syncParts: (parts) =>
      withContacts(parts, (contacts) => ({
        settle: async (contact, wanted, known) => {
          const { erasedAt, forgottenAt } = (await contacts.profile(contact)) ?? {};
          const isOpen = erasedAt !== undefined && erasedAt !== forgottenAt;
          if (isOpen && known.nextDue !== undefined) return contacts.forget(contact, erasedAt, wanted);
          return contacts.settle(contact, wanted, known);
        },
      })),
  },
  {
    name: 'remembers-an-erasure-until-it-is-done',
    // What is told again of the time before is news to who has forgotten that there was an erasure.
    recordParts: (parts) => ({ ...parts, contacts: withoutErasures(parts.contacts) }),
    reconcileParts: (parts) => ({ ...parts, contacts: withoutErasures(parts.contacts) }),
    syncParts: (parts) =>
      withContacts(parts, (contacts) => ({
        profile: async (contact) => {
          const known = await contacts.profile(contact);
          if (known?.erasedAt === undefined || known.erasedAt !== known.forgottenAt) return known;
          const { erasedAt: _erasedAt, ...profile } = known;
          return profile;
        },
      })),
  },
  {
    name: 'takes-what-comes-after-an-erasure-for-older',
    recordParts: (parts) => ({ ...parts, contacts: withErasuresForEver(parts.contacts) }),
    reconcileParts: (parts) => ({ ...parts, contacts: withErasuresForEver(parts.contacts) }),
  },
  {
    name: 'does-not-know-that-whoever-is-erased-corrected-an-address',
    // An order that was tried before under the mistyped one is that one's again.
    syncParts: (parts) => withCarts(parts, ({ data: _data, ...cart }) => cart),
  },
  {
    name: 'gives-a-cart-of-who-is-erased-back-to-the-address-before',
    syncParts: (parts) =>
      withCarts(parts, (cart) => {
        const [contact, email] = Object.entries(cart.contacts)[0] ?? [];
        return contact === undefined ? cart : { ...cart, contact: contact as ContactKey, email: email ?? '' };
      }),
  },
];

/** Sees a cart of somebody who was erased as something else than it is. */
function withCarts(parts: SyncParts, change: (cart: CartState) => CartState): SyncParts {
  const { things } = parts;
  const load: Things['load'] = async (refs) => {
    const entries = await things.load(refs);
    return new Map(
      [...entries].map(([name, entry]) => {
        const { state } = entry;
        const isErased = state.type === 'cart' && state.refused === 'erased';
        return [name, isErased ? { ...entry, state: change(state) } : entry];
      }),
    );
  };
  return { ...parts, things: { ...bound(things), load } };
}

function withContacts(parts: SyncParts, change: (contacts: Contacts) => Partial<Contacts>): SyncParts {
  return { ...parts, contacts: { ...bound(parts.contacts), ...change(bound(parts.contacts)) } };
}

function withoutErasures(contacts: Contacts): Contacts {
  return { ...bound(contacts), hasErasures: async () => false };
}

function withErasuresForEver(contacts: Contacts): Contacts {
  const known = bound(contacts);
  return {
    ...known,
    erasures: async (asked) => {
      const erased = await known.erasures(asked);
      return new Map([...erased.keys()].map((contact) => [contact, Number.MAX_SAFE_INTEGER]));
    },
  };
}

/** The methods themselves, however the port was made. */
function bound<Port extends object>(port: Port): Port {
  const methods = Object.keys(port).map((name) => [name, Reflect.get(port, name)]);
  return Object.fromEntries(methods) as Port;
}
