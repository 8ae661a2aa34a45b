import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import config from '../vitest.config.ts';

const FOLDER = new URL('./', import.meta.url);
const OWN = 'patience.test.ts';

async function testsWith(...patterns: readonly RegExp[]): Promise<string[]> {
  const names = await readdir(FOLDER, { recursive: true });
  const found: string[] = [];
  for (const name of names.filter((one) => one.endsWith('.test.ts') && one !== OWN)) {
    const source = await readFile(new URL(name, FOLDER), 'utf8');
    if (patterns.every((pattern) => pattern.test(source))) found.push(name);
  }
  return found;
}

it('no test is tried again when it fails', async () => {
  const projects = (config.test?.projects ?? []).map((project) =>
    typeof project === 'object' ? project : {},
  );
  expect(projects.length).toBeGreaterThan(0);
  for (const settings of [config, ...projects]) expect(JSON.stringify(settings)).not.toMatch(/"retry"/);
  expect(await testsWith(/\bretry:\s*\d/)).toEqual([]);
});

it('no test fails because something took long: what has to come is waited for with `eventually`', async () => {
  expect(await testsWith(/\bvi\.waitFor\(|expect\.poll\(/)).toEqual([]);
  // Processor time may be compared (`cpuMs`), and that something took at least so long.
  expect(await testsWith(/performance\.now\(\)/, /toBeLessThan(OrEqual)?\(/)).toEqual([]);
});
