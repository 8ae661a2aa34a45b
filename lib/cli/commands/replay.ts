import type { Command } from 'commander';
import { complaintAbout, type Selection } from '../../core/ledger/selection.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import { contactOf, momentOf, orderIdOf, valueAfter } from '../flags.ts';
import { configurationOf, type Doors, workAt } from '../place/open-place.ts';
import type { PlaceFlags } from '../place/place.ts';
import { withExamples, withPlaceFlags } from '../place/place-flags.ts';
import { UsageError } from '../usage-error.ts';

/** What somebody typed after `replay`. */
export interface ReplayFlags extends PlaceFlags {
  readonly contact?: string;
  readonly store?: string;
  readonly order?: string;
  readonly since?: string;
  readonly until?: string;
  readonly error?: string;
  readonly all?: boolean;
  readonly parked?: boolean;
  readonly dryRun?: boolean;
  readonly resend?: boolean;
}

/** `bridge replay`. */
export function addReplay(program: Command, doors: Doors): void {
  const command = program
    .command('replay')
    .summary('tries again what was put aside')
    .description(
      'Tries again what the bridge put aside: deliveries and rings in dead-letter queues, parked contacts, parked notes and e-mails. A contact or an order that is named, or selected by time, is also written to Mautic again in full, unless --parked is said. A note is looked up in Mautic before it is added. An e-mail that may have been sent stays parked.\nAll of what is given must hold. A contact or an order that is named goes first; all else goes after live work.',
    )
    .option('--contact <address or key>', 'one contact', valueAfter('--contact'))
    .option('--order <id>', 'one order; its store may be left out where there is only one', orderIdOf)
    .option('--store <id>', 'everything of a store', valueAfter('--store'))
    .option(
      '--since <moment>',
      'parked, received or (an order) changed since: 2026-01-31T09:30, in UTC',
      valueAfter('--since'),
    )
    .option('--until <moment>', '… and before', valueAfter('--until'))
    .option(
      '--error <code>',
      'parked for this reason, as a dry run says it; dead-letter: only the queues',
      valueAfter('--error'),
    )
    .option('--parked', 'only what was put aside')
    .option('--all', 'everything: all contacts are written to Mautic again, in full')
    .option('--dry-run', 'changes nothing and says what would happen')
    .option(
      '--resend',
      'sends e-mails again of which nobody knows whether they were sent: SOME PEOPLE MAY GET ONE TWICE. Select as little as possible, and look at the dry run first',
    )
    .action(async (flags: ReplayFlags) => {
      const { config } = await configurationOf(flags);
      const selection = selectionOf(flags, config.stores);
      await workAt(doors, flags, async (site) => {
        const { replay } = await import('./run/replay.ts');
        const { dryRun = false, resend = false } = flags;
        await replay(site, { selection, dryRun, resend });
      });
    });
  withExamples(withPlaceFlags(command), 'replay --parked --dry-run', 'replay --contact someone@example.com');
}

/** What is selected. @throws UsageError that says in one line what is wrong. */
export function selectionOf(flags: ReplayFlags, stores: readonly Pick<Store, 'id'>[]): Selection {
  const selection = withoutGaps({
    store: storeOf(flags, stores),
    order: flags.order,
    contact: contactOf(flags.contact),
    since: momentOf('--since', flags.since),
    until: momentOf('--until', flags.until),
    error: flags.error,
  });
  const { all = false, parked = false } = flags;
  const complaint = complaintAbout({ ...selection, all, parked });
  if (complaint !== undefined)
    throw new UsageError(`${complaint[0]?.toUpperCase() ?? ''}${complaint.slice(1)}.`);
  return { ...selection, all, ...(parked && { parked }) };
}

/** The store that is named; an order of the only store there is needs none. */
export function storeOf(
  { store, order }: { readonly store?: string; readonly order?: string },
  stores: readonly Pick<Store, 'id'>[],
): string | undefined {
  const [only, ...others] = stores;
  if (store === undefined) return order !== undefined && others.length === 0 ? only?.id : undefined;
  if (stores.some(({ id }) => id === store)) return store;
  throw new UsageError(`--store must be one of bridge.config.ts: ${stores.map(({ id }) => id).join(', ')}.`);
}

type Given = { readonly [Key in keyof Selection]: Selection[Key] | undefined };

function withoutGaps(selection: Given): Selection {
  return Object.fromEntries(Object.entries(selection).filter(([, value]) => value !== undefined));
}
