import type { DueItem } from '../../../core/contact/items/items-plan.ts';
import { type Failure, failed, type Outcome } from '../../../core/ledger/failure.ts';
import type { ItemsAnswer } from '../../../core/ports/mautic.ts';
import { MISSING_ANSWER } from '../pace/send.ts';
import type { SyncParts, WorkParts } from '../parts.ts';
import { strangersAmong } from '../strangers.ts';
import type { ItemsWorker } from './worker.ts';

/** Items of one contact that go out with one call. */
export interface Writing {
  readonly worker: ItemsWorker;
  readonly items: readonly DueItem[];
}

type Outcomes = ReadonlyMap<Writing, Outcome<ItemsAnswer>>;

/** Those whose remembered id is somebody else's by now, and why nothing is written there. */
export async function writersOfOthers<One extends Writing>(
  parts: Pick<SyncParts, 'mautic'>,
  writings: readonly One[],
): Promise<ReadonlyMap<One, Failure>> {
  const people = writings.map((writing) => {
    const { contactId, draft } = writing.worker.target;
    return { contactId, email: draft.profile.email, writing };
  });
  const strangers = await strangersAmong(parts, people);
  return new Map([...strangers].map(([{ writing }, failure]) => [writing, failure]));
}

/** Writes items with one call, and looks right before it whose the ids are: items cannot be unlinked from anybody. */
export function writeItems(parts: WorkParts, writings: readonly Writing[]): Promise<Outcomes> {
  return parts.inOneGo<Outcomes>(
    (near) => writeOwn(near, writings),
    (failure) => new Map(writings.map((writing) => [writing, failed(failure)])),
  );
}

async function writeOwn({ mautic, items }: SyncParts, writings: readonly Writing[]): Promise<Outcomes> {
  const strangers = await writersOfOthers({ mautic }, writings);
  const own = writings.filter((writing) => !strangers.has(writing));
  const entries = own.map(({ worker, items: due }) => ({
    contactId: worker.target.contactId,
    items: due.map(({ write }) => write),
  }));
  const answers = entries.length === 0 ? [] : await items.write(entries);
  const outcomes = new Map<Writing, Outcome<ItemsAnswer>>();
  for (const [writing, failure] of strangers) outcomes.set(writing, failed(failure));
  for (const [index, writing] of own.entries())
    outcomes.set(writing, answers[index] ?? failed(MISSING_ANSWER));
  return outcomes;
}
