import type { Dice } from './dice.ts';
import { Raw } from './json-text.ts';

export const PROTOTYPE_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
  'length',
  'then',
  'toJSON',
] as const;

const NUMBERS = [
  0,
  1,
  -1,
  0.1,
  -0.4,
  1e21,
  1e308,
  -1e308,
  5e-324,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  Number.MAX_SAFE_INTEGER,
  new Raw('-0'),
  new Raw('-0.0'),
  new Raw('1e400'),
  new Raw('9007199254740993'),
  new Raw(`1${'0'.repeat(400)}`),
  new Raw('9'.repeat(10_000)),
  new Raw(`0.${'0'.repeat(500)}1`),
] as const;

const NUMERALS = [
  '0',
  '-0',
  '-0.00',
  '+5',
  '00012.50',
  '12,50',
  '1 000.00',
  '1e5',
  '0x1f',
  '0.4',
  '.5',
  '5.',
  'NaN',
  'Infinity',
  '-Infinity',
  '9'.repeat(30),
  `-${'9'.repeat(30)}.${'9'.repeat(12)}`,
  `0.${'0'.repeat(11)}1`,
  '9'.repeat(31),
  '9'.repeat(10_000),
  '१२३',
  '１２',
] as const;

const WORDS = [
  '',
  ' ',
  '\t\r\n',
  'null',
  'undefined',
  'true',
  '[object Object]',
  '-',
  '-minus',
  '--',
  '#',
  '{sku}',
  '{status}',
  '$&$1$`',
  '%s%n',
  "'; DROP TABLE leads; --",
  '<script>alert(1)</script>',
  '<',
  'a<b',
  '>',
  '&lt;b&gt;',
  '&amp;lt;b&amp;gt;',
  '&amp;amp;',
  '&#60;i&#62;',
  '&#65;BC',
  '&#45;minus',
  '&#0;',
  '&#xD800;',
  '&#55357;x',
  '&#x10FFFF;',
  '&#x110000;',
  '&#7;bell',
  '&nbsp;',
  '&#8203;',
  '../../../etc/passwd',
  'wc-',
  'wc-processing',
  'checkout-draft',
  'trash',
  'A'.repeat(192),
  'é'.repeat(1001),
  `${'a'.repeat(999)}\u{1f9e6}`,
  '\u{1f9e6}'.repeat(400),
] as const;

const STRANGE_CHARACTERS = [
  '\ud800',
  'x\udc00y',
  '\udfff\ud83d',
  '\u0000',
  'a\u0000b',
  '\u0007\u001b[31mred\u001b[0m',
  '\u0080\u009f',
  '\u00a0',
  '\u202eevil\u202c',
  '\u200b',
  'zero\u200b\u200c\u200d\u2060width',
  '\ufeffbom',
  '\ufffe\uffff',
  '\u2028\u2029',
  'İıſK',
  'e\u0301'.repeat(50),
  'شركة الاختبار',
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
] as const;

const DATES = [
  '0000-00-00T00:00:00',
  '0001-01-01T00:00:00',
  '1969-12-31T23:59:59',
  '1970-01-01T00:00:00',
  '1970-01-01T00:00:00-23:59',
  '2026-02-30T00:00:00',
  '2026-11-21T23:59:60',
  '2026-11-21T23:07:47.999999999',
  '2026-11-21T23:07:47+99:99',
  '2026-11-21 23:07:47',
  '9999-12-31T23:59:59',
  '9999-12-31T23:59:59-23:59',
  '+275760-09-13T00:00:00',
  'tomorrow',
] as const;

const ODD_ADDRESSES = [
  'ada',
  'ada@',
  '@example.test',
  'ada@@example.test',
  'ada@example',
  'ada@example.test.',
  'ada@.test',
  'ada@-.test',
  'ada@[127.0.0.1]',
  'ada@127.0.0.1',
  'ada@0x7f.1.test',
  'ada@exam ple.test',
  'ada@exa%6dple.test',
  'ada@exa/mple.test',
  'ada@exa#mple.test',
  'ada@exa\u00admple.test',
  'ada@ⓔxample.test',
  'ada@exämple.test',
  'ada@xn--',
  'ada@xn--exmple-cua.test',
  'ada@ex\u202eample.test',
  'ada@example.t\u0435st',
  'Ada@EXAMPLE.test',
  '  ada@example.test\n',
  '"ada lovelace"@example.test',
  'ada lovelace@example.test',
  'ada,bob@example.test',
  'ada@example.test,bob@example.test',
  'ada@example.test\r\nBcc: bob@example.test',
  '<ada@example.test>',
  'ada&bob@example.test',
  'ad*@example.test',
  'ada..b@example.test',
  '.ada@example.test',
  'ad\u212a@example.test',
  'adä@example.test',
  '__proto__@example.test',
  'constructor@constructor.test',
  `${'a'.repeat(65)}@example.test`,
  `ada@${'a'.repeat(64)}.test`,
  `ada@${'abcdefg.'.repeat(40)}test`,
  `${'a'.repeat(200_000)}@example.test`,
  `ada@${'x'.repeat(20_000)}.test`,
  `ada@${'ä'.repeat(2_000)}.test`,
] as const;

/** A value that no field expects; the long ones are rare because they cost. */
export function oddValue(dice: Dice): unknown {
  switch (dice.below(12)) {
    case 0:
      return dice.pick([null, true, false, [], {}, [[]], [null], [[[[1]]]], ['a', 1], { id: 1 }]);
    case 1:
      return dice.pick(NUMBERS);
    case 2:
    case 3:
      return dice.pick(NUMERALS);
    case 4:
      return dice.pick(PROTOTYPE_NAMES);
    case 5:
      return dice.pick(DATES);
    case 6:
      return dice.pick(ODD_ADDRESSES);
    case 7:
      return dice.pick(STRANGE_CHARACTERS);
    case 8:
      return longText(dice);
    case 9:
      return oddObject(dice);
    default:
      return dice.pick(WORDS);
  }
}

function longText(dice: Dice): string {
  const length = dice.chance(0.03) ? 300_000 : dice.pick([190, 191, 192, 999, 1000, 1001, 5000]);
  return dice
    .pick(['a', '\u7dd1', '\u{1f9e6}', '\u0001', '<', '&lt;', '"', '\\', '-', '\ud83d'])
    .repeat(length);
}

/** Objects that look like something else. */
function oddObject(dice: Dice): unknown {
  const name = dice.pick(PROTOTYPE_NAMES);
  return dice.pick<unknown>([
    new Raw(`{"${name}":{"email":"polluted@example.test","polluted":true}}`),
    new Raw(`{"__proto__":{"polluted":true},"length":1000000000}`),
    { length: 1e9, 0: { code: 'x' } },
    { toString: null, valueOf: null },
    new Raw('{"then":"now","toJSON":1}'),
    { 0: { product_id: 1, sku: 'GAP', quantity: 1, total: '1' }, 7: null },
    [{ code: name }, { code: '' }, { total: '-1' }, { slug: name }, { key: '_wc_other/x', value: '1' }],
  ]);
}
