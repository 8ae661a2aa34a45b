import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);

const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url));
/** Ends well where the emulator can be installed: `venv` without `ensurepip` is what Debian has without python3-venv. */
const CAN = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';
const NAMES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];

/**
 * The folder of programs (`python`, `aws`) of an environment with exactly what requirements.txt says, made anew only
 * when that has changed.
 */
export async function installPython(python: string, folder: string): Promise<string> {
  const bin = join(folder, 'bin');
  const made = join(folder, 'made-from.txt');
  const wanted = await readFile(REQUIREMENTS, 'utf8');
  if ((await readFile(made, 'utf8').catch(() => '')) === wanted) return bin;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await execute(python, ['-m', 'venv', folder]);
  const quietly = ['--quiet', '--disable-pip-version-check', '--no-input', '--no-deps'];
  await execute(join(bin, 'python'), ['-m', 'pip', 'install', ...quietly, '--requirement', REQUIREMENTS]);
  await writeFile(made, wanted);
  return bin;
}

/** The command of a Python that can. @throws Error that says what to install. */
export async function findPython(): Promise<string> {
  const given = process.env['DEPLOYED_PYTHON'];
  for (const name of given === undefined ? NAMES : [given])
    if (
      await execute(name, ['-c', CAN]).then(
        () => true,
        () => false,
      )
    )
      return name;
  const what = given === undefined ? 'There is no' : `DEPLOYED_PYTHON=${given} is no`;
  throw new Error(
    `${what} Python 3.10 or newer with venv and pip, which the emulator of AWS runs on. On Debian and Ubuntu: apt-get install python3-venv; or say where one is: DEPLOYED_PYTHON=/path/to/python3.`,
  );
}
