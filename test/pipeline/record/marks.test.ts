import { expect, it } from 'vitest';
import { createMemoryLedger } from '../../../lib/local/memory/ledger.ts';
import { createMemoryDoorbell } from '../../../lib/local/memory/queue.ts';
import { createFolding } from '../../../lib/pipeline/record/folding.ts';
import { orderRef } from '../../contracts/samples.ts';
import { type Line, recordingLog } from '../../support/log.ts';

const CLOCK = { now: () => 0, sleep: async () => undefined };

it('an order that is deleted without end is told of once a hundred deletions are known', async () => {
  const lines: Line[] = [];
  const ledger = createMemoryLedger();
  const fold = createFolding({
    things: ledger,
    contacts: ledger,
    doorbell: createMemoryDoorbell(CLOCK),
    clock: CLOCK,
    log: recordingLog((line) => void (line.level === 'info' || lines.push(line))),
    metrics: { count: () => undefined },
  });
  const deleteTimes = (count: number) => {
    const snapshots = Array.from({ length: count }, (_, index) => {
      return { type: 'order-mark', ref: orderRef(7), mark: 'deleted', by: `3/${String(index)}` } as const;
    });
    return fold([{ snapshots, redelivered: false, position: 0 }]);
  };

  await deleteTimes(99);
  expect(lines).toEqual([]);

  await deleteTimes(120);
  expect(lines).toMatchObject([
    {
      level: 'warn',
      message: expect.stringContaining('more often than is kept'),
      fields: { ref: 'order/demo/7' },
    },
  ]);
});
