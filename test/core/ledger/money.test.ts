import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decimal,
  isAtLeast,
  isZero,
  minorUnits,
  roundsToZero,
  sum,
  times,
} from '../../../lib/core/ledger/money.ts';

describe('a decimal', () => {
  test.each([
    ['57.17', '57.17'],
    ['3', '3'],
    ['-16.20', '-16.20'],
    ['1800.00', '1800.00'],
    [' 5.0 ', '5.0'],
    [12.015, '12.015'],
    [0, '0'],
    [-0, '0'],
  ])('is %j', (value, expected) => {
    expect(decimal(value)).toBe(expected);
  });

  test.each([
    '',
    ' ',
    '1,50',
    '1.',
    '.5',
    '1e3',
    '0x10',
    '1 000',
    '٣',
    '--1',
    Number.NaN,
    Infinity,
    1e21,
    1e-7,
    null,
    undefined,
    true,
    [5],
    {},
  ])('is not %j', (value) => {
    expect(decimal(value)).toBeUndefined();
  });
});

describe('a sum', () => {
  test.each([
    [[], '0.00'],
    [['3'], '3.00'],
    [['0.1', '0.2'], '0.30'],
    [['95.76', '-16.20', '-1.00', '-78.56'], '0.00'],
    [['-0.01'], '-0.01'],
    [['0.005', '0.0001'], '0.0051'],
    [['-0.00'], '0.00'],
    [['9007199254740993.01', '0.01'], '9007199254740993.02'],
  ])('of %j is %s', (amounts, expected) => {
    expect(sum(amounts)).toBe(expected);
  });

  test('may be longer than what a store may send, and be added to again', () => {
    const most = '9'.repeat(30);
    const total = sum(Array.from({ length: 5_000 }, () => most));

    expect(total).toBe(`${String(5_000n * (10n ** 30n - 1n))}.00`);
    expect(sum([total, total, `-${total}`, `-${total}`])).toBe('0.00');
    expect(isZero(total)).toBe(false);
    expect(isAtLeast(total, most)).toBe(true);
    expect(decimal(`1${most}`)).toBeUndefined();
  });

  test('of something else is refused', () => {
    expect(() => sum(['1.00', 'x'])).toThrow(RangeError);
  });

  test('is exact', () => {
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 30 }), (amounts) => {
        const expected = amounts.reduce((total, { units }) => total + units, 0n);
        const total = sum(amounts.map(({ text }) => text));

        expect(total).toMatch(/^-?\d+\.\d\d\d*$/);
        expect(units(total)).toBe(expected);
      }),
    );
  });

  test('does not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(amount), (amounts) => {
        const texts = amounts.map(({ text }) => text);
        expect(sum(texts.toReversed())).toBe(sum(texts));
      }),
    );
  });
});

test.each([
  ['0', true],
  ['-0.000', true],
  ['0.000000000001', false],
  ['-0.01', false],
])('%s is zero: %s', (value, expected) => {
  expect(isZero(value)).toBe(expected);
});

/** A decimal text together with its value in units of 10⁻¹², made without reading the text. */
const amount = fc
  .record({
    negative: fc.boolean(),
    whole: fc.bigInt(0n, 10n ** 20n),
    fraction: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 }),
  })
  .map(({ negative, whole, fraction }) => {
    const part = fraction.reduce(
      (value, digit, place) => value + BigInt(digit) * 10n ** BigInt(11 - place),
      0n,
    );
    const size = whole * 10n ** 12n + part;
    const text = fraction.length > 0 ? `${whole}.${fraction.join('')}` : String(whole);
    return { text: negative ? `-${text}` : text, units: negative ? -size : size };
  });

function units(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(12, '0'));
}

test.each([
  ['19.90', 3, '59.70'],
  ['0.005', 2, '0.01'],
  ['-1.50', 2, '-3.00'],
  ['5', 0, '0.00'],
  ['0.01', Number.MAX_SAFE_INTEGER, '90071992547409.91'],
])('%s times %i is %s', (amount, count, product) => {
  expect(times(amount, count)).toBe(product);
});

describe('an amount in minor units', () => {
  test.each([
    ['19.90', 'EUR', 1990n],
    ['-4.9', 'USD', -490n],
    ['1500', 'JPY', 1500n],
    ['1.2345', 'KWD', 1235n],
    ['0.005', 'EUR', 1n],
    ['-0.005', 'EUR', -1n],
    ['0.0049', 'EUR', 0n],
    ['12345678901234567890.12', 'EUR', 1234567890123456789012n],
  ])('of %s %s is %d', (amount, currency, units) => {
    expect(minorUnits(amount, currency)).toBe(units);
  });
});

test.each([
  ['0', true],
  ['0.004', true],
  ['-0.0049', true],
  ['0.005', false],
  ['-0.005', false],
  ['0.01', false],
])('%s rounded to two decimals is nothing: %s', (amount, expected) => {
  expect(roundsToZero(amount, 2)).toBe(expected);
});
