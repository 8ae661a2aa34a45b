import { commandLine } from '../../core/ledger/command.ts';
import type { Terminal } from '../terminal.ts';

const WITH_VALUE = new Set(['--stage', '--region', '--profile', '--config']);
const ALONE = new Set(['--local']);
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
  const spell = (line: string) =>
    line
      .replace(SPELT, (command) => [command, ...flags].join(' '))
      .replace(DEPLOY, (command) => [command, ...deployed].join(' '));
  return {
    print: (line) => terminal.print(spell(line)),
    complain: (line) => terminal.complain(spell(line)),
  };
}

interface Said {
  readonly name: string;
  readonly value?: string;
}

/** The flags of the place, as they were typed; `--stage=test` is one word. */
function placeIn(args: readonly string[]): readonly Said[] {
  return args.flatMap((arg, index): readonly Said[] => {
    if (ALONE.has(arg)) return [{ name: arg }];
    const [name = ''] = arg.split('=', 1);
    if (!WITH_VALUE.has(name)) return [];
    const value = arg === name ? args[index + 1] : arg.slice(name.length + 1);
    return value === undefined ? [] : [{ name, value }];
  });
}

/** For any shell. */
function quoted(value: string): string {
  return /^[\w./:@-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
