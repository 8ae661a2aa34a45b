import { normaliseEmail } from '../../../lib/core/ledger/email.ts';
import { succeeded } from '../../../lib/core/ledger/failure.ts';
import type { CartData, OrderData, Snapshot } from '../../../lib/core/ledger/snapshot.ts';
import type { Policy } from '../../../lib/core/policy/policy.ts';
import type { MauticContacts } from '../../../lib/core/ports/mautic.ts';
import type { Source } from '../../../lib/core/stores/source.ts';
import type { SyncParts } from '../../../lib/pipeline/sync/parts.ts';
import type { Variant } from '../variant.ts';
import { LEFT } from '../visited-policies.ts';

const HOUR = 3_600_000;

/** Mistakes about what people leave behind. */
export const OF_CARTS: readonly Variant[] = [
  {
    name: 'reads-the-times-of-carts-in-the-zone-of-the-shop',
    source: (source) => saying(source, (snapshot) => [cart(snapshot, later)]),
  },
  {
    name: 'keeps-to-the-address-before-it-was-corrected',
    source: (source) => ({
      ...source,
      translate: (arrival) => {
        const said = source.translate(arrival);
        const before = previousAddress(arrival.body);
        if (before === undefined || !('snapshots' in said)) return said;
        return { ...said, snapshots: said.snapshots.map((snapshot) => addressedTo(snapshot, before)) };
      },
    }),
  },
  {
    name: 'does-not-see-that-a-cart-was-bought-under-another-address',
    source: (source) => saying(source, withoutWordOfCarts),
  },
  {
    name: 'does-not-see-that-a-cart-was-tried-under-another-address',
    source: (source) => saying(source, (snapshot) => [withoutTry(snapshot)]),
  },
  {
    name: 'takes-what-the-shop-cancels-for-given-up',
    source: (source) => saying(source, (snapshot) => [order(snapshot, withoutCheckoutOnceCancelled)]),
  },
  {
    name: 'forgets-what-was-answered-in-a-cart',
    source: (source) => saying(source, (snapshot) => [cart(snapshot, (data) => ({ ...data, consent: {} }))]),
  },
  {
    name: 'reminds-who-never-agreed',
    syncParts: (parts) => withCarts(parts, (carts) => ({ ...carts, consent: 'not-required' })),
  },
  {
    name: 'reminds-at-once',
    syncParts: (parts) => withCarts(parts, (carts) => ({ ...carts, after: 60_000 })),
  },
  {
    name: 'keeps-for-ever-who-only-typed-an-address',
    syncParts: (parts) => ({
      ...parts,
      contacts: { ...bound(parts.contacts), expire: async () => undefined },
    }),
  },
  {
    name: 'forgets-no-cart',
    syncParts: (parts) => withCarts(parts, (carts) => ({ ...carts, forget: 365 * 24 * HOUR })),
  },
  {
    name: 'never-looks-again-at-what-is-due-later',
    syncParts: (parts) => ({
      ...parts,
      contacts: {
        ...bound(parts.contacts),
        settle: (contact, wanted, { nextDue: _nextDue, ...known }) =>
          parts.contacts.settle(contact, wanted, known),
      },
    }),
  },
  { name: 'leaves-the-fields-of-carts', contacts: leavingFields },
  {
    name: 'leaves-people-in-the-segment-of-carts',
    syncParts: (parts) => ({
      ...parts,
      segments: {
        ...parts.segments,
        remove: async (segment, ids) =>
          segment === LEFT ? succeeded(undefined) : parts.segments.remove(segment, ids),
      },
    }),
  },
  {
    name: 'knows-no-bots-that-try-cards',
    syncParts: (parts) => ({ ...parts, things: { ...bound(parts.things), load: loadingFewTries(parts) } }),
  },
];

/** Hears something else than what the shop says. */
function saying(source: Source, hear: (snapshot: Snapshot) => readonly Snapshot[]): Source {
  return {
    ...source,
    translate: (arrival) => {
      const said = source.translate(arrival);
      return 'snapshots' in said ? { ...said, snapshots: said.snapshots.flatMap(hear) } : said;
    },
    read: (reading) => {
      const said = source.read(reading);
      return { ...said, snapshots: said.snapshots.flatMap(hear) };
    },
  };
}

function cart(snapshot: Snapshot, change: (data: CartData) => CartData): Snapshot {
  return snapshot.type === 'cart' ? { ...snapshot, data: change(snapshot.data) } : snapshot;
}

function order(snapshot: Snapshot, change: (data: OrderData) => OrderData): Snapshot {
  return snapshot.type === 'order' ? { ...snapshot, data: change(snapshot.data) } : snapshot;
}

function later(data: CartData): CartData {
  return { ...data, updatedAt: data.updatedAt + HOUR };
}

function previousAddress(body: Uint8Array): string | undefined {
  const { previous_email: before } = JSON.parse(Buffer.from(body).toString()) as {
    readonly previous_email?: string | null;
  };
  return before ?? undefined;
}

function addressedTo(snapshot: Snapshot, email: string): Snapshot {
  return snapshot.type === 'cart' ? { ...snapshot, address: normaliseEmail(email) } : snapshot;
}

/** Orders say nothing of the carts that they were made from. */
function withoutWordOfCarts(snapshot: Snapshot): readonly Snapshot[] {
  return snapshot.type === 'cart-mark' || snapshot.type === 'cart-try' ? [] : [snapshot];
}

/** Whoever tries a cart hears what becomes of it, and takes it from nobody. */
function withoutTry(snapshot: Snapshot): Snapshot {
  if (snapshot.type !== 'cart-try') return snapshot;
  const { order: _order, ...told } = snapshot;
  return told;
}

function withoutCheckoutOnceCancelled({ checkout, ...data }: OrderData): OrderData {
  return data.status === 'cancelled' || checkout === undefined ? data : { ...data, checkout };
}

function withCarts(
  parts: SyncParts,
  change: (carts: NonNullable<Policy['carts']>) => NonNullable<Policy['carts']>,
): SyncParts {
  const { carts } = parts.policy;
  return carts ? { ...parts, policy: { ...parts.policy, carts: change(carts) } } : parts;
}

function leavingFields(mautic: MauticContacts): MauticContacts {
  return {
    ...mautic,
    edit: (items) =>
      mautic.edit(
        items.map((item) => ({
          ...item,
          fields: Object.fromEntries(
            Object.entries(item.fields).filter(
              ([alias, value]) => value !== null || !/_(cart_data|recovery_url)$/.test(alias),
            ),
          ),
        })),
      ),
  };
}

/** Never more than three attempts of one address, as if the others had been parts of another order. */
function loadingFewTries({ things }: SyncParts): SyncParts['things']['load'] {
  return async (refs) => {
    const entries = await things.load(refs);
    let tries = 0;
    return new Map(
      [...entries].map(([name, entry]) => {
        const { state } = entry;
        if (state.type !== 'order' || state.data?.checkout === undefined) return [name, entry];
        tries += 1;
        const { checkout: _checkout, ...data } = state.data;
        return [name, tries > 3 ? { ...entry, state: { ...state, data } } : entry];
      }),
    );
  };
}

/** The methods themselves, however the port was made. */
function bound<Port extends object>(port: Port): Port {
  const methods = Object.keys(port).map((name) => [name, Reflect.get(port, name)]);
  return Object.fromEntries(methods) as Port;
}
