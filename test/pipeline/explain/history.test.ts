import { expect, it } from 'vitest';
import { historyLines, readHistory } from '../../../lib/pipeline/explain/history.ts';
import { keyOf } from '../../support/workshop.ts';

const SINCE = Date.parse('2026-11-20T00:00:00Z');
const ANNA = keyOf('anna@example.test');
const THREAD = { refs: ['order/demo/23'], contact: ANNA };

/** A line as a function prints it, so many seconds after the moment. */
function line(second: number, fields: object, service = 'record'): string {
  const timestamp = new Date(SINCE + second * 1_000).toISOString();
  return JSON.stringify({ level: 'INFO', message: 'Recorded', timestamp, service, ...fields });
}

async function* batchesOf(...batches: readonly (readonly string[])[]) {
  yield* batches;
}

it('puts what all functions said into the order of time, and leaves out what is of others or too old', async () => {
  const history = await readHistory(
    () =>
      batchesOf(
        [line(3, { contact: ANNA, level: 'WARN', message: 'A contact waits', code: 'rate-limit' }, 'sync')],
        [],
        [
          line(1, { ref: 'order/demo/23', contact: ANNA, outcome: 'won' }),
          line(2, { ref: 'order/demo/99', contact: keyOf('ben@example.test') }),
          line(-1, { ref: 'order/demo/23' }),
          'REPORT RequestId: 1 Duration: 2 ms',
        ],
      ),
    { thread: THREAD, since: SINCE },
  );

  expect(historyLines(history, SINCE)).toEqual([
    'The logs since 2026-11-20T00:00:00.000Z:',
    `  2026-11-20T00:00:01.000Z  record       Recorded (ref order/demo/23, contact ${ANNA}, outcome won)`,
    `  2026-11-20T00:00:03.000Z  sync         WARN A contact waits (contact ${ANNA}, code rate-limit)`,
  ]);
});

it('keeps the newest of very many, and says so', async () => {
  const texts = Array.from({ length: 510 }, (_, second) => line(second, { contact: ANNA }));

  const history = await readHistory(() => batchesOf(texts), { thread: THREAD, since: SINCE });

  expect(history.lines).toHaveLength(500);
  expect(history.lines[0]?.at).toBe(SINCE + 10_000);
  expect(historyLines(history, SINCE)[0]).toBe(
    'The logs since 2026-11-20T00:00:00.000Z, the last 500 lines:',
  );
});

it('says when there is nothing, and how far it has read', async () => {
  const heard: number[] = [];

  const history = await readHistory(
    () => batchesOf([], []),
    { thread: THREAD, since: SINCE },
    (batches) => heard.push(batches),
  );

  expect(historyLines(history, SINCE)).toEqual([
    'The logs say nothing of it since 2026-11-20T00:00:00.000Z.',
  ]);
  expect(heard).toEqual([1, 2]);
});
