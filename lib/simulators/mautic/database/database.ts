import { coreFields, FIRST_CREATED_FIELD_ID } from '../schema/core-fields.ts';
import type { CustomItem, CustomLink, CustomObject } from './custom-rows.ts';
import { type ItemIndex, indexItems } from './item-index.ts';
import { FORGETFUL, type Journal, openJournal, readJournal, rewriteJournal } from './journal.ts';
import type {
  Campaign,
  CampaignMember,
  Category,
  Company,
  Contact,
  Email,
  Field,
  Ip,
  Membership,
  Note,
  Redirect,
  Segment,
  SentEmail,
  Tag,
  Token,
} from './rows.ts';
import { Table } from './table.ts';
import { fold, indexUniques, type UniqueIndex } from './unique-index.ts';

/** The simulated Mautic's database. */
export type Database = {
  readonly contacts: Table<Contact>;
  readonly fields: Table<Field>;
  readonly tags: Table<Tag>;
  readonly companies: Table<Company>;
  readonly ips: Table<Ip>;
  readonly notes: Table<Note>;
  readonly segments: Table<Segment>;
  readonly memberships: Table<Membership>;
  readonly campaigns: Table<Campaign>;
  readonly campaignMembers: Table<CampaignMember>;
  readonly categories: Table<Category>;
  readonly emails: Table<Email>;
  readonly sentEmails: Table<SentEmail>;
  readonly tokens: Table<Token>;
  readonly redirects: Table<Redirect>;
  readonly customObjects: Table<CustomObject>;
  readonly customItems: Table<CustomItem>;
  readonly customLinks: Table<CustomLink>;
  readonly uniques: UniqueIndex;
  readonly items: ItemIndex;
  readonly lookups: Lookups;
  /** Do-not-contact entries share one auto-increment over all contacts. */
  readonly doNotContactIds: Table<{ readonly id: number }>;
  readonly flush: () => void;
  readonly close: () => void;
};

/** Secondary indexes that queries need. */
type Lookups = {
  /** Field by alias. */
  readonly field: (alias: string) => Field | undefined;
  /** All published fields in the order Mautic shows them: created ones first. */
  readonly fields: () => readonly Field[];
  /** The newest tag with exactly this text: of two rows Mautic takes the later one (5.2.1: 195-198). */
  readonly tag: (text: string) => Tag | undefined;
  /** The oldest tag with a text the database holds equal (5.2.1: 164-200). */
  readonly similarTag: (text: string) => Tag | undefined;
  /** The oldest company with a name the database holds equal. */
  readonly company: (name: string) => Company | undefined;
  readonly token: (value: string) => Token | undefined;
  readonly notesOf: (contact: number) => readonly Note[];
  readonly membership: (segment: number, contact: number) => Membership | undefined;
};

/** Opens the database; without a directory it lives in memory only. */
export function openDatabase(directory: string | undefined, charLengthLimit: number): Database {
  const tables = makeTables();
  const uniques = indexUniques(tables.contacts, tables.fields);
  const items = indexItems(tables.customItems, tables.customLinks);
  const lookups = makeLookups(tables);
  for (const field of coreFields(charLengthLimit)) tables.fields.put(field);
  const all: readonly AnyTable[] = Object.values(tables);
  const journal = directory === undefined ? FORGETFUL : restore(directory, all);
  for (const table of all) table.attach(journal);
  return { ...tables, uniques, items, lookups, flush: journal.flush, close: journal.close };
}

function makeTables() {
  return {
    fields: new Table<Field>('fields', FORGETFUL, FIRST_CREATED_FIELD_ID),
    contacts: new Table<Contact>('contacts', FORGETFUL),
    tags: new Table<Tag>('tags', FORGETFUL),
    companies: new Table<Company>('companies', FORGETFUL),
    ips: new Table<Ip>('ips', FORGETFUL),
    notes: new Table<Note>('notes', FORGETFUL),
    segments: new Table<Segment>('segments', FORGETFUL),
    memberships: new Table<Membership>('memberships', FORGETFUL),
    campaigns: new Table<Campaign>('campaigns', FORGETFUL),
    campaignMembers: new Table<CampaignMember>('campaign-members', FORGETFUL),
    categories: new Table<Category>('categories', FORGETFUL),
    emails: new Table<Email>('emails', FORGETFUL),
    sentEmails: new Table<SentEmail>('sent-emails', FORGETFUL),
    tokens: new Table<Token>('tokens', FORGETFUL),
    redirects: new Table<Redirect>('redirects', FORGETFUL),
    customObjects: new Table<CustomObject>('custom-objects', FORGETFUL),
    customItems: new Table<CustomItem>('custom-items', FORGETFUL),
    customLinks: new Table<CustomLink>('custom-links', FORGETFUL),
    doNotContactIds: new Table<{ readonly id: number }>('do-not-contact', FORGETFUL),
  };
}

