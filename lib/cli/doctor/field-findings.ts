import type { NeededField } from '../../core/contact/contact-write.ts';
import { identityAliases, neededFields } from '../../core/contact/desired.ts';
import { commandLine } from '../../core/ledger/command.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { ListedField } from '../../mautic/schema/field-list.ts';
import { requiredOf, troubleOf } from '../../mautic/schema/field-troubles.ts';
import { type Finding, failure, ok, warning } from './link.ts';

/** What the newest Mautic takes at most in a field of links (7.0.0: 022); a companion's links are longer than 64. */
const LEAST_LINK = 191;

/** How the fields that the policy writes stand in Mautic's list. */
export function fieldFindings(list: ReadonlyMap<string, ListedField>, policy: Policy): readonly Finding[] {
  const needed = neededFields(policy);
  const filled = new Set(['email', ...needed.map(({ alias }) => alias), ...identityAliases(policy)]);
  return [
    ...needed.map((field) => fieldFinding(field, list.get(field.alias), policy)),
    ...requiredOf(list, filled).map(([, { message }]) =>
      failure('fields', 'a field of Mautic is required', message),
    ),
  ];
}

function fieldFinding(field: NeededField, found: ListedField | undefined, policy: Policy): Finding {
  const { alias, type } = field;
  const { fields: mode } = policy;
  const link = `field ${alias}`;
  const trouble = troubleOf(alias, found);
  if (!found && mode === 'create')
    return warning(
      link,
      'Mautic does not have it yet',
      `The first contact makes it; or now: ${commandLine('fields --create')}`,
    );
  if (trouble) return failure(link, 'it is not written', trouble.message);
  const limit = found?.limit === undefined ? '' : `, ${String(found.limit)} characters`;
  if (found && found.type !== type && !isWideLink(field, found))
    return warning(
      link,
      `it is of type ${found.type}${limit}, where ${type} is meant`,
      remedyOf(field, policy),
    );
  if (type === 'url' && found?.limit !== undefined && found.limit < LEAST_LINK)
    return warning(
      link,
      `it takes ${String(found.limit)} characters, and links of carts are longer`,
      'Links are never cut: one that does not fit is left out. Raise the field to 191 characters in Mautic, or delete it there and let the bridge make it.',
    );
  return ok(link, `${found?.type ?? type}${limit}`);
}

/** A text area takes every link whole. */
function isWideLink({ type }: NeededField, found: ListedField): boolean {
  return type === 'url' && found.type === 'textarea';
}

function remedyOf({ alias, type }: NeededField, { carts }: Policy): string {
  const place = Object.values<string | false>(carts?.aliases ?? {}).includes(alias)
    ? 'carts.aliases'
    : 'aliases';
  const what =
    type === 'url'
      ? 'Links that do not fit are left out'
      : type === 'textarea'
        ? 'What does not fit is left out, items first'
        : 'Long or decimal values may be cut';
  return `${what}: make a field of the right type under another alias, and name it in policy.${place}.`;
}
