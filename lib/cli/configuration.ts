import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as v from 'valibot';
import type { Stages } from '../core/policy/configuration/bridge-config.ts';
import { configurationPath } from '../environment.ts';

/** The file that people edit, unless they keep one of their own elsewhere. */
const FILE = new URL('../../bridge.config.ts', import.meta.url);
/** What a configuration imports, wherever it lies. */
const POLICY = new URL('../core/policy.ts', import.meta.url);
const PACKAGE = 'mautic-commerce-bridge';

/** What is wrong with the configuration, in a sentence for whoever edits it. */
export class ConfigurationError extends Error {}

/** The file that somebody named is not there. */
export class NoConfiguration extends ConfigurationError {}

/** The configuration of this run: the one that is named, else BRIDGE_CONFIG's, else the checkout's. */
export function configurationFile(named: string | undefined = configurationPath()): URL {
  return named === undefined ? FILE : pathToFileURL(named);
}

/** Whether it is the checkout's own. */
export function isOfCheckout(file: URL): boolean {
  return file.href === FILE.href;
}

let chosen = FILE;
let isHooked = false;

/**
 * Everything that this process loads from now on, the functions too, finds its configuration in this file, and the file
 * may import `mautic-commerce-bridge` from wherever it lies.
 */
export function chooseConfiguration(file: URL): void {
  chosen = file;
  if (isHooked) return;
  isHooked = true;
  registerHooks({
    resolve: (specifier, context, next) => {
      const url = urlOf(specifier);
      return url
        ? { url: url.href, format: 'module-typescript', shortCircuit: true }
        : next(specifier, context);
    },
  });
}

function urlOf(specifier: string): URL | undefined {
  if (specifier === PACKAGE) return POLICY;
  return specifier === '#bridge-config' ? chosen : undefined;
}

/**
 * Loads the configuration.
 * @throws ConfigurationError that says what is wrong, in which line where that is known, and what to do.
 */
export async function loadStages(file: URL = configurationFile()): Promise<Stages> {
  if (!/\.[cm]?[jt]s$/.test(file.pathname)) throw new NoConfiguration(NO_MODULE);
  chooseConfiguration(file);
  const loaded = await load(file);
  if (typeof loaded !== 'object' || loaded === null || !('config' in loaded))
    throw new ConfigurationError(
      `${nameOf(file)} exports no config: write export const config = defineBridge({ … })`,
    );
  if (isChecked(loaded.config)) return loaded.config;
  throw new ConfigurationError(
    `The config of ${nameOf(file)} was not checked: write export const config = defineBridge({ … }), or defineStages({ … })`,
  );
}

const NO_MODULE =
  '--config or BRIDGE_CONFIG names no file that ends in .ts: give the path of a bridge.config.ts, not that of its folder.';

/** What defineBridge and defineStages give back, by whichever copy of this project: stages with all defaults filled in. */
function isChecked(config: unknown): config is Stages {
  if (typeof config !== 'object' || config === null) return false;
  const stages: unknown[] = Object.values(config);
  return stages.length > 0 && stages.every((stage) => v.is(Filled, stage));
}

const Filled = v.looseObject({
  stores: v.array(v.unknown()),
  mautic: v.looseObject({}),
  policy: v.looseObject({ tags: v.array(v.unknown()) }),
  alarms: v.looseObject({}),
  aws: v.looseObject({}),
  sharesWith: v.array(v.unknown()),
});

async function load(file: URL): Promise<unknown> {
  try {
    return await import(file.href);
  } catch (error) {
    const Kind = isMissing(error, file) && !isOfCheckout(file) ? NoConfiguration : ConfigurationError;
    throw new Kind(sentenceOf(error, file), { cause: error });
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

function isMissing(error: unknown, file: URL): boolean {
  const path = error instanceof Error ? missingPathIn(error) : '';
  return path === fileURLToPath(file) || path === file.href;
}

function missingPathIn({ message }: Error): string {
  return /Cannot find (?:module|package) '([^']+)'/.exec(message)?.[1] ?? '';
}

/** Either the file itself, or something it imports. */
function missing(error: Error, file: URL): string {
  const path = missingPathIn(error);
  if (isMissing(error, file)) {
    if (isOfCheckout(file)) return `There is no ${nameOf(file)} here; take the one of the repository.`;
    return `There is no ${nameOf(file)} where --config or BRIDGE_CONFIG says; correct that path, or make the file with setup.`;
  }
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
