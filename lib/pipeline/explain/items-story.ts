import { counted } from '../../core/ledger/counted.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Contacts } from '../../core/ports/ledger.ts';
import type { Passage } from './story.ts';

/** Custom items of a contact that are told one by one. */
const MOST_ITEMS = 5;

/** Custom items that Mautic does not hold as it should, and why; nothing is read where the policy has none. */
export async function itemPassages(
  contacts: Pick<Contacts, 'items'>,
  { contact, policy }: { readonly contact: ContactKey; readonly policy: Policy },
): Promise<readonly Passage[]> {
  if (policy.customObjects === undefined) return [];
  const behind = [...(await contacts.items(contact))].filter(
    ([, { claimed, parked }]) => claimed === true || parked !== undefined,
  );
  const told = behind.slice(0, MOST_ITEMS).map(([name, row]): Passage => {
    if (row.parked !== undefined)
      return { of: 'mautic', says: `the custom item ${name} is parked: ${row.parked}` };
    const says = `the custom item ${name} is to be written once more`;
    return row.notBefore === undefined
      ? { of: 'mautic', says }
      : {
          of: 'mautic',
          says: `${says}; it failed ${counted(row.serverErrors ?? 0, 'time')}`,
          at: row.notBefore,
          isDue: true,
        };
  });
  const more = behind.length - told.length;
  return more > 0 ? [...told, { of: 'mautic', says: `${String(more)} more custom items are behind` }] : told;
}
