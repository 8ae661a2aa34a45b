import { expect, it } from 'vitest';
import type { Contacts } from '../../../lib/core/ports/ledger.ts';
import { createMemoryLedger } from '../../../lib/local/memory/ledger.ts';
import { createMemoryBodies } from '../../../lib/local/memory/queue.ts';
import { createRecord } from '../../../lib/pipeline/record.ts';
import { recordingLog } from '../../support/log.ts';
import { sourceOf } from '../../support/sources.ts';
import { ANNA, HOUR, keyOf, MINUTE, orderBody } from '../sync/support.ts';

const NOW = Date.parse('2026-12-01T12:00:00Z');

// Its ring may be left to the sweep because Mautic is away, and the sweep goes by the due time alone.
it('a contact that waits for something far is due soon although whoever first recorded its change died', async () => {
  const ledger = createMemoryLedger();
  await ledger.want(keyOf(ANNA), ANNA, NOW);
  await ledger.settle(keyOf(ANNA), 1, { nextDue: NOW + 72 * HOUR });
  let dies = true;
  const want: Contacts['want'] = async (...wanted) => {
    const result = await ledger.want(...wanted);
    if (dies) throw new Error('the process was killed');
    return result;
  };
  const record = createRecord({
    stores: [{ id: 'demo', kind: 'woocommerce', currency: 'EUR' }],
    sourceOf,
    things: ledger,
    contacts: { ...ledger, want },
    doorbell: { ring: async () => undefined, depth: async () => 0 },
    bodies: createMemoryBodies(),
    clock: { now: () => NOW, sleep: async () => undefined },
    log: recordingLog(),
    metrics: { count() {} },
  });
  const tell = (changes: object) => {
    const base64 = Buffer.from(JSON.stringify(orderBody(changes, NOW))).toString('base64');
    const delivery = {
      schema: 1,
      store: 'demo',
      receivedAt: new Date(NOW).toISOString(),
      topic: 'order.updated',
      webhookId: '2',
      deliveryId: '1',
      body: { in: 'message', base64 },
    } as const;
    return record([{ delivery, redelivered: false }]);
  };

  expect([...(await tell({}))]).toEqual([0]);
  dies = false;
  // Another delivery of it, which is none that comes again.
  expect([...(await tell({ status: 'completed' }))]).toEqual([]);

  expect(await ledger.profile(keyOf(ANNA))).toMatchObject({ work: 'live', due: NOW + MINUTE });
});
