import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { loadStages } from '../../lib/cli/configuration.ts';
import { stageOf } from '../../lib/core/policy/configuration/bridge-config.ts';

const POLICY = new URL('../../lib/core/policy.ts', import.meta.url).href;
const HEAD = `import { defineBridge } from '${POLICY}';\n`;

async function written(text: string): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-config-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'bridge.config.ts');
  await writeFile(file, text);
  return pathToFileURL(file);
}

const LOADER = new URL('../../lib/cli/configuration.ts', import.meta.url).href;
/** Imports the configuration as the functions do. */
const CHOSEN = new URL('support/chosen-configuration.ts', import.meta.url).href;
const run = promisify(execFile);

/** In a process of its own: here the test runner reads files, and what it says of them is not what Node says. */
async function messageFor(file: URL): Promise<string> {
  const script = `import(${JSON.stringify(LOADER)})
    .then(({ loadStages }) => loadStages(new URL(${JSON.stringify(file.href)})))
    .then(() => 'it was loaded', (error) => error.message)
    .then((message) => process.stdout.write(message));`;
  const { stdout } = await run(process.execPath, ['-e', script]);
  return stdout;
}

async function messageOf(text: string): Promise<string> {
  return messageFor(await written(text));
}

test('the file of the repository is loaded', async () => {
  expect(stageOf(await loadStages()).stores).toMatchObject([{ id: 'demo' }]);
});

test.each([
  ['a text without its end', `${HEAD}export const config = defineBridge({\n  mautic: 'x,\n});\n`, 3],
  ['a bracket too few', `${HEAD}export const config = defineBridge({\n  mautic: {\n});\n`, 4],
  [
    'a name that is not there',
    `${HEAD}\nexport const config = defineBridge({ mautic: addressOfMautic });\n`,
    3,
  ],
])('%s is named with file and line', async (_what, text, line) => {
  const message = await messageOf(text);

  expect(message).toMatch(new RegExp(`^bridge\\.config\\.ts, line ${String(line)}: .+ Correct it there\\.$`));
  expect(message).not.toContain('\n');
});

test('what the schema finds is said as it is', async () => {
  expect(
    await messageOf(`${HEAD}export const config = defineBridge({ stores: [], mautic: { url: 'x' } });`),
  ).toMatch(/^bridge\.config\.ts has 2 problems:\n {2}stores: must hold at least one store\n/);
});

test('a file that exports nothing says what to write', async () => {
  expect(await messageOf('export const other = 1;')).toBe(
    'bridge.config.ts exports no config: write export const config = defineBridge({ … })',
  );
});

test.each([
  ['an object as it is', "export const config = { stores: [], mautic: { url: 'https://m.example' } };"],
  ['stages as they are', 'export const config = { production: { stores: [] } };'],
  ['nothing', 'export const config = null;'],
  ['no stage', 'export const config = {};'],
])('a config that is %s says by what it is checked', async (_what, text) => {
  expect(await messageOf(text)).toBe(
    'The config of bridge.config.ts was not checked: write export const config = defineBridge({ … }), or defineStages({ … })',
  );
});

test.each(['.', 'bridge.config.json'])('%s is no configuration, and is not loaded', async (name) => {
  expect(await messageFor(new URL(name, await written('')))).toMatch(
    /^--config or BRIDGE_CONFIG names no file/,
  );
});

test('an import that leads nowhere is named', async () => {
  expect(await messageOf("import { defineBridge } from './lib/core/polcy.ts';\n")).toMatch(
    /^bridge\.config\.ts imports .*polcy\.ts, which is not there\. Correct the path of the import\.$/,
  );
});

test('a file that is not there is named', async () => {
  const file = new URL('nowhere.config.ts', await written(''));

  expect(await messageFor(file)).toBe(
    'There is no nowhere.config.ts where --config or BRIDGE_CONFIG says; correct that path, or make the file with setup.',
  );
});

/** In a process of its own, with these variables: what it prints of the stores of production. */
async function storesOf(script: string, variables: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const { BRIDGE_CONFIG: _own, ...inherited } = process.env;
  const print = `.then((stages) => process.stdout.write(JSON.stringify(stages.production.stores)))`;
  const { stdout } = await run(process.execPath, ['-e', `${script}${print}`], {
    env: { ...inherited, ...variables },
  });
  return JSON.parse(stdout);
}

const ELSEWHERE = `import { defineBridge } from 'mautic-commerce-bridge';

export const config = defineBridge({
  stores: [{ id: 'elsewhere', kind: 'woocommerce', currency: 'CHF' }],
  mautic: { url: 'https://mautic.example.org' },
});
`;

test('one that lies elsewhere imports the bridge by its name', async () => {
  const file = await written(ELSEWHERE);
  const load = `import(${JSON.stringify(LOADER)}).then(({ loadStages, configurationFile }) => loadStages(configurationFile(process.env.NAMED)))`;

  const stores = [{ id: 'elsewhere', kind: 'woocommerce', currency: 'CHF' }];
  expect(await storesOf(load, { NAMED: fileURLToPath(file) })).toEqual(stores);
  const byShell = `import(${JSON.stringify(LOADER)}).then(({ loadStages }) => loadStages())`;
  expect(await storesOf(byShell, { BRIDGE_CONFIG: fileURLToPath(file) })).toEqual(stores);
  expect(await storesOf(byShell)).toMatchObject([{ id: 'demo' }]);
});

test('is what the functions of that process read', async () => {
  const file = await written(ELSEWHERE);
  const script = `import(${JSON.stringify(LOADER)})
    .then(async ({ loadStages }) => { await loadStages(new URL(${JSON.stringify(file.href)})); return import(${JSON.stringify(CHOSEN)}); })
    .then(({ config }) => config)`;

  expect(await storesOf(script)).toMatchObject([{ id: 'elsewhere' }]);
});
