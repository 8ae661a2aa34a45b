import type { CommanderError } from 'commander';
import { scrub } from '../aws/telemetry/scrub.ts';

/** What somebody typed cannot be done; the message says what to type instead, and shows no value. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Somebody pressed Ctrl-C, or left a question unanswered. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** A complaint of the library about what was typed, as one line that repeats no value: it may be an address. */
export function usageErrorOf({ code, message }: CommanderError): UsageError {
  const [complaint = '', hint] = message.replace(/^error: /, '').split('\n');
  const meant = hint === undefined ? '' : ` ${hint.replace(/^\((.*)\)$/, '$1')}`;
  switch (code) {
    case 'commander.excessArguments':
      return new UsageError('There is an argument without a flag before it.');
    case 'commander.optionMissingArgument':
      return new UsageError(`${flagIn(complaint)} needs a value; --help shows an example.`);
    case 'commander.unknownOption':
      return new UsageError(unknownOption(complaint, meant));
    case 'commander.unknownCommand':
      return new UsageError(`There is no such command.${meant}`);
    case 'commander.missingArgument':
      return new UsageError(
        `<${/'(.*)'/.exec(complaint)?.[1] ?? 'argument'}> is missing; --help shows an example.`,
      );
    default:
      return new UsageError(sentence(complaint));
  }
}

function unknownOption(complaint: string, meant: string): string {
  const [, option = ''] = /'(.*)'/s.exec(complaint) ?? [];
  const [name = '', value] = option.split('=');
  if (value !== undefined) return `Option '${scrub(name)}' is unknown, or takes no value.`;
  return `Unknown option '${scrub(name)}'.${meant}`;
}

function flagIn(complaint: string): string {
  return /--[\w-]+/.exec(complaint)?.[0] ?? 'A flag';
}

function sentence(text: string): string {
  const masked = scrub(text).replace(/\.$/, '');
  return `${masked[0]?.toUpperCase() ?? ''}${masked.slice(1)}.`;
}

/** A complaint of Node's about flags as one line. */
export function asUsageError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!(error instanceof Error) || !code.startsWith('ERR_PARSE_ARGS')) return error;
  // An argument without a flag may be an address that was meant for one.
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL')
    return new UsageError('There is an argument without a flag before it.');
  const [complaint = ''] = error.message.split(/\.\s/);
  return new UsageError(`${scrub(complaint).replace(/\.$/, '')}.`);
}
