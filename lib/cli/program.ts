import { Command, CommanderError } from 'commander';
import { commandLine } from '../core/ledger/command.ts';
import { addAuthorise } from './commands/authorise.ts';
import { addBackfill } from './commands/backfill.ts';
import { addCompanion } from './commands/companion.ts';
import { addDoctor } from './commands/doctor.ts';
import { addErase } from './commands/erase.ts';
import { addExplain } from './commands/explain.ts';
import { addExport } from './commands/export.ts';
import { addFields } from './commands/fields.ts';
import { addFollowUps } from './commands/follow-ups.ts';
import { addMigrate } from './commands/migrate.ts';
import { addReplay } from './commands/replay.ts';
import { addResync } from './commands/resync.ts';
import { addSend } from './commands/send.ts';
import { addSetup } from './commands/setup.ts';
import { addStart } from './commands/start.ts';
import { addStatus } from './commands/status.ts';
import { addWebhooks } from './commands/webhooks.ts';
import type { Doors } from './place/open-place.ts';
import { UsageError, usageErrorOf } from './usage-error.ts';

/** Every command behind `npm run bridge`. */
function createProgram(doors: Doors): Command {
  const program = new Command('bridge')
    .usage('<command> [<flags>]')
    .exitOverride()
    // What stands after a command is the command's.
    .enablePositionalOptions()
    .configureOutput({ writeOut: (text) => doors.terminal.print(text.trimEnd()), writeErr: () => undefined })
    .configureHelp({ commandUsage: usageOf, styleTitle: titled, showGlobalOptions: false, helpWidth: 110 })
    .version(doors.version, '-V, --version', 'the version of the bridge')
    .helpOption('-h, --help', 'what it does, and its flags')
    .helpCommand(false)
    .addHelpText('after', '\n<command> --help says its flags, with an example.');
  for (const add of COMMANDS) add(program, doors);
  return program;
}

/** In the order in which somebody meets them. */
const COMMANDS = [
  addStart,
  addMautic,
  addSetup,
  addDoctor,
  addFields,
  addWebhooks,
  addBackfill,
  addExplain,
  addFollowUps,
  addStatus,
  addReplay,
  addResync,
  addAuthorise,
  addErase,
  addExport,
  addSend,
  addCompanion,
  addMigrate,
];

function addMautic(program: Command, doors: Doors): void {
  program
    .command('mautic')
    .summary('the simulated Mautic alone: npm run mautic')
    .description('The simulated Mautic alone.')
    .passThroughOptions()
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .action((_flags: object, { args }: Command) => doors.mautic(args));
}

function usageOf(command: Command): string {
  if (command.name() === 'start') return `npm start [-- <flags>]`;
  const typed = command.parent ? `${command.name()} ${command.usage()}` : command.usage();
  return commandLine(typed).replace('[options]', '[<flags>]');
}

function titled(title: string): string {
  return title === 'Options:' ? 'Flags:' : title;
}

/** `help backfill` is what others call `backfill --help`; a command that is not there stays to be answered. */
function withoutHelp(program: Command, args: readonly string[]): readonly string[] {
  const [first, ...others] = args;
  if (first !== 'help') return args;
  const [name] = others;
  const isKnown = name === undefined || program.commands.some((command) => command.name() === name);
  return isKnown ? [...others, '--help'] : others;
}

/**
 * Does what somebody typed after `npm run bridge --`.
 * @throws UsageError when it cannot be understood, else what the command throws.
 */
export async function runProgram(args: readonly string[], doors: Doors): Promise<void> {
  const program = createProgram(doors);
  if (args.length === 0) return program.outputHelp();
  try {
    await program.parseAsync(withoutHelp(program, args), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return;
    const complaint = usageErrorOf(error);
    if (error.code !== 'commander.unknownCommand') throw complaint;
    throw new UsageError(`${complaint.message}\n\n${program.helpInformation().trimEnd()}`);
  }
}
