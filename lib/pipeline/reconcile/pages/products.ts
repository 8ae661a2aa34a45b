import { type Ref, refName, type Snapshot } from '../../../core/ledger/snapshot.ts';
import type { Visit } from '../visit.ts';

/**
 * The ids of the products in these orders that nobody has described yet, or not as far as the policy asks: an order
 * names neither categories nor links.
 */
export async function unknownProducts(
  { parts, store }: Visit,
  snapshots: readonly Snapshot[],
): Promise<readonly string[]> {
  const ids = snapshots.flatMap((snapshot) =>
    snapshot.type === 'order' ? snapshot.data.lines.map(({ productId }) => productId) : [],
  );
  const real = [...new Set(ids)].filter((id) => id !== '0');
  if (real.length === 0) return [];
  const refs = real.map((id): Ref => ({ kind: 'product', store: store.id, id }));
  const known = await parts.things.load(refs);
  const isDescribed = (ref: Ref) => {
    const entry = known.get(refName(ref));
    return entry?.state.type === 'product' && (!parts.productLinks || entry.state.data.url !== undefined);
  };
  return refs.filter((ref) => !isDescribed(ref)).map(({ id }) => id);
}
