import { describe, expect, it } from 'vitest';
import type { CustomObjects } from '../../../lib/core/policy/custom-objects.ts';
import { SHOP_OBJECTS } from '../../../lib/simulators/mautic/custom-objects/object-form.ts';
import {
  ANNA,
  type Bench,
  type BenchOptions,
  type Call,
  endpoints,
  HOUR,
  itemsOf,
  keyOf,
  MINUTE,
  startBench,
} from './support.ts';

const BEN = 'ben@example.test';
const OBJECTS: CustomObjects = {
  orders: {
    object: 'orders',
    unique: 'orderkey',
    attributes: { ordernumber: 'number', status: 'status', total: 'totalMinor', skus: 'skus' },
  },
  lines: { object: 'orderlines', unique: 'linekey', attributes: { sku: 'sku', status: 'status' } },
};

const ORDERS_ONLY = { orders: OBJECTS.orders } as CustomObjects;

/** Mautic has the plugin, and the policy wants orders and lines as items. */
function withItems(options: BenchOptions = {}, customObjects: CustomObjects = OBJECTS): Promise<Bench> {
  const { policy, simulator } = options;
  return startBench({
    ...options,
    simulator: { customObjects: SHOP_OBJECTS, ...simulator },
    policy: { tags: [], ...policy, customObjects },
  });
}

/** The items of Mautic by their unique value, without the contact's key. */
function items(bench: Bench, email = ANNA) {
  const key = keyOf(email);
  const own = bench.mautic.customItems().filter(({ attributes: { orderkey, linekey } }) => {
    return String(linekey || orderkey).endsWith(key);
  });
  return Object.fromEntries(
    own.map(({ object, attributes: { orderkey, linekey, ...attributes }, contacts }) => [
      `${object} ${String(linekey ?? orderkey).replace(`/${key}`, '')}`,
      { ...attributes, contacts },
    ]),
  );
}

/** Calls that carry items, with how many each contact has. */
function itemCalls(calls: readonly Call[]): number[][] {
  return calls
    .filter(({ body }) => JSON.stringify(body).includes('customObjects'))
    .map((call) =>
      itemsOf(call).map(({ customObjects }) =>
        (customObjects as { data: { data: unknown[] }[] }).data.reduce(
          (sum, { data }) => sum + data.length,
          0,
        ),
      ),
    );
}

async function letPass(bench: Bench, ms: number): Promise<void> {
  bench.forward(ms);
  await bench.sweep();
}

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

