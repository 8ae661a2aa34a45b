import { type ContactKey, normaliseEmail } from '../core/ledger/email.ts';
import { UsageError } from './usage-error.ts';

const KEY = /^[\w-]{22}$/;

/**
 * What stands after a flag that takes a value. @throws UsageError when nothing does, or what looks like the next flag:
 * then the value was forgotten. A key may begin with hyphens.
 */
export function valueAfter(flag: string): (text: string) => string {
  return (text) => {
    if (text.trim() !== '' && (!text.startsWith('--') || KEY.test(text))) return text;
    throw new UsageError(`${flag} needs a value; --help shows an example.`);
  };
}

/**
 * A moment as people write it, in UTC unless it names a zone; epoch ms.
 * @throws UsageError when it is none, as the 30th of February is.
 */
export function momentOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  const [, date = '', time = '00:00', zone = 'Z'] = parts ?? [];
  const at = Date.parse(`${date}T${time}${zone}`);
  if (parts && Number.isFinite(at) && isOfCalendar(date)) return at;
  throw new UsageError(`${flag} must be a moment like 2026-01-31 or 2026-01-31T09:30 (UTC).`);
}

/** Date.parse reads the 30th of February as the 2nd of March. */
function isOfCalendar(date: string): boolean {
  return new Date(Date.parse(`${date}T00:00Z`)).toISOString().startsWith(date);
}

/** A moment that is over. @throws UsageError where it lies ahead: nothing has happened since then. */
export function pastMomentOf(flag: string, text: string | undefined): number | undefined {
  const at = momentOf(flag, text);
  if (at === undefined || at <= Date.now()) return at;
  throw new UsageError(`${flag} lies ahead: name a moment that is over.`);
}

/** The contact of an address or of a key as the logs show it; the address goes no further. */
export function contactOf(text: string | undefined, flag = '--contact'): ContactKey | undefined {
  if (text === undefined) return undefined;
  if (!text.includes('@')) {
    if (KEY.test(text)) return text as ContactKey;
    throw new UsageError(`${flag} must be an e-mail address, or a key of 22 characters as the logs show it.`);
  }
  return addressOf(text, flag).key;
}

/** A usable address with its key. @throws UsageError that says why it is none, without repeating it. */
export function addressOf(text: string, flag: string): { readonly email: string; readonly key: ContactKey } {
  const address = normaliseEmail(text);
  if (address.usable) return address;
  throw new UsageError(`${flag} is no address that the bridge gives to Mautic (${address.reason}).`);
}

/** The id of an order as the ledger has it: without the zeros and the # that some shops show. `undefined`: it is none. */
export function orderIdIn(text: string): string | undefined {
  const id = text.replace(/^#/, '').replace(/^0+(?=\d+$)/, '');
  return /^[\w-]{1,40}$/.test(id) ? id : undefined;
}

/** What stands after `--order`. @throws UsageError */
export function orderIdOf(text: string): string {
  const id = orderIdIn(valueAfter('--order')(text));
  if (id !== undefined) return id;
  throw new UsageError('--order must be the id of an order, like 123; its store is named by --store.');
}
