import { describe, expect, it } from 'vitest';
import { ANNA, type Bench, CREATE, endpoints, HOUR, keyOf, MINUTE, startBench } from './support.ts';

const BEN = 'ben@example.test';

async function known(options: Parameters<typeof startBench>[0] = {}) {
  const bench = await startBench(options);
  await bench.shop({});
  bench.calls();
  return bench;
}

describe('a ledger that fails for one contact', () => {
  /** Anna and Ben are behind, and one method of the ledger fails for Ben. */
  async function failingFor(bench: Bench, failing: string) {
    await bench.order({ status: 'completed' });
    await bench.order({ id: 2, email: BEN });
    const rings = bench.rings();
    bench.disturb((method, contact) => {
      if (method === failing && contact === keyOf(BEN)) throw new Error('throttled');
    });
    return rings;
  }

  it.each(['profile', 'dossier', 'settle'])('brings back only its message (%s)', async (failing) => {
    const bench = await known();
    const rings = await failingFor(bench, failing);

    const again = await bench.sync({ rings });

    expect([...again].map((position) => rings[position]?.contact)).toEqual([keyOf(BEN)]);
    expect(bench.contact().tags).toContain('status:completed');
    expect(bench.profile().work).toBeUndefined();
  });

  it('brings back only its message when what will be written cannot be noted', async () => {
    const bench = await known();
    const rings = await failingFor(bench, 'saveWritten');

    const again = await bench.sync({ rings });

    expect([...again].map((position) => rings[position]?.contact)).toEqual([keyOf(BEN)]);
    expect(bench.contact().tags).toContain('status:completed');
    expect(bench.profile().work).toBeUndefined();
  });

  it('writes nothing for a contact whose intent could not be noted', async () => {
    const bench = await known();
    const rings = await failingFor(bench, 'saveWritten');

    await bench.sync({ rings }).catch(() => undefined);

    expect(bench.contacts(BEN)).toEqual([]);
  });

  it.each([
    ['the answer of Mautic never came', 'commit-then-reset', [0]],
    ['Mautic refused before it did anything', 'html-503', []],
  ] as const)('says which message must not come again soon: when %s', async (_when, kind, resting) => {
    const bench = await known();
    await bench.order({ id: 2, email: BEN });
    const rings = bench.rings();
    bench.mautic.faults.add({ match: (_method, path) => path.includes('/batch/new'), kind, times: 1 });
    bench.disturb((method) => {
      if (method === 'defer') throw new Error('throttled');
    });
    const rested: number[] = [];

    const again = await bench.sync({ rings, letRest: (position) => void rested.push(position) });

    expect([...again]).toEqual([0]);
    expect(rested).toEqual(resting);
  });

  it('lets every message come again soon for which Mautic was not called', async () => {
    const bench = await known();
    const rings = await failingFor(bench, 'dossier');
    const rested: number[] = [];

    const again = await bench.sync({ rings, letRest: (position) => void rested.push(position) });

    expect(again.size).toBe(1);
    expect(rested).toEqual([]);
  });

  it('ends right when the message comes again', async () => {
    const bench = await known();
    const rings = await failingFor(bench, 'settle');
    await bench.sync({ rings });
    bench.disturb(() => undefined);

    await bench.sync({ rings, receives: 2 });

    expect(bench.contact(BEN).fields.mautic_woo_order_count).toBe(1);
    expect(bench.profile(BEN)).toMatchObject({ synced: 1, mauticId: bench.contact(BEN).id });
  });

  it('deletes a tag that a write left whose end could not be noted', async () => {
    const bench = await known();
    const rings = await failingFor(bench, 'settle');
    await bench.sync({ rings });
    bench.disturb(() => undefined);
    await bench.order({ id: 2, email: BEN, lines: [{ sku: 'CUP' }] });

    await bench.sync({ rings, receives: 2 });

    expect(bench.contact(BEN).tags.toSorted()).toEqual(['sku:cup', 'status:processing']);
  });
});

