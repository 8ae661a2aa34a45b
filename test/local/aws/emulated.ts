import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startEmulators } from '../../../lib/local/aws/emulators.ts';
import { createResources } from '../../../lib/local/aws/resources.ts';
import { connect } from './connect.ts';

/** Emulators with the bridge's resources, closed by the end of the test at the latest. */
export async function emulated(options: { dataDir?: string; visibilityTimeoutSeconds?: number } = {}) {
  const { dataDir, ...settings } = options;
  const emulators = await startEmulators(dataDir ? { dataDir } : {});
  onTestFinished(() => emulators.close());
  const resources = await createResources(emulators.endpoints, settings);
  return { ...emulators, resources, ...connect(emulators.endpoints) };
}

export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'emulators-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
