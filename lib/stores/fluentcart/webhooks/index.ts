import { type Kept, NOTHING_KEPT } from '../../../core/ledger/kept.ts';
import type { Source } from '../../../core/stores/source.ts';
import { CATALOG } from '../../catalog.ts';
import { FIELDS, read } from './read.ts';
import { sign } from './secret.ts';
import { sender } from './sender.ts';
import { translate } from './translate.ts';

export const fluentcart: Source = keeping(NOTHING_KEPT);

/** What FluentCart sends, of which so much is kept. */
function keeping(kept: Kept): Source {
  return {
    ...sender,
    topics: CATALOG.fluentcart.topics,
    hasSubscriptions: true,
    fields: FIELDS,
    sign,
    translate: (arrival) => translate(arrival, kept),
    read: (reading) => read(reading, kept),
    keeping,
  };
}
