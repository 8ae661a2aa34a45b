import type { Failure } from '../../core/ledger/failure.ts';
import type { MauticError } from '../error-body.ts';

/** What may be repeated in a message: names of the policy look so, and nobody's data does. */
const NAME = /^[\w-]{1,64}$/;

/**
 * What the plugin of Custom Objects refuses, in recordings 519–524, 546, 626, 627 and 298, 304, 308 of 5.2.1. Its errors
 * carry no details, only words, which are in English whatever the language of Mautic. `repair` names in `rejected` what
 * Mautic does not have: an object, a field or an item; undefined when it is about something else.
 */
export function itemsRefusal(status: number, { message = '' }: MauticError): Failure | undefined {
  if (status !== 400 && status !== 404) return undefined;
  for (const [pattern, refused] of REFUSALS) {
    const match = pattern.exec(message);
    if (match) return refused(match[1] ?? '');
  }
  return undefined;
}

const REFUSALS: readonly (readonly [RegExp, (name: string) => Failure])[] = [
  [/^Custom Object with (?:alias|ID) = (.*) was not found$/, noObject],
  [/^Custom field with alias (.*) was not found\.$/, noField],
  [/^Custom Item with ID = (\d+) was not found$/, noItem],
  [/^customObject\[data\]\[\]\[id\] or customObject\[data\]\[\]\[alias\] must exist/, unnamed],
];

function noObject(name: string): Failure {
  const message = `Mautic has no Custom Object ${shown(name)}. Make it in Mautic, or correct policy.customObjects.`;
  return missing('no-custom-object', name, message);
}

function noField(name: string): Failure {
  const message = `Mautic's Custom Object has no field ${shown(name)}. Make it in Mautic, or correct policy.customObjects; Mautic drops underscores from aliases.`;
  return missing('no-custom-field', name, message);
}

/** Id 0: MySQL counted no change in a row that was written in the same second, so the plugin knows no id; nothing of it was saved. */
function noItem(id: string): Failure {
  if (id === '0') {
    const message = 'Mautic lost a custom item that it had written in the same second. It is sent again.';
    return { kind: 'unknown', code: 'item-in-same-second', message };
  }
  return missing('no-custom-item', id, `Mautic has no custom item ${id}. It was deleted there.`);
}

function unnamed(): Failure {
  const message =
    'A custom item was sent without the alias or the id of its object. Correct policy.customObjects.';
  return { kind: 'park', code: 'custom-object-unnamed', message };
}

function missing(code: string, name: string, message: string): Failure {
  return { kind: 'repair', code, message, rejected: { [name]: { why: 'not-allowed' } } };
}

function shown(name: string): string {
  return NAME.test(name) ? name : '…';
}
