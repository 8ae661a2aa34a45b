import type { Command } from 'commander';
import { type Doors, workAt } from '../place/open-place.ts';
import type { PlaceFlags } from '../place/place.ts';
import { withExamples, withPlaceFlags } from '../place/place-flags.ts';

/** `bridge fields`. */
export function addFields(program: Command, doors: Doors): void {
  const command = program
    .command('fields')
    .summary('checks the contact fields in Mautic, or makes them')
    .description(
      'Which contact fields the policy writes, and how they stand in Mautic: there, of the right type and length, published. With --create it makes those that are missing.',
    )
    .option('--create', 'makes what is missing')
    .action((flags: PlaceFlags & { readonly create?: boolean }) =>
      workAt(doors, flags, async (site) => {
        const { fields } = await import('./run/fields.ts');
        await fields(site, flags.create === true);
      }),
    );
  withExamples(withPlaceFlags(command), 'fields', 'fields --create');
}