describe('a house account', () => {
  const policy = { maxOrders: 3 };

  async function house() {
    const bench = await startBench({ policy });
    for (let id = 1; id <= 4; id += 1) await bench.order({ id, email: BEN });
    await bench.order({ id: 9 });
    return bench;
  }

  it('with more orders than the policy allows is parked without a call, others go on', async () => {
    const bench = await house();

    await bench.sync();

    expect(bench.profile(BEN).parked).toMatchObject({
      code: 'too-many-orders',
      message: expect.stringMatching(/4 orders.*maxOrders/),
    });
    expect(bench.contacts(BEN)).toEqual([]);
    expect(bench.contact().fields.mautic_woo_order_count).toBe(1);
  });

  it('with as many as the policy allows is a contact', async () => {
    const bench = await startBench({ policy });
    for (let id = 1; id <= 3; id += 1) await bench.order({ id });

    await bench.sync();

    expect(bench.contact().fields.mautic_woo_order_count).toBe(3);
  });

  it('that is ignored, as its remedy says, is in step instead of parked', async () => {
    const bench = await startBench({ policy: { ...policy, ignore: [BEN] } });
    for (let id = 1; id <= 4; id += 1) await bench.order({ id, email: BEN });

    await bench.sync();

    expect(bench.profile(BEN).parked).toBeUndefined();
    expect(bench.profile(BEN)).toMatchObject({ wanted: 4, synced: 4 });
  });
});

describe('large contacts', () => {
  it('with 2,000 orders add up', async () => {
    const bench = await startBench();
    for (let id = 1; id <= 2_000; id += 1) await bench.order({ id, total: '0.10', lines: [] });
    const rings = bench.rings();

    await bench.sync({ rings });

    expect(rings).toHaveLength(1);
    expect(bench.contact().fields).toMatchObject({
      mautic_woo_order_count: 2_000,
      mautic_woo_total_spent: 200,
    });
    expect(JSON.parse(String(bench.contact().fields.mautic_woo_order_data))).toMatchObject({
      order_id: '2000',
    });
    expect(endpoints(bench.calls()).filter((endpoint) => endpoint === CREATE)).toHaveLength(1);
  });

  it('with an order of a hundred lines get all of them, and a tag for each', async () => {
    const bench = await startBench();
    const lines = Array.from({ length: 100 }, (_, n) => ({ sku: `SKU-${String(n)}` }));

    await bench.shop({ lines });

    const { fields, tags } = bench.contact();
    const data = JSON.parse(String(fields.mautic_woo_order_data)) as { line_items: unknown[] };
    expect(data.line_items).toHaveLength(100);
    expect(tags).toHaveLength(101);
    expect(bench.mautic.counts.get('POST /api/tags/new')).toBe(101);
  });
});

describe('a contact with more tags than are kept', () => {
  it('gets five hundred, and the log says so once', async () => {
    const bench = await startBench();
    const lines = Array.from({ length: 600 }, (_, n) => ({ sku: `SKU-${String(n)}` }));

    await bench.shop({ lines });

    expect(bench.contact().tags).toHaveLength(500);
    expect(bench.contact().tags).toContain('status:processing');
    const told = bench.lines.filter(({ message }) => message.includes('more tags than are kept'));
    expect(told).toMatchObject([{ level: 'warn', fields: { contact: keyOf(ANNA), most: 500 } }]);
  });
});

describe('a day without Mautic', () => {
  it.each(['html-503', 'html-502', 'reset-before'] as const)(
    'loses nothing, and costs one write a contact when it is back (%s)',
    async (kind) => {
      const bench = await known();
      bench.mautic.faults.add({ match: () => true, kind, times: Infinity });
      for (let hour = 0; hour < 24; hour += 1) {
        await bench.order({ billing: { city: `City ${String(hour)}` } });
        await bench.order({ id: 2 + hour, email: BEN, total: '1.00' });
        await bench.sync();
        for (let minute = 0; minute < 60; minute += 1) {
          bench.forward(MINUTE);
          await bench.sweep();
        }
      }
      bench.mautic.faults.clear();
      bench.calls();

      for (let elapsed = 0; elapsed < 2 * HOUR; elapsed += MINUTE) {
        bench.forward(MINUTE);
        await bench.sweep();
      }

      expect(bench.contact().fields.city).toBe('City 23');
      expect(bench.contact(BEN).fields.mautic_woo_order_count).toBe(24);
      const writes = endpoints(bench.calls()).filter((endpoint) => endpoint.includes('/contacts/batch'));
      expect(writes.length).toBeLessThanOrEqual(2);
      expect([bench.profile().work, bench.profile(BEN).work]).toEqual([undefined, undefined]);
    },
  );
});
