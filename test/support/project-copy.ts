import { cp, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A copy of what runs, in an empty folder, with a configuration of its own. */
export async function copyProject(folder: string, config: object): Promise<void> {
  for (const name of ['bin', 'functions', 'lib', 'package.json', 'tsconfig.json'])
    await cp(join(ROOT, name), join(folder, name), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const text = `import { defineBridge } from './lib/core/policy.ts';\n\nexport const config = defineBridge(${JSON.stringify(config)});\n`;
  await writeFile(join(folder, 'bridge.config.ts'), text);
}
