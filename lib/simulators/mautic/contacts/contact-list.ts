import { showsItems } from '../custom-objects/item-view.ts';
import { toSql } from '../database/dates.ts';
import {
  asText,
  entriesOf,
  isMap,
  isTruthy,
  mapAt,
  type PhpMap,
  type PhpValue,
} from '../database/php-value.ts';
import type { Contact } from '../database/rows.ts';
import { escapeHtml } from '../database/text-cleaning.ts';
import { fold } from '../database/unique-index.ts';
import { type Answer, ok, opaqueError } from '../http/answer.ts';
import type { Call, World } from '../world.ts';
import { like, type Match, searchMatch } from './contact-search.ts';
import { contactJson, minimalJson } from './contact-view.ts';

/** Mautic's `default_pagelimit`. */
const PAGE = 30;

type Cell = string | number | null;
type Column = (contact: Contact) => Cell;

const COLUMNS: Readonly<Record<string, Column>> = {
  id: (contact) => contact.id,
  points: (contact) => contact.points,
  is_published: (contact) => Number(contact.isPublished),
  date_added: (contact) => sqlOf(contact.dateAdded),
  date_modified: (contact) => sqlOf(contact.dateModified),
  date_identified: (contact) => sqlOf(contact.dateIdentified),
  last_active: (contact) => sqlOf(contact.lastActive),
  owner_id: (contact) => contact.owner,
};

/** A column the database does not have: an exception (recording 117). */
class UnknownColumn extends Error {}

/** `GET /api/contacts`: `search`, `where`, `order`, `orderBy`, `start`, `limit` (0: everything), `minimal` (041-048, 098-118). */
export function listContacts(world: World, { query }: Call): Answer {
  try {
    const found = findContacts(world, query);
    const view = isTruthy(query.minimal) ? minimalJson : contactJson;
    const options = { showsItems: showsItems({ query }) };
    const contacts = Object.fromEntries(
      page(found, query).map((contact) => [contact.id, view(world, contact, options)]),
    );
    return ok({ total: String(found.length), contacts });
  } catch (error) {
    if (error instanceof UnknownColumn) return opaqueError(500);
    throw error;
  }
}

/** The rows from `start`, `limit` of them, 30 by default. */
export function page<Item>(items: readonly Item[], query: PhpMap): Item[] {
  const start = Number(asText(query.start) || 0);
  const limit = Number(asText(query.limit) ?? PAGE);
  const size = query.limit === undefined ? PAGE : limit;
  return items.slice(start, size > 0 ? start + size : undefined);
}

function findContacts(world: World, query: PhpMap): Contact[] {
  const matches = conditionsOf(world, query);
  const rows = candidates(world, query).filter((contact) => matches.every((match) => match(contact)));
  return rows.toSorted(ordering(world, query));
}

function conditionsOf(world: World, query: PhpMap): Match[] {
  const search = searchMatch(world, asText(query.search) ?? '');
  const where = entriesOf(query.where ?? []).map(([, condition]) => whereMatch(world, condition));
  return search === undefined ? where : [search, ...where];
}

/** An exact condition on a unique field is answered from its index. */
function candidates({ db, traits }: World, query: PhpMap): Contact[] {
  const first = mapAt(query.where, '0');
  const [column, operator] = [asText(first.col) ?? '', asText(first.expr)];
  const isIndexed =
    db.lookups.field(column)?.isUniqueIdentifier === true && (operator === 'eq' || operator === 'in');
  if (!isIndexed) return db.contacts.all();
  const values = valuesOf(first.val ?? '', traits.escapesWhere);
  const wanted = operator === 'in' ? values : [values.join(',')];
  const ids = new Set(wanted.flatMap((value) => [...db.uniques.holders(column, value)]));
  return [...ids].toSorted((a, b) => a - b).flatMap((id) => db.contacts.get(id) ?? []);
}

function columnOf({ db }: World, name: string): Column {
  const column = COLUMNS[name];
  if (column !== undefined) return column;
  if (db.lookups.field(name) === undefined) throw new UnknownColumn(name);
  return (contact) => {
    const value = contact.values[name] ?? null;
    return typeof value === 'boolean' ? Number(value) : value;
  };
}

function whereMatch(world: World, condition: PhpValue): Match {
  if (!isMap(condition)) return () => true;
  const operator = asText(condition.expr) ?? 'eq';
  if (operator === 'andX' || operator === 'orX') return compound(world, operator, condition);
  const column = columnOf(world, asText(condition.col) ?? '');
  const values = valuesOf(condition.val ?? '', world.traits.escapesWhere);
  return (contact) => compare(operator, column(contact), values);
}

function compound(world: World, operator: 'andX' | 'orX', condition: PhpMap): Match {
  const parts = entriesOf(condition.val ?? []).map(([, part]) => whereMatch(world, part));
  if (operator === 'andX') return (contact) => parts.every((match) => match(contact));
  return (contact) => parts.some((match) => match(contact));
}

function valuesOf(value: PhpValue, escapes: boolean): string[] {
  const texts =
    typeof value === 'object' && value !== null
      ? entriesOf(value).map(([, item]) => asText(item) ?? '')
      : (asText(value) ?? '').split(',');
  return escapes ? texts.map(escapeHtml) : texts;
}

function compare(operator: string, cell: Cell, values: readonly string[]): boolean {
  if (operator === 'isNull') return cell === null;
  if (operator === 'isNotNull') return cell !== null;
  if (cell === null) return false;
  if (operator === 'in') return values.some((value) => order(cell, value) === 0);
  if (operator === 'notIn') return values.every((value) => order(cell, value) !== 0);
  const value = values.join(',');
  if (operator === 'like') return like(value)(String(cell));
  if (operator === 'notLike') return !like(value)(String(cell));
  return compareOrder(operator, order(cell, value));
}

function compareOrder(operator: string, difference: number): boolean {
  if (operator === 'neq') return difference !== 0;
  if (operator === 'lt') return difference < 0;
  if (operator === 'lte') return difference <= 0;
  if (operator === 'gt') return difference > 0;
  if (operator === 'gte') return difference >= 0;
  return difference === 0;
}

function order(cell: Cell, value: Cell): number {
  if (cell === null || value === null) return Number(cell !== null) - Number(value !== null);
  if (typeof cell === 'number') return cell - Number(value);
  const [left, right] = [fold(cell), fold(String(value))];
  return left === right ? 0 : left < right ? -1 : 1;
}

/** Without an order Mautic lists the last active first (recording 108). */
function ordering(world: World, query: PhpMap): (a: Contact, b: Contact) => number {
  const given = entriesOf(query.order ?? []).map(
    ([, part]) => [asText(mapAt({ part }, 'part').col), asText(mapAt({ part }, 'part').dir)] as const,
  );
  const single = [
    asText(query.orderBy ?? 'last_active'),
    query.orderBy === undefined ? 'desc' : asText(query.orderByDir),
  ] as const;
  const parts = (given.length > 0 ? given : [single]).map(([name, direction]) => ({
    column: columnOf(world, name ?? ''),
    sign: direction?.toLowerCase() === 'desc' ? -1 : 1,
  }));
  return (a, b) => {
    const found = parts
      .map(({ column, sign }) => sign * order(column(a), column(b)))
      .find((difference) => difference !== 0);
    return found ?? a.id - b.id;
  };
}

function sqlOf(atom: string | null): string | null {
  return atom === null ? null : toSql(atom);
}
