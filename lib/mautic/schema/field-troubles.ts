import type { Trouble } from '../../core/contact/field-standing.ts';
import type { Failure } from '../../core/ledger/failure.ts';
import type { ListedField } from './field-list.ts';

/** What a field has to be able to do, or why it is not written; `undefined`: nothing is wrong with it. */
export function troubleOf(alias: string, field: ListedField | undefined): Trouble | undefined {
  if (!field) return missing(alias);
  if (!field.usable) return unpublished(alias);
  return field.unique ? unique(alias) : undefined;
}

/** Fields without which Mautic refuses new contacts, and which nobody here fills. */
export function requiredOf(
  list: ReadonlyMap<string, ListedField>,
  filled: ReadonlySet<string>,
): readonly (readonly [string, Trouble])[] {
  return [...list.values()]
    .filter(({ alias, usable, required }) => usable && required && !filled.has(alias))
    .map(({ alias }) => [alias, required(alias)] as const);
}

/** It was there, or could be: whether asking for the list again soon may find it mended by a person. */
export function isCurable({ code }: Trouble): boolean {
  return CURABLE.has(code);
}

const CURABLE = new Set(['field-missing', 'field-unpublished', 'field-required', 'field-not-made']);

function missing(alias: string): Trouble {
  const message = `Mautic has no field ${alias}. Create it there, or let the bridge do so by "fields: 'create'" in the policy.`;
  return { code: 'field-missing', message };
}

function unpublished(alias: string): Trouble {
  const message = `Field ${alias} is not published in Mautic, which drops what it is sent. Publish it, or wait for its column to be created.`;
  return { code: 'field-unpublished', message };
}

function unique(alias: string): Trouble {
  const message = `Field ${alias} is a unique identifier in Mautic: two people with one value would become one contact, so it is not written. Switch that off in the field, or leave it out of the policy.`;
  return { code: 'field-unique', message };
}

function required(alias: string): Trouble {
  const message = `Mautic requires ${alias}, which the bridge does not fill, and refuses new contacts without it. Make that field optional.`;
  return { code: 'field-required', message };
}

/** Mautic folds, cuts and numbers aliases silently (recordings 199, 201, 204; 5.2.1: 033 to 040). */
export function renamed(alias: string, got?: string): Trouble {
  const made = got === undefined ? 'under another name' : `as ${got}`;
  const message = `Mautic created the field ${alias} ${made}. Delete that field and choose another alias in the policy.`;
  return { code: 'field-renamed', message };
}

/** What became of a field that Mautic would not make, at this time (epoch ms). */
export function notMade(alias: string, failure: Failure, now: number): Trouble {
  if (failure.code === 'field-refused' || failure.code === 'field-unpublished')
    return { code: failure.code, message: failure.message, triedAt: now };
  const message = `Mautic cannot make the field ${alias}: most likely its table of contacts is full (64 indexes, or the size of a row). Remove fields nobody needs, or make this one in Mautic; contacts are written without it. ${failure.message}`;
  return { code: 'field-not-made', message, triedAt: now };
}
