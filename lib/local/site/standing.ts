import type { Profile } from '../../core/contact/contact.ts';
import { isGone, type OrderState } from '../../core/ledger/fold/order.ts';
import { readPace } from '../../core/pace/pace.ts';
import type {
  Registers,
  Survey,
  SurveyedContact,
  SurveyedThing,
  SurveyPage,
} from '../../core/ports/ledger.ts';
import type { Pending } from '../bridge/health.ts';

/** Where a contact stands: Mautic holds it, it will be written, a failure made it wait, or somebody must act. */
export type Place = 'in step' | 'behind' | 'waits' | 'parked' | 'later';

export interface ContactRow {
  readonly key: string;
  readonly email: string;
  readonly place: Place;
  /** Why it waits or is parked. */
  readonly why?: string;
  /** Not tried before, epoch ms. */
  readonly due?: number;
}

export interface OrderRow {
  /** `<store>/<id>`. */
  readonly name: string;
  readonly number: string;
  readonly status: string;
  readonly total: string;
  readonly currency: string;
  readonly email?: string;
  /** Epoch ms; absent where only a deletion is known. */
  readonly createdAt?: number;
  readonly isGone: boolean;
}

/** How the bridge stands, as the page shows it. */
export interface PageStanding {
  readonly pending: Pending;
  readonly contacts: readonly ContactRow[];
  readonly orders: readonly OrderRow[];
  /** There are more than are listed. */
  readonly isCut: boolean;
  /** Why Mautic is left alone; absent while it is called. */
  readonly pause?: { readonly until: number; readonly why: string };
}

export interface StandingParts {
  readonly ledger: Survey & Pick<Registers, 'read'>;
  readonly pending: () => Promise<Pending>;
  readonly now: () => number;
}

/** A page of a browser, and a laptop; who has more uses `npm run bridge -- status`. */
const MOST = 500;

/** Reads the ledger, or as much of it as a page can show. */
export async function readStanding({ ledger, pending, now }: StandingParts): Promise<PageStanding> {
  const [contacts, orders, counts, pace] = await Promise.all([
    first((after) => ledger.profiles(after)),
    first((after) => ledger.orders(after)),
    pending(),
    ledger.read({ of: 'mautic', name: 'PACE' }),
  ]);
  const pause = pauseOf(pace?.text, now());
  return {
    pending: counts,
    contacts: contacts.map(contactRow).sort((a, b) => RANK[a.place] - RANK[b.place]),
    orders: orders.map(orderRow).sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0)),
    isCut: contacts.length >= MOST || orders.length >= MOST,
    ...(pause && { pause }),
  };
}

/** What needs somebody comes first. */
const RANK: Readonly<Record<Place, number>> = { parked: 0, waits: 1, behind: 2, later: 3, 'in step': 4 };

async function first<Item>(page: (after?: string) => Promise<SurveyPage<Item>>): Promise<readonly Item[]> {
  const found: Item[] = [];
  let next: string | undefined;
  do {
    const answer = await page(next);
    found.push(...answer.items);
    next = answer.next;
  } while (next !== undefined && found.length < MOST);
  return found.slice(0, MOST);
}

function contactRow({ contact: key, profile }: SurveyedContact): ContactRow {
  const { email, parked, waiting, due } = profile;
  const place = placeOf(profile);
  const said = place === 'parked' ? parked : place === 'waits' ? waiting : undefined;
  return {
    key,
    email,
    place,
    ...(said && { why: `${said.message} (${said.code})` }),
    ...(due !== undefined && place !== 'in step' && { due }),
  };
}

/** Where a contact stands by its profile. */
export function placeOf({ parked, wanted, synced, waiting, work }: Profile): Place {
  if (parked) return 'parked';
  if (wanted === synced) return 'in step';
  if (waiting) return 'waits';
  return work === 'later' ? 'later' : 'behind';
}

function orderRow({ ref, entry }: SurveyedThing): OrderRow {
  const state = entry.state as OrderState;
  const { data, email } = state;
  return {
    name: `${ref.store}/${ref.id}`,
    number: data?.number ?? ref.id,
    status: data?.status ?? 'unknown',
    total: data?.total ?? '',
    currency: data?.currency ?? '',
    ...(email !== undefined && { email }),
    ...(data && { createdAt: data.createdAt }),
    isGone: isGone(state),
  };
}

function pauseOf(text: string | undefined, now: number): PageStanding['pause'] {
  const { heldUntil, open } = readPace(text);
  if (heldUntil > now) return { until: heldUntil, why: 'it asked to be left alone' };
  if (open && open.until > now)
    return { until: open.until, why: 'most calls failed; then one contact tries it' };
  return undefined;
}
