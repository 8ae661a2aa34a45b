import type { Command } from 'commander';
import { contactOf, orderIdOf, valueAfter } from '../flags.ts';
import { type Doors, workAt } from '../place/open-place.ts';
import type { PlaceFlags } from '../place/place.ts';
import { withExamples, withPlaceFlags } from '../place/place-flags.ts';
import { UsageError } from '../usage-error.ts';
import { storeOf } from './replay.ts';

interface FollowUpFlags extends PlaceFlags {
  readonly contact?: string;
  readonly order?: string;
  readonly store?: string;
  readonly why?: boolean;
}

/** `bridge follow-ups`. */
export function addFollowUps(program: Command, doors: Doors): void {
  const command = program
    .command('follow-ups')
    .summary('what is due to whom, and why')
    .description(
      'Lists the follow-ups of the policy that are due or lie ahead, of one contact or of all, and how many each rule reaches; with --why also what is not sent, and why not. With --order it shows what the tokens of an e-mail about that order stand for. Changes nothing.',
    )
    .option('--contact <address or key>', 'one contact', valueAfter('--contact'))
    .option('--order <id>', 'the tokens of this order', orderIdOf)
    .option(
      '--store <id>',
      'the store of that order; may be left out where there is only one',
      valueAfter('--store'),
    )
    .option('--why', 'also what is not sent, and why not')
    .action((flags: FollowUpFlags) => {
      const { order, contact, why = false } = flags;
      assertOneQuestion(flags);
      const key = contactOf(contact);
      return workAt(doors, flags, async (site) => {
        const store = storeOf(flags, site.config.stores);
        const { listing, preview } = await import('./run/follow-ups.ts');
        if (order === undefined) return listing(site, { contact: key, why });
        if (store === undefined)
          throw new UsageError('--order needs --store where there are several stores.');
        return preview(site, { kind: 'order', store, id: order });
      });
    });
  withExamples(withPlaceFlags(command), 'follow-ups', 'follow-ups --contact someone@example.com --why');
}

/** @throws UsageError when two things are asked for at once. */
function assertOneQuestion({ order, contact, store, why }: FollowUpFlags): void {
  if (order !== undefined && (contact !== undefined || why === true))
    throw new UsageError('--order shows the tokens of one order: leave --contact and --why out.');
  if (order === undefined && store !== undefined)
    throw new UsageError('--store says of which store an --order is: give both.');
}
