import { beforeEach, expect, test } from 'vitest';
import { createMemoryBodies } from '../../../lib/local/memory/queue.ts';
import type { Received, RecordParts } from '../../../lib/pipeline/record/parts.ts';
import { createRecord } from '../../../lib/pipeline/record.ts';
import { recordingLog } from '../../support/log.ts';
import { DAY, emailOf, Reconciling } from '../../support/reconciling.ts';
import { sourceOf } from '../../support/sources.ts';

let bridge: Reconciling;

beforeEach(async () => {
  bridge = new Reconciling({ storage: 'posts' });
  await bridge.run();
});

/** So many orders that were read, and have a webhook each that says something else of the same date. */
async function edited(count: number): Promise<readonly Received[]> {
  const ids = Array.from({ length: count }, (_, index) => bridge.place(`buyer-${String(index)}`));
  await bridge.deliver();
  bridge.pass(DAY);
  await bridge.run();
  for (const id of ids) bridge.shop.orders.edit(id, { billing: { email: emailOf(`right-${String(id)}`) } });
  while (await bridge.deliverOne());
  return updates();
}

function updates(): readonly Received[] {
  const waiting = bridge.deliveries.take().filter(({ topic }) => topic === 'order.updated');
  return waiting.map((delivery) => ({ delivery, redelivered: false }));
}

/** `record` as it is, on the bridge's ledger. */
function recording(change: Partial<RecordParts> = {}) {
  const { ledger, doorbell } = bridge;
  return createRecord({
    stores: bridge.stores,
    sourceOf,
    things: ledger,
    contacts: ledger,
    registers: ledger,
    doorbell,
    bodies: createMemoryBodies(),
    clock: { now: () => bridge.now, sleep: async () => undefined },
    log: recordingLog((line) => void bridge.lines.push(line)),
    metrics: { count() {} },
    ...change,
  });
}

async function waiting(): Promise<readonly string[]> {
  const register = (await bridge.register('REREAD')) as { orders: { id: string }[] } | undefined;
  return register?.orders.map(({ id }) => id) ?? [];
}

test('orders of one batch are noted together, each once', async () => {
  const batch = await edited(3);
  let writes = 0;
  const write: typeof bridge.ledger.write = (register, ...rest) => {
    if (register.name === 'REREAD') writes += 1;
    return bridge.ledger.write(register, ...rest);
  };

  await recording({ registers: { ...bridge.ledger, write } })([...batch, ...batch]);

  expect(await waiting()).toHaveLength(3);
  expect(writes).toBe(1);
});

test('batches that note at the same time lose none', async () => {
  const batch = await edited(12);

  await Promise.all(batch.map((one) => recording()([one])));

  expect(await waiting()).toHaveLength(12);
});

test('a delivery whose order cannot be noted comes again, and no other', async () => {
  const [first, second] = await edited(2);
  if (!first || !second) throw new Error('two were edited');
  bridge.shop.orders.setStatus(bridge.place('ada'), 'completed');
  while (await bridge.deliverOne());
  const write: typeof bridge.ledger.write = async (register, ...rest) => {
    if (register.name === 'REREAD') throw new Error('throttled');
    return bridge.ledger.write(register, ...rest);
  };

  const again = await recording({ registers: { ...bridge.ledger, write } })([first, second, ...updates()]);

  expect(again).toEqual(new Set([0, 1]));
  await recording()([first, second]);
  expect(await waiting()).toHaveLength(2);
});

test('more than a thousand are not noted, and somebody is told', async () => {
  const batch = await edited(2);
  const orders = Array.from({ length: 999 }, (_, index) => ({ id: `a${String(index)}`, noted: 0 }));
  await bridge.ledger.write({ of: { store: 'demo' }, name: 'REREAD' }, JSON.stringify({ orders }), undefined);

  await recording()(batch);

  expect(await waiting()).toHaveLength(1000);
  expect(bridge.said('More orders wait for being read again than are noted')).toHaveLength(1);
});
