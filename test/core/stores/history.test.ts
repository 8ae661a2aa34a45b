import { expect, it } from 'vitest';
import { historyOf, historyText, keptTotalsOf, readHistory } from '../../../lib/core/stores/history.ts';

it('is complete since the moment that its register names, also when a later version says more', () => {
  expect(readHistory(historyText(1_000))).toEqual({ completeAt: 1_000 });
  expect(readHistory('{"completeAt":1000,"orders":5}')).toMatchObject({ completeAt: 1_000 });
});

it.each([[undefined], [''], ['{}'], ['{"completeAt":"yesterday"}'], ['[']])(
  'is missing where it says %j',
  (text) => {
    expect(readHistory(text)).toBeUndefined();
  },
);

it('has registers of its own for each store', () => {
  expect(historyOf('a')).not.toEqual(historyOf('b'));
  expect(historyOf('a')).not.toEqual(keptTotalsOf('a'));
});
