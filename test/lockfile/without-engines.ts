import { readFileSync, writeFileSync } from 'node:fs';

const LOCKFILE = new URL('../../package-lock.json', import.meta.url);

type Packages = Record<string, { engines?: unknown; readonly inBundle?: boolean }>;

/**
 * A lockfile (npm's JSON text) that does not say which Node its dependencies want. npm compares that with the Node it
 * runs under itself, and warns, though everything here runs under the Node that the project brings along. The project's
 * own claim stays, and so do those of packages that others bundle, which npm writes back at each install.
 */
export function withoutEngines(lockfile: string): string {
  const lock = JSON.parse(lockfile) as { readonly packages: Packages };
  for (const [path, entry] of Object.entries(lock.packages))
    if (path !== '' && entry.inBundle !== true) delete entry.engines;
  return `${JSON.stringify(lock, null, 2)}\n`;
}

export function readLockfile(): string {
  return readFileSync(LOCKFILE, 'utf8');
}

if (import.meta.main) writeFileSync(LOCKFILE, withoutEngines(readLockfile()));
