import { describe, expect, it } from 'vitest';
import { SHOP_OBJECTS } from '../../../lib/simulators/mautic/custom-objects/object-form.ts';
import { BEN, itemCalls, items, letPass, OBJECTS, ORDERS_ONLY, withItems } from './items-bench.ts';
import { ANNA, type Bench, HOUR, MINUTE, startBench } from './support.ts';

describe('custom items', () => {
  it('are made for an order and its lines, linked to the contact', async () => {
    const bench = await withItems();
    await bench.shop({ id: 1, lines: [{ sku: 'TEA' }, { sku: 'CUP' }] });
    const { id } = bench.contact();

    expect(items(bench)).toMatchObject({
      'orders demo/1': {
        ordernumber: '1',
        status: 'processing',
        total: 1200,
        skus: 'TEA,CUP',
        contacts: [id],
      },
      'orderlines demo/1/1': { sku: 'TEA', status: 'processing', contacts: [id] },
      'orderlines demo/1/2': { sku: 'CUP', contacts: [id] },
    });
    expect(bench.profile()).toMatchObject({ wanted: 1, synced: 1 });
    expect(bench.profile().work).toBeUndefined();
  });

  it('follow their order, and go only when they differ', async () => {
    const bench = await withItems();
    await bench.shop({ id: 1 });
    await bench.shop({ id: 2 });
    bench.calls();
    await bench.shop({ id: 1, status: 'completed' });
    const calls = bench.calls();
    await bench.shop({ id: 1, status: 'completed' });

    expect(itemCalls(calls)).toEqual([[2]]);
    expect(itemCalls(bench.calls())).toEqual([]);
    expect(items(bench)).toMatchObject({
      'orders demo/1': { status: 'completed' },
      'orders demo/2': { status: 'processing' },
    });
  });

  it('of several contacts go in one call', async () => {
    const bench = await withItems();
    await bench.order({ id: 1 });
    await bench.order({ id: 2, email: BEN });
    await bench.sync();

    expect(itemCalls(bench.calls())).toEqual([[2, 2]]);
  });

  it('say that the order went to somebody else, who gets its own', async () => {
    const bench = await withItems();
    await bench.shop({ id: 1 });
    await bench.shop({ id: 1, email: BEN });

    expect(items(bench)).toMatchObject({ 'orders demo/1': { status: 'moved', total: 0 } });
    expect(items(bench, BEN)).toMatchObject({ 'orders demo/1': { status: 'processing', total: 1200 } });
    const [old, own] = [bench.contact().id, bench.contact(BEN).id];
    expect(bench.mautic.customItems().map(({ contacts }) => contacts)).toEqual([[old], [old], [own], [own]]);
  });

  it('say that the order is gone, and that the whole contact is withdrawn', async () => {
    const bench = await withItems();
    await bench.shop({ id: 1 });
    await bench.deliver('order.deleted', { id: 1 });
    await bench.sync();

    expect(items(bench)).toMatchObject({ 'orders demo/1': { status: 'deleted', total: 0 } });
  });

  it('of an address that the policy ignores by now say that they are gone, and no others are made', async () => {
    const policy = { ignore: [] as string[] };
    const bench = await withItems({ policy });
    await bench.shop({ id: 1 });
    policy.ignore.push(ANNA);
    await bench.shop({ id: 2 });

    expect(items(bench)).toMatchObject({
      'orders demo/1': { status: 'deleted', total: 0, skus: '' },
      'orderlines demo/1/1': { status: 'deleted', sku: '' },
    });
    expect(Object.keys(items(bench))).toHaveLength(2);
  });

  it('are written anew for a contact that was deleted and came back', async () => {
    const bench = await withItems();
    await bench.shop({ id: 1, createdAt: bench.clock.now() - HOUR });
    await bench.person('DELETE', `/contacts/${String(bench.contact().id)}/delete`);
    await bench.shop({ id: 2, createdAt: bench.clock.now() + HOUR });

    const { id } = bench.contact();
    expect(items(bench)).toMatchObject({
      'orders demo/1': { contacts: [id] },
      'orders demo/2': { contacts: [id] },
    });
  });

  it('cost nothing without a policy for them: no call, and no read or write of the ledger', async () => {
    const bench = await startBench({ simulator: { customObjects: SHOP_OBJECTS } });
    const touched: string[] = [];
    bench.disturb((method) => void touched.push(method));
    await bench.shop({ id: 1 });

    expect(touched.filter((method) => /items/i.test(method))).toEqual([]);
    expect(itemCalls(bench.calls())).toEqual([]);
  });
});

