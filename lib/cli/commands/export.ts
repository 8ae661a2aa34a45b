import type { Command } from 'commander';
import { addressOf } from '../flags.ts';
import { type Doors, workAt } from '../place/open-place.ts';
import type { PlaceFlags } from '../place/place.ts';
import { withExamples, withPlaceFlags } from '../place/place-flags.ts';

/** `bridge export`. */
export function addExport(program: Command, doors: Doors): void {
  const command = program
    .command('export')
    .argument('<address>', 'the e-mail address of who asks what is known of them')
    .summary('everything the bridge holds of a person, as JSON')
    .description(
      'Everything the bridge holds of a person, as JSON: their orders, customer records and carts, what Mautic was told and when. The shop and Mautic hold more.',
    )
    .action(async (text: string, flags: PlaceFlags) => {
      const { key } = addressOf(text, 'What was given');
      await workAt(doors, flags, async (site) => {
        const { exportOf } = await import('./run/export.ts');
        await exportOf(site, key);
      });
    });
  withExamples(withPlaceFlags(command), 'export someone@example.com > someone.json');
}
