import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { BUNDLING, FORM_DATA_STUB } from '../../../lib/stack/functions/bundling.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface Bundles {
  /** Where the bundle of an entry lies. */
  pathOf(entry: string): string;
  remove(): Promise<void>;
}

/** Bundles these entries (paths in the project) with the stack's options, far from the project's packages. */
export async function bundle(entries: readonly string[]): Promise<Bundles> {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-bench-'));
  const pathOf = (entry: string) => join(folder, `${entry.replaceAll(/[/.]/g, '-')}.mjs`);
  await Promise.all(
    entries.map((entry) =>
      build({
        entryPoints: [join(ROOT, entry)],
        outfile: pathOf(entry),
        bundle: true,
        platform: 'node',
        format: 'esm',
        target: BUNDLING.target ?? 'node24',
        mainFields: BUNDLING.mainFields ?? [],
        minify: BUNDLING.minify ?? false,
        sourcemap: BUNDLING.sourceMap ?? false,
        sourcesContent: BUNDLING.sourcesContent ?? true,
        banner: { js: BUNDLING.banner ?? '' },
        alias: { 'form-data': FORM_DATA_STUB },
        logLevel: 'warning',
      }),
    ),
  );
  return { pathOf, remove: () => rm(folder, { recursive: true, force: true }) };
}
