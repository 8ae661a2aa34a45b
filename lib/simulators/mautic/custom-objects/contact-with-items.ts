import { type Outcome, saveContact, type Write } from '../contacts/contact-save.ts';
import type { World } from '../world.ts';
import { type ItemError, planItems } from './item-plan.ts';
import { saveItems } from './item-save.ts';

/** What came of a write whose payload may carry items. */
export type OutcomeWithItems =
  | Outcome
  /** By the plugin: before the contact was saved, or after. */
  | {
      readonly type: 'items-refused';
      readonly error: ItemError;
      readonly saved?: Outcome & { readonly type: 'saved' };
    };

/**
 * Saves a contact and the items its payload carries: a dry run of the items first, then the contact, then the items.
 * What fails at an item leaves the contact saved. Without the plugin the key means nothing (331).
 */
export async function saveWithItems(world: World, write: Write): Promise<OutcomeWithItems> {
  if (!world.customObjects.areInstalled) return saveContact(world, write);
  const items = planItems(world, write.payload);
  if ('code' in items) return { type: 'items-refused', error: items };
  const outcome = await saveContact(world, write);
  if (outcome.type !== 'saved') return outcome;
  const failure = saveItems(world, items, { contact: outcome.contact, identity: write.identity });
  if (failure === undefined) return outcome;
  return failure === 'crashed'
    ? { type: 'crashed' }
    : { type: 'items-refused', error: failure, saved: outcome };
}
