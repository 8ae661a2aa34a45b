import { NOTHING_KEPT } from '../../lib/core/ledger/kept.ts';
import { sourcesKeeping } from '../../lib/stores/webhooks.ts';

/** The code that understands stores, of a policy that asks for nothing more than what is always kept. */
export const sourceOf = sourcesKeeping(NOTHING_KEPT);
