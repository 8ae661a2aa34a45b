import type { Claims, Contacts, Registers, Survey, Things } from '../../lib/core/ports/ledger.ts';

export type Ledger = Things & Contacts & Claims & Registers & Survey;

/** An empty ledger of its own for each call. */
export type MakeLedger = () => Promise<Ledger>;
