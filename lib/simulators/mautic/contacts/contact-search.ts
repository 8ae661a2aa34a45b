import type { Contact } from '../database/rows.ts';
import { fold } from '../database/unique-index.ts';
import type { World } from '../world.ts';

/** Tells whether a contact matches. */
export type Match = (contact: Contact) => boolean;

const BARE_FIELDS = [
  'firstname',
  'lastname',
  'email',
  'company',
  'city',
  'state',
  'country',
  'phone',
  'mobile',
] as const;

/**
 * Mautic's search language as far as the recordings show it (098-113): `email:x` is a prefix LIKE without case, in
 * which `_` and `%` are wildcards, quotes or not; `email:+x` is the whole value; `!` negates; `or` joins; `ids:1,2`;
 * a bare word matches anywhere.
 */
export function searchMatch(world: World, search: string): Match | undefined {
  const words = search.match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
  if (words.length === 0) return undefined;
  const alternatives = splitAtOr(words).map((terms) => terms.map((term) => termMatch(world, term)));
  return (contact) => alternatives.some((terms) => terms.every((matches) => matches(contact)));
}

function splitAtOr(words: readonly string[]): string[][] {
  const groups: string[][] = [[]];
  for (const word of words) {
    if (word.toLowerCase() === 'or') groups.push([]);
    else groups.at(-1)?.push(word);
  }
  return groups.filter((group) => group.length > 0);
}

function termMatch(world: World, word: string): Match {
  const [, sign = '', command, rest = ''] = /^([!+]?)(?:([a-z_0-9]+):)?(.*)$/is.exec(word) ?? [];
  const value = rest.replaceAll('"', '');
  if (command === undefined) return negateIf(sign === '!', bareMatch(value));
  // A sign before the command makes the whole term a text nobody has (recording 101).
  return sign === '+' ? () => false : commandMatch(world, command, { value, isNegated: sign === '!' });
}

type Term = { readonly value: string; readonly isNegated: boolean };

function commandMatch(world: World, command: string, { value, isNegated }: Term): Match {
  if (command === 'ids' || command === 'id') {
    const ids = new Set(value.split(',').map(Number));
    return negateIf(isNegated, (contact) => ids.has(contact.id));
  }
  if (command === 'tag') return negateIf(isNegated, tagMatch(world, value));
  if (command !== 'name' && world.db.lookups.field(command) === undefined)
    return negateIf(isNegated, bareMatch(`${command}:${value}`));
  return fieldMatch(command, { value, isNegated });
}

/** NULL is neither LIKE nor NOT LIKE (recording 108). */
function fieldMatch(alias: string, { value, isNegated }: Term): Match {
  const pattern = like(value.startsWith('+') ? value.slice(1) : `${value}%`);
  const aliases = alias === 'name' ? ['firstname', 'lastname'] : [alias];
  return (contact) => {
    const values = aliases.map((one) => contact.values[one]).filter((one) => one !== undefined);
    return values.length > 0 && values.some((one) => pattern(String(one))) !== isNegated;
  };
}

function tagMatch({ db }: World, name: string): Match {
  return (contact) => contact.tags.some((id) => fold(db.tags.get(id)?.tag ?? '') === fold(name));
}

function bareMatch(text: string): Match {
  const pattern = like(`%${text}%`);
  return (contact) => BARE_FIELDS.some((alias) => pattern(String(contact.values[alias] ?? '')));
}

function negateIf(isNegated: boolean, match: Match): Match {
  return isNegated ? (contact) => !match(contact) : match;
}

/** SQL LIKE without case and accents. A pattern that is a plain prefix needs no regular expression. */
export function like(pattern: string): (text: string) => boolean {
  const folded = fold(pattern);
  const prefix = folded.slice(0, -1);
  if (folded.endsWith('%') && !/[%_]/.test(prefix)) return (text) => fold(text).startsWith(prefix);
  const source = folded
    .replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  const regex = new RegExp(`^${source}$`, 's');
  return (text) => regex.test(fold(text));
}
