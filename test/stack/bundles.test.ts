import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type BuildOptions, build } from 'esbuild';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Variables } from '../../lib/stack/functions/bridge-function.ts';
import { BUNDLING, bundlingWithConfiguration, FORM_DATA_STUB } from '../../lib/stack/functions/bundling.ts';
import { type FunctionName, SIZING } from '../../lib/stack/functions/sizing.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const out = await mkdtemp(join(tmpdir(), 'bridge-bundles-'));
const names = Object.keys(SIZING) as FunctionName[];

afterAll(() => rm(out, { recursive: true, force: true }));

/** What the CDK makes of the stack's options; one it does not know fails here instead of being left out. */
function esbuildOptions(): BuildOptions {
  const { format, target, mainFields, minify, sourceMap, sourcesContent, banner, esbuildArgs, ...others } =
    BUNDLING;
  const { bundleAwsSDK, externalModules, logLevel, ...unknown } = others;
  expect({ ...unknown, format, bundleAwsSDK, externalModules, logLevel, esbuildArgs }).toEqual({
    format: 'esm',
    bundleAwsSDK: true,
    externalModules: [],
    logLevel: 'warning',
    esbuildArgs: { '--alias:form-data': FORM_DATA_STUB },
  });
  return {
    bundle: true,
    platform: 'node',
    format: 'esm',
    alias: { 'form-data': FORM_DATA_STUB },
    banner: { js: banner ?? '' },
    target: target ?? [],
    mainFields: mainFields ?? [],
    minify: minify ?? false,
    sourcemap: sourceMap ?? false,
    sourcesContent: sourcesContent ?? true,
    outExtension: { '.js': '.mjs' },
    outdir: out,
  };
}

type EveryVariable = Variables<'ingest'> &
  Variables<'record'> &
  Variables<'sync'> &
  Variables<'sweep'> &
  Variables<'reconcile'> &
  Variables<'backfill'> &
  Variables<'renew-token'>;

const variables: EveryVariable = {
  STORES: '[{"id":"demo","kind":"woocommerce","currency":"EUR"}]',
  STORE_SECRETS_ID: 'stores',
  STORE_KEYS_ID: 'keys',
  DELIVERIES_QUEUE_URL: 'https://queues.example.com/deliveries',
  CONTACTS_QUEUE_URL: 'https://queues.example.com/contacts.fifo',
  BODIES_BUCKET: 'bodies',
  TABLE_NAME: 'ledger',
  MAUTIC_BASE_URL: 'https://mautic.example.com',
  MAUTIC_SECRET_ID: 'mautic',
  MAUTIC_TOKEN_SECRET_ID: 'token',
};

/** Loads a bundle as Lambda does: a fresh Node with the function's variables, far from this project's packages. */
async function load(name: FunctionName): Promise<string> {
  const code =
    'const { handler } = await import(process.argv[1]); console.log(typeof handler); process.exit(0);';
  const { stdout } = await run(
    process.execPath,
    ['--input-type=module', '--eval', code, join(out, `${name}.mjs`)],
    {
      cwd: out,
      env: {
        ...variables,
        NODE_OPTIONS: '--enable-source-maps',
        POWERTOOLS_SERVICE_NAME: name,
        AWS_REGION: 'eu-central-1',
        AWS_LAMBDA_FUNCTION_NAME: name,
      },
    },
  );
  return stdout.trim();
}

const EXCHANGE = `
  import { createServer } from 'node:http';
  import axios from 'axios';
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ type: request.headers['content-type'].split(';')[0], body }));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const url = 'http://127.0.0.1:' + server.address().port;
  const json = await axios.post(url, { a: 1 });
  const form = await axios.post(url, new URLSearchParams({ a: '1' }));
  const parts = await axios.postForm(url, { a: '1' });
  const named = parts.data.body.includes('name="a"');
  console.log(JSON.stringify([json.data, form.data, { type: parts.data.type, named }]));
  process.exit(0);
`;

