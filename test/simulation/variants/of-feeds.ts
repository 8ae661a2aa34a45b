import type { Snapshot } from '../../../lib/core/ledger/snapshot.ts';
import type { Source } from '../../../lib/core/stores/source.ts';
import type { Variant } from '../variant.ts';

/** Mistakes about what FluentCart is, and about two stores of one bridge. */
export const OF_FEEDS: readonly Variant[] = [
  {
    name: 'takes-ids-of-two-stores-for-the-same',
    source: (source) =>
      ofFeeds(source, (snapshot) => ({ ...snapshot, ref: { ...snapshot.ref, store: 'demo' } })),
  },
  {
    name: 'takes-whoever-gets-to-the-checkout-for-a-customer',
    source: (source) =>
      ofFeeds(source, (snapshot) =>
        snapshot.type === 'customer'
          ? { ...snapshot, data: { ...snapshot.data, role: 'customer' } }
          : snapshot,
      ),
  },
  {
    name: 'counts-what-nobody-paid',
    source: (source) => ofFeeds(source, countedAnyway),
  },
  {
    name: 'takes-orders-of-the-test-mode',
    source: (source) => ({
      ...source,
      translate: (arrival) => source.translate({ ...arrival, testOrders: true }),
      read: (reading) => source.read({ ...reading, testOrders: true }),
    }),
  },
];

/** What the source of FluentCart says, changed. */
export function ofFeeds(source: Source, change: (snapshot: Snapshot) => Snapshot): Source {
  if (source.kind !== 'fluentcart') return source;
  return {
    ...source,
    translate: (arrival) => {
      const translation = source.translate(arrival);
      if ('dropped' in translation) return translation;
      return { snapshots: translation.snapshots.map(change) };
    },
    read: (reading) => {
      const item = source.read(reading);
      return { ...item, snapshots: item.snapshots.map(change) };
    },
  };
}

/** The order's own status says nothing of its payment. */
function countedAnyway(snapshot: Snapshot): Snapshot {
  if (snapshot.type !== 'order' || snapshot.data.status !== 'on-hold') return snapshot;
  return { ...snapshot, data: { ...snapshot.data, status: 'processing' } };
}
