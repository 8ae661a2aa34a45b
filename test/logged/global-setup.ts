import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './check.ts';
import { FOLDER_VARIABLE } from './folder.ts';

/**
 * Makes the folder into which every worker writes what it logs, and reads all of it when the last test has ended.
 * Each project of a run comes here; the first one does it for all.
 * @throws Error, at the end, that says where something was logged that no log may hold; it fails the run.
 */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[FOLDER_VARIABLE] !== undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'bridge-logged-'));
  process.env[FOLDER_VARIABLE] = folder;
  return async () => {
    const report = await check(folder);
    if (report !== undefined) throw new Error(report);
    await rm(folder, { recursive: true, force: true });
  };
}
