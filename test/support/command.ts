import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { runCommandLine } from '../../bin/commands.ts';

/** How a command ended, and what it said. */
export interface Ended {
  readonly code: number;
  readonly printed: string;
  readonly complained: string;
}

type Variables = Readonly<Record<string, string>>;

const ROOT = new URL('../../', import.meta.url);
/** What commands read, which the shell of whoever runs the tests may hold. */
const OURS = /^(TABLE_NAME|CONTACTS_|DELIVERIES_|BODIES_|MAUTIC_|BRIDGE_|STORE|AWS_)/;

/** `npm run bridge -- …` in a process of its own, with these variables and none of the shell's that matter. */
export async function runCommand(args: readonly string[], variables: Variables = {}): Promise<Ended> {
  const child = spawned(args, variables);
  return ended(child, text(child.stdout));
}

/** The same, and nobody reads what it prints any more, as behind `| head`. */
export async function runCommandUnread(args: readonly string[], variables: Variables = {}): Promise<Ended> {
  const child = spawned(args, variables);
  child.stdout.destroy();
  return ended(child, Promise.resolve(''));
}

function spawned(args: readonly string[], variables: Variables) {
  return spawn(process.execPath, ['bin/bridge.ts', ...args], {
    cwd: ROOT,
    env: environmentWith(variables),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function ended(child: ReturnType<typeof spawned>, reading: Promise<string>): Promise<Ended> {
  const [[code], printed, complained] = await Promise.all([
    once(child, 'exit') as Promise<[number]>,
    reading,
    text(child.stderr),
  ]);
  return { code, printed, complained };
}

/**
 * The same in this process, whose variables are these for as long as it takes: for what a command does and says, which
 * needs no program loaded anew. One at a time.
 */
export async function runCommandHere(args: readonly string[], variables: Variables = {}): Promise<Ended> {
  const printed: string[] = [];
  const complained: string[] = [];
  const own = { ...process.env };
  replaceEnvironment(environmentWith(variables));
  try {
    const code = await runCommandLine(args, {
      print: (line) => void printed.push(`${line}\n`),
      complain: (line) => void complained.push(`${line}\n`),
    });
    return { code, printed: printed.join(''), complained: complained.join('') };
  } finally {
    replaceEnvironment(own);
  }
}

function environmentWith(variables: Variables): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !OURS.test(name));
  return { ...Object.fromEntries(inherited), ...variables };
}

/** The object stays the same one: whoever holds it sees the change. */
function replaceEnvironment(variables: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, variables);
}
