import { type Kept, NOTHING_KEPT } from '../../../core/ledger/kept.ts';
import type { Source } from '../../../core/stores/source.ts';
import { CATALOG } from '../../catalog.ts';
import { fieldsOf, read } from './read.ts';
import { sender } from './sender.ts';
import { sign } from './signature.ts';
import { translate } from './translate.ts';

export const woocommerce: Source = keeping(NOTHING_KEPT);

/** What WooCommerce sends, of which so much is kept. */
function keeping(kept: Kept): Source {
  return {
    ...sender,
    topics: CATALOG.woocommerce.topics,
    cartTopic: CATALOG.woocommerce.cartTopic,
    sign,
    translate: (arrival) => translate(arrival, kept),
    fields: fieldsOf(kept),
    read: (reading) => read(reading, kept),
    keeping,
  };
}
