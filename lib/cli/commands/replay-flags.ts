import { complaintAbout, type Selection } from '../../core/ledger/selection.ts';
import type { Store } from '../../core/policy/store.ts';
import { contactOf, momentOf, readFlags, UsageError, withKeysJoined } from '../flags.ts';

/** What `replay --help` says. */
export const REPLAY_USAGE = `Usage: npm run bridge -- replay <what> [--dry-run]

Tries again what the bridge put aside: deliveries and rings in dead-letter queues, parked contacts, parked notes and
e-mails. A contact or an order that is named, or selected by time, is also written to Mautic again in full.
A note is looked up in Mautic before it is added. An e-mail that may have been sent stays parked.

What (all of what is given must hold):
  --contact <address or key>   one contact
  --store <id> --order <id>    one order; the store may be left out where there is only one
  --store <id>                 everything of a store
  --since, --until <moment>    parked, received or (an order) changed since, and before: 2026-01-31T09:30, in UTC
  --error <code>               parked for this reason, as the log and a dry run say it; dead-letter: only the queues
  --all                        everything; without it something must be selected

  --dry-run                    changes nothing and says what would happen
  --resend                     sends e-mails again of which nobody knows whether they were sent: SOME PEOPLE MAY GET
                               ONE TWICE. Select as little as possible, and look at the dry run first
  --local                      works on what a stopped "npm start" left in .bridge/ (or BRIDGE_DATA_DIR)

A contact or an order that is named goes first; all else goes after live work.
Where things lie is taken from the environment; the output ReplayVariables of the stack says it:
  env $(aws cloudformation describe-stacks --stack-name mautic-commerce-bridge --output text \\
    --query "Stacks[0].Outputs[?OutputKey=='ReplayVariables'].OutputValue") npm run -s bridge -- replay …`;

/** What somebody asked `replay` for. */
export interface ReplayFlags {
  readonly selection: Selection;
  readonly dryRun: boolean;
  readonly resend: boolean;
  readonly local: boolean;
}

/** Reads the flags of `replay`. @throws UsageError that says in one line what is wrong with them. */
export function readReplayFlags(args: readonly string[], stores: readonly Pick<Store, 'id'>[]): ReplayFlags {
  const flags = readFlags(withKeysJoined(args), {
    all: { type: 'boolean', default: false },
    store: { type: 'string' },
    order: { type: 'string' },
    contact: { type: 'string' },
    since: { type: 'string' },
    until: { type: 'string' },
    error: { type: 'string' },
    resend: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
    local: { type: 'boolean', default: false },
  });
  const selection = withoutGaps({
    store: storeOf(flags, stores),
    order: flags.order,
    contact: contactOf(flags.contact),
    since: momentOf('--since', flags.since),
    until: momentOf('--until', flags.until),
    error: flags.error,
  });
  const complaint = complaintAbout({ ...selection, all: flags.all });
  if (complaint !== undefined)
    throw new UsageError(`${complaint[0]?.toUpperCase() ?? ''}${complaint.slice(1)}.`);
  const { resend, local } = flags;
  return { selection: { ...selection, all: flags.all }, dryRun: flags['dry-run'], resend, local };
}

/** An order of the only store there is needs no store. */
function storeOf(
  { store, order }: { readonly store?: string | undefined; readonly order?: string | undefined },
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
