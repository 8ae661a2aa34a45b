import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { scoreboardTable } from './scoreboard-table.ts';

test('the scoreboard in the README is what the bench measured and kept', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

  expect(readme).toContain(scoreboardTable());
  expect(scoreboardTable()).toMatch(/^\| the bridge \| 0 \| 0 \| 0 \|/m);
});
