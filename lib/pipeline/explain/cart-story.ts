import { wasCartCorrected } from '../../core/contact/facts/elsewhere.ts';
import { counted } from '../../core/ledger/counted.ts';
import type { CartState } from '../../core/ledger/fold/order.ts';
import { type Ref, refName } from '../../core/ledger/snapshot.ts';
import type { Entry } from '../../core/ports/ledger.ts';
import { effectPassages } from './order-story.ts';
import type { Passage } from './story.ts';

/** A cart of the ledger. */
export interface KnownCartEntry {
  readonly ref: Ref;
  readonly state: CartState;
  readonly entry: Entry;
}

/** Carts of a person that are told one by one, the newest touched. */
const MOST_CARTS = 5;

/** What somebody began to buy, what became of it, and what was done for it. */
export function cartPassages(carts: readonly KnownCartEntry[]): readonly Passage[] {
  const newest = [...carts].sort((a, b) => touchedAt(b) - touchedAt(a)).slice(0, MOST_CARTS);
  return newest.flatMap((cart): readonly Passage[] => [
    {
      at: touchedAt(cart),
      of: 'shop',
      says: `${refName(cart.ref)} was touched last: ${standingOf(cart.state)}${correctionOf(cart)}`,
    },
    ...effectPassages(cart.entry),
  ]);
}

function touchedAt({ state }: KnownCartEntry): number {
  return state.data?.updatedAt ?? 0;
}

/** Nobody is told under which. */
function correctionOf({ state }: KnownCartEntry): string {
  return wasCartCorrected({ state }) ? ', and tried since under another address, which has it now' : '';
}

function standingOf({ ordered, gone, data }: CartState): string {
  if (ordered) return 'it was bought';
  if (gone) return 'the shop does not have it any more';
  if (!data || data.status === 'empty') return 'nothing is in it';
  return `${counted(data.lines.length, 'line')}, ${data.total} ${data.currency}`;
}
