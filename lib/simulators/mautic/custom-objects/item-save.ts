import type { Identity } from '../auth/identity.ts';
import type { CustomItem, ItemValue } from '../database/custom-rows.ts';
import { toAtom } from '../database/dates.ts';
import type { Contact } from '../database/rows.ts';
import type { World } from '../world.ts';
import { type ItemError, itemError, type PlannedItem } from './item-plan.ts';
import { emptyValue, valueFault } from './item-values.ts';

/** Why an item could not be saved: an error that is told, or one that ends the whole request. */
type Failure = ItemError | 'crashed';

/** What a row of an item holds beside its id. */
type Row = Omit<CustomItem, 'id'>;

/** The column for names; the plugin's validator lets longer ones through. */
const MAX_NAME = 191;

/**
 * Saves and links items one after the other; the first that fails ends it, its row stays and is linked to nobody
 * (310, 318 of 5.2.1; 618-625).
 */
export function saveItems(
  world: World,
  items: readonly PlannedItem[],
  { contact, identity }: { readonly contact: Contact; readonly identity: Identity },
): Failure | undefined {
  for (const item of items) {
    const saved = saveItem(world, item, identity);
    if ('failed' in saved) return saved.failed;
    link(world, saved, contact);
  }
  return undefined;
}

function saveItem(world: World, item: PlannedItem, identity: Identity): CustomItem | { failed: Failure } {
  // Derived: nobody recorded a name that passes the validator and not the column.
  if (Array.from(item.name).length > MAX_NAME) return { failed: 'crashed' };
  const row = item.existing
    ? changedRow(world, { item, existing: item.existing, identity })
    : insertRow(world, { item, identity });
  if (row === undefined) return { failed: itemError(404, 'Custom Item with ID = 0 was not found') };
  const values = valuesAfter(item, row);
  for (const field of item.object.fields) {
    const fault = valueFault(field, values[field.alias] ?? emptyValue(field));
    if (fault === 'database') return { failed: 'crashed' };
    if (fault !== undefined) return { failed: itemError(0, fault.message) };
  }
  return world.db.customItems.put({ ...row, values });
}

/** By id what was not sent stays (516), anything else is emptied, also in a row that was found by a unique value (541, 542). */
function valuesAfter({ object, existing, values }: PlannedItem, row: CustomItem): Record<string, ItemValue> {
  const before = existing === undefined ? {} : row.values;
  return Object.fromEntries(
    object.fields.map((field) => {
      const sent = values.get(field.alias);
      return [field.alias, sent === undefined ? (before[field.alias] ?? emptyValue(field)) : sent];
    }),
  );
}

type Making = { readonly item: PlannedItem; readonly identity: Identity };

function changedRow(
  { db, now }: World,
  { item, existing, identity }: Making & { existing: CustomItem },
): CustomItem {
  return db.customItems.put({
    ...(db.customItems.get(existing.id) ?? existing),
    name: item.name,
    dateModified: toAtom(now()),
    modifiedBy: identity.userId,
  });
}

/**
 * `INSERT … ON DUPLICATE KEY UPDATE` under a hash of the unique values, which does not hold the object: an id is used
 * up each time, and a row that is the same to the second is no change to MySQL, which then knows no id (298, 304 and
 * 308 of 5.2.1; with another name it works, 541).
 */
function insertRow({ db, now }: World, { item, identity }: Making): CustomItem | undefined {
  const at = toAtom(now());
  const hash = uniqueHash(item);
  const row: Row = {
    object: item.object.id,
    name: item.name,
    dateAdded: at,
    dateModified: at,
    createdBy: identity.userId,
    modifiedBy: identity.userId,
    values: {},
    ...(hash === undefined ? {} : { uniqueHash: hash }),
  };
  const known = hash === undefined ? undefined : db.items.byHash(hash);
  const id = db.customItems.burnId();
  if (known === undefined) return db.customItems.put({ id, ...row });
  return isSame(known, row) ? undefined : db.customItems.put({ id: known.id, ...row });
}

function isSame(known: CustomItem, row: Row): boolean {
  const columns = ['object', 'name', 'dateAdded', 'dateModified', 'createdBy', 'modifiedBy'] as const;
  return columns.every((column) => known[column] === row[column]);
}

function uniqueHash({ object, values }: PlannedItem): string | undefined {
  const uniques = object.fields
    .filter(({ isUnique }) => isUnique)
    .map(({ alias }) => [alias, values.get(alias) ?? ''] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const isWhole = uniques.length > 0 && uniques.every(([, value]) => value !== '');
  return isWhole ? JSON.stringify(Object.fromEntries(uniques)) : undefined;
}

function link({ db }: World, item: CustomItem, contact: Contact): void {
  const isLinked = db.items.ofContact(contact.id).some(({ id }) => id === item.id);
  if (!isLinked) db.customLinks.insert((id) => ({ id, item: item.id, contact: contact.id }));
}
