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
it('a contact that waits for something far is due soon although the first try to record its change died', async () => {
  const ledger = createMemoryLedger();
  await ledger.want(keyOf(ANNA), ANNA, NOW);
  await ledger.settle(keyOf(ANNA), 1, { nextDue: NOW + 72 * HOUR });
  let dies = true;
  const hasten: Contacts['hasten'] = async (contact, due) => {
    if (dies) throw new Error('the process was killed');
    return ledger.hasten(contact, due);
  };
  const record = createRecord({
    stores: [{ id: 'demo', kind: 'woocommerce', currency: 'EUR' }],
    sourceOf,
    things: ledger,
    contacts: { ...ledger, hasten },
    doorbell: { ring: async () => undefined, depth: async () => 0 },
    bodies: createMemoryBodies(),
    clock: { now: () => NOW, sleep: async () => undefined },
    log: recordingLog(),
    metrics: { count() {} },
  });
  const base64 = Buffer.from(JSON.stringify(orderBody({}, NOW))).toString('base64');
  const delivery = {
    schema: 1,
    store: 'demo',
    receivedAt: new Date(NOW).toISOString(),
    topic: 'order.updated',
    webhookId: '2',
    deliveryId: '1',
    body: { in: 'message', base64 },
  } as const;

  expect([...(await record([{ delivery, redelivered: false }]))]).toEqual([0]);
  dies = false;
  await record([{ delivery, redelivered: true }]);

  expect(await ledger.profile(keyOf(ANNA))).toMatchObject({ work: 'live', due: NOW + MINUTE });
});
