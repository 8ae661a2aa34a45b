import { expect, test } from 'vitest';
import { counted } from '../../../lib/core/ledger/counted.ts';

test.each([
  [0, '0 orders'],
  [1, '1 order'],
  [2, '2 orders'],
])('%i of something is named as it is said', (count, said) => {
  expect(counted(count, 'order')).toBe(said);
});

test('what has no s is given both ways', () => {
  expect(counted(1, 'contact is', 'contacts are')).toBe('1 contact is');
  expect(counted(3, 'contact is', 'contacts are')).toBe('3 contacts are');
});
