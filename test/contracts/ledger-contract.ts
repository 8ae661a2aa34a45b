import { describe } from 'vitest';
import { claimsContract } from './claims-contract.ts';
import { effectsContract } from './effects-contract.ts';
import { erasuresContract } from './erasures-contract.ts';
import { itemsContract } from './items-contract.ts';
import type { MakeLedger } from './make-ledger.ts';
import { registersContract } from './registers-contract.ts';
import { standingContract } from './standing-contract.ts';
import { surveyContract } from './survey-contract.ts';
import { thingsContract } from './things-contract.ts';
import { wantsContract } from './wants-contract.ts';
import { workListContract } from './work-list-contract.ts';
import { writtenContract } from './written-contract.ts';

/** What every ledger must do; run it on each adapter. */
export function ledgerContract(name: string, makeLedger: MakeLedger): void {
  describe(`${name} ledger`, () => {
    thingsContract(makeLedger);
    wantsContract(makeLedger);
    standingContract(makeLedger);
    workListContract(makeLedger);
    claimsContract(makeLedger);
    effectsContract(makeLedger);
    registersContract(makeLedger);
    surveyContract(makeLedger);
    itemsContract(makeLedger);
    erasuresContract(makeLedger);
    writtenContract(makeLedger);
  });
}
