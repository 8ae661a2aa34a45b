import type { ContactKey } from '../../core/ledger/email.ts';
import { withoutErased } from '../../core/ledger/fold/erasure.ts';
import { keyOf, type Snapshot } from '../../core/ledger/snapshot.ts';
import type { Contacts } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/telemetry.ts';

export interface ErasedParts {
  readonly contacts: Pick<Contacts, 'hasErasures' | 'erasures'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Snapshots of one thing, with whatever else is known of them. */
interface Saying {
  readonly snapshots: readonly Snapshot[];
}

/** What may be kept of what the stores say. */
export interface Erased {
  /** The same, without identity, address and consent of who was erased since. */
  leaveOut<Said extends Saying>(said: readonly Said[]): Promise<readonly Said[]>;
}

/** The first erasure is noticed within this time; until then `sync` mends what was folded. */
const REMEMBERED_MS = 300_000;

/** Who was erased is asked only once anybody was, and that is remembered for good. */
export function createErased({ contacts, clock }: ErasedParts): Erased {
  let isAny = false;
  let askedAt = Number.NEGATIVE_INFINITY;

  async function hasAny(): Promise<boolean> {
    if (isAny || clock.now() - askedAt < REMEMBERED_MS) return isAny;
    isAny = await contacts.hasErasures();
    askedAt = clock.now();
    return isAny;
  }

  return {
    leaveOut: async (said) => {
      const named = said.flatMap(({ snapshots }) => snapshots.flatMap((one) => contactIn(one) ?? []));
      if (named.length === 0 || !(await hasAny())) return said;
      const erasures = await contacts.erasures([...new Set(named)]);
      if (erasures.size === 0) return said;
      return said.map((one) => ({
        ...one,
        snapshots: one.snapshots.map((snapshot) => withoutErased(snapshot, erasures)),
      }));
    },
  };
}

function contactIn(snapshot: Snapshot): ContactKey | undefined {
  return 'address' in snapshot ? keyOf(snapshot.address) : undefined;
}
