import type { Command } from 'commander';
import { type Doors, workAt } from '../place/open-place.ts';
import type { PlaceFlags } from '../place/place.ts';
import { withExamples, withPlaceFlags } from '../place/place-flags.ts';
import { subjectOf } from './subject.ts';

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
    .action((text: string, flags: PlaceFlags) =>
      workAt(doors, flags, async (site) => {
        const subject = subjectOf(text, site.config.stores);
        const { explain } = await import('./run/explain.ts');
        await explain(site, subject);
      }),
    );
  withExamples(withPlaceFlags(command), 'explain 123', 'explain someone@example.com --local');
}
