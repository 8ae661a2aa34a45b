import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** How a command ended, and what it said. */
export interface Ended {
  readonly code: number;
  readonly printed: string;
  readonly complained: string;
}

const ROOT = new URL('../../', import.meta.url);
/** What commands read, which the shell of whoever runs the tests may hold. */
const OURS = /^(TABLE_NAME|CONTACTS_|DELIVERIES_|BODIES_|MAUTIC_|BRIDGE_|STORE|AWS_)/;

/** `npm run bridge -- …` in a process of its own, with these variables and none of the shell's that matter. */
export async function runCommand(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.test(name)));
  const child = spawn(process.execPath, ['bin/bridge.ts', ...args], {
    cwd: ROOT,
    env: { ...inherited, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [[code], printed, complained] = await Promise.all([
    once(child, 'exit') as Promise<[number]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, printed, complained };
}
