import type { Command } from 'commander';
import { valueAfter } from '../flags.ts';
import { type Doors, workAt } from '../place/open-place.ts';
import type { PlaceFlags } from '../place/place.ts';
import { withExamples, withPlaceFlags } from '../place/place-flags.ts';
import { UsageError } from '../usage-error.ts';
import { subjectOf } from './subject.ts';

/** `bridge resync`. */
export function addResync(program: Command, doors: Doors): void {
  const command = program
    .command('resync')
    .argument(
      '<order or address>',
      'an order as 123 or demo/123, an e-mail address, or a contact key of the logs',
    )
    .summary('reads orders again from the shop, and writes their contacts in full')
    .description(
      "Reads an order, or all orders of a person that the bridge knows, again from the shop by its REST API, and has the contacts written to Mautic in full. What Mautic held by somebody else is written over where it is the bridge's.",
    )
    .option('--store <id>', 'of the order, where there are several stores', valueAfter('--store'))
    .action((text: string, flags: PlaceFlags & { readonly store?: string }) =>
      workAt(doors, flags, async (site) => {
        const subject = subjectOf(text, site.config.stores, flags.store);
        if (subject.kind === 'order' && !/^\d+$/.test(subject.ref.id)) throw new UsageError(NO_NUMBER);
        const { resync } = await import('./run/resync.ts');
        await resync(site, subject);
      }),
    );
  withExamples(withPlaceFlags(command), 'resync 123', 'resync someone@example.com');
}

const NO_NUMBER =
  'A shop knows its orders by their id, which is a number and stands in the address of the page on which the shop edits the order.';
