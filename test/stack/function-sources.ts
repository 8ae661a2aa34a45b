import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** All that may run in a function, as text. */
export function functionSources(): string {
  const lib = fileURLToPath(new URL('../../lib/', import.meta.url));
  return readdirSync(lib, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/^(?:stack|local)\b/.test(file))
    .map((file) => readFileSync(`${lib}${file}`, 'utf8'))
    .join('\n');
}
