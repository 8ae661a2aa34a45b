import { describe, expect, it } from 'vitest';
import { ANNA, type Bench, EDIT, endpoints, itemsOf, LOOK, MINUTE, startBench } from './support.ts';

const BEN = 'ben@example.test';

async function known() {
  const bench = await startBench();
  await bench.shop({});
  bench.calls();
  return bench;
}

/** The n-th write is overtaken by another change of the contact, for as long as `changes` says. */
function overtake(bench: Bench, changes: number): () => number {
  let made = 0;
  bench.front.after = async ({ path }) => {
    if (!path.startsWith('/api/contacts/batch') || made >= changes) return;
    made += 1;
    await bench.order({ billing: { city: `City ${String(made)}` } });
  };
  return () => made;
}

describe('a change that comes in while a contact is written', () => {
  it('is taken along in a second round', async () => {
    const bench = await known();
    overtake(bench, 1);

    await bench.shop({ status: 'completed' });

    expect(endpoints(bench.calls().filter(({ path }) => path.includes('/contacts/')))).toEqual([EDIT, EDIT]);
    expect(bench.contact().fields.city).toBe('City 1');
    expect(bench.profile()).toMatchObject({ wanted: 3, synced: 3 });
    expect(bench.profile().work).toBeUndefined();
  });

  it('goes round three times at most, then is due at once for the sweep', async () => {
    const bench = await known();
    overtake(bench, 5);

    const again = await bench.shop({ billing: { city: 'City 0' } });

    expect(endpoints(bench.calls())).toEqual([LOOK, EDIT, EDIT, EDIT]);
    expect([...again]).toEqual([]);
    expect(bench.profile()).toMatchObject({ work: 'live' });
    expect(bench.profile().due).toBeLessThanOrEqual(bench.clock.now());
  });

  it('is written by the next sweep', async () => {
    const bench = await known();
    const made = overtake(bench, 3);
    await bench.shop({ billing: { city: 'City 0' } });
    bench.rings();
    bench.calls();

    await bench.sweep();

    expect(made()).toBe(3);
    expect(bench.contact().fields.city).toBe('City 3');
    // Once more, in case the ring that was lost was received and its write is under way.
    bench.forward(5 * MINUTE);
    await bench.sweep();
    expect(bench.profile().work).toBeUndefined();
  });

  it('sends only the contact it concerns round again', async () => {
    const bench = await known();
    await bench.shop({ id: 2, email: BEN });
    bench.calls();
    overtake(bench, 1);
    await bench.order({ billing: { city: 'City 0' } });
    await bench.order({ id: 2, email: BEN, billing: { city: 'Ulm' } });

    await bench.sync();

    expect(edits(bench).map((call) => itemsOf(call).map(({ city }) => city))).toEqual([
      ['City 0', 'Ulm'],
      ['City 1'],
    ]);
  });

  it('is not lost when it comes while a refusal is being parked', async () => {
    const bench = await startBench();
    const long = `${'a'.repeat(55)}@example.test`;
    let overtaken = false;
    bench.front.after = async ({ path }) => {
      if (!path.startsWith('/api/contacts/batch') || overtaken) return;
      overtaken = true;
      await bench.order({ email: long, billing: { city: 'Ulm' } });
    };

    await bench.shop({ email: long });

    expect(bench.profile(long)).toMatchObject({ work: 'live', wanted: 2 });
    bench.forward(2 * MINUTE);
    await bench.sweep();
    expect(bench.profile(long).parked).toMatchObject({ code: 'address-refused' });
  });
});

function edits(bench: Bench) {
  return bench.calls().filter(({ method }) => method === 'PATCH');
}

describe('a message that was received twice', () => {
  it('is worked on alone, after the others', async () => {
    const bench = await known();
    await bench.shop({ id: 2, email: BEN });
    await bench.shop({ id: 3, email: 'cleo@example.test' });
    const ids = [ANNA, BEN, 'cleo@example.test'].map((email) => bench.contact(email).id);
    bench.calls();
    for (const [index, email] of [ANNA, BEN, 'cleo@example.test'].entries())
      await bench.order({ id: index + 1, email, billing: { city: 'Ulm' } });
    bench.rings();

    await bench.syncBatch([
      { ring: bench.ring(ANNA), receives: 2 },
      { ring: bench.ring(BEN), receives: 1 },
      { ring: bench.ring('cleo@example.test'), receives: 2 },
    ]);

    expect(edits(bench).map((call) => itemsOf(call).map(({ id }) => id))).toEqual([
      [ids[1]],
      [ids[0]],
      [ids[2]],
    ]);
  });

  it('is written in full, not as a difference', async () => {
    const bench = await known();
    await bench.order({ billing: { city: 'Ulm' } });

    await bench.sync({ receives: 2 });

    const [edit] = edits(bench);
    expect(itemsOf(edit ?? { body: [] })[0]).toMatchObject({
      city: 'Ulm',
      firstname: 'Anna',
      mautic_woo_order_count: '1',
      tags: ['sku:tea', 'status:processing'],
    });
  });

  it('is a difference again in the second round, whose first wrote everything', async () => {
    const bench = await known();
    await bench.order({ billing: { city: 'City 0' } });
    overtake(bench, 1);

    await bench.sync({ receives: 2 });

    const [, second] = edits(bench);
    expect(itemsOf(second ?? { body: [] })).toEqual([{ id: bench.contact().id, city: 'City 1' }]);
  });

  it('costs nothing when its contact is in step by then', async () => {
    const bench = await known();

    await bench.sync({ rings: [bench.ring()], receives: 2 });

    expect(bench.calls()).toEqual([]);
  });
});

