import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { countedSurvey } from '../../../lib/cli/output/counted-survey.ts';
import { createProgress } from '../../../lib/cli/output/progress.ts';
import { askAt } from '../../../lib/cli/output/questions.ts';
import { tableLines } from '../../../lib/cli/output/table.ts';
import { Interrupted, UsageError } from '../../../lib/cli/usage-error.ts';

/** A terminal of which everything that is shown is kept. */
function terminal() {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const output = Object.assign(new PassThrough(), { columns: 100, rows: 30, isTTY: true });
  let shown = '';
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  return { input, output, shown: () => shown };
}

describe('progress', () => {
  test('shows count, rate and time left once something takes longer than two seconds', () => {
    const { output, shown } = terminal();
    let now = 0;
    const stream = Object.assign(output, {
      cursorTo: () => true,
      clearLine: () => true,
      moveCursor: () => true,
    });
    const progress = createProgress({ what: 'orders', stream: stream as never, now: () => now });

    now = 1_000;
    progress.update(100, 1000);
    expect(shown()).toBe('');
    now = 4_000;
    progress.update(400, 1000);
    progress.end();

    expect(shown()).toMatch(/400 of 1000 orders, 100 a second, .* left/);
  });
});

test.each([
  [0, 60_000, /0 of 40 contacts(?!.*(second|minute),)/],
  [2, 60_000, /2 of 40 contacts, 2 a minute/],
  [30, 20_000, /30 of 40 contacts, 1\.5 a second/],
])('progress of %d in %d ms has a rate that can be read, if any', (done, ms, line) => {
  const { output, shown } = terminal();
  let now = 0;
  const stream = Object.assign(output, {
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  });
  const progress = createProgress({ what: 'contacts', stream: stream as never, now: () => now });

  now = ms;
  progress.update(done, 40);
  progress.end();

  expect(shown()).toMatch(line);
  expect(shown()).not.toContain('0.0');
});

test('of the ledger so much was read as its pages hold, which nobody is shown of a small one', async () => {
  const shown: number[] = [];
  const pages = (count: number) => {
    let left = count;
    return async () => {
      left -= 1;
      return { items: [1, 2] as never[], ...(left > 0 && { next: 'more' }) };
    };
  };
  const survey = { profiles: pages(3), orders: pages(1), carriers: pages(2) };
  const counted = countedSurvey(survey, { update: (done) => void shown.push(done) });

  for (const page of ['profiles', 'profiles', 'profiles', 'orders', 'carriers', 'carriers'] as const)
    expect((await counted[page]()).items).toHaveLength(2);

  expect(shown).toEqual([2, 4, 10]);
});

test('a table has columns and no border', () => {
  expect(
    tableLines(
      ['what', 'how'],
      [
        ['token', 'ok'],
        ['a longer name', 'failed'],
      ],
    ),
  ).toEqual(['what           how', 'token          ok', 'a longer name  failed']);
});

describe('questions', () => {
  test('take an answer, or what was suggested', async () => {
    const { input, output } = terminal();
    const questions = askAt({ input, output });

    const typed = questions.text('Which?', { suggested: 'this' });
    input.write('that\r');
    expect(await typed).toBe('that');
    const entered = questions.text('Which?', { suggested: 'this' });
    input.write('\r');
    expect(await entered).toBe('this');
  });

  test('show nothing of a secret', async () => {
    const { input, output, shown } = terminal();

    const typed = askAt({ input, output }).secret('The secret?');
    input.write('s3cr3t-of-the-shop\r');

    expect(await typed).toBe('s3cr3t-of-the-shop');
    expect(shown()).not.toMatch(/s3c|of-the-shop|[*▪•]/);
  });

  test('say what is wrong with an answer and ask again', async () => {
    const { input, output, shown } = terminal();
    const check = (answer: string) => (answer === 'right' ? undefined : 'That is not right.');

    const typed = askAt({ input, output }).text('Which?', { check });
    input.write('wrong\r');
    input.write('\u0015');
    input.write('right\r');

    expect(await typed).toMatch(/right$/);
    expect(shown()).toContain('That is not right.');
  });

  test('that are left end the command', async () => {
    const { input, output } = terminal();

    const typed = askAt({ input, output }).agree('Go on?');
    input.write('\u0003');

    await expect(typed).rejects.toThrow(Interrupted);
  });

  test('cannot be asked in a script', () => {
    expect(() => askAt({ input: new PassThrough(), output: new PassThrough() })).toThrow(UsageError);
  });
});
