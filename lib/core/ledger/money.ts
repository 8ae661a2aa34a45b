/**
 * Money is decimal strings as the store sends them ("57.17", "3", "-16.20", "1800.00"); never floats.
 */

/** What a store may send. */
const DECIMAL = /^[+-]?\d{1,30}(?:\.\d{1,12})?$/;
/** What is calculated with: no number of such decimals that fits anywhere adds up to more. */
const AMOUNT = /^([+-]?)(\d{1,60})(?:\.(\d{1,12}))?$/;
const SCALE = 12;

/** A decimal string, or `undefined` when the value is no plain decimal number. Numbers are taken as written. */
export function decimal(value: unknown): string | undefined {
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  return typeof text === 'string' && DECIMAL.test(text.trim()) ? text.trim() : undefined;
}

/**
 * Exact sum of decimal strings, with at least two decimals and as many as the value needs.
 * @throws RangeError for a string that is no decimal number.
 */
export function sum(amounts: Iterable<string>): string {
  let units = 0n;
  for (const amount of amounts) units += toUnits(amount);
  return fromUnits(units);
}

/** Whether a decimal string is zero ("0", "0.00", "-0.0"). */
export function isZero(amount: string): boolean {
  return toUnits(amount) === 0n;
}

/** Whether nothing is left of a decimal string that is rounded to so many decimals ("0.004" to two). */
export function roundsToZero(amount: string, decimals: number): boolean {
  const units = toUnits(amount);
  const half = 5n * 10n ** BigInt(SCALE - decimals - 1);
  return units < half && units > -half;
}

/** Whether one decimal string is at least another. */
export function isAtLeast(amount: string, least: string): boolean {
  return toUnits(amount) >= toUnits(least);
}

/**
 * A decimal string so many times, exactly.
 * @throws RangeError for a string that is no decimal number, or a count that is no whole number.
 */
export function times(amount: string, count: number): string {
  return fromUnits(toUnits(amount) * BigInt(count));
}

/**
 * A decimal string divided by a whole number, to so many decimals, half rounded away from zero.
 * @throws RangeError for a string that is no decimal number, or a divisor below 1.
 */
export function divided(amount: string, by: number, decimals: number): string {
  if (!Number.isInteger(by) || by < 1) throw new RangeError('not a divisor');
  const unit = 10n ** BigInt(SCALE - decimals) * BigInt(by);
  const units = toUnits(amount);
  const rounded = ((absolute(units) + unit / 2n) / unit) * 10n ** BigInt(SCALE - decimals);
  return fromUnits(units < 0n ? -rounded : rounded);
}

/** Currencies whose amounts have no decimals, or three (ISO 4217). */
const DECIMALS: ReadonlyMap<string, number> = new Map([
  ...[
    'BIF',
    'CLP',
    'DJF',
    'GNF',
    'ISK',
    'JPY',
    'KMF',
    'KRW',
    'PYG',
    'RWF',
    'UGX',
    'UYI',
    'VND',
    'VUV',
    'XAF',
  ].map((currency) => [currency, 0] as const),
  ...['XOF', 'XPF'].map((currency) => [currency, 0] as const),
  ...['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((currency) => [currency, 3] as const),
]);

/** An amount in the smallest unit of its currency, half a unit rounded away from zero. */
export function minorUnits(amount: string, currency: string): bigint {
  const units = toUnits(amount);
  const unit = 10n ** BigInt(SCALE - (DECIMALS.get(currency) ?? 2));
  const rounded = ((units < 0n ? -units : units) + unit / 2n) / unit;
  return units < 0n ? -rounded : rounded;
}

/** Whether two decimal strings differ by no more than a hundredth of the first. */
export function isNear(amount: string, other: string): boolean {
  const [units, difference] = [toUnits(amount), toUnits(amount) - toUnits(other)];
  return absolute(difference) * 100n <= absolute(units);
}

/**
 * The part of a decimal string that falls to one of so many, in decimals of its currency, half a unit rounded away from
 * zero; all of it where there is no whole number of them.
 */
export function shareOf(amount: string, count: number, currency: string): string {
  if (!Number.isSafeInteger(count) || count < 1) return amount;
  const unit = 10n ** BigInt(SCALE - (DECIMALS.get(currency) ?? 2));
  const units = toUnits(amount);
  const divisor = BigInt(count) * unit;
  const rounded = (absolute(units) + divisor / 2n) / divisor;
  return fromUnits((units < 0n ? -rounded : rounded) * unit);
}

function absolute(units: bigint): bigint {
  return units < 0n ? -units : units;
}

function toUnits(amount: string): bigint {
  const match = AMOUNT.exec(amount);
  if (!match) throw new RangeError('not a decimal number');
  const [, sign, whole = '0', fraction = ''] = match;
  const units = BigInt(whole + fraction.padEnd(SCALE, '0'));
  return sign === '-' ? -units : units;
}

function fromUnits(units: bigint): string {
  const digits = absolute(units)
    .toString()
    .padStart(SCALE + 1, '0');
  const fraction = digits.slice(-SCALE).replace(/0+$/, '').padEnd(2, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -SCALE)}.${fraction}`;
}
