import { describe } from 'vitest';
import type { Claims, Contacts, Things } from '../../lib/core/ports.ts';
import { claimsContract } from './claims-contract.ts';
import { standingContract } from './standing-contract.ts';
import { thingsContract } from './things-contract.ts';
import { wantsContract } from './wants-contract.ts';
import { workListContract } from './work-list-contract.ts';

export type Ledger = Things & Contacts & Claims;
/** An empty ledger of its own for each call. */
export type MakeLedger = () => Promise<Ledger>;

/** What every ledger must do; run it on each adapter. */
export function ledgerContract(name: string, makeLedger: MakeLedger): void {
  describe(`${name} ledger`, () => {
    thingsContract(makeLedger);
    wantsContract(makeLedger);
    standingContract(makeLedger);
    workListContract(makeLedger);
    claimsContract(makeLedger);
  });
}
