import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadStages } from '../../lib/cli/configuration.ts';
import { stageOf } from '../../lib/core/policy/configuration/bridge-config.ts';

const ROOT = new URL('../../', import.meta.url);
const POLICY = new URL('lib/core/policy.ts', ROOT).href;

/** What stands in a document as TypeScript, with the document and the number of its line. */
const SNIPPETS = ['README.md', '.github/REFERENCE.md'].flatMap((file) => {
  const text = readFileSync(new URL(file, ROOT), 'utf8');
  return [...text.matchAll(/^```ts\n(?<code>[\s\S]*?)^```$/gm)].map((found) => ({
    where: `${file}:${String(text.slice(0, found.index).split('\n').length)}`,
    code: found.groups?.['code'] ?? '',
  }));
});
const isWhole = ({ code }: { readonly code: string }) => code.startsWith('import ');
/** Of a configuration, or of its policy. */
const isPart = ({ code }: { readonly code: string }) => /^\w+: /.test(code);

/** The file around a part of it, as somebody has it who pastes that part. */
function around(code: string): string {
  const policy = code.startsWith('policy: ') ? code : `policy: {\n${code}}`;
  return `import { defineBridge } from './lib/core/policy.ts';

export const config = defineBridge({
  stores: [
    { id: 'demo', kind: 'woocommerce', url: 'https://www.tea.test', currency: 'EUR', timezone: 'Europe/Berlin' },
  ],
  mautic: { url: 'https://mautic.tea.test' },
  ${policy},
});
`;
}

async function pasted(code: string): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'bridge-snippet-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'bridge.config.ts');
  await writeFile(file, code.replace("'./lib/core/policy.ts'", `'${POLICY}'`));
  return pathToFileURL(file);
}

describe('a snippet of the documents', () => {
  test.each(SNIPPETS.filter(isWhole))(
    'that is a whole configuration can be pasted ($where)',
    async ({ code }) => {
      const { stores, region } = stageOf(await loadStages(await pasted(code)));

      expect([region, stores.map(({ id }) => id)]).toEqual(['eu-central-1', ['demo']]);
    },
  );

  test.each(SNIPPETS.filter(isPart))(
    'that is a part of one can be pasted into it ($where)',
    async ({ code }) => {
      const [, key = ''] = /^(?:policy: \{\n {2})?(\w+): /.exec(code) ?? [];

      const { policy } = stageOf(await loadStages(await pasted(around(code))));

      expect(policy).toHaveProperty(key);
    },
  );

  test('is one of these: another kind would be looked at by nobody', () => {
    expect(SNIPPETS.filter((one) => !isWhole(one) && !isPart(one))).toEqual([]);
    expect([SNIPPETS.filter(isWhole).length, SNIPPETS.filter(isPart).length]).toEqual([2, 3]);
  });
});
