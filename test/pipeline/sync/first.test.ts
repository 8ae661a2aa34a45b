import { describe, expect, it } from 'vitest';
import type { Call } from './front.ts';
import { CREATE, EDIT, endpoints, itemsOf, LOOK, startBench } from './support.ts';

const NEW_FIELD = 'POST /api/fields/contact/new';
const NEW_TAG = 'POST /api/tags/new';

function bodiesOf(calls: readonly Call[], endpoint: string): unknown[] {
  return calls.filter((call) => endpoints([call])[0] === endpoint).map(({ body }) => body);
}

describe('the first sync of a contact', () => {
  it('creates the contact with all fields and tags', async () => {
    const bench = await startBench();

    await bench.shop({ id: 7, total: '57.17', lines: [{ sku: 'TEA' }, { sku: 'CUP' }] });

    const { fields, tags } = bench.contact();
    expect(fields).toMatchObject({
      firstname: 'Anna',
      lastname: 'Berg',
      address1: 'Hauptstraße 1',
      city: 'Köln',
      state: 'Nordrhein-Westfalen',
      zipcode: '50667',
      country: 'Germany',
      phone: '+49 221 1',
      mautic_woo_total_spent: 57.17,
      mautic_woo_order_count: 1,
    });
    expect(JSON.parse(String(fields.mautic_woo_order_data))).toMatchObject({
      order_id: '7',
      status: 'processing',
      total: '57.17',
      line_items: [{ sku: 'TEA' }, { sku: 'CUP' }],
    });
    expect(tags.toSorted()).toEqual(['sku:cup', 'sku:tea', 'status:processing']);
  });

  it('leaves the contact in step, off the work list and with its id remembered', async () => {
    const bench = await startBench();

    await bench.shop({});

    const { wanted, synced, mauticId, work, due, doubt } = bench.profile();
    expect({ wanted, synced, mauticId, work, due, doubt }).toEqual({
      wanted: 1,
      synced: 1,
      mauticId: bench.contact().id,
      work: undefined,
      due: undefined,
      doubt: false,
    });
  });

  it('creates the fields first, with room for order data and with the decimals of money', async () => {
    const bench = await startBench();

    await bench.shop({});

    const calls = bench.calls();
    expect(bodiesOf(calls, NEW_FIELD)).toMatchObject([
      { alias: 'mautic_woo_order_data', type: 'textarea' },
      { alias: 'mautic_woo_total_spent', type: 'number', properties: { scale: 2 } },
      { alias: 'mautic_woo_order_count', type: 'number', properties: { scale: 0 } },
    ]);
    const order = endpoints(calls);
    expect(order.lastIndexOf(NEW_FIELD)).toBeLessThan(order.indexOf(CREATE));
  });

  it('creates each tag once, before a contact carries it', async () => {
    const bench = await startBench();
    for (const id of [1, 2, 3]) await bench.order({ id, email: `c${String(id)}@example.test` });

    await bench.sync();

    const calls = bench.calls();
    expect(bodiesOf(calls, NEW_TAG)).toEqual([{ tag: 'sku:tea' }, { tag: 'status:processing' }]);
    const order = endpoints(calls);
    expect(order.lastIndexOf(NEW_TAG)).toBeLessThan(order.indexOf(CREATE));
  });

  it('creates a contact of which nothing but the address is known', async () => {
    const aliases = { orderData: false, totalSpent: false, orderCount: false } as const;
    const bench = await startBench({ policy: { aliases, tags: [] } });
    const nothing = ['first_name', 'last_name', 'address_1', 'city', 'postcode', 'country', 'state', 'phone'];

    await bench.shop({ billing: Object.fromEntries(nothing.map((key) => [key, ''])) });

    expect(bench.contact().fields).toEqual({ email: 'anna@example.test', points: 0 });
    expect(bench.profile()).toMatchObject({ synced: 1, mauticId: bench.contact().id });
  });

  it('neither looks for fields nor creates tags again after a cold start', async () => {
    const bench = await startBench();
    await bench.shop({});
    bench.calls();
    bench.coldStart();

    await bench.shop({ id: 2, email: 'ben@example.test' });

    expect(endpoints(bench.calls())).toEqual([CREATE]);
  });

  it('merges into the contact that has the address already, and keeps what it holds', async () => {
    const bench = await startBench();
    await bench.person('POST', '/contacts/new', {
      email: 'Anna@Example.test',
      points: 5,
      tags: ['vip'],
      position: 'Baker',
    });

    await bench.shop({});

    const { fields, tags } = bench.contact();
    expect(fields).toMatchObject({ firstname: 'Anna', points: 5, position: 'Baker' });
    expect(tags).toContain('vip');
  });

  it('blanks what somebody else left in fields of its own, but not in a field it has nothing for', async () => {
    const bench = await startBench();
    await bench.shop({ id: 1, email: 'ben@example.test' });
    await bench.person('POST', '/contacts/new', {
      email: 'anna@example.test',
      phone: '0800',
      mautic_woo_total_spent: 99,
      mautic_woo_order_count: 9,
    });

    await bench.shop({ id: 2, status: 'on-hold', billing: { phone: '' } });

    const { fields } = bench.contact();
    expect(fields.mautic_woo_total_spent).toBeUndefined();
    expect(fields.mautic_woo_order_count).toBeUndefined();
    expect(fields.phone).toBe('0800');
  });
});

describe('what goes into one call', () => {
  it('is every contact of a batch: known ids in one call, new ones in another', async () => {
    const bench = await startBench();
    const emails = Array.from({ length: 10 }, (_, n) => `c${String(n)}@example.test`);
    for (const [id, email] of emails.slice(0, 4).entries()) await bench.order({ id: id + 1, email });
    await bench.sync();
    bench.calls();
    for (const [id, email] of emails.entries()) await bench.order({ id: id + 1, email, status: 'completed' });

    await bench.sync();

    const calls = bench.calls().filter(({ path }) => path.startsWith('/api/contacts'));
    expect(endpoints(calls)).toEqual([LOOK, EDIT, CREATE]);
    expect(calls.slice(1).map((call) => itemsOf(call).length)).toEqual([4, 6]);
    expect(emails.map((email) => bench.contact(email).tags)).toEqual(
      emails.map(() => expect.arrayContaining(['status:completed'])),
    );
  });

  it('never is the address of a contact that is known by its id', async () => {
    const bench = await startBench();
    await bench.shop({});
    bench.calls();

    await bench.shop({ status: 'completed' });

    const [edit] = bench.calls().filter(({ path }) => path.endsWith('/batch/edit'));
    expect(itemsOf(edit ?? { body: [] }).map((item) => 'email' in item)).toEqual([false]);
  });
});
