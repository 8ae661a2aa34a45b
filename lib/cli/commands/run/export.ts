import type { ContactKey } from '../../../core/ledger/email.ts';
import { exportPerson } from '../../../pipeline/people/export-person.ts';
import { openLedger } from '../../ledger.ts';
import type { Site } from '../../place/place.ts';

/** @throws Error when the ledger knows nothing of them. */
export async function exportOf({ terminal, config }: Site, contact: ContactKey): Promise<void> {
  const { ledger, close } = openLedger();
  const stores = config.stores.map(({ id }) => id);
  try {
    const found = await exportPerson(
      { contacts: ledger, things: ledger, registers: ledger, stores },
      contact,
    );
    if (!found) throw new Error('The bridge knows nothing of this address.');
    terminal.print(JSON.stringify(found, undefined, 2));
  } finally {
    close();
  }
}
