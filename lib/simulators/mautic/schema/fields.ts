import type { Identity } from '../auth/identity.ts';
import { MAX_BATCH } from '../contacts/contact-batches.ts';
import { payloadOf } from '../contacts/contact-form.ts';
import { page } from '../contacts/contact-list.ts';
import { entriesOf, keyedById, listOrObject, type PhpMap } from '../database/php-value.ts';
import type { Authorship, Field } from '../database/rows.ts';
import {
  type Answer,
  accessDenied,
  created,
  formError,
  formRefusal,
  itemNotFound,
  ok,
  opaqueError,
  type Refusal,
  refusal,
} from '../http/answer.ts';
import { authorshipOf, type Call, createdBy, modifiedBy, type World } from '../world.ts';
import { FIRST_CREATED_FIELD_ID, orderOf } from './core-fields.ts';
import { LIMITED_TYPES, readFieldEdit, readNewField } from './field-form.ts';

type JsonMap = Record<string, unknown>;

/** `GET /api/fields/contact`: `total` is a number, the fields an object by id, 30 a page (recordings 176-183). */
export function listFields(world: World, { query, identity }: Call): Answer {
  if (identity.isLimited) return accessDenied();
  const all = world.db.fields.all();
  const count = createdCount(world);
  const sorted = all.toSorted((a, b) => orderOf(a, count) - orderOf(b, count));
  const fields = keyedById(page(sorted, query).map((field) => [field.id, fieldJson(world, field)]));
  return ok({ total: all.length, fields });
}

/** `GET /api/fields/contact/{id}` */
export function getField(world: World, { params }: Call): Answer {
  const field = world.db.fields.get(Number(params[0]));
  return field === undefined ? itemNotFound() : ok({ field: fieldJson(world, field) });
}

/** `POST /api/fields/contact/new`; even a limited user may (recording 580). */
export function newField(world: World, call: Call): Answer {
  const made = makeField(world, call, payloadOf(call.body));
  if (made === 'crashed') return opaqueError(500);
  if (made.field === undefined) return formRefusal(made.refusals);
  return created(`/api/fields/contact/${made.field.id}`, { field: fieldJson(world, made.field) });
}

/** `POST /api/fields/contact/batch/new` (recording 605). */
export function newFields(world: World, call: Call): Answer {
  const items = entriesOf(call.body);
  if (items.length > MAX_BATCH)
    return refusal(500, `A max of ${MAX_BATCH} entities are supported at a time.`);
  const results: [string, Exclude<MadeField, 'crashed'>][] = [];
  for (const [key, item] of items) {
    const made = makeField(world, call, payloadOf(item));
    if (made === 'crashed') return opaqueError(500);
    results.push([key, made]);
  }
  const fields = results.flatMap(([key, { field }]) =>
    field === undefined ? [] : [[key, fieldJson(world, field)] as const],
  );
  const errors = results.flatMap(([key, { field, refusals }]) =>
    field === undefined ? [[key, { ...formError(refusals), type: null }] as const] : [],
  );
  const statusCodes = listOrObject(
    results.map(([key, { field }]) => [key, field === undefined ? 400 : 201] as const),
  );
  const body = { fields: listOrObject(fields), statusCodes };
  return { status: 201, body: errors.length === 0 ? body : { ...body, errors: listOrObject(errors) } };
}

/** `PATCH` and `PUT /api/fields/contact/{id}/edit` (recordings 599-603). */
export function editField(world: World, { params, body, identity }: Call): Answer {
  const field = world.db.fields.get(Number(params[0]));
  if (field === undefined) return itemNotFound();
  const payload = payloadOf(body);
  const { details, refusals } = readFieldEdit(payload, world.traits);
  if (refusals.length > 0) return formRefusal(refusals);
  const edited = world.db.fields.put({ ...field, ...details, ...fieldMarks(world, identity, payload) });
  return ok({ field: fieldJson(world, edited) });
}

/** Mautic does not take a unique identifier, switched on or off, for a change; 5 notes who did it all the same (058 of 5.2.1 and 7.0.0). */
function fieldMarks(world: World, identity: Identity, payload: PhpMap): Partial<Authorship> {
  const isReal = Object.keys(payload).some((key) => !UNMARKED.has(key));
  const marks = modifiedBy(identity, world.now());
  if (isReal) return marks;
  const { dateModified: _, ...who } = marks;
  return world.traits.marksNewAsModified ? {} : who;
}

const UNMARKED = new Set(['isUniqueIdentifier', 'isUniqueIdentifer']);

/** `DELETE /api/fields/contact/{id}/delete`: the column and its values go (recording 606). */
export function deleteField(world: World, { params }: Call): Answer {
  const field = world.db.fields.get(Number(params[0]));
  if (field === undefined) return itemNotFound();
  const json = fieldJson(world, field);
  world.db.fields.delete(field.id);
  for (const contact of world.db.contacts.all()) {
    const { [field.alias]: gone, ...values } = contact.values;
    if (gone !== undefined) world.db.contacts.put({ ...contact, values });
  }
  return ok({ field: { ...json, id: null } });
}

/** A field, what its form refuses, or a database that takes no column more. */
type MadeField =
  | { readonly field: Field; readonly refusals: readonly never[] }
  | { readonly field: undefined; readonly refusals: readonly Refusal[] }
  | 'crashed';

function makeField(world: World, { identity }: Call, payload: PhpMap): MadeField {
  const form = readNewField(world.db, payload, world.traits);
  if (form.type === 'refused') return { field: undefined, refusals: form.refusals };
  if (form.type === 'crash' || world.cannotMakeField(form.alias)) return 'crashed';
  const field = world.db.fields.insert((id) => ({
    id,
    ...createdBy(world, identity),
    ...form.details,
    alias: form.alias,
    type: form.fieldType,
    order: createdCount(world) + 1,
    isFixed: false,
  }));
  return { field, refusals: [] };
}

function createdCount({ db }: World): number {
  return db.fields.all().filter((field) => field.id >= FIRST_CREATED_FIELD_ID).length;
}

/** Created fields that take text of any length, or none, show no limit (019-030 of 7.0.0). */
function shownLimit({ id, type, charLengthLimit }: Field): number | null {
  return id < FIRST_CREATED_FIELD_ID || LIMITED_TYPES.has(type) ? charLengthLimit : null;
}

function fieldJson(world: World, field: Field): JsonMap {
  const isEmpty = entriesOf(field.properties).length === 0;
  return {
    ...authorshipOf(field),
    id: field.id,
    label: field.label,
    alias: field.alias,
    type: field.type,
    group: field.group,
    order: orderOf(field, createdCount(world)),
    object: 'lead',
    defaultValue: field.defaultValue,
    isRequired: field.isRequired,
    isFixed: field.isFixed,
    isListable: field.isListable,
    isVisible: field.isVisible,
    isShortVisible: field.isShortVisible,
    isUniqueIdentifier: field.isUniqueIdentifier,
    isPubliclyUpdatable: field.isPubliclyUpdatable,
    ...(world.traits.showsIndex ? { isIndex: field.isIndex ?? field.isUniqueIdentifier } : {}),
    ...(world.traits.showsCharLengthLimit ? { charLengthLimit: shownLimit(field) } : {}),
    properties: isEmpty ? {} : field.properties,
  };
}
