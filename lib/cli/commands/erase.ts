import type { Command } from 'commander';
import { addressOf } from '../flags.ts';
import { type Doors, workAt } from '../place/open-place.ts';
import type { PlaceFlags } from '../place/place.ts';
import { withExamples, withPlaceFlags } from '../place/place-flags.ts';

interface Flags extends PlaceFlags {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly wait?: boolean;
}

/** `bridge erase`. */
export function addErase(program: Command, doors: Doors): void {
  const command = program
    .command('erase')
    .argument('<address>', 'the e-mail address of who asked to be forgotten')
    .summary('forgets a person, here and in Mautic')
    .description(
      'Deletes the contact in Mautic, and takes name, address and consent out of everything the bridge keeps of this person up to now. The amounts stay, without a name. An order that is placed later starts afresh. The shop keeps what it has: erase the person there, too (WordPress, Tools, Erase Personal Data).',
    )
    .option('--dry-run', 'changes nothing and says what would be forgotten')
    .option('-y, --yes', 'does not ask')
    .option('--no-wait', 'does not wait until it is done')
    .action(async (text: string, flags: Flags) => {
      const address = addressOf(text, 'What was given');
      await workAt(doors, flags, async (site) => {
        const { erase } = await import('./run/erase.ts');
        const { dryRun = false, yes = false, wait = true } = flags;
        await erase(site, address, { dryRun, yes, wait });
      });
    });
  withExamples(withPlaceFlags(command), 'erase someone@example.com --dry-run', 'erase someone@example.com');
}
