import type { Command } from 'commander';
import { pastMomentOf, valueAfter } from '../flags.ts';
import { type Doors, workAt } from '../place/open-place.ts';
import type { PlaceFlags } from '../place/place.ts';
import { withExamples, withPlaceFlags } from '../place/place-flags.ts';
import { UsageError } from '../usage-error.ts';
import { subjectOf } from './subject.ts';

interface Flags extends PlaceFlags {
  readonly logs?: boolean;
  readonly since?: string;
  readonly store?: string;
}

/** `bridge explain`. */
export function addExplain(program: Command, doors: Doors): void {
  const command = program
    .command('explain')
    .argument(
      '<order or address>',
      'an order as 123 or demo/123, an e-mail address, or a contact key of the logs',
    )
    .summary('what happened to an order or a person')
    .description(
      'The story of one order or one person: what the shop said and when, what Mautic was told, what is due, done or parked and why, and what a person must do.',
    )
    .option('--store <id>', 'of the order, where there are several stores', valueAfter('--store'))
    .option('--logs', 'also what the functions logged of it, in order of time')
    .option(
      '--since <moment>',
      'with --logs: from when on; three days ago if not given',
      valueAfter('--since'),
    )
    .action((text: string, flags: Flags) => {
      const logsSince = logsSinceOf(flags);
      return workAt(doors, flags, async (site) => {
        const subject = subjectOf(text, site.config.stores, flags.store);
        const { explain } = await import('./run/explain.ts');
        await explain(site, subject, logsSince);
      });
    });
  withExamples(
    withPlaceFlags(command),
    'explain 123',
    'explain someone@example.com --local',
    'explain 123 --logs --since 2026-01-31',
  );
}

const USUAL_MS = 3 * 24 * 3_600_000;

/** From when on the logs are asked for, epoch ms; `undefined`: not at all. */
function logsSinceOf({ logs = false, since }: Flags): number | undefined {
  const from = pastMomentOf('--since', since);
  if (from !== undefined && !logs) throw new UsageError('--since is about the logs: give --logs as well.');
  return logs ? (from ?? Date.now() - USUAL_MS) : undefined;
}
