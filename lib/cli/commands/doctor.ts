import type { Command } from 'commander';
import { type Doors, workAt } from '../place/open-place.ts';
import type { PlaceFlags } from '../place/place.ts';
import { withExamples, withPlaceFlags } from '../place/place-flags.ts';

/** `bridge doctor`. */
export function addDoctor(program: Command, doors: Doors): void {
  const command = program
    .command('doctor')
    .summary('looks at every link of the chain, and says what to do')
    .description(
      'Looks at every link from the shop to Mautic in order: configuration, stack, secrets, Mautic and what the bridge may do there, fields, the store, its webhooks, queues, and what waits or is parked. Each is ok, a warning or failed, with what to do about it. It changes nothing.',
    )
    .option(
      '--try',
      'also tries the Custom Objects of the policy: makes a contact of nobody in Mautic and deletes it; of each object one item stays, always the same',
    )
    .action((flags: PlaceFlags & { readonly try?: boolean }) =>
      workAt(doors, flags, async (site) => {
        const { doctor } = await import('./run/doctor.ts');
        await doctor(site, { isTrying: flags.try === true });
      }),
    );
  withExamples(withPlaceFlags(command), 'doctor', 'doctor --local');
}
