import type { Claims, Contacts, Things } from '../../lib/core/ports.ts';

export type Ledger = Things & Contacts & Claims;

/** An empty ledger of its own for each call. */
export type MakeLedger = () => Promise<Ledger>;
