import type { ItemWrite } from '../../../lib/core/contact/items/item-write.ts';
import { succeeded } from '../../../lib/core/ledger/failure.ts';
import type { MauticItems } from '../../../lib/core/ports/mautic.ts';
import type { Variant } from '../variant.ts';

/** Mistakes about custom items. */
export const OF_ITEMS: readonly Variant[] = [
  {
    name: 'takes-items-in-doubt-for-written',
    syncParts: (parts) => ({ ...parts, items: withAnswers(parts.items) }),
  },
  {
    name: 'never-takes-items-back',
    syncParts: (parts) => ({ ...parts, items: withItems(parts.items, (item) => !isRetired(item)) }),
  },
  {
    name: 'leaves-out-the-lines-of-orders',
    syncParts: (parts) => ({ ...parts, items: withItems(parts.items, ({ object }) => object === 'orders') }),
  },
  {
    name: 'claims-no-items',
    syncParts: (parts) => ({
      ...parts,
      contacts: {
        ...parts.contacts,
        saveItems: (contact, rows) =>
          parts.contacts.saveItems(
            contact,
            new Map([...rows].map(([name, { claimed: _claimed, ...row }]) => [name, row])),
          ),
      },
    }),
  },
];

function withAnswers(items: MauticItems): MauticItems {
  return {
    write: async (entries) => {
      const outcomes = await items.write(entries);
      return Promise.all(
        outcomes.map(async (outcome, index) => {
          const isDoubtful = !outcome.ok && outcome.failure.kind === 'unknown';
          const email = isDoubtful ? await addressOf(items, entries[index]?.contactId ?? 0) : undefined;
          return email === undefined ? outcome : succeeded({ email, hasItems: true });
        }),
      );
    },
  };
}

/** By an answer to a write of nothing. */
async function addressOf(items: MauticItems, contactId: number): Promise<string | undefined> {
  const [outcome] = await items.write([{ contactId, items: [] }]);
  return outcome?.ok ? outcome.value.email : undefined;
}

function withItems(items: MauticItems, isSent: (item: ItemWrite) => boolean): MauticItems {
  return {
    write: async (entries) => {
      const outcomes = await items.write(
        entries.map((entry) => ({ ...entry, items: entry.items.filter(isSent) })),
      );
      return outcomes.map((outcome) =>
        outcome.ok ? succeeded({ ...outcome.value, hasItems: true }) : outcome,
      );
    },
  };
}

function isRetired({ attributes }: ItemWrite): boolean {
  const status = attributes['status']?.value;
  return status === 'moved' || status === 'deleted';
}
