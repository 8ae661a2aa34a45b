import type { SurveyedContact } from '../../core/ports/ledger.ts';
import type { BackfillReceipt } from '../../core/stores/backfill.ts';
import { historyOf, readHistory } from '../../core/stores/history.ts';
import { LeftOut } from '../reconcile/left-out.ts';
import { add, type Tally } from '../tally.ts';
import { type BackfillParts, readingParts } from './parts.ts';
import type { Progress } from './progress.ts';

/** What the end of a backfill needs. */
export interface Closing {
  readonly parts: BackfillParts;
  readonly store: string;
  readonly progress: Progress;
  readonly hasTime: () => boolean;
}

/** How many orders the store cannot show, as far as they have names. */
export async function unshownOf(parts: BackfillParts, store: string): Promise<number> {
  return (await LeftOut.open(readingParts(parts), store)).waiting('order');
}

type Found = Pick<BackfillReceipt, 'contacts' | 'written' | 'unchanged' | 'left' | 'parked'>;

/** What the ledger says when all is done; `undefined` when the time was over before. */
export async function writeReceipt(closing: Closing): Promise<BackfillReceipt | undefined> {
  const { parts, store, progress } = closing;
  const { startedAt, tally } = progress.backfill;
  const found = await countContacts(closing, startedAt);
  if (!found) return undefined;
  const history = readHistory((await parts.registers.read(historyOf(store)))?.text);
  const unshown = tally.nameless + (await unshownOf(parts, store));
  return { ...found, complete: history !== undefined, unshown };
}

/** Everybody in the ledger; `since` (epoch ms): when it began. */
async function countContacts({ parts, hasTime }: Closing, since: number): Promise<Found | undefined> {
  const fates: Tally = new Map();
  const parked: Tally = new Map();
  let contacts = 0;
  let after: string | undefined;
  do {
    if (!hasTime()) return undefined;
    const { items, next } = await parts.survey.profiles(after);
    contacts += items.length;
    for (const { profile } of items) if (profile.parked) add(parked, profile.parked.code);
    for (const contact of items) add(fates, fateOf(contact, since));
    after = next;
  } while (after !== undefined);
  const [written = 0, unchanged = 0, left = 0] = FATES.map((fate) => fates.get(fate));
  return { contacts, written, unchanged, left, parked: Object.fromEntries(parked) };
}

const FATES = ['written', 'unchanged', 'left'] as const;

/** What became of a contact since then (epoch ms). */
function fateOf(
  { profile, wantedAt = 0, writtenAt = 0 }: SurveyedContact,
  since: number,
): (typeof FATES)[number] | 'parked' | 'not looked at' {
  if (profile.parked) return 'parked';
  if (writtenAt >= since) return 'written';
  if (wantedAt < since) return 'not looked at';
  return profile.mauticId === undefined ? 'left' : 'unchanged';
}
