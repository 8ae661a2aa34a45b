import { loadStages } from '../lib/cli/configuration.ts';
import { asUsageError, UsageError } from '../lib/cli/flags.ts';
import type { Terminal } from '../lib/cli/terminal.ts';
import { type BridgeConfig, stageOf } from '../lib/core/policy/bridge-config.ts';
import { LocalEnvironment, readEnvironment } from '../lib/environment.ts';
import packageFile from '../package.json' with { type: 'json' };

const USAGE = `Usage: npm run bridge -- <command> [<flags>]

  start        the bridge and a simulated Mautic on this machine: npm start
  mautic       the simulated Mautic alone: npm run mautic
  status       how the bridge stands
  replay       tries again what was put aside
  authorise    lets the bridge use Mautic in a person's name

  <command> --help, -h   its flags
  --version, -V          the version of the bridge`;

const TERMINAL: Terminal = { print: console.log, complain: console.error };

const COMMANDS = {
  start: async (args: string[]) => {
    const { readStartFlags, START_USAGE } = await import('../lib/cli/commands/start-flags.ts');
    if (isHelp(args, START_USAGE)) return;
    const flags = readStartFlags(args);
    const config = await configuration();
    const { start } = await import('../lib/local/bridge/start.ts');
    await start({ config, environment: readEnvironment(LocalEnvironment), ...flags });
  },
  mautic: async (args: string[]) => {
    const { serveMautic } = await import('../lib/simulators/mautic/serve.ts');
    const { portTaken } = await import('../lib/local/bridge/port-taken.ts');
    const environment = readEnvironment(LocalEnvironment);
    await serveMautic(args, environment).catch(portTaken('MAUTIC_PORT', environment.MAUTIC_PORT));
  },
  replay: async (args: string[]) => {
    const { REPLAY_USAGE, readReplayFlags } = await import('../lib/cli/commands/replay-flags.ts');
    if (isHelp(args, REPLAY_USAGE)) return;
    const config = await configuration();
    const flags = readReplayFlags(args, config.stores);
    const { replay } = await import('../lib/cli/commands/replay.ts');
    await within(flags, () => replay(flags, TERMINAL, config));
  },
  status: async (args: string[]) => {
    const { STATUS_USAGE, readStatusFlags, status } = await import('../lib/cli/commands/status.ts');
    if (isHelp(args, STATUS_USAGE)) return;
    const flags = readStatusFlags(args);
    const config = await configuration();
    await within(flags, () => status(TERMINAL, config));
  },
  authorise: async (args: string[]) => {
    const { AUTHORISE_USAGE, authorise, readAuthoriseFlags } = await import(
      '../lib/cli/commands/authorise.ts'
    );
    if (isHelp(args, AUTHORISE_USAGE)) return;
    await authorise(readAuthoriseFlags(args), TERMINAL, await configuration());
  },
} as const;

/** Of the stage that BRIDGE_STAGE names, else of production. */
async function configuration(): Promise<BridgeConfig> {
  return stageOf(await loadStages(), readEnvironment(LocalEnvironment).BRIDGE_STAGE);
}

function isHelp(args: readonly string[], usage: string): boolean {
  const isAsked = args.some((arg) => arg === '--help' || arg === '-h');
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

async function main([name, ...args]: readonly string[]): Promise<void> {
  if (name === undefined || name === '--help' || name === '-h') return console.log(USAGE);
  if (name === '--version' || name === '-V') return console.log(packageFile.version);
  if (!Object.hasOwn(COMMANDS, name)) throw new UsageError(`There is no such command.\n\n${USAGE}`);
  await COMMANDS[name as keyof typeof COMMANDS](args);
}

try {
  await main(process.argv.slice(2));
} catch (thrown) {
  const error = asUsageError(thrown);
  console.error(error instanceof Error ? error.message : error);
  process.exit(error instanceof UsageError ? 2 : 1);
}
