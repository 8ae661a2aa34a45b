import { customObjectsJson } from '../custom-objects/item-view.ts';
import { toSql } from '../database/dates.ts';
import { type PhpValue, serialize } from '../database/php-value.ts';
import type { Contact, Field, FieldGroup, Stored } from '../database/rows.ts';
import { optionsOf, scaleOf, wordFor } from '../schema/field-value.ts';
import { authorshipOf, type World } from '../world.ts';
import type { Shown } from './contact-changes.ts';
import { tagsByName } from './contact-tags.ts';

/** How a contact is shown. */
export type ContactView = {
  /** Just created: field ids are integers and properties JSON; otherwise strings and PHP's serialisation (038, 039). */
  readonly isNew?: boolean;
  /** Deleted: the contact's id reads null, also in `fields.all` (recording 136). */
  readonly isDeleted?: boolean;
  /** What the write itself shows differently from what it stored. */
  readonly shown?: ReadonlyMap<string, Shown>;
  /** `raw`: an item a batch edit refused, with database strings and without `all` (171). `nested`: in a note or DNC answer. */
  readonly numbers?: 'raw' | 'nested' | 'note';
  /** The request asks for custom items. */
  readonly showsItems?: boolean;
};

type JsonMap = Record<string, unknown>;

const GROUPS: readonly FieldGroup[] = ['core', 'social', 'personal', 'professional'];
const NOTHING_SHOWN: ReadonlyMap<string, Shown> = new Map();

/** A contact as the contact endpoints answer it (recordings 038, 039, 041). */
export function contactJson(world: World, contact: Contact, view: ContactView = {}): JsonMap {
  const json = { ...minimalJson(world, contact, view), ...detailsJson(world, contact, view) };
  const customObjects = view.showsItems ? customObjectsJson(world, contact) : undefined;
  return customObjects === undefined ? json : { ...json, customObjects };
}

/** The part of a contact that `minimal=1` leaves (recording 042). */
export function minimalJson(world: World, contact: Contact, view: ContactView = {}): JsonMap {
  return {
    ...authorshipOf(contact),
    id: view.isDeleted ? null : contact.id,
    points: contact.points,
    color: null,
    fields: fieldsJson(world, contact, view),
  };
}

function detailsJson(world: World, contact: Contact, view: ContactView): JsonMap {
  return {
    lastActive: contact.lastActive,
    owner: contact.owner === null ? null : OWNER,
    ipAddresses: ipsJson(world, contact, view),
    tags: tagsJson(world, contact, view),
    utmtags: view.isNew ? null : [],
    stage: null,
    dateIdentified: contact.dateIdentified,
    preferredProfileImage: null,
    doNotContact: contact.doNotContact.map(({ id, reason, comments, channel, channelId }) => ({
      id,
      reason,
      comments,
      channel,
      channelId,
    })),
    frequencyRules: [],
  };
}

/** By name; a write answers new tags behind the others, a delete answers none (100, 262 of 5.2.1). */
function tagsJson(world: World, { tags }: Contact, { shown, isDeleted }: ContactView): unknown[] {
  if (isDeleted) return [];
  const sorted = shown === undefined ? tagsByName(world, tags) : tags;
  return sorted.map((id) => ({ id, tag: world.db.tags.get(id)?.tag ?? '', description: null }));
}

const OWNER = {
  createdByUser: null,
  modifiedByUser: null,
  id: 1,
  username: 'admin',
  firstName: 'Admin',
  lastName: 'User',
};

const IP_DETAILS = {
  city: '',
  region: '',
  zipcode: '',
  country: '',
  latitude: '',
  longitude: '',
  isp: '',
  organization: '',
  timezone: '',
  extra: '',
};

