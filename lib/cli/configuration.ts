import { fileURLToPath } from 'node:url';
import type { Stages } from '../core/policy/bridge-config.ts';

/** The file that people edit. */
const FILE = new URL('../../bridge.config.ts', import.meta.url);

/** What is wrong with the configuration, in a sentence for whoever edits it. */
export class ConfigurationError extends Error {}

/**
 * Loads the configuration.
 * @throws ConfigurationError that says what is wrong, in which line where that is known, and what to do.
 */
export async function loadStages(file: URL = FILE): Promise<Stages> {
  const loaded = await load(file);
  if (typeof loaded === 'object' && loaded !== null && 'config' in loaded) return loaded.config as Stages;
  throw new ConfigurationError(
    `${nameOf(file)} exports no config: write export const config = defineBridge({ … })`,
  );
}

async function load(file: URL): Promise<unknown> {
  try {
    return await import(file.href);
  } catch (error) {
    throw new ConfigurationError(sentenceOf(error, file), { cause: error });
  }
}

function sentenceOf(error: unknown, file: URL): string {
  if (!(error instanceof Error)) return `${nameOf(file)} cannot be loaded`;
  // What the schema found is said in sentences already.
  if (error.message.startsWith('bridge.config.ts ')) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_MODULE_NOT_FOUND') return missing(error, file);
  const line = lineOf(error, file);
  const where = line === undefined ? nameOf(file) : `${nameOf(file)}, line ${line}`;
  return `${where}: ${error.message}. Correct it there.`;
}

/** Either the file itself, or something it imports. */
function missing({ message }: Error, file: URL): string {
  const [, path = ''] = /Cannot find (?:module|package) '([^']+)'/.exec(message) ?? [];
  if (path === fileURLToPath(file) || path === file.href)
    return `There is no ${nameOf(file)} here; take the one of the repository`;
  return `${nameOf(file)} imports ${path}, which is not there. Correct the path of the import.`;
}

/** Node names file and line before the message of a syntax error, and in the stack of any other. */
function lineOf({ stack = '' }: Error, file: URL): string | undefined {
  const path = fileURLToPath(file).replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`${path}:(\\d+)`).exec(stack)?.[1];
}

function nameOf(file: URL): string {
  return file.pathname.split('/').at(-1) ?? file.pathname;
}
