import { type Failure, failed, type Outcome } from '../../core/ledger/failure.ts';
import type { SyncParts, WorkParts } from './parts.ts';

/** Somebody for whom something is to be done by the id of their contact. */
export interface Somebody {
  readonly contactId: number;
  /** Lower case. */
  readonly email: string;
}

/** Why nothing is done for those whose id is somebody else's by now, or of whom nobody can say: it would reach that person. */
export async function strangersAmong<One extends Somebody>(
  { mautic }: Pick<SyncParts, 'mautic'>,
  people: readonly One[],
): Promise<ReadonlyMap<One, Failure>> {
  if (people.length === 0) return new Map();
  const holders = await mautic.holders(people.map(({ contactId }) => contactId));
  const refusals = people.flatMap((one): [One, Failure][] => {
    if (!holders.ok) return [[one, holders.failure]];
    const holder = holders.value.get(one.contactId);
    return holder?.email.toLowerCase() === one.email ? [] : [[one, MOVED]];
  });
  return new Map(refusals);
}

/** As `strangersAmong`, for one person. */
export async function strangerFor(
  parts: Pick<SyncParts, 'mautic'>,
  { contactId, email }: Somebody,
): Promise<(Outcome<never> & { readonly ok: false }) | undefined> {
  const one = { contactId, email };
  const failure = (await strangersAmong(parts, [one])).get(one);
  return failure && { ok: false, failure };
}

/** Does something by the id of a contact, right after a look that shows it to be still theirs: nothing waits between. */
export function whileTheirs<Value>(
  parts: WorkParts,
  somebody: Somebody,
  act: (near: WorkParts) => Promise<Outcome<Value>>,
): Promise<Outcome<Value>> {
  return parts.inOneGo<Outcome<Value>>(
    async (near) => (await strangerFor(near, somebody)) ?? act(near),
    failed,
  );
}

/** Of a contact whose id is somebody else's now: where it stands is found out before anything is done again. */
export const MOVED: Failure = {
  kind: 'retry',
  code: 'moved',
  message: 'The contact was renamed or merged in Mautic a moment ago; it is looked for again',
};
