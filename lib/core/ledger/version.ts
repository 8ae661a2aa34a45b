import { createHash } from 'node:crypto';

/**
 * What decides between two snapshots of one thing: (modified-at, settled, when read, schema, rank, when received,
 * hash), compared in that order; the greatest wins. One string that sorts like the tuple.
 *
 * `~` sorts behind every character that earlier versions of the bridge wrote, which knew neither "when read" nor "when
 * received": theirs lose where all they know is equal, and they too read and compare what is written now.
 */
export type Version = string & { readonly __brand: 'Version' };

export interface VersionParts {
  /** Epoch milliseconds of the store's date_modified_gmt; one-second resolution, so ties are common. */
  readonly modifiedAt: number;
  /** The store's clock, epoch ms, when a REST answer was read that is settled: at least 2 s after modified-at. */
  readonly readAt?: number;
  /** The translator's schema number: raising it lets a corrected translation win over the wrong one. */
  readonly schema: number;
  /** Progress within one second, most significant first; each 0 … 9999. */
  readonly rank: readonly number[];
  /** When the bridge heard of it, epoch ms; 0 where nobody knows. */
  readonly receivedAt: number;
  /** Anything that serialises the same for the same content. */
  readonly content: unknown;
}

/** @throws RangeError when a part is out of its range. */
export function version(parts: VersionParts): Version {
  const { modifiedAt, readAt, schema, rank, receivedAt, content } = parts;
  const fields = [
    digits(modifiedAt, TIME),
    readAt === undefined ? UNSETTLED : `~${digits(readAt, TIME)}`,
    digits(schema, 4),
    rank.map((value) => digits(value, 4)).join(''),
    `~${digits(receivedAt, TIME)}`,
    contentHash(content),
  ];
  return fields.join('.') as Version;
}

const TIME = 15;
/** Seen by a webhook, or too soon. Earlier versions wrote 1 to 9 for what was settled. */
const UNSETTLED = '0';

/** Whether the store was asked for it when nothing more of the second of its last change could follow. */
export function isSettledReading(version: Version): boolean {
  return version.split('.')[1] !== UNSETTLED;
}

/** Whether both carry the same date of the last change, which with some stores means little (facts/woocommerce §1.16). */
export function isOfOneDate(a: Version, b: Version): boolean {
  return a.split('.')[0] === b.split('.')[0];
}

/**
 * How long after its last change (ms, by two clocks) a webhook told of it; `undefined` where it was read, or nobody
 * knows. A date without a zone is none: it looks half a century old.
 */
export function delayOf(version: Version): number | undefined {
  const [modifiedAt, settled, , , receivedAt = ''] = version.split('.');
  const received = receivedAt.startsWith('~') ? Number(receivedAt.slice(1)) : 0;
  return settled === UNSETTLED && received > 0 ? received - Number(modifiedAt) : undefined;
}

/**
 * For people who compare two lines of a log: modified-at (epoch ms), `read` where it is a settled reading of the store's
 * API, and the beginning of the hash of what it says.
 */
export function shortVersion(version: Version): string {
  const [modifiedAt = '', , , , , hash = ''] = version.split('.');
  const read = isSettledReading(version) ? '.read' : '';
  return `${modifiedAt.replace(/^0+(?=.)/, '')}${read}.${hash.slice(0, 6)}`;
}

/** SHA-256 over canonical JSON (keys sorted), 22 characters of base64url. */
export function contentHash(content: unknown): string {
  return createHash('sha256').update(canonicalJson(content)).digest('base64url').slice(0, 22);
}

/** JSON with object keys in code-unit order at every depth, so equal content gives equal text. */
export function canonicalJson(content: unknown): string {
  return (
    JSON.stringify(content, (_key, value: unknown) => (isRecord(value) ? sortKeys(value) : value)) ?? 'null'
  );
}

function sortKeys(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function digits(value: number, width: number): string {
  const text = String(value);
  if (!Number.isInteger(value) || value < 0 || text.length > width) {
    throw new RangeError(`version part ${text} is not a whole number of at most ${String(width)} digits`);
  }
  return text.padStart(width, '0');
}
