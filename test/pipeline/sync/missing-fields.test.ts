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

/** Aliases that were alarmed about. */
function alarms(bench: Bench): unknown[] {
  const lines = bench.lines.filter(({ message }) => message === 'A field of Mautic cannot be used as it is');
  expect(bench.counts.get('FieldLeftOut') ?? 0).toBe(lines.length);
  return lines.map(({ fields }) => fields?.field);
}

/** Until everybody was looked at again: the schedules of the marks and of the sweep. */
async function letPass(bench: Bench, minutes = 30): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    bench.forward(MINUTE);
    if (minute % 5 === 0) await bench.reconcile();
    await bench.sweep();
  }
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
    expect(alarms(bench)).toEqual([SPENT]);
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

  it('is written for everybody once somebody created it, with the next change of anybody', async () => {
    const bench = await withoutAmount();
    await bench.shop({});
    await bench.shop({ id: 2, email: BEN, total: '8.00' });
    await bench.person('POST', '/fields/contact/new', AMOUNT);
    bench.forward(6 * MINUTE);

    await bench.shop({ total: '17.50' });
    expect(bench.contact().fields[SPENT]).toBe(17.5);
    await letPass(bench);

    expect(bench.contact(BEN).fields[SPENT]).toBe(8);
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
  async function deleted(policy: { fields?: 'check' } = {}) {
    const bench = await startBench({ policy });
    if (policy.fields) await bench.person('POST', '/fields/contact/new', AMOUNT);
    await bench.shop({});
    await bench.shop({ id: 2, email: BEN, total: '8.00' });
    await bench.reconcile();
    await deleteField(bench, SPENT);
    bench.calls();
    return bench;
  }

  it('is made again with the next write, and everybody gets the value back without a person', async () => {
    const bench = await deleted();

    await bench.shop({ total: '20.00', billing: { city: 'Ulm' } });
    expect(bench.contact().fields).toMatchObject({ city: 'Ulm', mautic_woo_order_count: 1 });
    await letPass(bench);

    expect([bench.contact().fields[SPENT], bench.contact(BEN).fields[SPENT]]).toEqual([20, 8]);
    expect([bench.profile().work, bench.profile(BEN).work]).toEqual([undefined, undefined]);
    expect(alarms(bench)).toEqual([]);
  });

  it('is made again by the hourly look where its value does not change', async () => {
    const bench = await deleted();
    bench.forward(61 * MINUTE);

    await bench.shop({ billing: { city: 'Ulm' } });
    await letPass(bench);

    expect([bench.contact().fields[SPENT], bench.contact(BEN).fields[SPENT]]).toEqual([12, 8]);
  });

  it('asks Mautic once for the list and once for the field, however many contacts notice', async () => {
    const bench = await deleted();
    await bench.order({ total: '20.00' });
    await bench.order({ id: 2, email: BEN, total: '9.00' });

    await bench.sync();

    expect(endpoints(bench.calls())).toEqual([
      LOOK,
      EDIT,
      'GET /api/fields/contact',
      'POST /api/fields/contact/new',
    ]);
  });

  it("is alarmed about once under the policy 'check', and costs no call any more", async () => {
    const bench = await deleted({ fields: 'check' });
    await bench.shop({ total: '20.00' });
    await bench.shop({ id: 2, email: BEN, total: '9.00' });
    bench.calls();

    await bench.shop({ total: '20.00', billing: { city: 'Ulm' } });

    expect(endpoints(bench.calls())).toEqual([LOOK, EDIT]);
    expect(alarms(bench).filter((alias) => alias === SPENT)).toEqual([SPENT]);
  });

  it('that holds a fraction does not send the contact into endless rewrites', async () => {
    const bench = await startBench({ policy: { fields: 'check' } });
    await bench.person('POST', '/fields/contact/new', AMOUNT);
    await bench.shop({ total: '5.00' });
    await deleteField(bench, SPENT);

    await bench.shop({ total: '5.00', refunds: ['-4.50'] });
    bench.calls();
    await bench.shop({ total: '5.00', refunds: ['-4.50'] });

    expect(bench.calls()).toEqual([]);
    expect(bench.profile().work).toBeUndefined();
  });
});

describe('a field that Mautic cannot make', () => {
  it('is left out, and every contact is written without it; nothing is booked on them', async () => {
    const bench = await startBench();
    bench.mautic.faults.cannotMakeField = (alias) => alias === SPENT;
    await bench.order({});
    await bench.order({ id: 2, email: BEN });

    await bench.sync();

    for (const email of ['anna@example.test', BEN]) {
      expect(bench.contact(email).fields).toMatchObject({ firstname: 'Anna', mautic_woo_order_count: 1 });
      expect(bench.profile(email)).toMatchObject({ synced: 1, attempts: 0 });
      expect(bench.profile(email).serverErrors).toBeUndefined();
    }
    expect(alarms(bench)).toEqual([SPENT]);
    expect(JSON.stringify(bench.lines)).toContain('64 indexes');
  });

  it('is not asked for with each batch, and is given to everybody once it can be made', async () => {
    const bench = await startBench();
    bench.mautic.faults.cannotMakeField = (alias) => alias === SPENT;
    await bench.shop({});
    for (let id = 2; id < 10; id += 1) {
      bench.coldStart();
      await bench.shop({ id, email: `c${String(id)}@example.test` });
    }
    const tried = endpoints(bench.calls()).filter((call) => call.startsWith('POST /api/fields/'));
    expect(tried).toHaveLength(3);

    bench.mautic.faults.cannotMakeField = () => false;
    await bench.reconcile();
    bench.forward(7 * 60 * MINUTE);
    await bench.shop({ id: 20, email: BEN, total: '8.00' });
    await letPass(bench);

    expect(bench.contact().fields[SPENT]).toBe(12);
    expect(bench.contact('c9@example.test').fields[SPENT]).toBe(12);
    expect(alarms(bench)).toEqual([SPENT]);
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

  it('that Mautic refuses are left out, with what to change', async () => {
    const policy = { aliases: { orderData: false, totalSpent: 'contact_id', orderCount: false } } as const;
    const bench = await startBench({ policy });

    await bench.order({});
    await bench.order({ id: 2, email: BEN });
    await bench.sync();

    for (const email of ['anna@example.test', BEN])
      expect(bench.contact(email).fields).toMatchObject({ firstname: 'Anna' });
    expect(alarms(bench)).toEqual(['contact_id']);
  });

  it.each(['5', '7'] as const)(
    'that Mautic %s makes under another name are made once, not once an order',
    async (version) => {
      const policy = { aliases: { orderData: false, totalSpent: 'limit', orderCount: false } } as const;
      const bench = await startBench({ policy, simulator: { version: version === '7' ? '7.0' : '5' } });

      for (let id = 1; id < 5; id += 1) {
        bench.coldStart();
        await bench.shop({ id, email: `c${String(id)}@example.test` });
        bench.forward(7 * 60 * MINUTE);
      }

      const made = endpoints(bench.calls()).filter((call) => call === 'POST /api/fields/contact/new');
      expect(made).toHaveLength(1);
      expect(bench.contact('c4@example.test').fields.firstname).toBe('Anna');
      expect(alarms(bench)).toEqual(['limit']);
    },
  );
});
