import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);

/** One of the long runs in a process of its own, as `npm run` starts it. */
async function run(name: string, args: readonly string[]) {
  const child = spawn(process.execPath, [`test/${name}/run.ts`, ...args], { cwd: ROOT });
  const [[code], printed, complained] = await Promise.all([
    once(child, 'exit'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code: code as number, printed, complained };
}

it.each([
  ['bench', '--help', ['ingest', 'mautic', 'scale', 'cost']],
  ['fuzz', '--help', ['--inputs', '--seed']],
  ['simulation', '--help', ['--seeds', '--seed', '--variant']],
  ['simulation', '-h', ['--seeds', '--seed', '--variant']],
  ['soak', '--help', ['--deliveries', '--kills', '--seed']],
])(
  '%s says for %s what it takes, and does not run',
  async (name, flag, flags) => {
    const { code, printed, complained } = await run(name, [flag]);

    expect({ code, complained }).toEqual({ code: 0, complained: '' });
    expect(printed).toMatch(/^Usage: npm run /);
    expect(flags.filter((one) => !printed.includes(one))).toEqual([]);
  },
  60_000,
);

it.each([
  ['bench', ['nothing'], 'There is no part of this name.'],
  ['bench', ['--fast'], "Unknown option '--fast'"],
  ['fuzz', ['--inputs', 'many'], '--inputs must be a whole number from 0 on.'],
  ['simulation', ['--seeds', '0'], '--seeds must be a whole number from 1 on.'],
  ['simulation', ['--variant', 'nothing'], 'There is no variant of this name.'],
  ['soak', ['--kills=-1'], '--kills must be a whole number from 0 on.'],
])(
  '%s %j says what is wrong with it and what it takes, with code 2',
  async (name, args, complaint) => {
    const { code, printed, complained } = await run(name, args);

    expect({ code, printed }).toEqual({ code: 2, printed: '' });
    expect(complained.startsWith(complaint)).toBe(true);
    expect(complained).toContain('Usage: npm run ');
  },
  60_000,
);
