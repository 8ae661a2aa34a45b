import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LINE_VALUES, ORDER_VALUES } from '../../lib/core/policy/custom-objects.ts';
import { LocalEnvironment } from '../../lib/local-environment.ts';
import { withTables } from './tables.ts';

const ROOT = new URL('../../', import.meta.url);
const REFERENCE = readFileSync(new URL('.github/REFERENCE.md', ROOT), 'utf8');

/** Rows of the table whose first heading is this: what stands in the first column, and in the second. */
function rowsOf(heading: string): readonly (readonly [string, string])[] {
  const start = REFERENCE.indexOf(`| ${heading} |`);
  const [table = ''] = REFERENCE.slice(start).split('\n\n');
  return table
    .split('\n')
    .slice(2)
    .map((line) => line.split(' | '))
    .map(([first = '', second = '']) => [first.replace(/^\| /, ''), second]);
}

/** The names in the first column, several of them by commas. */
function namesIn(heading: string): readonly string[] {
  return rowsOf(heading)
    .flatMap(([first]) => [...first.matchAll(/`([\w.]+)`/g)].map(([, name = '']) => name))
    .toSorted();
}

describe('the reference', () => {
  test('has of `policy` and `aws` what the schemas say; `npm run reference` writes it', () => {
    expect(REFERENCE).toBe(withTables(REFERENCE));
  });

  test('names every value that goes into custom items, and no other', () => {
    const values = { order: ORDER_VALUES, line: LINE_VALUES };
    for (const [kind, known] of Object.entries(values)) {
      const rows = rowsOf('value | of').filter(([, of]) => of === kind);
      const names = rows.flatMap(([first]) => [...first.matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
      expect(names.toSorted()).toEqual(known.toSorted());
    }
  });

  test('names no variable of a laptop that is none', () => {
    const names = namesIn('variable');
    expect(names).toEqual(expect.arrayContaining(['PORT', 'SHOP_PORT', 'MAUTIC_BASE_URL']));
    for (const name of names) expect(Object.keys(LocalEnvironment.entries)).toContain(name);
  });
});

test('what documents lead to exists', () => {
  for (const file of ['README.md', '.github/REFERENCE.md', '.github/CONTRIBUTING.md']) {
    const base = new URL(file, ROOT);
    const text = readFileSync(base, 'utf8');
    for (const [, path = ''] of text.matchAll(/(?:\]\(|src(?:set)?=")([^)"#:\s]+)[)"#]/g))
      expect(() => readFileSync(new URL(path, base))).not.toThrow();
  }
});