describe('an entry with items that fails', () => {
  it('because they were written in the same second goes again two seconds later', async () => {
    const bench = await withItems();
    await bench.order({ id: 1 });
    bench.front.before = async ({ path, body, headers }) => {
      if (!JSON.stringify(body).includes('customObjects')) return;
      bench.front.before = () => undefined;
      // A dead process of ours, whose request Mautic went on with, wrote the same just now.
      await fetch(bench.mautic.url + path, {
        method: 'PATCH',
        headers: { authorization: headers.authorization ?? '', 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    };
    await bench.sync();

    expect(itemCalls(bench.calls())).toEqual([[2], [2]]);
    expect(Object.keys(items(bench))).toHaveLength(2);
    expect([...(await bench.itemRows()).values()].some(({ claimed }) => claimed)).toBe(false);
  });

  it('goes one by one, and only the one that Mautic refuses is parked with its reason', async () => {
    const bench = await withItems();
    const [orders] = SHOP_OBJECTS;
    if (!orders) throw new Error('no object');
    bench.mautic.people.makeCustomObject({
      ...orders,
      fields: orders.fields.map((field) => (field.alias === 'skus' ? { ...field, isRequired: true } : field)),
    });
    await bench.order({ id: 1, lines: [] });
    await bench.order({ id: 2 });
    await bench.sync();

    expect(Object.keys(items(bench))).toContain('orders demo/2');
    expect(items(bench)).toMatchObject({ 'orders demo/2': { contacts: [bench.contact().id] } });
    // The plugin says it with a status of 0, as it says everything that broke.
    for (let tries = 2; tries <= 7; tries += 1) await letPass(bench, HOUR);
    expect((await bench.itemRows()).get('orders#demo/1')?.parked).toContain('is required');
    expect(bench.profile().work).toBeUndefined();
    expect(bench.counts.get('EffectParked')).toBe(1);

    await bench.shop({ id: 1 });

    expect(items(bench)).toMatchObject({ 'orders demo/1': { skus: 'TEA', contacts: [bench.contact().id] } });
  });

  /** Mautic, or whoever stands before it, answers so to whatever carries the item of order 1. */
  function breakOn(bench: Bench, answer: { readonly status: number; readonly body: string }): void {
    bench.front.before = ({ body }) =>
      JSON.stringify(body).includes(`demo/1/${keyOf(ANNA)}`) ? answer : undefined;
  }

  it('without words parks an item at the seventh time it alone was answered so, like a contact', async () => {
    const bench = await withItems({}, ORDERS_ONLY);
    breakOn(bench, { status: 500, body: '{"errors":[{"code":500,"message":"Looks like"}]}' });
    await bench.order({ id: 1 });
    await bench.order({ id: 2 });
    await bench.sync();

    expect(Object.keys(items(bench))).toEqual(['orders demo/2']);
    expect((await bench.itemRows()).get('orders#demo/1')).toMatchObject({ claimed: true, serverErrors: 1 });
    expect(bench.profile()).toMatchObject({ work: 'later' });
    expect(bench.profile().wanted).toBe(bench.profile().synced);

    for (let tries = 2; tries <= 6; tries += 1) {
      bench.calls();
      await letPass(bench, HOUR);
      expect(itemCalls(bench.calls())).toEqual([[1]]);
      expect((await bench.itemRows()).get('orders#demo/1')?.serverErrors).toBe(tries);
    }
    expect(bench.counts.get('EffectParked')).toBeUndefined();
    await letPass(bench, HOUR);

    expect((await bench.itemRows()).get('orders#demo/1')?.parked).toContain('Mautic failed');
    expect(bench.counts.get('EffectParked')).toBe(1);
    expect(bench.profile().work).toBeUndefined();
  });

  it('by something before Mautic parks an item at the third time, with what to do', async () => {
    const bench = await withItems({}, ORDERS_ONLY);
    breakOn(bench, { status: 403, body: '<html>forbidden</html>' });
    await bench.order({ id: 1 });
    await bench.sync();
    await letPass(bench, HOUR);
    expect(bench.counts.get('EffectParked')).toBeUndefined();
    await letPass(bench, HOUR);

    expect((await bench.itemRows()).get('orders#demo/1')?.parked).toContain('firewall');
    expect(bench.profile().work).toBeUndefined();
  });

  it('without words in an outage parks nobody, however often', async () => {
    const bench = await withItems({}, ORDERS_ONLY);
    await bench.order({ id: 1 });
    await bench.sync();
    let away = false;
    bench.front.before = ({ body }) => {
      if (JSON.stringify(body).includes('customObjects')) away = true;
      return away ? { status: 500, body: '' } : undefined;
    };
    await bench.order({ id: 1, status: 'completed' });
    await bench.sync();
    for (let tries = 0; tries < 12; tries += 1) {
      // It comes back for a moment, for everything but items.
      away = false;
      await letPass(bench, HOUR);
    }
    expect((await bench.itemRows()).get('orders#demo/1')?.parked).toBeUndefined();

    bench.front.before = () => undefined;
    await letPass(bench, HOUR);

    expect(items(bench)).toMatchObject({ 'orders demo/1': { status: 'completed' } });
    expect(bench.profile().work).toBeUndefined();
  });

  it('counts anew once the item is another, and sends it at once', async () => {
    const bench = await withItems({}, ORDERS_ONLY);
    breakOn(bench, { status: 500, body: '' });
    await bench.order({ id: 1 });
    await bench.sync();
    for (let tries = 0; tries < 4; tries += 1) await letPass(bench, HOUR);
    expect((await bench.itemRows()).get('orders#demo/1')?.serverErrors).toBe(5);

    await bench.shop({ id: 1, status: 'completed' });
    expect((await bench.itemRows()).get('orders#demo/1')?.serverErrors).toBe(1);

    bench.front.before = () => undefined;
    await bench.shop({ id: 1, status: 'refunded' });
    expect(items(bench)).toMatchObject({ 'orders demo/1': { status: 'refunded' } });
    expect((await bench.itemRows()).get('orders#demo/1')).not.toHaveProperty('serverErrors');
  });

  it('is not tried again by live work of its contact before its time', async () => {
    const bench = await withItems({}, ORDERS_ONLY);
    breakOn(bench, { status: 500, body: '' });
    await bench.order({ id: 1 });
    await bench.sync();
    bench.calls();
    await bench.shop({ id: 2 });

    expect((await bench.itemRows()).get('orders#demo/1')?.serverErrors).toBe(1);
    expect(itemCalls(bench.calls())).toEqual([[1]]);
    expect(Object.keys(items(bench))).toEqual(['orders demo/2']);
    expect(bench.profile()).toMatchObject({ work: 'later' });
  });

  it('because Mautic is away leaves the contact in step, and its items for later', async () => {
    const bench = await withItems();
    bench.front.before = ({ body }) =>
      JSON.stringify(body).includes('customObjects') ? { status: 503, body: '<html>' } : undefined;
    await bench.shop({ id: 1 });

    expect(bench.contact().email).toBe(ANNA);
    expect(bench.profile()).toMatchObject({ wanted: 1, synced: 1, work: 'later' });
    expect([...(await bench.itemRows()).values()].every(({ claimed }) => claimed)).toBe(true);

    bench.front.before = () => undefined;
    await letPass(bench, HOUR);

    expect(Object.keys(items(bench))).toHaveLength(2);
    expect(bench.profile().work).toBeUndefined();
  });

  it('because the contact was merged away leads to whoever has the address now', async () => {
    const bench = await withItems();
    await bench.shop({ id: 1 });
    const before = bench.contact().id;
    await bench.person('POST', '/contacts/new', { email: BEN });
    await bench.order({ id: 1, status: 'completed' });
    bench.front.after = ({ body }) => {
      if (JSON.stringify(body).includes('customObjects')) return;
      bench.front.after = () => undefined;
      bench.mautic.people.rename(before, 'renamed@example.test');
    };
    await bench.sync();
    for (let minute = 0; minute < 10; minute += 1) await letPass(bench, MINUTE);

    const now = bench.contact().id;
    expect(now).not.toBe(before);
    expect(items(bench)['orders demo/1']?.contacts).toContain(now);
  });

  it('and dies on the way is written again: a row was claimed before', async () => {
    const bench = await withItems();
    await bench.order({ id: 1 });
    bench.front.after = ({ body }) => {
      if (!JSON.stringify(body).includes('customObjects')) return;
      bench.disturb((method) => {
        if (method === 'saveItems') throw new Error('died');
      });
    };
    await bench.sync();
    expect([...(await bench.itemRows()).values()].every(({ claimed }) => claimed)).toBe(true);

    bench.disturb(() => undefined);
    bench.front.after = () => undefined;
    await letPass(bench, MINUTE);
    // Mautic may go on with the request of who died.
    expect([...(await bench.itemRows()).values()].every(({ claimed }) => claimed)).toBe(true);
    for (let minute = 0; minute < 5; minute += 1) await letPass(bench, MINUTE);

    expect([...(await bench.itemRows()).values()].some(({ claimed }) => claimed)).toBe(false);
    expect(endpoints(bench.calls()).length).toBeGreaterThan(0);
    expect(Object.keys(items(bench))).toHaveLength(2);
  });
});
