import { cp, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What runs and what it is deployed with. */
const PARTS = ['bin', 'functions', 'lib', 'cdk.json', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** For what runs in a copy: what a copy compiled, nobody would find again. */
export const OF_A_COPY = { NODE_DISABLE_COMPILE_CACHE: '1' } as const;

/** A copy of the project in a folder, with a bridge.config.ts of its own. */
export async function copyProject(folder: string, configuration: string): Promise<void> {
  for (const name of PARTS) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'bridge.config.ts'), configuration);
}
