import type { BridgeConfig } from '../../core/policy/bridge-config.ts';
import { createStatus } from '../../pipeline/status.ts';
import { readFlags } from '../flags.ts';
import { openLedger } from '../ledger.ts';
import type { Terminal } from '../terminal.ts';

/** What `status --help` says. */
export const STATUS_USAGE = `Usage: npm run bridge -- status [--local]

How many contacts, notes and e-mails are behind or parked and why, whether all contacts are marked for the policy, how
Mautic is called, and what lies in the dead-letter queues. Reads the whole ledger. For the environment see replay --help.
  --local   what a stopped "npm start" left in .bridge/ (or BRIDGE_DATA_DIR)`;

/** Reads the flags of `status`. @throws UsageError that says what is wrong with them. */
export function readStatusFlags(args: readonly string[]): { readonly local: boolean } {
  return readFlags(args, { local: { type: 'boolean', default: false } });
}

/** `npm run bridge -- status`: a line for each subject. */
export async function status(terminal: Terminal, config: BridgeConfig): Promise<void> {
  const { ledger, countDeadLetters, clock, close } = openLedger();
  const { stores, policy } = config;
  try {
    const lines = await createStatus({ survey: ledger, registers: ledger, stores, policy, clock })();
    for (const line of lines) terminal.print(line);
    const [deliveries, rings] = await countDeadLetters();
    terminal.print(`dead letters: ${String(deliveries)} deliveries, ${String(rings)} rings`);
  } finally {
    close();
  }
}
