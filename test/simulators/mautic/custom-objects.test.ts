import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SHOP_OBJECTS } from '../../../lib/simulators/mautic/custom-objects/object-form.ts';
import { readFlags } from '../../../lib/simulators/mautic/flags.ts';
import { type Bench, openBench } from './client.ts';

const BATCH = '/api/contacts/batch/new?includeCustomObjects=true';

function order(email: string, key: string, attributes: object = {}) {
  const item = { name: `Order ${key}`, attributes: { orderkey: key, ...attributes } };
  return { email, customObjects: { data: [{ alias: 'orders', data: [item] }] } };
}

describe('a Mautic with the plugin of Custom Objects', () => {
  let bench: Bench;
  let now: Date;

  beforeEach(async () => {
    now = new Date('2026-11-27T10:00:00.300Z');
    bench = await openBench({ version: '5.2.1', now: () => now, customObjects: SHOP_OBJECTS });
  });

  afterEach(() => bench.simulator.close());

  function later(ms: number): void {
    now = new Date(now.getTime() + ms);
  }

  it('knows a unique item again in the next second, not in the same one', async () => {
    await bench.call('POST', BATCH, [order('a@example.com', 's/1', { status: 'processing' })]);
    const again = await bench.call('POST', BATCH, [order('a@example.com', 's/1', { status: 'completed' })]);
    const { attributes } = bench.simulator.customItems()[0] ?? {};
    later(1000);
    const nextSecond = await bench.call('POST', BATCH, [order('a@example.com', 's/1', { total: 5 })]);

    expect(again.body.statusCodes).toEqual([404]);
    expect(attributes).toMatchObject({ status: 'processing' });
    expect(nextSecond.body.statusCodes).toEqual([200]);
    expect(bench.simulator.customItems()).toMatchObject([
      { id: 1, object: 'orders', attributes: { orderkey: 's/1', status: '', total: 5 }, contacts: [1] },
    ]);
  });

  it('moves a row to another object that has the same unique value, since its hash does not hold the object', async () => {
    bench.simulator.people.makeCustomObject({
      alias: 'others',
      fields: [{ alias: 'orderkey', type: 'text', isUnique: true }],
    });
    await bench.call('POST', BATCH, [order('a@example.com', 's/1')]);
    const item = { name: 'Other', attributes: { orderkey: 's/1' } };
    await bench.call('POST', BATCH, [
      { email: 'b@example.com', customObjects: { data: [{ alias: 'others', data: [item] }] } },
    ]);

    expect(bench.simulator.customItems()).toMatchObject([
      { object: 'others', name: 'Other', contacts: [1, 2] },
    ]);
  });

  it('saves the contact and the items before the one it refuses, in a batch with the reason', async () => {
    const items = ['s/1', '', 's/3'].map((orderkey) => ({ name: 'Order', attributes: { orderkey } }));
    const reply = await bench.call('POST', BATCH, [
      { email: 'a@example.com', customObjects: { data: [{ alias: 'orders', data: items }] } },
    ]);

    expect(reply.body.statusCodes).toEqual([0]);
    expect(reply.body.errors).toEqual([
      {
        code: 0,
        message: 'Field orderkey (orderkey) is required. Fill in some value.',
        details: [],
        type: null,
      },
    ]);
    expect(bench.simulator.contacts()).toHaveLength(1);
    expect(bench.simulator.customItems().map(({ contacts }) => contacts)).toEqual([[1], []]);
  });

  it('forgets the links of a contact that is deleted or merged away', async () => {
    await bench.call('POST', BATCH, [order('a@example.com', 's/1'), order('b@example.com', 's/2')]);
    await bench.call('DELETE', '/api/contacts/1/delete');
    await bench.call('POST', BATCH, [order('c@example.com', 's/3')]);
    bench.simulator.people.merge({ loser: 3, winner: 2 });

    expect(bench.simulator.customItems().map(({ contacts }) => contacts)).toEqual([[], [2], []]);
  });

  it('lets no unique identifier come or go while the object has items', async () => {
    await bench.call('POST', BATCH, [order('a@example.com', 's/1')]);

    expect(() => bench.simulator.people.makeCustomObject({ alias: 'orders', fields: [] })).toThrow(
      'Object orders has items',
    );
  });

  it('ignores items once the plugin is gone, and shows none', async () => {
    await bench.call('POST', BATCH, [order('a@example.com', 's/1')]);
    bench.simulator.people.installCustomObjects(false);
    const reply = await bench.call('POST', BATCH, [order('a@example.com', 's/2')]);

    expect(reply.status).toBe(201);
    expect(reply.text).not.toContain('customObjects');
    expect(bench.simulator.customItems()).toHaveLength(1);
  });
});

describe('--custom-objects', () => {
  it('installs the plugin with objects for orders and lines', async () => {
    const { simulator, call } = await openBench(readFlags(['--custom-objects']));
    const reply = await call('POST', BATCH, [order('a@example.com', 's/1')]);
    await simulator.close();

    expect(reply.text).toContain('"customObjects":{"data":[{"id":1,"alias":"orders"');
  });

  it('is off unless it is given', () => {
    expect(readFlags([])).not.toHaveProperty('customObjects');
  });
});
