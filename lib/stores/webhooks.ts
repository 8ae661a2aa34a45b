import type { Kept } from '../core/ledger/kept.ts';
import type { Store } from '../core/policy/store.ts';
import type { Source } from '../core/stores/source.ts';
import { fluentcart } from './fluentcart/webhooks/index.ts';
import { woocommerce } from './woocommerce/webhooks/index.ts';

/** A new kind in the configuration does not compile until it has its line here. */
const SOURCES: Readonly<Record<Store['kind'], Source>> = { woocommerce, fluentcart };

/** The code that understands stores of this kind. */
export function sourceOf(kind: Store['kind']): Source {
  return SOURCES[kind];
}

/** As `sourceOf`, keeping more of what stores say. */
export function sourcesKeeping(kept: Kept): (kind: Store['kind']) => Source {
  const kinds = Object.keys(SOURCES) as Store['kind'][];
  const sources = new Map(kinds.map((kind) => [kind, SOURCES[kind].keeping?.(kept) ?? SOURCES[kind]]));
  return (kind) => sources.get(kind) ?? SOURCES[kind];
}
