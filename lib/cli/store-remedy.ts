import { commandLine } from '../core/ledger/command.ts';
import type { Place } from './place/place.ts';

const LOCALLY =
  'start the bridge with STORE_URL, STORE_CONSUMER_KEY and STORE_CONSUMER_SECRET, or with a simulated shop: npm start -- --shop';

/** What to do, as the end of a sentence, about a store that cannot be read for want of its address or its keys. */
export function storeRemedy({ kind }: Pick<Place, 'kind'>): string {
  return kind === 'local' ? LOCALLY : `${commandLine('setup')} asks for its url and its keys`;
}
