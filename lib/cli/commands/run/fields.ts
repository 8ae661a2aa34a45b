import { identityAliases, neededFields } from '../../../core/contact/desired.ts';
import { counted } from '../../../core/ledger/counted.ts';
import { listFields } from '../../../mautic/schema/field-list.ts';
import { requiredOf, troubleOf } from '../../../mautic/schema/field-troubles.ts';
import { createMauticFields } from '../../../mautic/schema/fields.ts';
import { createLookAgain } from '../../../pipeline/policy/look-again.ts';
import { openMautic } from '../../mautic.ts';
import { assertMauticIsReady } from '../../mautic-standing.ts';
import { tableLines } from '../../output/table.ts';
import type { Site } from '../../place/place.ts';
import { answer } from '../../terminal.ts';

/** A field of the policy, and how it stands in Mautic. */
interface Row {
  readonly alias: string;
  readonly type: string;
  /** As Mautic has it. */
  readonly there?: string;
  /** What is wrong, with the remedy. */
  readonly trouble?: string;
}

/** @throws Error when one of them is not written as things stand. */
export async function fields(site: Site, create: boolean): Promise<void> {
  if (site.place.withoutMautic !== undefined) throw new Error(site.place.withoutMautic);
  const mautic = openMautic(site);
  const { policy } = site.config;
  try {
    await assertMauticIsReady(mautic);
    if (create) {
      const { client, shared } = mautic;
      const registers = shared.claims;
      const lookAgain = createLookAgain({ registers, clock: shared.clock });
      const book = createMauticFields({ client, mode: 'create', registers, lookAgain, ...shared });
      const made = await book.ready(neededFields(policy), identityAliases(policy));
      if (!made.ok) throw new Error(made.failure.message);
    }
    const rows = await standing(mautic, site);
    const troubles = rows.filter(({ trouble }) => trouble !== undefined);
    answer(site, { fields: rows }, [
      ...tableLines(
        ['field', 'type', 'in Mautic'],
        rows.map(({ alias, type, there = 'missing' }) => [alias, type, there]),
      ),
      ...troubles.map(({ trouble = '' }) => trouble),
    ]);
    if (troubles.length > 0)
      throw new Error(
        `${counted(troubles.length, 'field is not written as it is', 'fields are not written as they are')}.`,
      );
  } finally {
    mautic.close();
  }
}

async function standing(
  { client }: ReturnType<typeof openMautic>,
  { config }: Site,
): Promise<readonly Row[]> {
  const listed = await listFields(client);
  if (!listed.ok) throw new Error(listed.failure.message);
  const needed = neededFields(config.policy);
  const filled = new Set(['email', ...needed.map(({ alias }) => alias), ...identityAliases(config.policy)]);
  return [
    ...needed.map(({ alias, type }): Row => {
      const found = listed.value.get(alias);
      const trouble =
        found?.type === type || !found
          ? troubleOf(alias, found)?.message
          : otherType(alias, found.type, type);
      const limit = found?.limit === undefined ? '' : `, ${String(found.limit)} characters`;
      return {
        alias,
        type,
        ...(found && { there: `${found.type}${limit}` }),
        ...(trouble !== undefined && { trouble }),
      };
    }),
    ...requiredOf(listed.value, filled).map(
      ([alias, { message }]): Row => ({ alias, type: '-', there: 'required', trouble: message }),
    ),
  ];
}

function otherType(alias: string, is: string, meant: string): string {
  return `Field ${alias} is of type ${is} in Mautic, where ${meant} is meant: name another alias in policy.aliases, or delete that field.`;
}
