import { describe, expect, it } from 'vitest';
import { ANNA, EDIT, endpoints, itemsOf, LOOK, startBench } from './support.ts';

async function known() {
  const bench = await startBench();
  await bench.shop({});
  bench.calls();
  return bench;
}

describe('a contact that Mautic knows', () => {
  it('costs no call when a snapshot changes nothing', async () => {
    const bench = await known();

    await bench.shop({});

    expect(bench.calls()).toEqual([]);
    expect(bench.profile()).toMatchObject({ wanted: 2, synced: 2 });
  });

  it('costs no call when a ring comes for one in step', async () => {
    const bench = await known();

    const again = await bench.sync({ rings: [bench.ring()] });

    expect(bench.calls()).toEqual([]);
    expect([...again]).toEqual([]);
  });

  it('gets only the field that changed', async () => {
    const bench = await known();

    await bench.shop({ billing: { city: 'Ulm', state: 'DE-BW' } });

    const calls = bench.calls();
    expect(endpoints(calls)).toEqual([LOOK, EDIT]);
    expect(itemsOf(calls[1] ?? { body: [] })).toEqual([
      { id: bench.contact().id, city: 'Ulm', state: 'Baden-Württemberg' },
    ]);
  });

  it('gets a new tag and loses the old one, and what else follows from a status', async () => {
    const bench = await known();
    await bench.person('PATCH', `/contacts/${String(bench.contact().id)}/edit`, { tags: ['vip'] });

    await bench.shop({ status: 'completed' });

    const [, tagCall, edit] = bench.calls();
    expect(tagCall?.body).toEqual({ tag: 'status:completed' });
    expect(itemsOf(edit ?? { body: [] })).toEqual([
      {
        id: bench.contact().id,
        mautic_woo_order_data: expect.stringContaining('"completed"'),
        tags: ['status:completed', '-status:processing'],
      },
    ]);
    expect(bench.contact().tags.toSorted()).toEqual(['sku:tea', 'status:completed', 'vip']);
  });

  it('blanks a value the store took away, and nothing else', async () => {
    const bench = await known();

    await bench.shop({ billing: { phone: '' } });

    expect(bench.contact().fields.phone).toBeUndefined();
    expect(bench.contact().fields).toMatchObject({ firstname: 'Anna', city: 'Köln' });
  });

  it('is written once however many orders changed, and many rings make one lane', async () => {
    const bench = await known();
    for (const id of [2, 3, 4, 5]) await bench.order({ id, total: '10.00' });
    const ring = bench.ring();

    await bench.sync({ rings: [...bench.rings(), ring, ring] });

    const calls = bench.calls();
    expect(endpoints(calls)).toEqual([LOOK, EDIT]);
    expect(itemsOf(calls[1] ?? { body: [] })).toHaveLength(1);
    expect(bench.contact().fields).toMatchObject({
      mautic_woo_order_count: 5,
      mautic_woo_total_spent: 52,
    });
    expect(bench.profile()).toMatchObject({ wanted: 5, synced: 5 });
  });

  it('is not searched for: the remembered id is enough after a cold start too', async () => {
    const bench = await known();
    bench.coldStart();

    await bench.shop({ billing: { city: 'Ulm', state: 'DE-BW' } });

    expect(endpoints(bench.calls())).toEqual([LOOK, EDIT]);
  });

  it('goes by the address in lower case, whatever case an order has', async () => {
    const bench = await known();

    await bench.shop({ id: 2, email: 'ANNA@Example.TEST' });

    expect(bench.mautic.contacts()).toHaveLength(1);
    expect(bench.contact().fields.mautic_woo_order_count).toBe(2);
  });
});

describe('a contact whose only order moved to another address', () => {
  it('is emptied of everything the bridge wrote, and keeps what people typed', async () => {
    const bench = await known();
    const { id } = bench.contact();
    await bench.person('PATCH', `/contacts/${String(id)}/edit`, {
      position: 'Baker',
      points: 7,
      tags: ['vip'],
    });

    await bench.shop({ email: 'ben@example.test' });

    const { fields, tags } = bench.contact();
    expect(fields).toEqual({ email: ANNA, position: 'Baker', points: 7 });
    expect(tags).toEqual(['vip']);
    expect(bench.contact('ben@example.test').fields).toMatchObject({ mautic_woo_order_count: 1 });
  });

  it('is filled again when an order of it comes', async () => {
    const bench = await known();
    await bench.shop({ email: 'ben@example.test' });

    await bench.shop({ id: 2, total: '8.00' });

    expect(bench.contact().fields).toMatchObject({ firstname: 'Anna', mautic_woo_total_spent: 8 });
    expect(bench.contact().tags.toSorted()).toEqual(['sku:tea', 'status:processing']);
  });
});

describe('a contact that lost its only order before it was ever written', () => {
  it('is not created, empty, once Mautic is back', async () => {
    const bench = await startBench();
    await bench.shop({ id: 9, email: 'cleo@example.test' });
    bench.mautic.faults.add({ match: (_method, path) => path.endsWith('/batch/new'), kind: 'html-503' });
    await bench.shop({});
    await bench.order({ email: 'ben@example.test' });

    for (let minute = 0; minute < 5; minute += 1) {
      bench.forward(60_000);
      await bench.sweep();
    }

    expect(bench.contact('ben@example.test').fields.mautic_woo_order_count).toBe(1);
    expect(bench.contacts(ANNA)).toEqual([]);
  });
});

describe('an ignored address', () => {
  const policy = { ignore: ['*@example.test'] };

  it('makes no contact', async () => {
    const bench = await startBench({ policy });
    await bench.shop({ email: 'someone@example.org' });
    bench.calls();

    await bench.shop({ id: 2 });

    expect(bench.calls()).toEqual([]);
    expect(bench.profile()).toMatchObject({ wanted: 1, synced: 1 });
    expect(bench.profile().work).toBeUndefined();
  });

  it('does not keep others of its batch from becoming contacts', async () => {
    const bench = await startBench({ policy });
    await bench.order({ id: 1 });
    await bench.order({ id: 2, email: 'ben@example.org' });

    await bench.sync();

    expect(bench.mautic.contacts().map(({ email }) => email)).toEqual(['ben@example.org']);
  });
});
