import type { Command } from 'commander';
import { valueAfter } from '../flags.ts';
import { type Doors, workAt } from '../place/open-place.ts';
import type { PlaceFlags } from '../place/place.ts';
import { withExamples, withPlaceFlags } from '../place/place-flags.ts';
import { UsageError } from '../usage-error.ts';

interface MigrateFlags extends PlaceFlags {
  readonly store?: string;
  readonly name?: string;
  readonly category?: readonly string[];
  readonly templates?: boolean;
  readonly apply?: boolean;
  readonly lists?: boolean;
  readonly receipt?: string;
}

const gathered = (text: string, known: readonly string[] = []) => [...known, text];

/** `bridge migrate follow-up-emails`. */
export function addMigrate(program: Command, doors: Doors): void {
  const command = program
    .command('migrate')
    .summary('moves over what a shop has in Follow-Up Emails')
    .description(
      'What a shop has in Follow-Up Emails becomes follow-ups of the bridge. Alone it changes nothing and says what would become of each e-mail, what must be done before, and the followUps for bridge.config.ts. With --templates it makes the e-mails in Mautic, unpublished. With --lists it makes a segment of each list of the newsletter and puts its subscribers in, without those who opted out. With --apply it archives the e-mails there and moves what is queued, one by one: each item is held there, read again after six minutes, deleted there, and only then due here. Interrupted anywhere it goes on when it is run again. Publish the e-mails in Mautic afterwards.',
    )
    .argument('<what>', 'follow-up-emails')
    .option('--store <id>', 'the shop; may be left out where there is only one', valueAfter('--store'))
    .option('--name <name>', 'what the shop is called in its e-mails', valueAfter('--name'))
    .option('--category <number=slug>', 'what a category is called; any number of times', gathered)
    .option('--templates', 'makes the e-mails in Mautic')
    .option('--lists', 'moves the lists of the newsletter and their subscribers')
    .option('--apply', 'moves what is queued')
    .option('--receipt <file>', 'what is deleted there is written into it first', valueAfter('--receipt'))
    .action((what: string, flags: MigrateFlags) => {
      if (what !== 'follow-up-emails') throw new UsageError('What can be migrated is follow-up-emails.');
      assertOneDeed(flags);
      const categories = new Map((flags.category ?? []).map(pairOf));
      return workAt(doors, flags, async (site) => {
        const { migrate } = await import('./run/migrate.ts');
        const { templates = false, apply = false, lists = false, store, name, receipt } = flags;
        await migrate(site, { templates, apply, lists, store, name, receipt, categories });
      });
    });
  withExamples(withPlaceFlags(command), 'migrate follow-up-emails', 'migrate follow-up-emails --apply');
}

function pairOf(text: string): [string, string] {
  const [, number, slug] = /^(\d+)=(.+)$/.exec(text) ?? [];
  if (number === undefined || slug === undefined)
    throw new UsageError('--category must be a number and a slug, like 16=tea.');
  return [number, slug];
}

/** @throws UsageError when two things are to be done at once: each of them is looked at before the next. */
function assertOneDeed({ templates, lists, apply }: MigrateFlags): void {
  if ([templates, lists, apply].filter(Boolean).length > 1)
    throw new UsageError('--templates, --lists and --apply are done one after the other: give one of them.');
}
