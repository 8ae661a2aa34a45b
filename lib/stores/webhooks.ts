import type { Kept } from '../core/ledger/kept.ts';
import type { Store } from '../core/policy/configuration/store.ts';
import { keptOf } from '../core/policy/kept.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Source } from '../core/stores/source.ts';
import { fluentcart } from './fluentcart/webhooks/index.ts';
import { woocommerce } from './woocommerce/webhooks/index.ts';

/** A new kind in the configuration does not compile until it has its line here. */
const SOURCES: Readonly<Record<Store['kind'], Source>> = { woocommerce, fluentcart };

/**
 * What is known of stores of this kind without a policy. It understands nothing that is to be kept: what one door keeps
 * and the next leaves out would be taken away again by whoever reads last.
 */
export function sourceOf(kind: Store['kind']): Omit<Source, 'translate' | 'read' | 'fields' | 'keeping'> {
  return SOURCES[kind];
}

/** The code that understands what stores say, and keeps of it what this policy asks for. */
export function sourcesFor(
  policy: Pick<Policy, 'map' | 'consent' | 'tags' | 'followUps' | 'itemLinks' | 'carts'>,
): (kind: Store['kind']) => Source {
  return sourcesKeeping(keptOf(policy));
}

/** The same, for what is to be kept. */
export function sourcesKeeping(kept: Kept): (kind: Store['kind']) => Source {
  const kinds = Object.keys(SOURCES) as Store['kind'][];
  const sources = new Map(kinds.map((kind) => [kind, SOURCES[kind].keeping?.(kept) ?? SOURCES[kind]]));
  return (kind) => sources.get(kind) ?? SOURCES[kind];
}
