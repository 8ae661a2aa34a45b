import type { CustomItem, CustomObject } from '../database/custom-rows.ts';
import { isTruthy } from '../database/php-value.ts';
import type { Contact } from '../database/rows.ts';
import type { Call, World } from '../world.ts';
import { emptyValue } from './item-values.ts';

/** What comes back of objects, and of the items of each (545; the seed says 50). */
const PAGE = 10;
const META = { sort: '-dateAdded', page: { number: 1, size: PAGE } };

/** Whether an answer shows the items of its contacts: any value but "" and 0 asks for it, also `false` (511). */
export function showsItems({ query }: Pick<Call, 'query'>): boolean {
  return isTruthy(query.includeCustomObjects);
}

/** The `customObjects` of a contact; undefined when it has no item or there is no plugin (550; 293, 319 of 5.2.1). */
export function customObjectsJson(world: World, contact: Contact): Record<string, unknown> | undefined {
  const items = world.customObjects.areInstalled ? world.db.items.ofContact(contact.id) : [];
  if (items.length === 0) return undefined;
  const used = new Set(items.map(({ object }) => object));
  const objects = world.db.customObjects.all().filter(({ id }) => used.has(id));
  return {
    data: objects.slice(0, PAGE).map((object) => ({
      id: object.id,
      alias: object.alias,
      data: newest(items.filter((item) => item.object === object.id)).map((item) => itemJson(object, item)),
      meta: META,
    })),
    meta: META,
  };
}

/** Newest first; which of one second comes first is MySQL's choice, here the oldest id. */
function newest(items: readonly CustomItem[]): CustomItem[] {
  const order = (a: CustomItem, b: CustomItem) =>
    a.dateAdded === b.dateAdded ? a.id - b.id : a.dateAdded < b.dateAdded ? 1 : -1;
  return items.toSorted(order).slice(0, PAGE);
}

function itemJson(object: CustomObject, item: CustomItem): Record<string, unknown> {
  const { id, name, dateAdded, dateModified, createdBy, modifiedBy } = item;
  return {
    id,
    name,
    language: null,
    category: null,
    isPublished: true,
    dateAdded,
    dateModified,
    createdBy,
    modifiedBy,
    attributes: Object.fromEntries(
      object.fields.map((field) => [field.alias, item.values[field.alias] ?? emptyValue(field)]),
    ),
  };
}
