import { execFile } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { promisify } from 'node:util';
import { OF_A_COPY } from '../support/project-copy.ts';
import { neutralEnvironment } from './emulator.ts';

const execute = promisify(execFile);
const MAX_BYTES = 64 * 1024 * 1024;

/** Where commands are run as people run them, against the emulator and nothing else. */
export interface Shell {
  /** `npx cdk …` in that folder; what it printed, both streams. @throws Error with all of it when it fails. */
  readonly cdk: (folder: string, ...args: readonly string[]) => Promise<string>;
  /** `aws … --output json`; `undefined` when it prints nothing. @throws when it fails. */
  readonly aws: (...args: readonly string[]) => Promise<unknown>;
  /** Lines for `sh`, as the README has them, in that folder; their standard output. @throws when the last one fails. */
  readonly sh: (folder: string, lines: string) => Promise<string>;
}

interface ShellSettings {
  /** Where `aws` is. */
  readonly bin: string;
  /** A folder of its own, in which nobody has profiles or caches. */
  readonly home: string;
  /** Those of an emulator; without them nothing of AWS can be reached. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** A shell of its own for a run. */
export function openShell({ bin, home, variables = {} }: ShellSettings): Shell {
  const env = {
    ...neutralEnvironment(),
    ...OF_A_COPY,
    ...variables,
    HOME: home,
    PATH: [dirname(process.execPath), bin, process.env['PATH']].join(delimiter),
  };
  // Of SQS alone it takes no address from the environment.
  const endpoint = ['--endpoint-url', variables['AWS_ENDPOINT_URL'] ?? ''];
  async function run(command: string, args: readonly string[], cwd: string) {
    try {
      return await execute(command, args, { cwd, env, maxBuffer: MAX_BYTES });
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
      throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
    }
  }
  return {
    cdk: async (folder, ...args) => {
      const { stdout, stderr } = await run(
        process.execPath,
        ['node_modules/aws-cdk/bin/cdk', ...args, '--no-color'],
        folder,
      );
      return stdout + stderr;
    },
    aws: async (...args) => {
      const { stdout } = await run('aws', [...args, ...endpoint, '--output', 'json'], home);
      return stdout.trim() === '' ? undefined : (JSON.parse(stdout) as unknown);
    },
    sh: async (folder, lines) => (await run('sh', ['-c', lines], folder)).stdout,
  };
}
