import type { ContactKey } from '../../core/ledger/email.ts';
import { type Ref, refName } from '../../core/ledger/snapshot.ts';
import type { Entry } from '../../core/ports/ledger.ts';
import type { Bookmark } from './bookmark.ts';
import { openVisit } from './one-store.ts';
import { askForOrder } from './pages/one-order.ts';
import { takeIn, takeInOrders } from './pages/take-in.ts';
import type { ReconcileParts } from './parts.ts';
import { Unread, type Visit } from './visit.ts';

/** What became of an order that was to be read again. */
export interface ResyncLine {
  readonly ref: Ref;
  /** `unknown`: neither the store nor the ledger has it. */
  readonly found: 'read' | 'erased' | 'unknown' | 'unshown' | 'no-keys';
}

/** What is worked off now: nobody waits for the time of a function. */
const NOT_KEPT: Bookmark<never> = { value: () => undefined, save: async () => undefined };
/** A ring that gets lost costs this long: then `sweep` rings. */
const GRACE_MS = 60_000;

/**
 * Reads orders again from their stores, puts them through the same fold as every reading, and has their contacts written
 * in full. Any number of them at once do no harm.
 * @throws Error when a store does not answer.
 */
export function createResync(
  parts: ReconcileParts,
): (refs: readonly Ref[], report: (line: ResyncLine) => void) => Promise<ReadonlySet<ContactKey>> {
  return async function resync(refs, report) {
    const known = await parts.things.load(refs);
    for (const [id, own] of Map.groupBy(refs, (ref) => ref.store)) {
      const visit = await visitOf(parts, id);
      for (const ref of own) {
        const found = visit ? await readAgain(visit, ref) : 'no-keys';
        report({ ref, found: foundOf(found, known.get(refName(ref))) });
      }
    }
    const touched = await contactsOf(parts, refs);
    for (const contact of touched) await wantInFull(parts, contact);
    return touched;
  };
}

/** Nobody ever had an order of which no more is known than that it is gone. */
function foundOf(found: ResyncLine['found'], before: Entry | undefined): ResyncLine['found'] {
  const wasSeen = before?.state.type === 'order' && before.state.data !== undefined;
  return found === 'erased' && !wasSeen ? 'unknown' : found;
}

async function visitOf(parts: ReconcileParts, id: string): Promise<Visit | undefined> {
  const store = parts.stores.find((one) => one.id === id);
  // Keys alone lead nowhere.
  if (store?.url === undefined) return undefined;
  return openVisit(parts, store, { hasTime: () => true, unfinished: NOT_KEPT });
}

async function readAgain(visit: Visit, ref: Ref): Promise<ResyncLine['found']> {
  try {
    const found = await askForOrder(visit, ref.id);
    if (found === 'unshown') return 'unshown';
    if (found === 'erased') await takeInOrders(visit, [ref]);
    else await takeIn(visit, 'order', [found]);
    return found === 'erased' ? 'erased' : 'read';
  } catch (error) {
    if (error instanceof Unread) throw new Error(error.failure.message, { cause: error });
    throw error;
  }
}

async function contactsOf(
  { things }: ReconcileParts,
  refs: readonly Ref[],
): Promise<ReadonlySet<ContactKey>> {
  const entries = [...(await things.load(refs)).values()];
  const keys = entries.flatMap(({ state }) => (state.type === 'order' ? Object.keys(state.contacts) : []));
  return new Set(keys as ContactKey[]);
}

/** At once: somebody named it. */
async function wantInFull(
  { contacts, doorbell, clock, log }: ReconcileParts,
  contact: ContactKey,
): Promise<void> {
  const due = clock.now() + GRACE_MS;
  const result = await contacts.wantAgain(contact, due, true);
  if (!result) return;
  const { wanted, attempts } = result;
  await doorbell.ring([{ contact, wanted, attempts }]).catch((error: unknown) => {
    log.warn('Could not ring; the sweep will', { contacts: 1 }, error);
  });
}
