import type { CustomItem, CustomObject, ItemValue, ObjectField } from '../database/custom-rows.ts';
import { asText, entriesOf, isMap, type PhpMap, type PhpValue } from '../database/php-value.ts';
import type { World } from '../world.ts';
import { readValue } from './item-values.ts';

/** One item of a payload, its object and fields known. */
export type PlannedItem = {
  readonly object: CustomObject;
  /** The item its id names; absent: it is new, or a unique value says which. */
  readonly existing?: CustomItem;
  readonly name: string;
  /** By alias: what was sent. */
  readonly values: ReadonlyMap<string, ItemValue>;
};

/** Why the plugin saves no item, in a batch the entry's own error; code 0 has no HTTP status: a single call is an opaque 500. */
export type ItemError = { readonly code: number; readonly message: string; readonly details: readonly [] };

/** The plugin's validator; the column is shorter (see `item-save.ts`). */
const MAX_NAME = 255;

class Refused extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** An error in the shape of the API. */
export function itemError(code: number, message: string): ItemError {
  return { code, message, details: [] };
}

/**
 * The dry run before anything is saved: objects, items and fields must exist, names be there and dates readable
 * (519-526, 546, 616, 617, 619, 626, 627). A payload of another shape has no items (547, 548).
 */
export function planItems(world: World, payload: PhpMap): readonly PlannedItem[] | ItemError {
  const { customObjects } = payload;
  const objects = isMap(customObjects) ? entriesOf(customObjects.data ?? []) : [];
  try {
    return objects.flatMap(([, entry]) => (isMap(entry) ? planObject(world, entry) : []));
  } catch (error) {
    if (error instanceof Refused) return itemError(error.code, error.message);
    throw error;
  }
}

function planObject(world: World, entry: PhpMap): PlannedItem[] {
  const object = objectOf(world, entry);
  return entriesOf(entry.data ?? []).flatMap(([, item]) =>
    isMap(item) ? [planItem(world, object, item)] : [],
  );
}

function objectOf({ db }: World, { id, alias }: PhpMap): CustomObject {
  if (id !== undefined && id !== null) {
    const object = db.customObjects.get(Number(asText(id)));
    if (object === undefined) throw new Refused(400, `Custom Object with ID = ${asText(id)} was not found`);
    return object;
  }
  if (alias === undefined || alias === null)
    throw new Refused(
      400,
      'customObject[data][][id] or customObject[data][][alias] must exist in the request to identify a Custom Object.',
    );
  const object = db.customObjects.all().find((one) => one.alias === asText(alias));
  if (object === undefined)
    throw new Refused(400, `Custom Object with alias = ${asText(alias)} was not found`);
  return object;
}

function planItem(world: World, object: CustomObject, item: PhpMap): PlannedItem {
  const id = Number(asText(item.id) || 0);
  const existing = id === 0 ? undefined : world.db.customItems.get(id);
  if (id !== 0 && existing === undefined) throw new Refused(400, `Custom Item with ID = ${id} was not found`);
  const values = valuesOf(object, item.attributes ?? null);
  const name = asText(item.name) || (existing?.name ?? '');
  if (name === '') throw new Refused(0, 'This value should not be blank.');
  if (Array.from(name).length > MAX_NAME)
    throw new Refused(0, `This value is too long. It should have ${MAX_NAME} characters or less.`);
  return { object, name, values, ...(existing === undefined ? {} : { existing }) };
}

function valuesOf({ fields }: CustomObject, attributes: PhpValue): Map<string, ItemValue> {
  return new Map(
    entriesOf(attributes).map(([alias, sent]) => {
      const field = fields.find((one) => one.alias === alias);
      if (field === undefined) throw new Refused(400, `Custom field with alias ${alias} was not found.`);
      return [alias, sentValue(field, sent)];
    }),
  );
}

function sentValue(field: ObjectField, sent: PhpValue): ItemValue {
  const value = readValue(field, sent);
  if (value === undefined) throw new Refused(0, `'${asText(sent)}' is not a date.`);
  return value;
}
