import type { Command } from 'commander';
import type { Store } from '../../core/policy/configuration/store.ts';
import type { BackfillOptions } from '../../core/stores/backfill.ts';
import { pastMomentOf, valueAfter } from '../flags.ts';
import { type Doors, workAt } from '../place/open-place.ts';
import type { PlaceFlags } from '../place/place.ts';
import { withExamples, withPlaceFlags } from '../place/place-flags.ts';
import { UsageError } from '../usage-error.ts';
import type { BackfillAction } from './run/backfill.ts';

/** What somebody typed after `backfill`. */
interface BackfillFlags extends PlaceFlags {
  readonly store?: string;
  readonly from?: string;
  readonly only?: string;
  /** False where somebody gave --no-segments. */
  readonly segments?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly detach?: boolean;
  readonly status?: boolean;
  readonly watch?: boolean;
  readonly pause?: boolean;
  readonly resume?: boolean;
}

/** `bridge backfill`. */
export function addBackfill(program: Command, doors: Doors): void {
  const command = program
    .command('backfill')
    .summary('reads the whole past of a store')
    .description(
      'Reads every order and customer that a store had before the bridge came, and writes each contact once. First it looks at a sample and says what would change, how long it takes and what it costs; then it asks. It runs where the bridge runs, not in this terminal: Ctrl-C only stops watching. New orders go first, and nothing of the past is mailed. A second one writes nothing that is there already.',
    )
    .option('--store <id>', 'may be left out where there is only one', valueAfter('--store'))
    .option('--from <moment>', 'only what changed since: 2024-01-01', valueAfter('--from'))
    .option('--only <what>', 'customers: leaves the orders out', valueAfter('--only'))
    .option('--no-segments', 'leaves segments alone until everything else is done')
    .option('--dry-run', 'only says what would happen')
    .option('--yes', 'does not ask')
    .option('--detach', 'starts it and does not watch')
    .option('--watch', 'watches the one that runs')
    .option('--status', 'says where it stands')
    .option('--pause', 'stops reading; what was read is written')
    .option('--resume', 'goes on where it was paused')
    .action((flags: BackfillFlags) => {
      const action = actionOf(flags);
      const options = optionsOf(flags);
      return workAt(doors, flags, async (site) => {
        const store = storeOf(flags, site.config.stores);
        const { backfill } = await import('./run/backfill.ts');
        const { yes = false, detach = false } = flags;
        await backfill(site, { store, action, options, yes, detach });
      });
    });
  withExamples(
    withPlaceFlags(command),
    'backfill --dry-run',
    'backfill --from 2024-01-01',
    'backfill --watch',
  );
}

const ACTIONS = ['watch', 'status', 'pause', 'resume'] as const;

/** @throws UsageError when two things are asked for at once. */
function actionOf(flags: BackfillFlags): BackfillAction {
  const [action, another] = ACTIONS.filter((one) => flags[one] === true);
  if (action === undefined) return flags.dryRun === true ? planned(flags) : 'start';
  const other =
    another ?? OF_A_START.find((name) => name in flags) ?? (flags.segments === false || undefined);
  // Whoever resumes it may not want to watch.
  const detached = flags.detach === true && action !== 'resume';
  if (other === undefined && !detached) return action;
  throw new UsageError(`--${action} stands alone: leave the other flags out.`);
}

const OF_A_START = ['from', 'only', 'dryRun', 'yes'] as const;

function planned({ yes, detach }: BackfillFlags): 'plan' {
  if (yes === undefined && detach === undefined) return 'plan';
  throw new UsageError('--dry-run starts nothing: leave --yes and --detach out.');
}

/** @throws UsageError when one of them means nothing. */
function optionsOf({ from, only, segments }: BackfillFlags): BackfillOptions {
  const since = pastMomentOf('--from', from);
  if (only !== undefined && only !== 'customers')
    throw new UsageError('--only can be customers, and nothing else.');
  if (only !== undefined && since !== undefined)
    throw new UsageError(
      '--only customers and --from exclude each other: customers cannot be asked for by date.',
    );
  return {
    ...(since !== undefined && { from: since }),
    ...(only !== undefined && { only }),
    ...(segments === false && { noSegments: true }),
  };
}

/** The store that is named, or the only one. @throws UsageError that names them. */
function storeOf({ store }: Pick<BackfillFlags, 'store'>, stores: readonly Store[]): Store {
  const [only, ...others] = stores;
  if (store === undefined && only && others.length === 0) return only;
  const found = stores.find(({ id }) => id === store);
  if (found) return found;
  throw new UsageError(`--store must be one of bridge.config.ts: ${stores.map(({ id }) => id).join(', ')}.`);
}
