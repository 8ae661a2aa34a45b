import type { CustomObject, ObjectField } from '../database/custom-rows.ts';
import type { World } from '../world.ts';

/** A Custom Object as a person makes it in the plugin's pages. */
export type CustomObjectForm = {
  readonly alias: string;
  readonly fields: readonly FieldForm[];
};

type FieldForm = Pick<ObjectField, 'alias' | 'type'> &
  Partial<Pick<ObjectField, 'label' | 'isRequired' | 'isUnique' | 'options'>>;

/**
 * Makes an object, or changes the fields of the one with this alias. Underscores are dropped from aliases (523).
 * Throws when a unique identifier would come or go while the object has items, as the plugin refuses it.
 */
export function makeCustomObject({ db, now }: World, form: CustomObjectForm): CustomObject {
  const alias = aliasOf(form.alias);
  const fields = form.fields.map(fieldOf);
  const known = db.customObjects.all().find((one) => one.alias === alias);
  if (known === undefined)
    return db.customObjects.insert((id) => ({ id, alias, fields, dateAdded: now().toISOString() }));
  const hasItems = db.customItems.all().some(({ object }) => object === known.id);
  if (hasItems && uniquesOf(known.fields) !== uniquesOf(fields))
    throw new Error(`Object ${alias} has items: its unique identifiers cannot change.`);
  return db.customObjects.put({ ...known, fields });
}

/** Deletes an object with its items. */
export function removeCustomObject({ db }: World, alias: string): void {
  const object = db.customObjects.all().find((one) => one.alias === alias);
  if (object === undefined) throw new Error(`There is no object ${alias}.`);
  const items = new Set(
    db.customItems
      .all()
      .filter((item) => item.object === object.id)
      .map(({ id }) => id),
  );
  for (const link of db.customLinks.all()) if (items.has(link.item)) db.customLinks.delete(link.id);
  for (const id of items) db.customItems.delete(id);
  db.customObjects.delete(object.id);
}

function fieldOf(form: FieldForm): ObjectField {
  const isUnique = form.isUnique ?? false;
  return {
    alias: aliasOf(form.alias),
    type: form.type,
    label: form.label ?? form.alias,
    isUnique,
    // A unique identifier is required.
    isRequired: isUnique || (form.isRequired ?? false),
    options: form.options ?? [],
  };
}

function aliasOf(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9-]/g, '');
}

function uniquesOf(fields: readonly ObjectField[]): string {
  return fields
    .filter(({ isUnique }) => isUnique)
    .map(({ alias }) => alias)
    .toSorted()
    .join(' ');
}

/** What `--custom-objects` finds made: an object for orders and one for order lines. */
export const SHOP_OBJECTS: readonly CustomObjectForm[] = [
  {
    alias: 'orders',
    fields: [
      { alias: 'orderkey', type: 'text', isUnique: true },
      ...['ordernumber', 'status', 'currency', 'refunded', 'net', 'paymentmethod', 'country'].map(text),
      { alias: 'total', type: 'int' },
      ...['createdat', 'paidat', 'completedat'].map((alias): FieldForm => ({ alias, type: 'datetime' })),
      ...['coupons', 'items', 'skus'].map((alias): FieldForm => ({ alias, type: 'textarea' })),
    ],
  },
  {
    alias: 'orderlines',
    fields: [
      { alias: 'linekey', type: 'text', isUnique: true },
      ...['orderkey', 'sku', 'name', 'productid', 'total', 'status'].map(text),
      { alias: 'quantity', type: 'int' },
      { alias: 'categories', type: 'textarea' },
    ],
  },
];

function text(alias: string): FieldForm {
  return { alias, type: 'text' };
}
