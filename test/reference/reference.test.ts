import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { AwsSettings } from '../../lib/core/policy/aws-settings.ts';
import { LINE_VALUES, ORDER_VALUES } from '../../lib/core/policy/custom-objects.ts';
import { DEFAULT_POLICY, Policy } from '../../lib/core/policy/policy.ts';
import { LocalEnvironment } from '../../lib/environment.ts';

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

describe('the reference names every setting there is, and no other', () => {
  test('of `policy`', () => {
    expect(namesIn('`policy.`')).toEqual(Object.keys(Policy.pipe[0].entries).toSorted());
  });

  test('of what goes into custom items', () => {
    const values = { order: ORDER_VALUES, line: LINE_VALUES };
    for (const [kind, known] of Object.entries(values)) {
      const rows = rowsOf('value | of').filter(([, of]) => of === kind);
      const names = rows.flatMap(([first]) => [...first.matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
      expect(names.toSorted()).toEqual(known.toSorted());
    }
  });

  test('of `aws`', () => {
    expect(namesIn('`aws.`')).toEqual(Object.keys(AwsSettings.entries).toSorted());
  });

  test('of the environment of a laptop', () => {
    const names = namesIn('variable');
    expect(names).toEqual(expect.arrayContaining(['PORT', 'SHOP_PORT', 'MAUTIC_BASE_URL']));
    for (const name of names) expect(Object.keys(LocalEnvironment.entries)).toContain(name);
  });
});

test('the defaults in the reference are those of the schema', () => {
  for (const [first, shown] of rowsOf('`policy.`')) {
    const name = /^`(\w+)`/.exec(first)?.[1] ?? '';
    const literal = /^`(.*)`$/.exec(shown)?.[1];
    const known = Object.entries(DEFAULT_POLICY).find(([key]) => key === name)?.[1];
    if (literal === undefined || known === undefined) continue;
    const read: unknown = JSON.parse(JSON.stringify(runInNewContext(`(${literal})`)));
    expect([name, read]).toEqual([name, known]);
  }
});

test('what documents lead to exists', () => {
  for (const file of ['README.md', '.github/REFERENCE.md', '.github/CONTRIBUTING.md']) {
    const base = new URL(file, ROOT);
    const text = readFileSync(base, 'utf8');
    for (const [, path = ''] of text.matchAll(/(?:\]\(|src(?:set)?=")([^)"#:\s]+)[)"#]/g))
      expect(() => readFileSync(new URL(path, base))).not.toThrow();
  }
});