type Tables = ReturnType<typeof makeTables>;
type AnyTable = Pick<Table<{ readonly id: number }>, 'name' | 'restore' | 'entries' | 'attach'>;

function restore(directory: string, tables: readonly AnyTable[]): Journal {
  const entries = readJournal(directory);
  const byName = new Map(tables.map((table) => [table.name, table]));
  for (const entry of entries) byName.get(entry.table)?.restore(entry);
  const compact = tables.flatMap((table) => table.entries());
  if (entries.length > 2 * compact.length) rewriteJournal(directory, compact);
  return openJournal(directory);
}

function makeLookups(tables: Tables): Lookups {
  const tags = firstBy(tables.tags, { keyOf: (tag) => tag.tag, pick: Math.max });
  const similarTags = oldestBy(tables.tags, (tag) => fold(tag.tag));
  const companies = oldestBy(tables.companies, (company) => fold(company.name));
  const tokens = oldestBy(tables.tokens, (token) => token.value);
  const memberships = oldestBy(tables.memberships, (one) => `${one.segment} ${one.contact}`);
  let fields: { readonly sorted: readonly Field[]; readonly byAlias: ReadonlyMap<string, Field> } | undefined;
  tables.fields.watch(() => {
    fields = undefined;
  });
  function known() {
    fields ??= sortFields(tables.fields.all());
    return fields;
  }
  return {
    field: (alias) => known().byAlias.get(alias),
    fields: () => known().sorted,
    tag: (text) => tags(text),
    similarTag: (text) => similarTags(fold(text)),
    company: (name) => companies(fold(name)),
    token: (value) => tokens(value),
    notesOf: groupNotes(tables.notes),
    membership: (segment, contact) => memberships(`${segment} ${contact}`),
  };
}

function sortFields(all: readonly Field[]) {
  const rank = (field: Field) => (field.id < FIRST_CREATED_FIELD_ID ? 1 : 0);
  const sorted = all
    .filter((field) => field.isPublished)
    .toSorted((a, b) => rank(a) - rank(b) || a.order - b.order);
  return { sorted, byAlias: new Map(all.map((field) => [field.alias, field])) };
}

function oldestBy<Item extends { readonly id: number }>(table: Table<Item>, keyOf: (item: Item) => string) {
  return firstBy(table, { keyOf, pick: Math.min });
}

type Choice<Item> = {
  readonly keyOf: (item: Item) => string;
  readonly pick: (...ids: number[]) => number;
};

function firstBy<Item extends { readonly id: number }>(table: Table<Item>, { keyOf, pick }: Choice<Item>) {
  const index = new Map<string, Set<number>>();
  table.watch((before, after) => {
    if (before !== undefined) index.get(keyOf(before))?.delete(before.id);
    if (after !== undefined)
      index.set(keyOf(after), (index.get(keyOf(after)) ?? new Set<number>()).add(after.id));
  });
  return (key: string): Item | undefined => {
    const ids = index.get(key);
    return ids === undefined || ids.size === 0 ? undefined : table.get(pick(...ids));
  };
}

function groupNotes(notes: Table<Note>): (contact: number) => readonly Note[] {
  const byContact = new Map<number, Map<number, Note>>();
  notes.watch((before, after) => {
    if (before !== undefined) byContact.get(before.contact)?.delete(before.id);
    if (after === undefined) return;
    const group = byContact.get(after.contact) ?? new Map<number, Note>();
    byContact.set(after.contact, group.set(after.id, after));
  });
  return (contact) => [...(byContact.get(contact)?.values() ?? [])];
}
