import type { Variant } from '../variant.ts';
import { ofFeeds } from './of-feeds.ts';

/** Mistakes about what people pay for again and again. */
export const OF_SUBSCRIPTIONS: readonly Variant[] = [
  {
    name: 'hears-of-subscriptions-and-reads-none',
    reconcileParts: (parts) => ({ ...parts, subscriptions: false }),
  },
  {
    name: 'takes-a-cancelled-subscription-for-a-running-one',
    source: (source) =>
      ofFeeds(source, (snapshot) => {
        if (snapshot.type !== 'subscription' || snapshot.data.status !== 'cancelled') return snapshot;
        return { ...snapshot, data: { ...snapshot.data, status: 'active' } };
      }),
  },
  {
    name: 'leaves-subscriptions-to-who-is-erased',
    syncParts: (parts) => ({
      ...parts,
      things: {
        ...bound(parts.things),
        save: async (ref, state, revision) =>
          (ref.kind === 'subscription' && 'refused' in state && state.refused === 'erased') ||
          bound(parts.things).save(ref, state, revision),
      },
    }),
  },
];

/** The methods themselves, however the port was made. */
function bound<Port extends object>(port: Port): Port {
  const methods = Object.keys(port).map((name) => [name, Reflect.get(port, name)]);
  return Object.fromEntries(methods) as Port;
}
