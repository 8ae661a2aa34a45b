import { asText, isMap, type PhpMap } from '../database/php-value.ts';
import type { Contact, Field, Stored } from '../database/rows.ts';
import type { Refusal } from '../http/answer.ts';
import { type ReadValue, readValue } from '../schema/field-value.ts';
import type { World } from '../world.ts';

/** How a payload is bound to a contact. Batch creation of an existing contact counts as PATCH. */
export type Binding = 'POST' | 'PATCH' | 'PUT';

/** What a contact's form holds after binding: null is blank. */
export type FormData = ReadonlyMap<Field, Stored | null>;

/** A bound form: its data, or what it refuses, or an exception Mautic does not catch. */
export type BoundForm =
  | { readonly type: 'valid'; readonly data: FormData; readonly crashes: boolean }
  | { readonly type: 'refused'; readonly refusals: readonly Refusal[] };

/** A payload on its way to a contact; `existing` is undefined for a new one. */
export type Submission = {
  readonly payload: PhpMap;
  readonly binding: Binding;
  readonly existing: Contact | undefined;
};

/** Binds the payload, field by field in Mautic's order, and checks it; all refused fields are named at once (074). */
export function bindForm(world: World, submission: Submission): BoundForm {
  const data = new Map<Field, Stored | null>();
  const refusals: Refusal[] = [];
  let crashes = false;
  for (const field of world.db.lookups.fields()) {
    const read = readField(world, field, submission.payload);
    const value = boundValue(field, submission, read);
    crashes ||= read?.type === 'crash';
    data.set(field, value);
    refusals.push(...fieldRefusals(field, submission, { read, value }));
  }
  refusals.push(...ownerRefusal(world, submission.payload), ...uniqueRefusals(world, submission, data));
  return refusals.length > 0 ? { type: 'refused', refusals } : { type: 'valid', data, crashes };
}

function readField(world: World, field: Field, payload: PhpMap): ReadValue | undefined {
  const sent = payload[field.alias];
  if (sent === undefined) return undefined;
  return sent === null ? { type: 'blank' } : readValue(limited(world, field), sent, readingOf(world));
}

type Bound = { readonly read: ReadValue | undefined; readonly value: Stored | null };

function boundValue(field: Field, submission: Submission, read: ReadValue | undefined): Stored | null {
  if (read === undefined) return unsent(field, submission);
  return read.type === 'value' ? read.value : null;
}

/** A value nobody can have, or a required field that is blank; what a PATCH does not send is not looked at (5.2.1: 129-135). */
function fieldRefusals(
  { alias, isRequired }: Field,
  { binding }: Submission,
  { read, value }: Bound,
): Refusal[] {
  if (read?.type === 'refused') return [{ field: alias, message: read.message, status: 400 }];
  const isMissing = isRequired && value === null && (binding !== 'PATCH' || read !== undefined);
  return isMissing ? [{ field: alias, message: 'This field is required.', status: 400 }] : [];
}

function readingOf(world: World) {
  const { choiceError, numberError } = world.traits;
  return { isInList: world.isInList, choiceError, numberError };
}

function limited(world: World, field: Field): Field {
  const charLengthLimit = world.customFieldLimits[field.alias];
  return charLengthLimit === undefined ? field : { ...field, charLengthLimit };
}

/** PATCH keeps what is not sent; POST and PUT take it for blank. */
function unsent(field: Field, { binding, existing }: Submission): Stored | null {
  if (binding !== 'PATCH' || existing === undefined) return null;
  return field.alias === 'points' ? existing.points : (existing.values[field.alias] ?? null);
}

const ONLY_USER = '1';

/** Owner 1 exists, others do not (recordings 323, 324). */
function ownerRefusal({ traits }: World, payload: PhpMap): Refusal[] {
  const owner = payload.owner;
  if (owner === undefined || owner === null || owner === '' || asText(owner) === ONLY_USER) return [];
  return [{ field: 'owner', message: traits.choiceError, status: 400 }];
}

/**
 * From 5.0: a unique value another contact holds is refused, and so is one that two or more contacts hold, this one
 * included: duplicates are locked (recordings 131, 134, 496-503). 4.4 has no such check.
 */
function uniqueRefusals(world: World, { existing }: Submission, data: FormData): Refusal[] {
  if (world.traits.takenEmail === 'merge') return [];
  const refusals: Refusal[] = [];
  for (const [field, value] of data) {
    if (!field.isUniqueIdentifier || value === null) continue;
    const holders = world.db.uniques.holders(field.alias, String(value));
    const isFree =
      holders.size === 0 || (holders.size === 1 && existing !== undefined && holders.has(existing.id));
    if (!isFree) refusals.push({ field: field.alias, message: 'This field must be unique.', status: 422 });
  }
  return refusals;
}

/** The newest contact that holds one of the payload's unique values: what POST /contacts/new merges into. */
export function findDuplicate(world: World, payload: PhpMap): Contact | undefined {
  const ids: number[] = [];
  for (const field of world.db.lookups.fields()) {
    if (!field.isUniqueIdentifier) continue;
    const read = readField(world, field, payload);
    // A refused e-mail finds nobody; the form will say why.
    if (read?.type === 'value') ids.push(...world.db.uniques.holders(field.alias, String(read.value)));
  }
  return ids.length === 0 ? undefined : world.db.contacts.get(Math.max(...ids));
}

/** The payload as a map; a list is taken for an empty form. */
export function payloadOf(body: unknown): PhpMap {
  return isMap(body) ? body : {};
}
