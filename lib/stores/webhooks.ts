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
