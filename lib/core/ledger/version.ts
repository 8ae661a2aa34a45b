import { createHash } from 'node:crypto';

/**
 * What decides between two snapshots of one thing: (modified-at, settled, schema, rank, hash), compared in
 * that order; the greatest wins. One string that sorts like the tuple, so that a database compares it too.
 */
export type Version = string & { readonly __brand: 'Version' };

export interface VersionParts {
  /** Epoch milliseconds of the store's date_modified_gmt; one-second resolution, so ties are common. */
  readonly modifiedAt: number;
  /** Read by REST at least 2 s after modified-at by the store's clock. */
  readonly settled: boolean;
  /** The translator's schema number: raising it lets a corrected translation win over the wrong one. */
  readonly schema: number;
  /** Progress within one second, most significant first; each 0 … 9999. */
  readonly rank: readonly number[];
  /** Anything that serialises the same for the same content. */
  readonly content: unknown;
}

/** @throws RangeError when a part is out of its range. */
export function version(parts: VersionParts): Version {
  const rank = parts.rank.map((value) => digits(value, 4)).join('');
  const fields = [
    digits(parts.modifiedAt, 15),
    parts.settled ? '1' : '0',
    digits(parts.schema, 4),
    rank,
    contentHash(parts.content),
  ];
  return fields.join('.') as Version;
}

/** Whether both are settled reads, by the same translator, of what has the same modified-at. */
export function isSameSettled(a: Version, b: Version): boolean {
  const [one, other] = [fieldsOf(a), fieldsOf(b)];
  const isSame = one.modifiedAt === other.modifiedAt && one.schema === other.schema;
  return isSame && one.settled > 0 && other.settled > 0;
}

/**
 * The version of a settled read that is known to be later than `known`, also settled and with the same modified-at:
 * some changes move no date (facts/woocommerce §1.9). At most eight times; then it stays as it is.
 */
export function corrected(version: Version, known: Version): Version {
  const place = String(Math.min(fieldsOf(known).settled + 1, 9));
  return `${version.slice(0, SETTLED)}${place}${version.slice(SETTLED + 1)}` as Version;
}

/** Where the digit stands that says whether it is settled. */
const SETTLED = 16;

function fieldsOf(version: Version) {
  const [modifiedAt, settled, schema] = version.split('.');
  return { modifiedAt, settled: Number(settled), schema };
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
