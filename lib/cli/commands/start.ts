import type { Command } from 'commander';
import { valueAfter } from '../flags.ts';
import { configurationOf, type Doors, type StartSettings } from '../place/open-place.ts';
import { UsageError } from '../usage-error.ts';

interface Flags {
  readonly once?: boolean;
  readonly demo?: boolean;
  readonly fresh?: boolean;
  readonly verbose?: boolean;
  readonly sameMautic?: boolean;
  readonly shop?: boolean;
  readonly config?: string;
}

/** `npm start`. */
export function addStart(program: Command, doors: Doors): void {
  const said = new Set<string>();
  program
    .command('start')
    .summary('the bridge and a simulated Mautic on this machine: npm start')
    .description(
      'The bridge on 127.0.0.1, with a simulated Mautic unless MAUTIC_BASE_URL names one, and with one recorded checkout.',
    )
    .option('--once', 'ends after the checkout; the last line is the contact as JSON')
    .option(
      '--demo',
      'plays the checkout into a Mautic that is not simulated, too: a person, tags and fields',
    )
    .option('--no-demo', 'plays nothing')
    .option('--shop', 'a simulated shop beside it, with buttons to order and refund')
    .option('--fresh', 'forgets what an earlier run left in .bridge/ (or BRIDGE_DATA_DIR)')
    .option(
      '--verbose',
      'shows what each function logs, as JSON; so does LOG_LEVEL=DEBUG, INFO, WARN or ERROR',
    )
    .option('--same-mautic', 'MAUTIC_BASE_URL names the Mautic that was written to before, at a new address')
    .option(
      '--config <file>',
      'a bridge.config.ts of your own; so does BRIDGE_CONFIG',
      valueAfter('--config'),
    )
    .addHelpText(
      'after',
      '\nPORT, MAUTIC_PORT and the other variables are in .github/REFERENCE.md, "With a real Mautic or a real store".\n\nExample:\n  npm start -- --once',
    )
    .on('option:demo', () => said.add('--demo'))
    .on('option:no-demo', () => said.add('--no-demo'))
    .action(async (flags: Flags) => {
      const settings = settingsOf(flags, said);
      const { config } = await configurationOf(flags);
      await doors.start(settings, config);
    });
}

/** @throws UsageError for flags that contradict each other. */
function settingsOf(
  { once = false, fresh = false, ...flags }: Flags,
  said: ReadonlySet<string>,
): StartSettings {
  const { sameMautic = false, verbose = false, shop = false } = flags;
  const [demo, noDemo] = [said.has('--demo'), said.has('--no-demo')];
  if (demo && noDemo) throw new UsageError('--demo and --no-demo contradict each other.');
  if (once && noDemo) throw new UsageError('--once ends after the checkout, which --no-demo leaves out.');
  if (once && shop) throw new UsageError('--once ends after the checkout, before anybody can buy in --shop.');
  return { once, fresh, sameMautic, verbose, shop, ...((demo || noDemo) && { demo }) };
}
