import { Command } from 'commander';
import { commandLine } from '../../core/ledger/command.ts';
import type { Terminal } from '../terminal.ts';
import { withPlaceFlags } from './place-flags.ts';

/** Name of each flag that says where, and whether a value follows it. */
const FLAGS = new Map(
  withPlaceFlags(new Command()).options.flatMap(({ long, required }) =>
    typeof long === 'string' && long !== '--json' ? [[long, required] as const] : [],
  ),
);
/** Work on no bridge that a flag could name. */
const PLACELESS = ['start', 'mautic', 'companion'];

/** How a command is spelt, up to its name. */
const SPELT = new RegExp(`${commandLine('')}(?!(?:${PLACELESS.join('|')})\\b)[a-z][a-z-]*`, 'g');

const DEPLOY = /npx cdk deploy(?! -)/g;
/** How a deployment says the same; its region is that of the configuration. */
const DEPLOYED_BY = new Map([
  ['--stage', '-c stage='],
  ['--config', '-c config='],
  ['--profile', '--profile '],
]);

/**
 * A terminal on which the commands that are proposed work where this one does: who asked a stage, or the bridge on this
 * machine, and copies what it says to do must not do it to production.
 */
export function repeatingPlace(terminal: Terminal, args: readonly string[]): Terminal {
  const place = placeIn(args);
  // Examples are of no place.
  if (place.length === 0 || args.some((arg) => arg === '--help' || arg === '-h')) return terminal;
  const flags = place.map(({ name, value }) => (value === undefined ? name : `${name} ${quoted(value)}`));
  const deployed = place.flatMap(({ name, value = '' }) => {
    const prefix = DEPLOYED_BY.get(name);
    return prefix === undefined ? [] : [`${prefix}${quoted(value)}`];
  });
  const spell = (line: string, asSaid: (text: string) => string) =>
    line
      .replace(SPELT, (command) => [command, ...flags.map(asSaid)].join(' '))
      .replace(DEPLOY, (command) => [command, ...deployed.map(asSaid)].join(' '));
  const printed = args.includes('--json') ? inJson : asIs;
  return {
    print: (line) => terminal.print(spell(line, printed)),
    complain: (line) => terminal.complain(spell(line, asIs)),
  };
}

function asIs(text: string): string {
  return text;
}

/** As it stands within a text of a JSON document. */
function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

interface Said {
  readonly name: string;
  readonly value?: string;
}

/** The flags of the place, as they were typed; `--stage=test` is one word. */
function placeIn(args: readonly string[]): readonly Said[] {
  return args.flatMap((arg, index): readonly Said[] => {
    const [name = ''] = arg.split('=', 1);
    const hasValue = FLAGS.get(name);
    if (hasValue === undefined) return [];
    if (!hasValue) return [{ name }];
    const value = arg === name ? args[index + 1] : arg.slice(name.length + 1);
    return value === undefined ? [] : [{ name, value }];
  });
}

/** For any shell. */
function quoted(value: string): string {
  return /^[\w./:@-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
