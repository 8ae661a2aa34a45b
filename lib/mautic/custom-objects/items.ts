import { succeeded } from '../../core/ledger/failure.ts';
import type { MauticItems } from '../../core/ports/mautic.ts';
import type { MauticClient } from '../client.ts';
import { createCustomObjects } from './custom-objects.ts';

/** Custom items for the pipeline: by the contact's id, so that nobody is created for them. */
export function createMauticItems(client: MauticClient): MauticItems {
  const objects = createCustomObjects(client);
  return {
    write: async (entries) => {
      const contacts = entries.map(({ contactId, items }) => ({ id: contactId, items }));
      const results = await objects.editAll(contacts);
      return results.map((result) =>
        result.ok
          ? succeeded({ email: result.value.contact.email, hasItems: result.value.objects !== undefined })
          : result,
      );
    },
  };
}
