const SLASHED = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(.*)$/;
const DATE =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i;

/** What PHP makes of a date text: a moment, nothing, or an error it does not catch. */
export type ParsedDate = { readonly local: Date; readonly utc: Date } | 'unreadable' | 'crash';

/**
 * Reads a date as PHP's strtotime does for the shapes the recordings show (247-257): overflowing days move on,
 * garbage and zero dates are unreadable, a slashed date with a month above 12 is an uncaught error (248).
 */
export function parseDate(text: string): ParsedDate {
  const slashed = SLASHED.exec(text);
  if (slashed !== null) return parseSlashed(slashed);
  const match = DATE.exec(text);
  if (match === null || text.startsWith('0000')) return 'unreadable';
  const [, year, month, day, hour = '0', minute = '0', second = '0', zone] = match;
  const local = new Date(
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)),
  );
  return { local, utc: new Date(local.getTime() - offsetOf(zone) * 60_000) };
}

function parseSlashed([, month = '', day = '', year = '']: RegExpExecArray): ParsedDate {
  if (Number(month) > 12) return 'crash';
  const local = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return { local, utc: local };
}

function offsetOf(zone: string | undefined): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '');
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}

/** `2026-01-31`. */
export function toDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** `2026-01-31 08:11:00`; fields lose their seconds (recordings 251-253). */
export function toMinute(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')}:00`;
}

/** `2026-01-31T08:11:12+00:00`, the way every date of an entity is shown. */
export function toAtom(date: Date): string {
  return `${date.toISOString().slice(0, 19)}+00:00`;
}

/** `2026-01-31 08:11:12`, the way the database prints a moment. */
export function toSql(atom: string): string {
  return atom.slice(0, 19).replace('T', ' ');
}
