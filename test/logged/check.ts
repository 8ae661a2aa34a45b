import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { Said } from './folder.ts';
import { leaksIn } from './leaks.ts';

const MAX_SHOWN = 60;

/** Says in which lines of a folder something stands that no log may hold, and of what kind; never the thing itself. */
export async function check(folder: string): Promise<string | undefined> {
  const files = (await readdir(folder)).sort();
  const found = (await Promise.all(files.map((name) => checkFile(join(folder, name))))).flat();
  if (found.length === 0) return undefined;
  const left = found.length - MAX_SHOWN;
  return [
    `${String(found.length)} logged lines hold what no log may hold. Where, and what:`,
    ...found.slice(0, MAX_SHOWN),
    ...(left > 0 ? [`… and ${String(left)} more`] : []),
  ].join('\n');
}

async function checkFile(path: string): Promise<readonly string[]> {
  const lines = (await readFile(path, 'utf8')).split('\n');
  return lines.flatMap((line, index) => {
    if (line === '') return [];
    const { stream, file, test, text } = v.parse(Said, JSON.parse(line));
    const leaks = leaksIn(text);
    return leaks.length === 0
      ? []
      : [`${path}:${String(index + 1)} ${stream} ${leaks.join(', ')} (${file}: ${test})`];
  });
}
