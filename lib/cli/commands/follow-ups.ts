import type { Command } from 'commander';
import { contactOf, valueAfter } from '../flags.ts';
import { type Doors, workAt } from '../place/open-place.ts';
import type { PlaceFlags } from '../place/place.ts';
import { withExamples, withPlaceFlags } from '../place/place-flags.ts';
import { UsageError } from '../usage-error.ts';

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
    .option('--order <id>', 'the tokens of this order', valueAfter('--order'))
    .option(
      '--store <id>',
      'the store of that order; may be left out where there is only one',
      valueAfter('--store'),
    )
    .option('--why', 'also what is not sent, and why not')
    .action((flags: FollowUpFlags) =>
      workAt(doors, flags, async (site) => {
        const { listing, preview } = await import('./run/follow-ups.ts');
        const { order, contact, why = false } = flags;
        if (order === undefined) return listing(site, { contact: contactOf(contact), why });
        const [only, ...others] = site.config.stores;
        const store = flags.store ?? (others.length === 0 ? only?.id : undefined);
        if (store === undefined)
          throw new UsageError('--order needs --store where there are several stores.');
        return preview(site, { kind: 'order', store, id: order });
      }),
    );
  withExamples(withPlaceFlags(command), 'follow-ups', 'follow-ups --contact someone@example.com --why');
}
