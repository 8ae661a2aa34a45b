import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { check } from './check.ts';
import { FOLDER_VARIABLE, type Said } from './folder.ts';

const root = new URL('../../', import.meta.url);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bridge-check-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function said(text: string): string {
  const line: Said = { stream: 'printed', file: 'test/some.test.ts', test: 'says something', text };
  return `${JSON.stringify(line)}\n`;
}

describe('the check of everything that was logged', () => {
  it('says nothing of lines that may be logged, and of none at all', async () => {
    await writeFile(join(folder, 'a.jsonl'), said('A contact waits for its next try'));

    expect(await check(folder)).toBeUndefined();
    await rm(join(folder, 'a.jsonl'));
    expect(await check(folder)).toBeUndefined();
  });

  it('names file, line and kind, and never what it found', async () => {
    const file = join(folder, 'a.jsonl');
    await writeFile(file, said('fine') + said('ada@example.test pays with ck_73d5e7939793dd96'));

    const report = await check(folder);

    expect(report).toContain(
      `${file}:2 printed e-mail address, consumer key (test/some.test.ts: says something)`,
    );
    expect(report).not.toMatch(/ada@|ck_/);
    expect(report).not.toContain(':1 ');
  });
});

/** Runs the planted tests as all tests are run. */
function runPlanted(): Promise<{ code: number; output: string }> {
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/logged/planted.config.ts'];
  // A run of its own: with neither the folder nor the marks of this one.
  const env = { PATH: process.env['PATH'] ?? '', TMPDIR: folder, NO_COLOR: '1' };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { cwd: root, env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? 0, output: stdout + stderr }),
    );
  });
}

describe('a run in which something is logged that must not be', () => {
  it('fails although all its tests pass, whichever way it was said', async () => {
    const { code, output } = await runPlanted();

    expect(output).toMatch(/Tests +7 passed/);
    expect(code).not.toBe(0);
    const found = output
      .split('\n')
      .flatMap(
        (line) => /\d+ (\w+ .*) \(test\/logged\/planted\.ts: (.*)\)/.exec(line)?.slice(1).join(' by ') ?? [],
      );
    expect(found.toSorted()).toEqual([
      'failure secret by a failure',
      'given e-mail address by a log that is given an address, which is masked before it is printed',
      'given name, address or phone number by a log that is given a name',
      'printed authorisation by standard output',
      'printed body by an error that quotes a body',
      'printed consumer key by another process',
      'printed consumer key by another process',
      'printed name, address or phone number by a log that is given a name',
      'printed token by the console',
    ]);
    const report = output.slice(output.indexOf('hold what no log may hold'));
    expect(report).not.toMatch(/Hélène|ada@|0123456789abcdef|abcdef\.abcdef|ck_|cs_|local-secret/);
  });
});

/** The first is the one to use; the others serve processes that no test runner started. */
const ALLOWED = new Set(['support/log.ts', 'fuzz/bridge/recording-log.ts', 'simulation/world.ts']);

describe('the tests', () => {
  it('have no log of their own that nobody would look at', async () => {
    const files = await readdir(new URL('test/', root), { recursive: true });
    const sources = files.filter((name) => name.endsWith('.ts') && !/^(bench|logged|fixtures)\//.test(name));
    const own: string[] = [];
    for (const name of sources) {
      const source = await readFile(new URL(`test/${name}`, root), 'utf8');
      // A property or method of this name is a log that somebody made.
      if (!ALLOWED.has(name) && /\bwarn(:|\(\) ?\{)/.test(source)) own.push(name);
    }

    expect(own).toEqual([]);
  });

  it('write where the check looks', () => {
    expect(process.env[FOLDER_VARIABLE]).toMatch(/bridge-logged-/);
  });
});
