import { appendFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { makeLogsReadable } from '../../../lib/local/console/function-logs.ts';
import { keepLogs, keptLogs } from '../../../lib/local/console/kept-logs.ts';

let folder: string;
let printed: string[];
let stream: { write: NodeJS.WriteStream['write'] };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bridge-logs-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  printed = [];
  stream = { write: (chunk: unknown) => printed.push(String(chunk)) > 0 };
});

const line = (message: string, level = 'INFO') =>
  JSON.stringify({ level, message, timestamp: '2026-11-26T23:52:40.123Z', service: 'record' });

async function kept(): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const batch of keptLogs(folder)({ refs: [] }, 0)) lines.push(...batch);
  return lines;
}

it('keeps what functions log, and prints it all the same', async () => {
  keepLogs([stream], folder);
  for (const text of [line('Recorded'), line('Odd', 'WARN')]) stream.write(`${text}\n`);
  stream.write('Played a recorded checkout\n');
  stream.write('{"email":"helene@example.test"}\n');

  expect(await kept()).toEqual([line('Recorded'), line('Odd', 'WARN')]);
  expect(printed).toHaveLength(4);
});

it('keeps what is not shown to people', async () => {
  makeLogsReadable(stream);
  keepLogs([stream], folder);
  stream.write(`${line('Recorded')}\n`);
  stream.write(`${line('Odd', 'WARN')}\n`);

  expect(await kept()).toHaveLength(2);
  expect(printed).toEqual(['warning           record                  Odd\n']);
});

it('goes on with what is there, and keeps no more than two files of a size', async () => {
  keepLogs([stream], folder, 1_000)();
  for (let start = 0; start < 5; start += 1) {
    const end = keepLogs([stream], folder, 1_000);
    for (let index = 0; index < 10; index += 1)
      stream.write(`${line(`${String(start)}-${String(index)}`)}\n`);
    end();
  }

  expect((await readdir(folder)).sort()).toEqual(['logs.before.jsonl', 'logs.jsonl']);
  for (const name of await readdir(folder))
    expect((await stat(join(folder, name))).size).toBeLessThanOrEqual(1_000);
  const lines = await kept();
  expect(lines.at(-1)).toContain('"4-9"');
  expect(lines).toEqual([...lines].sort());
});

it('is read although a process died over its last line, or nothing was kept', async () => {
  expect(await kept()).toEqual([]);
  keepLogs([stream], folder);
  stream.write(`${line('Recorded')}\n`);
  await appendFile(join(folder, 'logs.jsonl'), '{"level":"IN');

  expect((await kept())[0]).toBe(line('Recorded'));
});
