import { factsOf } from '../../../core/contact/facts/facts.ts';
import type { Failure } from '../../../core/ledger/failure.ts';
import type { WorkParts } from '../parts.ts';
import { settleItems } from './settle-items.ts';
import type { ItemsTarget } from './worker.ts';

/** Nothing is of this contact any more. */
const NOTHING = factsOf([], new Map());

interface Erased extends Pick<ItemsTarget, 'contactId'> {
  readonly of: Pick<ItemsTarget['draft'], 'lane' | 'profile'>;
  readonly goesOn: () => boolean;
}

/** Nothing is left, or when to go on (epoch ms), or why the contact itself must be looked at again. */
type Blanked = { readonly due?: number; readonly failure?: Failure };

/**
 * Takes back what custom items say of a person who was erased, through the contact they are linked to, which goes
 * afterwards: no API deletes them, and without a contact nobody can write them.
 */
export async function forgetItems(parts: WorkParts, { of, contactId, goesOn }: Erased): Promise<Blanked> {
  const draft = { ...of, facts: NOTHING };
  const items = await settleItems(parts, [{ draft, contactId }], goesOn);
  if (items.errors.has(draft)) throw items.errors.get(draft);
  const { itemsDue, lost } = items.of(draft);
  if (lost?.end === 'failed') return { failure: lost.failure };
  return itemsDue === undefined ? {} : { due: itemsDue };
}
