import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { Store } from '../../lib/core/policy/configuration/store.ts';
import { BUNDLING, FORM_DATA_STUB } from '../../lib/stack/functions/bundling.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const KINDS = Store.entries.kind.options;

/** What a kind of store may add to what every webhook of every shop has to load: its headers and its check. */
const MOST_BYTES_A_KIND = 1200;

/** The bundle of `ingest` as the stack makes it, without the code of some kinds of store. */
async function bundled(without: readonly string[] = []) {
  const { metafile } = await build({
    entryPoints: [`${root}functions/ingest.ts`],
    absWorkingDir: root,
    bundle: true,
    write: false,
    outdir: 'bundles',
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: BUNDLING.target ?? 'node24',
    mainFields: BUNDLING.mainFields ?? [],
    minify: BUNDLING.minify ?? false,
    alias: { 'form-data': FORM_DATA_STUB },
    plugins: [leavingOut(without)],
  });
  const { bytes = 0, inputs = {} } = Object.values(metafile.outputs)[0] ?? {};
  return { bytes, inputs: Object.keys(inputs).filter((input) => inputs[input]?.bytesInOutput !== 0) };
}

/** Puts nothing in the place of everything that a kind of store has. */
function leavingOut(kinds: readonly string[]): Plugin {
  return {
    name: 'leaving-out',
    setup(made) {
      for (const kind of kinds) {
        const filter = new RegExp(`/lib/stores/${kind}/`);
        made.onLoad({ filter }, () => ({ contents: 'export const sender = undefined;', loader: 'ts' }));
      }
    },
  };
}

describe('the bundle of ingest, which every start loads', () => {
  test('carries nothing that understands a body', async () => {
    const { inputs } = await bundled();
    const ofStores = inputs.filter((input) => input.startsWith('lib/stores/'));

    expect(ofStores.length).toBeGreaterThan(KINDS.length);
    expect(
      ofStores.filter((input) => /\/(order|customer|product|translate|read|fields)\.ts$/.test(input)),
    ).toEqual([]);
    expect(inputs.filter((input) => input.startsWith('lib/core/ledger/'))).toEqual([
      'lib/core/ledger/telemetry/refusals.ts',
      'lib/core/ledger/moment.ts',
      'lib/core/ledger/delivery.ts',
    ]);
  });

  test('carries nothing of the policy but what a store is', async () => {
    const { inputs } = await bundled();

    expect(inputs.filter((input) => input.startsWith('lib/core/policy/')).sort()).toEqual([
      'lib/core/policy/configuration/local-time.ts',
      'lib/core/policy/configuration/production.ts',
      'lib/core/policy/configuration/store.ts',
    ]);
  });

  test.each(KINDS)('is hardly smaller without the kind %s', async (kind) => {
    const [whole, less] = [await bundled(), await bundled([kind])];

    expect(whole.bytes - less.bytes).toBeGreaterThan(0);
    expect(whole.bytes - less.bytes).toBeLessThanOrEqual(MOST_BYTES_A_KIND);
  });
});
