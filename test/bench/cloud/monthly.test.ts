import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { monthlyCost, monthlyTable } from './monthly.ts';

const readme = readFileSync(fileURLToPath(new URL('../../../README.md', import.meta.url)), 'utf8');

describe('what a month costs', () => {
  test('is in the README as it is calculated', () => {
    for (const row of monthlyTable()) expect(readme).toContain(row);
  });

  test('is the sum of being there, the orders of the month, and what is kept', () => {
    for (const orders of [0, 500, 50_000]) {
      const { standing, orders: ordered, kept, total } = monthlyCost(orders);

      expect(total).toBeCloseTo(standing + ordered + kept, 10);
    }
  });

  test('grows with the orders alone', () => {
    const [small, large] = [monthlyCost(500), monthlyCost(5_000)];

    expect(large.standing).toBe(small.standing);
    expect(large.orders).toBeCloseTo(10 * small.orders, 10);
    expect(monthlyCost(0)).toMatchObject({ orders: 0, kept: 0 });
  });
});
