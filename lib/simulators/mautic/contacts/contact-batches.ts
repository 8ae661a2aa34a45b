import { type OutcomeWithItems, saveWithItems } from '../custom-objects/contact-with-items.ts';
import { showsItems } from '../custom-objects/item-view.ts';
import { asText, entriesOf, isMap, listOrObject, type PhpMap, type PhpValue } from '../database/php-value.ts';
import type { Contact } from '../database/rows.ts';
import { type Answer, accessDenied, ok, opaqueError, refusal } from '../http/answer.ts';
import type { Call, World } from '../world.ts';
import { findDuplicate } from './contact-form.ts';
import type { Outcome, Write } from './contact-save.ts';
import { contactJson } from './contact-view.ts';
import { removeContact } from './contacts.ts';
import { findInBatch } from './find-contact.ts';

/** More items than this are refused as a whole (recording 168). */
export const MAX_BATCH = 200;

type ItemError = Readonly<Record<string, unknown>>;

/** What one item of a batch adds to the answer. */
type ItemResult = {
  readonly status: number;
  readonly entity?: unknown;
  readonly error?: ItemError;
  /** The contact it was meant for: items of one contact show it as the last of them left it (092 of 5.2.1 and 7.0.0). */
  readonly of?: number;
  /** The row it was saved in. */
  readonly saved?: number;
};

/** Saves one item; undefined when Mautic crashes. */
type SaveItem = (item: PhpMap) => Promise<ItemResult | undefined>;

/** `POST /api/contacts/batch/new`: always 201; an existing contact is treated as PATCH (157-166, 701-709). */
export async function newContacts(world: World, call: Call): Promise<Answer> {
  if (call.identity.isLimited) return accessDenied();
  const answer = await runBatch(call.body, async (payload) => {
    const existing = findDuplicate(world, payload);
    const binding = existing === undefined ? 'POST' : 'PATCH';
    return createItem(world, { payload, binding, existing, identity: call.identity }, showsItems(call));
  });
  return answer.status === 200 ? { ...answer, status: 201 } : answer;
}

/** `PATCH` and `PUT /api/contacts/batch/edit`: always 200; the entity of a refused item is shown all the same (169-173). */
export async function editContacts(world: World, call: Call): Promise<Answer> {
  if (call.identity.isLimited) return accessDenied();
  const binding = call.method === 'PUT' ? 'PUT' : 'PATCH';
  const written = new Map<number, number>();
  return runBatch(call.body, async (payload) => {
    const found = findInBatch(world, Number(asText(payload.id) || 0));
    if (found === undefined && binding === 'PATCH') return missing();
    const earlier = found && written.get(found.id);
    const existing = earlier === undefined ? found : world.db.contacts.get(earlier);
    const repeated = earlier === undefined ? {} : { repeated: world.traits.repeatedIdInBatch };
    const write: Write = { payload, binding, existing, identity: call.identity, ...repeated };
    const result = await editItem(world, write, showsItems(call));
    if (found === undefined || result?.saved === undefined) return result;
    written.set(found.id, result.saved);
    return { ...result, of: found.id };
  });
}

/** `DELETE /api/contacts/batch/delete?ids=1,2`: unknown ids are left out (recordings 174, 175). */
export function deleteContacts(world: World, { query, identity }: Call): Answer {
  if (identity.isLimited) return accessDenied();
  const ids = idsOf(query.ids ?? '');
  const found = ids
    .map((id) => findInBatch(world, id))
    .filter((contact): contact is Contact => contact !== undefined);
  const contacts = found.map((contact) => contactJson(world, contact));
  for (const contact of found) removeContact(world, contact);
  return ok({ contacts });
}

function idsOf(ids: PhpValue): number[] {
  const texts =
    typeof ids === 'object'
      ? entriesOf(ids).map(([, id]) => asText(id) ?? '')
      : (asText(ids) ?? '').split(',');
  return texts.map(Number);
}

/** Saves item by item: when Mautic crashes at one, those before are kept and nothing is told of them (recordings 165, 180). */
async function runBatch(body: PhpValue, save: SaveItem): Promise<Answer> {
  const items = entriesOf(body);
  if (items.length > MAX_BATCH)
    return refusal(500, `A max of ${MAX_BATCH} entities are supported at a time.`);
  const results: [string, ItemResult][] = [];
  for (const [key, item] of items) {
    const result = isMap(item) ? await save(item) : undefined;
    if (result === undefined) return opaqueError(500);
    results.push([key, result]);
  }
  return ok(batchJson(results));
}

function batchJson(results: readonly [string, ItemResult][]): Record<string, unknown> {
  const last = new Map(results.map(([, { of, entity }]) => [of, entity]));
  const contacts = results.flatMap(([key, { entity, of }]) =>
    entity === undefined ? [] : [[key, of === undefined ? entity : last.get(of)] as const],
  );
  const errors = results.flatMap(([key, { error }]) => (error === undefined ? [] : [[key, error] as const]));
  const statusCodes = listOrObject(results.map(([key, { status }]) => [key, status] as const));
  const body = { contacts: listOrObject(contacts), statusCodes };
  return errors.length === 0 ? body : { ...body, errors: listOrObject(errors) };
}

async function createItem(world: World, write: Write, withItems: boolean): Promise<ItemResult | undefined> {
  const outcome = await saveWithItems(world, write);
  if (outcome.type === 'crashed') return undefined;
  return outcome.type === 'saved' ? savedItem(world, outcome, withItems) : refusedItem(outcome);
}

async function editItem(world: World, write: Write, withItems: boolean): Promise<ItemResult | undefined> {
  const outcome = await saveWithItems(world, write);
  if (outcome.type === 'crashed') return undefined;
  if (outcome.type === 'saved') return savedItem(world, outcome, withItems);
  // Derived: the entity that the plugin refused an item of was loaded before, as that of a refused form was.
  if (outcome.type === 'items-refused' && outcome.saved !== undefined)
    return { ...savedItem(world, outcome.saved, withItems), ...refusedItem(outcome) };
  const entity = write.existing && contactJson(world, write.existing, { numbers: 'raw' });
  return { ...refusedItem(outcome), entity };
}

function savedItem(
  world: World,
  { contact, isNew, shown }: Outcome & { type: 'saved' },
  withItems: boolean,
): ItemResult {
  return {
    status: isNew ? 201 : 200,
    saved: contact.id,
    entity: contactJson(world, contact, { isNew, shown, showsItems: withItems }),
  };
}

function refusedItem({ error }: OutcomeWithItems & { type: 'refused' | 'items-refused' }): ItemResult {
  return { status: error.code, error: { ...error, type: null } };
}

function missing(): ItemResult {
  return { status: 404, error: { message: 'Item was not found.', code: 404, type: 'api' } };
}
