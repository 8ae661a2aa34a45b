import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { copyProject, OF_A_COPY } from '../support/project-copy.ts';

const execute = promisify(execFile);

const CONFIG = `import { defineBridge } from './lib/core/policy.ts';

export const config = defineBridge({
  stores: [
    { id: 'demo', kind: 'woocommerce', currency: 'EUR' },
    { id: 'fluent', kind: 'fluentcart', currency: 'EUR' },
  ],
  mautic: { url: 'https://mautic.example.com' },
  policy: POLICY,
});
`;

/** The bridge in an empty folder, with a policy of its own. */
export function copyBridge(folder: string, policy: object): Promise<void> {
  return copyProject(folder, CONFIG.replace('POLICY', JSON.stringify(policy)));
}

/** The bridge in a process of its own. */
export interface Bridge {
  readonly url: string;
  /** As a power cut would. */
  kill(): Promise<void>;
}

/** `npm start -- --no-demo` there. @throws Error when it ends before it listens. */
export async function startBridge(
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<Bridge> {
  const child = spawn(process.execPath, ['bin/bridge.ts', 'start', '--no-demo'], {
    cwd: folder,
    env: {
      ...process.env,
      ...OF_A_COPY,
      PORT: '0',
      LOG_LEVEL: 'ERROR',
      BRIDGE_DATA_DIR: join(folder, '.bridge'),
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /(http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return { url, kill: () => kill(child) };
  }
  throw new Error('the bridge ended before it listened');
}

/** `npm run bridge -- …` there; what it prints, also where it finds nothing to do. @throws Error when it fails. */
export async function runCommand(
  folder: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  const env = { ...process.env, ...OF_A_COPY, BRIDGE_DATA_DIR: join(folder, '.bridge'), ...variables };
  const ran = execute(process.execPath, ['bin/bridge.ts', ...args], { cwd: folder, env });
  const { stdout } = await ran.catch((error: Error & { readonly stdout: string }) => {
    if (error.message.includes('Nothing was selected')) return error;
    throw error;
  });
  return stdout;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
