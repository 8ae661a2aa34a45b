import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandLine } from '../../../lib/core/ledger/command.ts';

const LIB = join(import.meta.dirname, '../../../lib');
const COMMANDS = readdirSync(join(LIB, 'cli/commands'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -3));
/** `bridge` alone is another program on Linux. */
const SPELT_OTHERWISE = new RegExp(String.raw`(?<!-s )\bbridge (?:-- )?(?:${COMMANDS.join('|')})\b`);

test('a command is spelt as a shell takes it', () => {
  expect(commandLine('explain 123')).toBe('npm run -s bridge -- explain 123');
});

test('no message and no page spells a command in another way', () => {
  const texts = readdirSync(LIB, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(tsx?|md)$/.test(name))
    .flatMap((name) =>
      readFileSync(join(LIB, name), 'utf8')
        .split('\n')
        .filter((line) => !/^\s*(\/\*\*|\*|\/\/)/.test(line))
        .map((line) => `${name}: ${line.trim()}`),
    );

  expect(COMMANDS.length).toBeGreaterThan(10);
  expect(texts.filter((line) => SPELT_OTHERWISE.test(line) && !line.includes('of version 0.1'))).toEqual([]);
});
