import type { Failure } from '../core/ledger/failure.ts';
import type { MauticError } from './error-body.ts';

const LONGEST = 160;
const ADDRESS = /[^\s"'<>()]+@[^\s"'<>()]+/g;
/** Shorter ones would only riddle the text. */
const SHORTEST_VALUE = 2;

/**
 * Adds what Mautic said, from whichever of its five error shapes (recordings 001, 052, 056, 562, 563), to a failure
 * that is decided without it. Everything that was sent is masked: Mautic quotes values (recording 052), and no
 * personal data belongs into a log.
 */
export function withSaid<F extends Failure>(failure: F, error: MauticError | undefined, sent: unknown): F {
  const text = error?.message === undefined ? '' : masked(withoutAddress(error.message, error), sent);
  return text === '' ? failure : { ...failure, message: `${failure.message} Mautic said: "${text}"` };
}

/** What it says of the address always quotes it, in a form of its own. */
function withoutAddress(text: string, { details }: MauticError): string {
  return details?.email ? text.replaceAll(details.email, '…') : text;
}

function masked(text: string, sent: unknown): string {
  const values = [...valuesIn(sent)].sort((a, b) => b.length - a.length);
  const hidden = values.reduce((line, value) => line.replaceAll(value, '…'), text);
  return Array.from(hidden.replace(ADDRESS, '…').replace(/\s+/g, ' ').trim()).slice(0, LONGEST).join('');
}

/** Every text and number of a request body, also as Mautic's sanitiser of addresses leaves it (recordings 052, 083). */
function valuesIn(sent: unknown): ReadonlySet<string> {
  if (typeof sent === 'object' && sent !== null) {
    return new Set(Object.values(sent).flatMap((value) => [...valuesIn(value)]));
  }
  if (typeof sent !== 'string' && typeof sent !== 'number') return new Set();
  const value = String(sent);
  return new Set(
    [value, value.replace(/[^\x21-\x7e]/g, '')].filter(({ length }) => length >= SHORTEST_VALUE),
  );
}
