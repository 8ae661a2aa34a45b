import type { BridgeConfig } from '../../core/policy/bridge-config.ts';
import { keptOf } from '../../core/policy/kept.ts';
import type { ReplayLine } from '../../pipeline/replay/parts.ts';
import { createReplay } from '../../pipeline/replay.ts';
import { sourcesKeeping } from '../../stores/webhooks.ts';
import { openLedger } from '../ledger.ts';
import { createTerminalLog, type Terminal } from '../terminal.ts';
import type { ReplayFlags } from './replay-flags.ts';

/**
 * `npm run bridge -- replay`: a line for each thing that is selected, then how many there were.
 * @throws Error when nothing was, because what was named is not there.
 */
export async function replay(
  { selection, dryRun, resend }: ReplayFlags,
  terminal: Terminal,
  config: BridgeConfig,
): Promise<void> {
  const { ledger, close, countDeadLetters: _count, ...parts } = openLedger();
  const counts = { selected: 0, acted: 0, unknown: 0 };
  const run = createReplay({
    ...parts,
    things: ledger,
    contacts: ledger,
    survey: ledger,
    stores: config.stores,
    policy: config.policy,
    sourceOf: sourcesKeeping(keptOf(config.policy)),
    log: createTerminalLog(terminal),
    metrics: { count: () => undefined },
    report: (line) => {
      if (line.unknown) counts.unknown += 1;
      else counts.selected += 1;
      if (line.acts) counts.acted += 1;
      terminal.print(textOf(line, dryRun));
    },
  });
  try {
    await run(selection, { dryRun, resend });
  } finally {
    close();
  }
  terminal.print(
    `${String(counts.selected)} selected, ${String(counts.acted)} ${dryRun ? 'would be' : 'are'} tried again.${dryRun ? ' This was a dry run: nothing was changed.' : ''}`,
  );
  if (counts.selected === 0 && counts.unknown > 0)
    throw new Error('Nothing was selected: what was named is not there.');
}

function textOf({ kind, what, why, outcome }: ReplayLine, dryRun: boolean): string {
  return `${kind} ${what}: ${why} -> ${dryRun ? 'would' : 'will'} ${outcome}`;
}