/** A list on a new contact (recording 325); otherwise an object by address, or an empty list. */
function ipsJson(world: World, contact: Contact, view: ContactView): unknown {
  const ips = contact.ips.map((id) => ({
    ipAddress: world.db.ips.get(id)?.address ?? '',
    id,
    ipDetails: IP_DETAILS,
  }));
  return view.isNew || ips.length === 0 ? ips : Object.fromEntries(ips.map((ip) => [ip.ipAddress, ip]));
}

/** The fields of a contact by group, and `all` of them by alias. */
export function fieldsJson(world: World, contact: Contact, view: ContactView): JsonMap {
  const json: JsonMap = {};
  const all: JsonMap = { id: view.isDeleted ? null : String(contact.id) };
  const shown = view.shown ?? NOTHING_SHOWN;
  const groups = new Map<FieldGroup, JsonMap>(GROUPS.map((group) => [group, {}]));
  for (const field of world.db.lookups.fields()) {
    const stored = storedValue(contact, field, view);
    const { core, all: flat } = shown.get(field.alias) ?? {
      core: readValue(field, stored, view),
      all: readValue(field, stored, view),
    };
    const members = groups.get(field.group);
    if (members !== undefined) members[field.alias] = describeField(field, readShown(field, core), view);
    all[field.alias] = field.alias === 'points' ? contact.points : readShown(field, flat);
  }
  for (const [group, members] of groups) json[group] = Object.keys(members).length === 0 ? [] : members;
  return view.numbers === undefined ? { ...json, all } : json;
}

function storedValue(contact: Contact, field: Field, view: ContactView): Stored | null {
  if (field.alias === 'points') return view.isNew ? null : contact.points;
  if (field.alias === 'last_active' && contact.lastActive !== null && !view.isNew)
    return toSql(contact.lastActive);
  return contact.values[field.alias] ?? null;
}

/** A stored value as a plain read shows it: booleans are 1 or 0 (recording 319). */
function readValue(field: Field, value: Stored | null, view: ContactView): Stored | null {
  if (value === null) return null;
  if (view.numbers === 'raw') return typeof value === 'boolean' ? String(Number(value)) : String(value);
  return typeof value === 'boolean' && field.type === 'boolean' ? Number(value) : value;
}

/** A number field without a scale is shown as an integer (recordings 238, 313). */
function readShown(field: Field, value: Stored | null): Stored | null {
  return field.type === 'number' && typeof value === 'number' && scaleOf(field) === undefined
    ? Math.trunc(value)
    : value;
}

function describeField(field: Field, value: Stored | null, { isNew, numbers }: ContactView): JsonMap {
  const { label, alias, type, group } = field;
  const normalizedValue = normalize(field, value);
  // Answers without nulls leave them out inside a field too (recording 407).
  const omitsNull = numbers === 'nested';
  if (isNew) {
    return { id: field.id, group, label, alias, type, properties: field.properties, value, normalizedValue };
  }
  return {
    id: String(field.id),
    label,
    alias,
    type,
    group,
    object: 'lead',
    is_fixed: field.isFixed ? '1' : '0',
    properties: serialized(field.properties),
    ...(omitsNull && field.defaultValue === null ? {} : { default_value: field.defaultValue }),
    ...(omitsNull && value === null ? {} : { value }),
    normalizedValue,
  };
}

const serializations = new WeakMap<object, string>();

function serialized(properties: PhpValue): string {
  if (typeof properties !== 'object' || properties === null) return serialize(properties);
  const known = serializations.get(properties);
  if (known !== undefined) return known;
  const text = serialize(properties);
  serializations.set(properties, text);
  return text;
}

/** Options and booleans by their label, blank as "" (recordings 258, 264, 267). */
function normalize(field: Field, value: Stored | null): Stored {
  if (value === null || value === '') return '';
  if (field.type === 'boolean') return wordFor(field, value === true || value === 1 || value === '1');
  if (field.type !== 'select' && field.type !== 'multiselect') return value;
  const options = optionsOf(field);
  const labels = String(value)
    .split('|')
    .map((option) => options.get(option) ?? option);
  return labels.join('|');
}
