import type { Selection } from '../../../core/ledger/selection.ts';
import type { ReplayLine } from '../../../pipeline/replay/parts.ts';
import { createReplay } from '../../../pipeline/replay.ts';
import { sourcesFor } from '../../../stores/webhooks.ts';
import { openLedger } from '../../ledger.ts';
import type { Site } from '../../place/place.ts';
import { createTerminalLog } from '../../terminal.ts';

interface Wanted {
  readonly selection: Selection;
  readonly dryRun: boolean;
  readonly resend: boolean;
}

/**
 * A line for each thing that is selected, then how many there were.
 * @throws Error when nothing was, because what was named is not there.
 */
export async function replay(
  { config, place, terminal, json, whenInterrupted }: Site,
  { selection, dryRun, resend }: Wanted,
): Promise<void> {
  if (!place.isRunning && !dryRun) terminal.complain('The bridge is stopped: it begins when npm start runs.');
  whenInterrupted('What was tried again stays so; run it again for the rest.');
  const { ledger, close, countDeadLetters: _count, ...parts } = openLedger();
  const counts = { selected: 0, acted: 0, unknown: 0 };
  const lines: ReplayLine[] = [];
  const run = createReplay({
    ...parts,
    things: ledger,
    contacts: ledger,
    survey: ledger,
    stores: config.stores,
    policy: config.policy,
    sourceOf: sourcesFor(config.policy),
    log: createTerminalLog(terminal),
    metrics: { count: () => undefined },
    report: (line) => {
      if (line.unknown) counts.unknown += 1;
      else counts.selected += 1;
      if (line.acts) counts.acted += 1;
      if (json) lines.push(line);
      else terminal.print(textOf(line, dryRun));
    },
  });
  try {
    await run(selection, { dryRun, resend });
  } finally {
    close();
  }
  const { selected, acted } = counts;
  terminal.print(
    json
      ? JSON.stringify({ selected, acted, dryRun, lines }, undefined, 2)
      : sumOf({ selected, acted, dryRun }),
  );
  if (counts.selected === 0 && counts.unknown > 0)
    throw new Error('Nothing was selected: what was named is not there.');
}

function sumOf({
  selected,
  acted,
  dryRun,
}: {
  readonly selected: number;
  readonly acted: number;
  readonly dryRun: boolean;
}): string {
  const end = dryRun ? ' This was a dry run: nothing was changed.' : '';
  return `${String(selected)} selected, ${String(acted)} ${dryRun ? 'would be' : 'are'} tried again.${end}`;
}

function textOf({ kind, what, why, outcome }: ReplayLine, dryRun: boolean): string {
  return `${kind} ${what}: ${why} -> ${dryRun ? 'would' : 'will'} ${outcome}`;
}
