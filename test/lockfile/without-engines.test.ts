import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readLockfile, withoutEngines } from './without-engines.ts';

const ROOT = new URL('../../', import.meta.url);

describe('the lockfile', () => {
  it('says of no dependency which Node it wants; `npm run fix` takes out what npm puts in', () => {
    expect(withoutEngines(readLockfile()) === readLockfile()).toBe(true);
  });

  it('loses nothing else, nor what npm would write back', () => {
    const engines = { node: '>=22' };
    const packages = {
      '': { name: 'bridge', engines },
      'node_modules/a': { version: '1.0.0', integrity: 'sha512-x', engines },
      'node_modules/a/node_modules/b': { version: '2.0.0', inBundle: true, engines },
    };

    expect(JSON.parse(withoutEngines(JSON.stringify({ lockfileVersion: 3, packages })))).toEqual({
      lockfileVersion: 3,
      packages: { ...packages, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } },
    });
  });

  it('has one copy of what the clients of AWS are made of, which `QueueProtocol` is made of, too', () => {
    const { packages } = JSON.parse(readLockfile()) as { packages: Record<string, unknown> };

    expect(Object.keys(packages).filter((path) => path.endsWith('node_modules/@aws-sdk/core'))).toEqual([
      'node_modules/@aws-sdk/core',
    ]);
  });

  it('has no install script that package.json says nothing about', () => {
    const { packages } = JSON.parse(readLockfile()) as {
      packages: Record<string, { hasInstallScript?: boolean; os?: unknown }>;
    };
    const { allowScripts } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
      allowScripts: Record<string, boolean>;
    };
    const scripted = Object.entries(packages)
      .filter(([, { hasInstallScript, os }]) => hasInstallScript === true && os === undefined)
      .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));

    expect(Object.keys(allowScripts).sort()).toEqual(scripted.sort());
  });
});
