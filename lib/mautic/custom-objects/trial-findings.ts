import type { AttributeValue } from '../../core/contact/items/item-write.ts';
import type { DesiredItem } from '../../core/contact/items/items-desired.ts';

/** What was found of one thing that `policy.customObjects` names in Mautic. */
export interface ObjectFinding {
  readonly what: 'plugin' | 'object' | 'field' | 'unique' | 'type';
  /** Alias or id of the object; absent of the plugin. */
  readonly object?: string | number;
  /** Alias of the field, where it is about one. */
  readonly field?: string;
  readonly state: 'ok' | 'failed';
  /** What was found, in a sentence. */
  readonly says: string;
  /** What to do about it; of a failure. */
  readonly remedy?: string;
}

export const NO_PLUGIN: ObjectFinding = {
  what: 'plugin',
  state: 'failed',
  says: 'Mautic took an item and answered none: the plugin of Custom Objects is not there',
  remedy: 'Install the plugin (Mautic 4 and 5) and clear the cache, or take customObjects out of the policy.',
};

export function noObject({ object }: DesiredItem): ObjectFinding {
  const says = `Mautic has no Custom Object ${String(object)}`;
  const remedy = `Make a Custom Object with the alias ${String(object)}, or correct policy.customObjects.`;
  return { what: 'object', object, state: 'failed', says, remedy };
}

export function noField({ object, unique }: DesiredItem, field: string): ObjectFinding {
  const kind = field === unique ? ' as a unique identifier, while the object has no items' : '';
  const says = `Custom Object ${String(object)} has no field ${field}`;
  const remedy = `Make the field ${field}${kind}, or correct policy.customObjects; Mautic drops underscores from aliases.`;
  return { what: 'field', object, field, state: 'failed', says, remedy };
}

export function notKept({ object }: DesiredItem): ObjectFinding {
  const says = `Custom Object ${String(object)} took an item and does not show it`;
  const remedy = 'Look at the log of Mautic, and whether the object and its fields are published.';
  return { what: 'object', object, state: 'failed', says, remedy };
}

export function wrongType(
  { object }: DesiredItem,
  { alias, value }: { readonly alias: string; readonly value: AttributeValue },
): ObjectFinding {
  const says = `field ${alias} of ${String(object)} does not hold ${NOUNS[value.as]} as it was written`;
  const remedy = `Make ${alias} a field of type ${TYPES[value.as]}, or map something else to it.`;
  return { what: 'type', object, field: alias, state: 'failed', says, remedy };
}

const NOUNS: Readonly<Record<AttributeValue['as'], string>> = {
  text: 'a text',
  url: 'an address of the web',
  email: 'an address',
  integer: 'a whole number',
  moment: 'a moment',
  day: 'a day',
  list: 'a list',
};

const TYPES: Readonly<Record<AttributeValue['as'], string>> = {
  text: 'text or text area',
  url: 'URL',
  email: 'email',
  integer: 'number',
  moment: 'date/time',
  day: 'date',
  list: 'multiselect',
};

/** The object took an item and shows it, so the plugin is there as well. */
export function isThere({ object }: DesiredItem): ObjectFinding {
  return { what: 'object', object, state: 'ok', says: `Custom Object ${String(object)} takes items` };
}

export function isUnique({ object, unique: field }: DesiredItem): ObjectFinding {
  const says = `field ${field} of ${String(object)} tells items apart`;
  return { what: 'unique', object, field, state: 'ok', says };
}

export function notUnique({ object, unique: field }: DesiredItem): ObjectFinding {
  const says = `field ${field} of ${String(object)} is no unique identifier: what was written twice stands there twice`;
  const remedy = `Delete all items of ${String(object)} in Mautic, then make ${field} a unique identifier: that can only be done while the object is empty.`;
  return { what: 'unique', object, field, state: 'failed', says, remedy };
}
