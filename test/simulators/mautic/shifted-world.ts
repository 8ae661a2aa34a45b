/**
 * The recordings are replayed in another world: names and addresses are spelled differently and ids start later,
 * so that a table of recorded answers cannot pass. What is said here of a request holds for its expected answer.
 */
export type Shift = {
  readonly contact: number;
  readonly field: number;
  readonly tag: number;
  /** Of Custom Objects and of their items; only where a session has the plugin. */
  readonly object?: number;
  readonly item?: number;
  /** How names of created fields begin (alias, label), and how they begin here. */
  readonly names: readonly (readonly [from: string, to: string])[];
};

type Json = unknown;
type JsonMap = Record<string, Json>;

const FIRST_CREATED_FIELD = 44;
/** Ids the recordings use for things that do not exist. */
const UNKNOWN_ID = 9999;
const LETTERS = 7;
/** Keys whose values are people's own words; everything else (countries, dates, options, links) means something to Mautic. */
const SPOKEN = new Set([
  'email',
  'my_email',
  'firstname',
  'lastname',
  'city',
  'company',
  'my_text',
  'my_textarea',
  'my_tel',
  'woo_text',
  'woo_data',
  'text',
  'comments',
]);
const INVALID_EMAIL = /(?<=^|: |, )[^\s:,]+(?= is invalid\.| has characters not allowed)/g;

/** The same words in other letters: lengths, case, order of prefixes and characters that are no letters stay. */
function respell(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + LETTERS) % 26) + base);
  });
}

/** A tag gets a letter in front, so that tags keep their alphabetical order. */
function retag(tag: string): string {
  return tag.replace(/[^,]+/g, (name) => (name.startsWith('-') ? `-q${name.slice(1)}` : `q${name}`));
}

/** A request's path in the shifted world. */
export function shiftPath(path: string, shift: Shift): string {
  const [route = '', query] = path.split(/\?(.*)/s);
  const shifted = route
    .replace(
      /((?<!\/fields)\/contacts?\/)(\d+)/g,
      (_, before: string, id: string) => before + shiftId(Number(id), shift.contact),
    )
    .replace(
      /(\/fields\/contact\/)(\d+)/g,
      (_, before: string, id: string) => before + shiftField(Number(id), shift),
    )
    .replace(/(\/tags\/)(\d+)/g, (_, before: string, id: string) => before + shiftId(Number(id), shift.tag));
  return query === undefined ? shifted : `${shifted}?${shiftQuery(query, shift)}`;
}

function shiftQuery(query: string, shift: Shift): string {
  return query
    .split('&')
    .map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      const text = decodeURIComponent(value.replaceAll('+', ' '));
      return `${name}=${encodeURIComponent(shiftParameter(decodeURIComponent(name), text, shift))}`;
    })
    .join('&');
}

function shiftParameter(name: string, text: string, shift: Shift): string {
  if (name === 'ids') return shiftIds(text, shift);
  if (name === 'search') return shiftSearch(text, shift);
  if (name.endsWith('[val]')) return /^[\d,]+$/.test(text) ? shiftIds(text, shift) : respell(text);
  return text;
}

function shiftSearch(text: string, shift: Shift): string {
  return text
    .split(' ')
    .map((word) => {
      if (/^or$/i.test(word)) return word;
      const [, command = '', value = ''] = /^([!+]?[a-z]+:)?(.*)$/s.exec(word) ?? [];
      return command + (command === 'ids:' ? shiftIds(value, shift) : respell(value));
    })
    .join(' ');
}

function shiftIds(text: string, shift: Shift): string {
  return text
    .split(',')
    .map((id) => shiftId(Number(id), shift.contact))
    .join(',');
}

/** A request's body in the shifted world; a form body of a contact is read, anything else that is no JSON stays. */
export function shiftBody(body: string | null, shift: Shift): string | null {
  if (body === null) return null;
  if (body.startsWith('email=')) return shiftForm(body);
  try {
    return rename(JSON.stringify(shiftPayload(JSON.parse(body), '', shift)), shift);
  } catch {
    return body;
  }
}

function shiftForm(body: string): string {
  const parameters = [...new URLSearchParams(body)].map(([name, value]): [string, string] => [
    name,
    shiftWord(name.replace('[]', ''), value),
  ]);
  return new URLSearchParams(parameters).toString();
}

/** Ids in a payload are contacts' ids: `id`, `lead`, `ids`; what is below `customObjects` has ids of its own. */
function shiftPayload(value: Json, key: string, shift: Shift): Json {
  if (key === 'customObjects') return shiftCustomObjects(value, shift);
  if (Array.isArray(value)) return value.map((item) => shiftPayload(item, key, shift));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, shiftPayload(item, name, shift)]),
    );
  }
  if (typeof value === 'number')
    return ['id', 'lead', 'ids'].includes(key) ? shiftId(value, shift.contact) : value;
  return typeof value === 'string' ? shiftWord(key, value) : value;
}

/** A list element with a comma is one tag, a text with commas is several; both keep one letter per tag. */
function shiftWord(key: string, value: string): string {
  if (key === 'tag' || key === 'tags') return retag(value);
  return SPOKEN.has(key) ? respell(value) : value;
}

/** People's own words in custom items; what is no text, and links and addresses that are checked, mean something. */
const SPOKEN_ATTRIBUTES = new Set(['name', 'ordernumber', 'sku', 'title', 'items']);

