import type { Command } from 'commander';
import { commandLine } from '../../core/ledger/command.ts';
import { valueAfter } from '../flags.ts';

/** The flags of every command that works on a bridge, after its own. */
export function withPlaceFlags(command: Command): Command {
  return command
    .option('--local', 'the bridge on this machine, while "npm start" runs or after it was stopped')
    .option('--stage <name>', 'another stage than production', valueAfter('--stage'))
    .option(
      '--region <name>',
      'of AWS; else that of bridge.config.ts, else that of your shell',
      valueAfter('--region'),
    )
    .option('--profile <name>', 'of your AWS credentials', valueAfter('--profile'))
    .option(
      '--config <file>',
      'a bridge.config.ts of your own; so does BRIDGE_CONFIG',
      valueAfter('--config'),
    )
    .option('--json', 'answers as one JSON document');
}

/** An example, as the last lines of a command's help. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  const lines = examples.map((example) => `  ${commandLine(example)}`);
  return command.addHelpText('after', `\nExample${lines.length > 1 ? 's' : ''}:\n${lines.join('\n')}`);
}
