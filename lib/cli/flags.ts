import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { scrub } from '../aws/scrub.ts';
import { type ContactKey, normaliseEmail } from '../core/ledger/email.ts';

/** What somebody typed cannot be done; the message says what to type instead, and shows no value. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The flags of a command. @throws UsageError for one that it does not know, or that lacks its value. */
export function readFlags<Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    throw asUsageError(error);
  }
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

const KEY = /^[\w-]{22}$/;

/** A key may begin with a hyphen, which Node takes for a flag unless it is joined to the one before it. */
export function withKeysJoined(args: readonly string[]): readonly string[] {
  const isKeyOf = (index: number) => args[index - 1] === '--contact' && KEY.test(args[index] ?? '');
  return args.flatMap((arg, index) => {
    if (isKeyOf(index)) return [];
    return isKeyOf(index + 1) ? [`${arg}=${String(args[index + 1])}`] : [arg];
  });
}

/** A moment as people write it, in UTC unless it names a zone; epoch ms. */
export function momentOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  const [, date = '', time = '00:00', zone = 'Z'] = parts ?? [];
  const at = Date.parse(`${date}T${time}${zone}`);
  if (parts && Number.isFinite(at)) return at;
  throw new UsageError(`${flag} must be a moment like 2026-01-31 or 2026-01-31T09:30 (UTC).`);
}

/** The contact of an address or of a key as the logs show it; the address goes no further. */
export function contactOf(text: string | undefined): ContactKey | undefined {
  if (text === undefined) return undefined;
  if (!text.includes('@')) {
    if (KEY.test(text)) return text as ContactKey;
    throw new UsageError(
      '--contact must be an e-mail address, or a key of 22 characters as the logs show it.',
    );
  }
  const address = normaliseEmail(text);
  if (address.usable) return address.key;
  throw new UsageError(`--contact is no address that the bridge gives to Mautic (${address.reason}).`);
}
