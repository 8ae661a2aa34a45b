import { describe, expect, it } from 'vitest';
import { ANNA, type Bench, CREATE, EDIT, endpoints, HOUR, LOOK, MINUTE, startBench } from './support.ts';

const BEN = 'ben@example.test';

async function known(options: Parameters<typeof startBench>[0] = {}) {
  const bench = await startBench(options);
  await bench.shop({});
  bench.calls();
  return bench;
}

async function rename(bench: Bench, to: string, from = ANNA): Promise<number> {
  const { id } = bench.contact(from);
  await bench.person('PATCH', `/contacts/${String(id)}/edit`, { email: to });
  return id;
}

async function remove(bench: Bench, email = ANNA): Promise<void> {
  await bench.person('DELETE', `/contacts/${String(bench.contact(email).id)}/delete`);
}

describe('a contact that a person gave another address in Mautic', () => {
  it('makes room for a new one that is written by e-mail', async () => {
    const bench = await known();
    const old = await rename(bench, 'anna.new@example.test');

    await bench.shop({ status: 'completed' });

    const { id, fields, tags } = bench.contact();
    expect(id).not.toBe(old);
    expect(bench.profile().mauticId).toBe(id);
    expect(fields).toMatchObject({ firstname: 'Anna', city: 'Köln', mautic_woo_order_count: 1 });
    expect(tags.toSorted()).toEqual(['sku:tea', 'status:completed']);
  });

  it('is left alone from then on', async () => {
    const bench = await known();
    await rename(bench, 'anna.new@example.test');
    await bench.shop({ status: 'completed' });
    const before = bench.contact('anna.new@example.test');

    await bench.shop({ id: 2, total: '30.00' });

    expect(bench.contact('anna.new@example.test')).toEqual(before);
    expect(bench.contact().fields.mautic_woo_total_spent).toBe(42);
  });

  it('is left alone while the new one cannot be written yet', async () => {
    const bench = await known();
    const old = await rename(bench, 'anna.new@example.test');
    const refuse = (method: string, path: string) => method === 'POST' && path.endsWith('/batch/new');
    bench.mautic.faults.add({ match: refuse, kind: 'html-503', times: 2 });
    await bench.shop({ status: 'completed' });
    bench.calls();

    await bench.order({ billing: { city: 'Ulm' }, status: 'completed' });
    for (let minute = 0; minute < 10; minute += 1) {
      bench.forward(MINUTE);
      await bench.sweep();
    }

    expect(bench.contact().fields.city).toBe('Ulm');
    expect(bench.contact('anna.new@example.test')).toMatchObject({ id: old });
    expect(bench.contact('anna.new@example.test').fields).not.toHaveProperty('city');
  });

  it('is followed when only the case of its address changed', async () => {
    const bench = await known();
    const old = await rename(bench, 'Anna@Example.TEST');

    await bench.shop({ status: 'completed' });

    expect(bench.contact().id).toBe(old);
    expect(bench.mautic.contacts()).toHaveLength(1);
    expect(endpoints(bench.calls())).toEqual([LOOK, 'POST /api/tags/new', EDIT]);
  });
});

describe('a contact that was deleted in Mautic', () => {
  it('stays deleted while its orders change', async () => {
    const bench = await known();
    await remove(bench);

    await bench.shop({ status: 'completed' });
    await bench.shop({ status: 'refunded' });

    expect(bench.contacts(ANNA)).toEqual([]);
    expect(bench.profile().work).toBeUndefined();
    expect(bench.profile().removedAt).toBeDefined();
  });

  it('costs no call while it stays deleted', async () => {
    const bench = await known();
    await remove(bench);
    await bench.shop({ status: 'completed' });
    bench.calls();

    await bench.shop({ status: 'refunded' });

    expect(bench.calls()).toEqual([]);
  });

  it('stays deleted when an order comes late that was placed before', async () => {
    const bench = await known();
    bench.forward(HOUR);
    await remove(bench);

    await bench.shop({ id: 2, createdAt: bench.clock.now() - 3 * HOUR });

    expect(bench.contacts(ANNA)).toEqual([]);
  });

  it('comes back, whole, with an order placed later', async () => {
    const bench = await known();
    await remove(bench);
    await bench.shop({ status: 'completed' });
    bench.forward(HOUR / 2);
    bench.calls();

    await bench.shop({ id: 2, total: '8.00', createdAt: bench.clock.now() });
    expect(endpoints(bench.calls())).toEqual([CREATE]);

    const { fields, tags, id } = bench.contact();
    expect(fields).toMatchObject({
      firstname: 'Anna',
      mautic_woo_order_count: 2,
      mautic_woo_total_spent: 20,
    });
    expect(tags.toSorted()).toEqual(['sku:tea', 'status:processing']);
    expect(bench.profile()).toMatchObject({ mauticId: id });
    expect(bench.profile().removedAt).toBeUndefined();
  });

  it('comes back at once when the first news after its deletion is a later order', async () => {
    const bench = await known();
    await remove(bench);
    bench.forward(HOUR);

    await bench.shop({ id: 2, createdAt: bench.clock.now() });

    expect(bench.contact().fields.mautic_woo_order_count).toBe(2);
  });

  it('is kept up to date again once it came back', async () => {
    const bench = await known();
    await remove(bench);
    bench.forward(HOUR);
    await bench.shop({ id: 2, createdAt: bench.clock.now() });

    await bench.shop({ id: 2, status: 'completed', createdAt: bench.clock.now() - MINUTE });

    expect(bench.contact().tags).toContain('status:completed');
  });

  it('stays deleted although the clock of the store is a minute ahead', async () => {
    const bench = await startBench();
    const createdAt = bench.clock.now() + MINUTE;
    await bench.shop({ createdAt });
    await remove(bench);
    bench.forward(HOUR);

    await bench.shop({ createdAt, status: 'completed' });

    expect(bench.contacts(ANNA)).toEqual([]);
  });

  it('does not stop the others of its batch', async () => {
    const bench = await known();
    await bench.shop({ id: 2, email: BEN });
    await remove(bench);
    await bench.order({ status: 'completed' });
    await bench.order({ id: 2, email: BEN, status: 'completed' });

    await bench.sync();

    expect(bench.contacts(ANNA)).toEqual([]);
    expect(bench.contact(BEN).tags).toContain('status:completed');
  });
});