describe('many custom items of one contact', () => {
  async function withOrders(count: number): Promise<Bench> {
    const bench = await withItems({}, ORDERS_ONLY);
    for (let id = 1; id <= count; id += 1) await bench.order({ id });
    return bench;
  }

  it('go fifty a call, the newest orders first, in one invocation while there is time', async () => {
    const bench = await withOrders(120);
    await bench.sync();
    const calls = bench.calls();

    expect(itemCalls(calls)).toEqual([[50], [50], [20]]);
    expect(Object.keys(items(bench))).toHaveLength(120);
    expect(bench.profile().work).toBeUndefined();
    expect(JSON.stringify(calls.find(({ path }) => path.endsWith('edit'))?.body)).toContain('"Order 120"');
  });

  it('wait behind live work when there is no time, and go on when the sweep rings', async () => {
    const bench = await withOrders(120);
    let remaining = 10 * MINUTE;
    bench.front.after = ({ body }) => {
      if (JSON.stringify(body).includes('customObjects')) remaining = 1_000;
    };
    await bench.sync({ remainingMs: () => remaining });

    expect(bench.profile()).toMatchObject({ work: 'later', attempts: 0 });
    expect(bench.profile().wanted).toBe(bench.profile().synced);
    expect(Object.keys(items(bench))).toHaveLength(50);

    bench.front.after = () => undefined;
    await letPass(bench, MINUTE);

    expect(Object.keys(items(bench))).toHaveLength(120);
    expect(bench.profile().work).toBeUndefined();
  });

  it('go on for two minutes of one invocation, not longer', async () => {
    const bench = await withOrders(300);
    bench.front.after = ({ body }) => {
      if (JSON.stringify(body).includes('customObjects')) bench.forward(50_000);
    };
    await bench.sync({ remainingMs: () => 10 * MINUTE });

    // Six calls would be all of them; each took most of a minute.
    expect(itemCalls(bench.calls()).length).toBeLessThan(6);
    expect(bench.profile()).toMatchObject({ work: 'later' });
  });
});

describe('what Mautic does not have', () => {
  it('is left out, said once, and written once it is there', async () => {
    const bench = await withItems();
    bench.mautic.people.removeCustomObject('orderlines');
    await bench.shop({ id: 1 });
    await bench.shop({ id: 2 });

    expect(Object.keys(items(bench))).toEqual(['orders demo/1', 'orders demo/2']);
    const said = bench.lines.filter(({ message }) => message.includes('does not have a Custom Object'));
    expect(said.map(({ fields }) => fields)).toMatchObject([{ object: 'orderlines' }]);
    expect(bench.counts.get('EffectParked')).toBe(1);

    for (const form of SHOP_OBJECTS)
      if (form.alias === 'orderlines') bench.mautic.people.makeCustomObject(form);
    bench.forward(HOUR);
    await bench.shop({ id: 3 });

    expect(Object.keys(items(bench)).filter((name) => name.startsWith('orderlines'))).toHaveLength(3);
  });

  it('is a field: it is left out, and the rest is written', async () => {
    const lines = {
      object: 'orderlines',
      unique: 'linekey',
      attributes: { sku: 'sku', colour: 'name' },
    } as const;
    const bench = await withItems({}, { ...OBJECTS, lines });
    await bench.shop({ id: 1 });

    expect(items(bench)).toMatchObject({ 'orders demo/1': {}, 'orderlines demo/1/1': { sku: 'TEA' } });
    expect(bench.lines.find(({ level }) => level === 'error')?.fields).toMatchObject({ attribute: 'colour' });
  });

  it('is the plugin: contacts go on without, it is said once, and looked at again each day', async () => {
    const bench = await withItems();
    bench.mautic.people.installCustomObjects(false);
    await bench.shop({ id: 1 });
    await bench.shop({ id: 2 });

    expect(itemCalls(bench.calls())).toHaveLength(1);
    expect(bench.profile().work).toBeUndefined();
    const said = bench.lines.filter(({ message }) => message.includes('no plugin of Custom Objects'));
    expect(said.map(({ level }) => level)).toEqual(['error']);

    bench.mautic.people.installCustomObjects(true);
    bench.forward(25 * HOUR);
    await bench.shop({ id: 3 });

    expect(Object.keys(items(bench))).toHaveLength(6);
  });
});