test.each([
  [{ stage: 'staging' }, /has no stage staging; it has production/],
  [{ stage: 'Not a stage' }, /must be lower-case letters/],
  [{ alarmEmail: 'ops@example.com' }, /has moved into bridge\.config\.ts/],
])('`node bin/app.ts` ends with one sentence for %j', async (given, sentence) => {
  const context = { ...given, 'aws:cdk:bundling-stacks': [] };
  const env = { ...process.env, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_OUTDIR: join(out, 'none') };

  const error = await run(process.execPath, ['bin/app.ts'], { cwd: root, env }).catch(
    (failed: unknown) => failed,
  );

  expect(error).toMatchObject({ code: 1, stdout: '' });
  expect((error as { stderr: string }).stderr).toMatch(sentence);
  expect((error as { stderr: string }).stderr.trim()).not.toContain('\n');
});

describe('bundled as the stack does it', () => {
  test('every function loads in a fresh Node and exports its handler', async () => {
    await build({
      ...esbuildOptions(),
      entryPoints: names.map((name) => join(root, `functions/${name}.ts`)),
    });

    expect(await Promise.all(names.map(load))).toEqual(names.map(() => 'function'));
    const maps = await Promise.all(names.map((name) => readFile(join(out, `${name}.mjs.map`), 'utf8')));
    const sources = maps.flatMap((map) => (JSON.parse(map) as { sources: string[] }).sources);
    const strangers =
      /lib\/local\/|lib\/stack\/(?!functions\/form-data-stub)|node_modules\/(form-data|aws-cdk-lib)\//;
    expect(sources.filter((source) => strangers.test(source))).toEqual([]);
  });

  test('ingest holds of each kind of store only how to tell who sends: a second kind makes it no slower', async () => {
    const { metafile } = await build({
      ...esbuildOptions(),
      entryPoints: [join(root, 'functions/ingest.ts')],
      write: false,
      sourcemap: false,
      metafile: true,
    });
    const [output] = Object.values(metafile.outputs);
    const bytesOf = (kind: string) =>
      Object.entries(output?.inputs ?? {})
        .filter(([file]) => file.includes(`lib/stores/${kind}/`))
        .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);

    expect(output?.bytes).toBeGreaterThan(100_000);
    for (const kind of ['woocommerce', 'fluentcart']) {
      expect(bytesOf(kind)).toBeGreaterThan(0);
      expect(bytesOf(kind)).toBeLessThan(2_000);
    }
  });

  test('axios sends JSON and forms without the package form-data', async () => {
    await build({
      ...esbuildOptions(),
      stdin: { contents: EXCHANGE, resolveDir: root },
    });
    const { stdout } = await run(process.execPath, [join(out, 'stdin.mjs')]);

    expect(JSON.parse(stdout)).toEqual([
      { type: 'application/json', body: '{"a":1}' },
      { type: 'application/x-www-form-urlencoded', body: 'a=1' },
      { type: 'multipart/form-data', named: true },
    ]);
  });
});

test('a configuration outside the checkout ends up in every function that reads one', async () => {
  const reading = ['record', 'sync', 'reconcile', 'backfill'];
  const folder = await mkdtemp(join(tmpdir(), 'bridge-config-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'mine.config.ts');
  await writeFile(
    file,
    `import { defineBridge } from 'mautic-commerce-bridge';
     export const config = defineBridge({
       stores: [{ id: 'elsewhere', kind: 'woocommerce', currency: 'EUR' }],
       mautic: { url: 'https://mautic-of-mine.example.org' },
     });`,
  );
  vi.stubEnv('BRIDGE_CONFIG', file);
  onTestFinished(() => void vi.unstubAllEnvs());
  const aliases = Object.entries(bundlingWithConfiguration().esbuildArgs ?? {}).map(
    ([name, path]) => [name.replace('--alias:', ''), String(path)] as const,
  );

  const { outputFiles } = await build({
    ...esbuildOptions(),
    alias: Object.fromEntries(aliases),
    entryPoints: reading.map((name) => join(root, `functions/${name}.ts`)),
    write: false,
    sourcemap: false,
  });

  const texts = outputFiles.map(({ text }) => text);
  expect(texts.map((text) => text.includes('mautic-of-mine.example.org'))).toEqual(reading.map(() => true));
  expect(texts.filter((text) => text.includes('second-shop'))).toEqual([]);
});
