import { describe, expect, it } from 'vitest';
import { type Bench, CREATE, EDIT, endpoints, itemsOf, LOOK, MINUTE, startBench } from './support.ts';

const SPENT = 'mautic_woo_total_spent';
const BEN = 'ben@example.test';
const AMOUNT = { label: 'Total', alias: SPENT, type: 'number', properties: { scale: 2 } };

async function deleteField(bench: Bench, alias: string): Promise<void> {
  const { fields } = await bench.person('GET', '/fields/contact?limit=200');
  const found = Object.values(fields as Record<string, { id: number; alias: string }>).find(
    (field) => field.alias === alias,
  );
  await bench.person('DELETE', `/fields/contact/${String(found?.id)}/delete`);
}

function warnings(bench: Bench): unknown[] {
  return bench.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields?.field);
}

describe("a field that is missing under the policy 'check'", () => {
  const policy = { fields: 'check' } as const;

  async function withoutAmount() {
    const bench = await startBench({ policy });
    for (const [alias, type] of [
      ['mautic_woo_order_data', 'textarea'],
      ['mautic_woo_order_count', 'number'],
    ])
      await bench.person('POST', '/fields/contact/new', { label: alias, alias, type });
    return bench;
  }

  it('is left out and logged, and the rest is written', async () => {
    const bench = await withoutAmount();

    await bench.shop({});

    expect(bench.contact().fields).toMatchObject({ firstname: 'Anna', mautic_woo_order_count: 1 });
    expect(warnings(bench)).toEqual([SPENT]);
    expect(bench.profile()).toMatchObject({ synced: 1 });
  });

  it('is neither created nor sent', async () => {
    const bench = await withoutAmount();

    await bench.shop({});

    const calls = bench.calls();
    expect(endpoints(calls)).not.toContain('POST /api/fields/contact/new');
    const create = calls.find((call) => endpoints([call])[0] === CREATE);
    expect(itemsOf(create ?? { body: [] })[0]).not.toHaveProperty(SPENT);
  });

  it('is written with the next change once somebody created it', async () => {
    const bench = await withoutAmount();
    await bench.shop({});
    await bench.person('POST', '/fields/contact/new', AMOUNT);
    bench.forward(6 * MINUTE);

    await bench.shop({ total: '17.50' });

    expect(bench.contact().fields[SPENT]).toBe(17.5);
  });

  it('does not make a contact in step cost a call', async () => {
    const bench = await withoutAmount();
    await bench.shop({});
    bench.calls();

    await bench.shop({});

    expect(bench.calls()).toEqual([]);
  });
});

describe('a field that was deleted in Mautic later', () => {
  it('is noted, and the rest is written', async () => {
    const bench = await startBench();
    await bench.shop({});
    await deleteField(bench, SPENT);

    await bench.shop({ total: '20.00', billing: { city: 'Ulm' } });

    expect(bench.contact().fields).toMatchObject({ city: 'Ulm', mautic_woo_order_count: 1 });
    expect(warnings(bench)).toEqual([SPENT]);
    expect(bench.profile()).toMatchObject({ synced: 2 });
    expect(bench.profile().work).toBeUndefined();
  });

  it('is not sent again while its value stays the same', async () => {
    const bench = await startBench();
    await bench.shop({});
    await deleteField(bench, SPENT);
    await bench.shop({ total: '20.00' });
    bench.calls();

    await bench.shop({ total: '20.00', billing: { city: 'Ulm' } });

    const calls = bench.calls();
    expect(endpoints(calls)).toEqual([LOOK, EDIT]);
    expect(itemsOf(calls[1] ?? { body: [] })).toEqual([{ id: bench.contact().id, city: 'Ulm' }]);
  });

  it('gets values again when it is back and they change', async () => {
    const bench = await startBench();
    await bench.shop({});
    await deleteField(bench, SPENT);
    await bench.shop({ total: '20.00' });
    await bench.person('POST', '/fields/contact/new', AMOUNT);

    await bench.shop({ total: '21.00' });

    expect(bench.contact().fields[SPENT]).toBe(21);
  });

  it('that holds a fraction does not send the contact into endless rewrites', async () => {
    const bench = await startBench();
    await bench.shop({ total: '5.00' });
    await deleteField(bench, SPENT);

    await bench.shop({ total: '5.00', refunds: ['-4.50'] });
    bench.calls();
    await bench.shop({ total: '5.00', refunds: ['-4.50'] });

    expect(bench.calls()).toEqual([]);
    expect(bench.profile().work).toBeUndefined();
  });
});

describe('aliases of the policy', () => {
  it('decide where values go, and false leaves one out', async () => {
    const policy = { aliases: { orderData: false, totalSpent: 'revenue', orderCount: 'orders' } } as const;
    const bench = await startBench({ policy });

    await bench.shop({ total: '7.25' });

    expect(bench.contact().fields).toMatchObject({ revenue: 7.25, orders: 1 });
    expect(bench.contact().fields).not.toHaveProperty('mautic_woo_order_data');
  });

  it('that Mautic refuses park the contacts with what to change', async () => {
    const policy = { aliases: { orderData: false, totalSpent: 'contact_id', orderCount: false } } as const;
    const bench = await startBench({ policy });

    await bench.order({});
    await bench.order({ id: 2, email: BEN });
    await bench.sync();

    for (const email of ['anna@example.test', BEN])
      expect(bench.profile(email).parked).toMatchObject({
        code: 'field-refused',
        message: expect.stringContaining('contact_id'),
      });
  });
});
