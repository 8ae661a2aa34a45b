import { describe, expect, it } from 'vitest';
import { ANNA, type Bench, CREATE, EDIT, endpoints, keyOf, MINUTE, startBench } from './support.ts';

/** The queue is emptied while somebody writes: its lane keeps nobody apart any more, and the sweep rings again. */
async function secondWriter(bench: Bench): Promise<void> {
  bench.rings();
  bench.forward(MINUTE);
  await bench.sweep();
}

/** Runs once, when the first of such calls has come and Mautic has not seen it yet. */
function whileUnderWay(bench: Bench, endpoint: string, act: () => Promise<void>): void {
  let begun = false;
  bench.front.before = async (call) => {
    if (begun || endpoints([call])[0] !== endpoint) return undefined;
    begun = true;
    await act();
    return undefined;
  };
}

describe('two that write a contact at the same time', () => {
  it('leave no tag for good, although the first ends last', async () => {
    const bench = await startBench();
    await bench.shop({ status: 'on-hold' });
    whileUnderWay(bench, EDIT, async () => {
      await bench.order({ status: 'completed', lines: [{ sku: 'mug' }] });
      await secondWriter(bench);
      await bench.order({ status: 'on-hold' });
    });

    await bench.shop({ status: 'processing' });
    for (let minute = 0; minute < 10; minute += 1) {
      bench.forward(MINUTE);
      await bench.sweep();
    }

    expect(bench.contact().tags.toSorted()).toEqual(['status:on-hold']);
    expect(await bench.written()).toMatchObject({ tags: ['status:on-hold'] });
  });

  it('end with what is wanted, although what the first wrote came last', async () => {
    const bench = await startBench();
    await bench.shop({ status: 'on-hold' });
    whileUnderWay(bench, EDIT, async () => {
      await bench.order({ status: 'completed', total: '55.00', billing: { city: 'Ulm' } });
      await secondWriter(bench);
    });

    await bench.shop({ status: 'processing', total: '44.00' });
    for (let minute = 0; minute < 10; minute += 1) {
      bench.forward(MINUTE);
      await bench.sweep();
    }

    expect(bench.contact()).toMatchObject({
      fields: { city: 'Ulm', mautic_woo_total_spent: 55 },
      tags: expect.arrayContaining(['status:completed']) as unknown,
    });
    expect(bench.contact().tags).not.toContain('status:processing');
    expect(bench.profile().work).toBeUndefined();
  });

  it('write nothing when somebody else has begun between reading and writing', async () => {
    const bench = await startBench();
    await bench.shop({ status: 'on-hold' });
    await bench.order({ status: 'processing' });
    let read = false;
    bench.disturb(async (method) => {
      if (read || method !== 'saveWritten') return;
      read = true;
      await bench.order({ status: 'completed' });
      await secondWriter(bench);
    });

    await bench.sync();

    expect(bench.contact().tags).toContain('status:completed');
    expect(bench.contact().tags).not.toContain('status:processing');
    expect(bench.profile().waiting).toMatchObject({ code: 'overtaken' });
    bench.forward(5 * MINUTE);
    await bench.sweep();
    expect(bench.profile()).toMatchObject({ synced: bench.profile().wanted });
    expect(bench.contact().tags.toSorted()).toEqual(['sku:tea', 'status:completed']);
  });
});

describe('a contact that somebody is creating', () => {
  it('is created by nobody else until that has ended for sure', async () => {
    const bench = await startBench();
    let others: readonly string[] | undefined;
    whileUnderWay(bench, CREATE, async () => {
      bench.calls();
      await secondWriter(bench);
      bench.forward(2 * MINUTE);
      await bench.sweep();
      others = endpoints(bench.calls());
    });

    await bench.shop({});

    expect(others).toEqual([]);
    expect(bench.contacts(ANNA)).toHaveLength(1);
    expect(bench.profile()).toMatchObject({ synced: 1 });
    expect(bench.profile().work).toBeUndefined();
  });

  it('is created by nobody else either when an earlier try was refused', async () => {
    const bench = await startBench();
    bench.front.before = (call) =>
      endpoints([call])[0] === CREATE ? { status: 503, body: 'away' } : undefined;
    await bench.shop({});
    bench.forward(5 * MINUTE);
    let others: readonly string[] | undefined;
    whileUnderWay(bench, CREATE, async () => {
      bench.calls();
      await secondWriter(bench);
      others = endpoints(bench.calls());
    });

    await bench.sweep();

    expect(others).toEqual([]);
    expect(bench.contacts(ANNA)).toHaveLength(1);
  });

  it('is created four minutes later when that one died', async () => {
    const bench = await startBench();
    await dies(bench);
    bench.rings();

    bench.forward(MINUTE);
    await bench.sweep();
    expect(bench.contacts(ANNA)).toHaveLength(0);
    expect(bench.profile().due).toBe(bench.clock.now() + 3 * MINUTE);

    bench.forward(3 * MINUTE);
    await bench.sweep();
    expect(bench.contacts(ANNA)).toHaveLength(1);
  });

  it('is created at once when it is known that the try before came to nothing', async () => {
    const bench = await startBench();
    bench.front.before = (call) =>
      endpoints([call])[0] === CREATE ? { status: 503, body: 'away' } : undefined;
    await bench.shop({});
    bench.front.before = () => undefined;

    bench.forward(MINUTE);
    await bench.sweep();

    expect(bench.contacts(ANNA)).toHaveLength(1);
  });

  it('is created at once from a ledger of the version before, which does not say', async () => {
    const bench = await startBench();
    await dies(bench);
    bench.rings();
    await bench.ledger.saveWritten(keyOf(ANNA), await bench.written());

    bench.forward(MINUTE);
    await bench.sweep();

    expect(bench.contacts(ANNA)).toHaveLength(1);
  });
});

/** The process that creates the contact is killed while Mautic is being called. */
async function dies(bench: Bench): Promise<void> {
  bench.front.before = (call) =>
    endpoints([call])[0] === CREATE ? { status: 502, body: 'gone' } : undefined;
  bench.disturb((method) => {
    if (method === 'defer' || method === 'settle') throw new Error('the process was killed');
  });
  await bench.shop({});
  bench.disturb(() => undefined);
  bench.front.before = () => undefined;
}
