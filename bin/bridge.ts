import { asUsageError, readFlags, UsageError } from '../lib/cli/flags.ts';
import type { Terminal } from '../lib/cli/terminal.ts';
import { LocalEnvironment, readEnvironment } from '../lib/environment.ts';

const USAGE = `Usage:
  npm start                    the bridge and a simulated Mautic on this machine, with one recorded checkout
  npm start -- --once          the same, ends after the checkout; the last line is the contact as JSON
  npm start -- --no-demo       plays nothing
  npm start -- --fresh         starts with empty data
  npm run mautic               the simulated Mautic alone
  npm run mautic -- --help     its options

  npm run bridge -- replay     tries again what was put aside
  npm run bridge -- status     how the bridge stands
  npm run bridge -- authorise  lets the bridge use Mautic in a person's name
                               each with --help`;

const TERMINAL: Terminal = { print: console.log, complain: console.error };

const COMMANDS = {
  start: async (args: string[]) => {
    if (isHelp(args, USAGE)) return;
    const values = readFlags(args, {
      once: { type: 'boolean', default: false },
      'no-demo': { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
    });
    const { start } = await import('../lib/local/bridge/start.ts');
    const demo = !values['no-demo'];
    await start({
      environment: readEnvironment(LocalEnvironment),
      once: values.once,
      demo,
      fresh: values.fresh,
    });
  },
  mautic: async (args: string[]) => {
    const { serveMautic } = await import('../lib/simulators/mautic/serve.ts');
    await serveMautic(args, readEnvironment(LocalEnvironment));
  },
  replay: async (args: string[]) => {
    const { REPLAY_USAGE, readReplayFlags } = await import('../lib/cli/commands/replay-flags.ts');
    if (isHelp(args, REPLAY_USAGE)) return;
    const { config } = await import('../bridge.config.ts');
    const flags = readReplayFlags(args, config.stores);
    const { replay } = await import('../lib/cli/commands/replay.ts');
    await within(flags, () => replay(flags, TERMINAL));
  },
  status: async (args: string[]) => {
    const { STATUS_USAGE, readStatusFlags, status } = await import('../lib/cli/commands/status.ts');
    if (isHelp(args, STATUS_USAGE)) return;
    await within(readStatusFlags(args), () => status(TERMINAL));
  },
  authorise: async (args: string[]) => {
    const { AUTHORISE_USAGE, authorise, readAuthoriseFlags } = await import(
      '../lib/cli/commands/authorise.ts'
    );
    if (isHelp(args, AUTHORISE_USAGE)) return;
    await authorise(readAuthoriseFlags(args), TERMINAL);
  },
} as const;

function isHelp(args: readonly string[], usage: string): boolean {
  const isAsked = args.includes('--help');
  if (isAsked) console.log(usage);
  return isAsked;
}

/** With `local` on the data of a stopped `npm start`, which is closed whatever happens. */
async function within({ local }: { readonly local: boolean }, work: () => Promise<void>): Promise<void> {
  if (!local) return work();
  const { openStopped } = await import('../lib/local/bridge/stopped.ts');
  const close = await openStopped(readEnvironment(LocalEnvironment));
  try {
    await work();
  } finally {
    await close();
  }
}

async function main([name = 'start', ...args]: readonly string[]): Promise<void> {
  if (name === '--help') return console.log(USAGE);
  if (!Object.hasOwn(COMMANDS, name)) throw new UsageError(`There is no such command.\n${USAGE}`);
  await COMMANDS[name as keyof typeof COMMANDS](args);
}

try {
  await main(process.argv.slice(2));
} catch (thrown) {
  const error = asUsageError(thrown);
  console.error(error instanceof Error ? error.message : error);
  process.exit(error instanceof UsageError ? 2 : 1);
}
