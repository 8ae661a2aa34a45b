import type { Command } from 'commander';
import { type Doors, workAt } from '../place/open-place.ts';
import type { PlaceFlags } from '../place/place.ts';
import { withExamples, withPlaceFlags } from '../place/place-flags.ts';

/** `bridge status`. */
export function addStatus(program: Command, doors: Doors): void {
  const command = program
    .command('status')
    .summary('how the bridge stands')
    .description(
      'How many contacts, notes and e-mails are behind or parked and why, whether all contacts are marked for the policy, how far a backfill is, how Mautic is called, and what lies in the dead-letter queues. Reads the whole ledger.',
    )
    .action((flags: PlaceFlags) =>
      workAt(doors, flags, async (site) => {
        const { status } = await import('./run/status.ts');
        await status(site);
      }),
    );
  withExamples(withPlaceFlags(command), 'status', 'status --local --json');
}