describe('a contact whose remembered id is gone while its address is elsewhere', () => {
  it.each(['anna@example.test', "o'brien@example.test"])('is edited there (%s)', async (email) => {
    const bench = await startBench();
    await bench.shop({ email });
    await remove(bench, email);
    await bench.person('POST', '/contacts/new', { email, position: 'Baker' });

    await bench.shop({ email, status: 'completed' });

    const { id, fields, tags } = bench.contact(email);
    expect(fields).toMatchObject({ position: 'Baker', firstname: 'Anna', mautic_woo_order_count: 1 });
    expect(tags.toSorted()).toEqual(['sku:tea', 'status:completed']);
    expect(bench.profile(email).mauticId).toBe(id);
  });

  it('is not confused with one whose address begins alike', async () => {
    const bench = await known();
    await remove(bench);
    await bench.person('POST', '/contacts/new', { email: 'anna@example.test.au', city: 'Perth' });

    await bench.shop({ status: 'completed' });

    expect(bench.contact('anna@example.test.au').fields.city).toBe('Perth');
    expect(bench.contacts(ANNA)).toEqual([]);
  });

  it('is written by its address when Mautic 7 leads the old id to the person it was merged into', async () => {
    const bench = await known({ simulator: { version: '7.0' } });
    const { id } = await createPerson(bench, 'winner@example.test');
    bench.mautic.people.merge({ loser: bench.contact().id, winner: id });
    expect(bench.contacts(ANNA)).toEqual([]);

    await bench.shop({ id: 2, createdAt: bench.clock.now() + MINUTE });

    expect(bench.contact().fields.mautic_woo_order_count).toBe(2);
    expect(bench.contact().id).not.toBe(id);
  });
});

async function createPerson(bench: Bench, email: string): Promise<{ id: number }> {
  const { contact } = await bench.person('POST', '/contacts/new', { email });
  return contact as { id: number };
}

/** Two writers at once, as other integrations do it. */
async function createTwice(bench: Bench, email: string): Promise<void> {
  bench.mautic.faults.raceNext(2);
  await Promise.all([createPerson(bench, email), createPerson(bench, email)]);
}

describe('two rows with one address', () => {
  it('park their contact with what to do about it', async () => {
    const bench = await startBench();
    await createTwice(bench, ANNA);

    await bench.shop({});

    expect(bench.contacts(ANNA)).toHaveLength(2);
    expect(bench.profile().parked).toMatchObject({
      code: 'duplicate-contacts',
      message: expect.stringMatching(/2 contacts.*delete or merge/),
    });
    expect(bench.profile().work).toBeUndefined();
    expect(bench.counts.get('ContactParked')).toBe(1);
  });

  it('do not stop the others of the batch', async () => {
    const bench = await startBench();
    await createTwice(bench, ANNA);
    await bench.order({ id: 1 });
    await bench.order({ id: 2, email: BEN });
    await bench.order({ id: 3, email: 'cleo@example.test' });

    await bench.sync();

    expect(bench.contact(BEN).fields.firstname).toBe('Anna');
    expect(bench.contact('cleo@example.test').fields.firstname).toBe('Anna');
    expect(bench.profile(BEN).work).toBeUndefined();
  });

  it('park a contact whose remembered id is one of them', async () => {
    const bench = await startBench();
    await bench.shop({ id: 9, email: BEN });
    bench.mautic.faults.raceNext(2);
    await Promise.all([bench.shop({}), createPerson(bench, ANNA)]);
    expect(bench.contacts(ANNA).map(({ id }) => id)).toContain(bench.profile().mauticId);

    await bench.shop({ status: 'completed' });

    expect(bench.contacts(ANNA)).toHaveLength(2);
    expect(bench.profile().parked).toMatchObject({ code: 'duplicate-contacts' });
  });

  it('heal when one row is deleted and the contact is wanted again', async () => {
    const bench = await startBench();
    await createTwice(bench, ANNA);
    await bench.shop({});
    const [first] = bench.contacts(ANNA);
    await bench.person('DELETE', `/contacts/${String(first?.id)}/delete`);

    await bench.shop({ status: 'completed' });

    expect(bench.contact().fields).toMatchObject({ firstname: 'Anna', mautic_woo_order_count: 1 });
    expect(bench.contact().tags.toSorted()).toEqual(['sku:tea', 'status:completed']);
    expect(bench.profile().parked).toBeUndefined();
  });

  it('never come from the bridge: orders of one contact in one batch make one row', async () => {
    const bench = await startBench({ simulator: { faults: { raceWindowMs: 20 } } });
    for (const id of [1, 2, 3]) await bench.order({ id });
    const rings = bench.rings();

    await bench.sync({ rings: [...rings, bench.ring(), bench.ring()] });

    expect(bench.contacts(ANNA)).toHaveLength(1);
    expect(endpoints(bench.calls()).filter((endpoint) => endpoint === CREATE)).toHaveLength(1);
  });
});