/** The `customObjects` of a payload or an answer: objects, their items, and the words of these. */
function shiftCustomObjects(value: Json, shift: Shift): Json {
  const objects = listOf(value);
  if (objects === undefined) return value;
  return { ...(value as JsonMap), data: objects.map((object) => shiftObject(object, shift)) };
}

function shiftObject(object: JsonMap, shift: Shift): JsonMap {
  const { id } = object;
  const items = listOf(object) ?? [];
  const data = items.map((item) => shiftItem(item, shift));
  return { ...object, ...(typeof id === 'number' ? { id: smallShift(id, shift.object) } : {}), data };
}

function shiftItem(item: JsonMap, shift: Shift): JsonMap {
  const { id, attributes } = item;
  return {
    ...respellKnown(item),
    ...(typeof id === 'number' ? { id: shiftId(id, shift.item ?? 0) } : {}),
    ...(attributes === undefined ? {} : { attributes: respellKnown(attributes as JsonMap) }),
  };
}

function respellKnown(map: JsonMap): JsonMap {
  return Object.fromEntries(
    Object.entries(map).map(([name, item]) => [
      name,
      typeof item === 'string' && SPOKEN_ATTRIBUTES.has(name) ? respell(item) : item,
    ]),
  );
}

/** Object 999 is unknown in the recordings. */
function smallShift(id: number, by = 0): number {
  return id >= 999 ? id : id + by;
}

function listOf(value: Json): JsonMap[] | undefined {
  const data = typeof value === 'object' && value !== null ? (value as JsonMap).data : undefined;
  return Array.isArray(data) ? (data as JsonMap[]) : undefined;
}

/** An expected answer in the shifted world. */
export function shiftAnswer(body: Json, shift: Shift): Json {
  if (typeof body !== 'object' || body === null) return body;
  return JSON.parse(rename(JSON.stringify(shiftNode(body, '', shift)), shift));
}

/** Fields the recording created get another alias and label. */
function rename(json: string, { names }: Shift): string {
  let renamed = json;
  for (const [from, to] of names) renamed = renamed.replaceAll(from, to);
  return renamed;
}

function shiftNode(value: Json, key: string, shift: Shift): Json {
  if (key === 'customObjects') return shiftCustomObjects(value, shift);
  if (Array.isArray(value)) return value.map((item) => shiftNode(item, key, shift));
  if (typeof value === 'object' && value !== null) return shiftMap(value as JsonMap, key, shift);
  if (typeof value !== 'string') return value;
  if (SPOKEN.has(key) || key === 'tag') return shiftWord(key, value);
  const url = /^Requested URL not found: (.*)$/.exec(value)?.[1];
  if (url !== undefined) return `Requested URL not found: ${shiftPath(url, shift)}`;
  return value.replace(INVALID_EMAIL, respell);
}

const BATCH = 'items of a batch';

function shiftMap(map: JsonMap, key: string, shift: Shift): JsonMap {
  // Everything a user has is said by the simulator's options.
  if ('username' in map) return map;
  const isErrorDetails = key === 'details' && Object.values(map).every(Array.isArray);
  if (isErrorDetails)
    return Object.fromEntries(Object.entries(map).map(([name, item]) => [name, shiftNode(item, '', shift)]));
  const entries = Object.entries(map).map(([name, item]): [string, Json] => {
    if (name === 'id') return [name, shiftOwnId(map, key, shift)];
    const isSpokenField =
      typeof map.alias === 'string' &&
      SPOKEN.has(map.alias) &&
      (name === 'value' || name === 'normalizedValue');
    const isBatch = name === 'contacts' && 'statusCodes' in map;
    const kind = isSpokenField ? 'text' : isBatch ? BATCH : name;
    // What a batch answers is keyed by the index of the item, which may look like an id.
    return [key === BATCH ? name : shiftKey(name, item, shift), shiftNode(item, kind, shift)];
  });
  return Object.fromEntries(entries);
}

/** An object whose members are keyed by their own ids. */
function shiftKey(name: string, item: Json, shift: Shift): string {
  if (!/^\d+$/.test(name) || typeof item !== 'object' || item === null) return name;
  const member = item as JsonMap;
  if ('success' in member) return String(shiftId(Number(name), shift.contact));
  return String(member.id) === name ? String(shiftOwnId(member, '', shift)) : name;
}

function shiftOwnId(map: JsonMap, key: string, shift: Shift): Json {
  const { id } = map;
  if (id === null || id === undefined) return id;
  const shifted = shiftNumber(map, key, { id: Number(id), shift });
  return typeof id === 'string' ? String(shifted) : shifted;
}

function shiftNumber(
  map: JsonMap,
  key: string,
  { id, shift }: { readonly id: number; readonly shift: Shift },
): number {
  if (key === 'all' || ('fields' in map && 'points' in map)) return shiftId(id, shift.contact);
  if ('alias' in map && 'type' in map) return shiftField(id, shift);
  return 'tag' in map ? shiftId(id, shift.tag) : id;
}

function shiftField(id: number, shift: Shift): number {
  return id < FIRST_CREATED_FIELD ? id : shiftId(id, shift.field);
}

/** The id in the shifted world; ids of nothing stay. */
function shiftId(id: number, by: number): number {
  return id >= UNKNOWN_ID ? id : id + by;
}
