import { createDynamoDBClient } from '../aws/clients.ts';
import { systemClock as clock } from '../aws/clock.ts';
import { createLedger } from '../aws/ledger/ledger.ts';
import type { Log } from '../core/ports/telemetry.ts';
import { createLedgerFormat } from '../pipeline/registers/ledger-format.ts';

/** The ledger in this table, written in the form that every version at work can read, and the watch over that form. */
export function wireLedger({ tableName, log }: { readonly tableName: string; readonly log: Log }) {
  const ledger = createLedger({
    client: createDynamoDBClient(),
    tableName,
    packing: () => format.isPacking(),
  });
  const format = createLedgerFormat({ registers: ledger, clock, log });
  return { ledger, format, ports: { things: ledger, contacts: ledger, registers: ledger } };
}

export type WiredLedger = ReturnType<typeof wireLedger>;