describe('a contact on which work ends unfinished', () => {
  /** A try that crashes: the process dies while Mautic is being called. */
  async function crash(bench: Bench, receives = 2): Promise<void> {
    bench.disturb((method) => {
      if (method === 'saveWritten' || method === 'settle' || method === 'defer' || method === 'park')
        throw new Error('the process was killed');
    });
    await bench.sync({ rings: [bench.ring()], receives }).catch(() => undefined);
    bench.disturb(() => undefined);
  }

  it('is parked as crashing after three such tries alone', async () => {
    const bench = await known();
    await bench.order({ status: 'completed' });
    for (const _try of [1, 2, 3]) await crash(bench);
    expect(bench.profile().parked).toBeUndefined();

    await bench.sync({ rings: [bench.ring()], receives: 5 });

    expect(bench.profile().parked).toMatchObject({ code: 'crashes' });
    expect(bench.profile().work).toBeUndefined();
  });

  it('is parked also when its change cannot even be planned, and costs nobody else anything', async () => {
    // A policy that no check let through, for the sake of something that throws each time.
    const bench = await startBench({ policy: { segments: [{ segment: 1, minSpent: 'a lot' }] } });
    await bench.order({});
    const again = async (receives: number) => [...(await bench.sync({ rings: [bench.ring()], receives }))];
    expect(await again(1)).toEqual([0]);
    for (const receives of [2, 3, 4]) expect(await again(receives)).toEqual([0]);
    expect(bench.profile().parked).toBeUndefined();

    expect(await again(5)).toEqual([]);

    expect(bench.profile().parked).toMatchObject({ code: 'crashes' });
    expect(bench.calls().filter(({ path }) => path.includes('/contacts/'))).toEqual([]);
  });

  it('is not parked because the ledger could not be read, however often', async () => {
    const bench = await known();
    await bench.order({ status: 'completed' });
    bench.disturb((method) => {
      if (method === 'dossier') throw new Error('throttled');
    });
    for (const receives of [2, 3, 4, 5, 6, 7])
      expect([...(await bench.sync({ rings: [bench.ring()], receives }))]).toEqual([0]);
    bench.disturb(() => undefined);

    await bench.sync({ rings: [bench.ring()], receives: 8 });

    expect(bench.profile().parked).toBeUndefined();
    expect(bench.contact().tags).toContain('status:completed');
  });

  it('is not parked when a try before ended well', async () => {
    const bench = await known();
    await bench.order({ status: 'completed' });
    for (const _try of [1, 2]) await crash(bench);
    await bench.sync({ rings: [bench.ring()], receives: 4 });
    expect(bench.profile().work).toBeUndefined();
    await bench.order({ status: 'refunded' });
    for (const _try of [1, 2]) await crash(bench);

    await bench.sync({ rings: [bench.ring()], receives: 4 });

    expect(bench.profile().parked).toBeUndefined();
    expect(bench.contact().tags).toContain('status:refunded');
  });

  it('is not parked for tries in company, where another may have been the cause', async () => {
    const bench = await known();
    await bench.order({ status: 'completed' });
    for (const _try of [1, 2, 3, 4]) await crash(bench, 1);

    await bench.sync({ rings: [bench.ring()], receives: 2 });

    expect(bench.profile().parked).toBeUndefined();
    expect(bench.contact().tags).toContain('status:completed');
  });

  it('is written again after it was parked, when a change comes', async () => {
    const bench = await known();
    await bench.order({ status: 'completed' });
    for (const _try of [1, 2, 3]) await crash(bench);
    await bench.sync({ rings: [bench.ring()], receives: 5 });
    bench.rings();

    await bench.shop({ status: 'refunded' });

    expect(bench.contact().tags).toContain('status:refunded');
    expect(bench.profile().parked).toBeUndefined();
  });

  it('is not parked for changes that came in while it was written', async () => {
    const bench = await known();
    await bench.order({ billing: { city: 'City 0' } });
    await crash(bench);
    overtake(bench, 5);

    await bench.sync({ rings: [bench.ring()], receives: 3 });

    expect(bench.profile().parked).toBeUndefined();
    expect(bench.profile().work).toBe('live');
  });
});

describe('the last twenty seconds of the function', () => {
  it.each([1, 2])('start nothing new: the contact is due at once (received %i times)', async (receives) => {
    const bench = await known();
    await bench.order({ status: 'completed' });

    const again = await bench.sync({ receives, remainingMs: () => 19_000 });

    expect(bench.calls()).toEqual([]);
    expect([...again]).toEqual([]);
    expect(bench.profile()).toMatchObject({ work: 'live', wanted: 2, synced: 1, doubt: false });
    expect(bench.profile().due).toBeLessThanOrEqual(bench.clock.now());
  });

  it('make no call either when the function has just started and knows no fields', async () => {
    const bench = await startBench();
    await bench.order({});

    await bench.sync({ remainingMs: () => 19_000 });

    expect(bench.calls()).toEqual([]);
    expect(bench.profile().due).toBeLessThanOrEqual(bench.clock.now());
  });

  it('leave to the sweep what a second round would write', async () => {
    const bench = await known();
    overtake(bench, 1);
    let remaining = 60_000;
    const before = bench.front.after;
    bench.front.after = async (call) => {
      await before(call);
      remaining = 15_000;
    };

    await bench.order({ billing: { city: 'City 0' } });
    await bench.sync({ remainingMs: () => remaining });

    expect(bench.contact().fields.city).toBe('City 0');
    expect(bench.profile()).toMatchObject({ work: 'live' });
    expect(bench.profile().due).toBeLessThanOrEqual(bench.clock.now());
    await bench.sweep();
    expect(bench.contact().fields.city).toBe('City 1');
  });
});
