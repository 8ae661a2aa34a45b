import { describe, expect, it } from 'vitest';
import { type Bench, endpoints, startBench } from './support.ts';

const SPENT = 'mautic_woo_total_spent';

function spent(bench: Bench): unknown {
  return bench.contact().fields[SPENT];
}

function rewrites(bench: Bench): number {
  return endpoints(bench.calls()).filter((endpoint) => endpoint.startsWith('PUT ')).length;
}

describe('an amount that Mautic drops in silence', () => {
  it('is blank when it is zero from the beginning', async () => {
    const bench = await startBench();

    await bench.shop({ total: '0.00' });

    expect(spent(bench)).toBeUndefined();
    expect(bench.contact().fields.mautic_woo_order_count).toBe(1);
    expect(rewrites(bench)).toBe(0);
  });

  it('becomes blank when it falls to zero, and count and amount go together', async () => {
    const bench = await startBench();
    await bench.shop({ total: '5.00' });

    await bench.shop({ total: '5.00', status: 'cancelled' });

    expect(spent(bench)).toBeUndefined();
    expect(bench.contact().fields.mautic_woo_order_count).toBeUndefined();
  });

  it.each(['5', '7.0', '7.2'] as const)(
    'is blank when its two decimals round to zero, new or not (Mautic %s)',
    async (version) => {
      const bench = await startBench({ simulator: { version } });
      await bench.shop({ id: 1, email: 'ben@example.test', total: '0.004' });
      await bench.shop({ id: 2, total: '5.00' });
      bench.calls();

      await bench.shop({ id: 2, total: '5.00', refunds: ['-4.996'] });

      expect(bench.contact('ben@example.test').fields[SPENT] ?? null).toBeNull();
      expect(spent(bench) ?? null).toBeNull();
      expect(rewrites(bench)).toBe(0);
    },
  );

  it.each(['5', '7.0', '7.2'] as const)(
    'beyond what a number of Mautic %s holds exactly is written once',
    async (version) => {
      const bench = await startBench({ simulator: { version } });
      await bench.shop({ total: '1234567890123456.78' });
      bench.calls();

      await bench.shop({ total: '1234567890123456.78', billing: { city: 'Ulm' } });

      expect(spent(bench)).toBeCloseTo(1_234_567_890_123_456, -3);
      expect(endpoints(bench.calls())).toEqual(['GET /api/contacts', 'PATCH /api/contacts/batch/edit']);
    },
  );

  it('is stored by a rewrite when 5.00 falls to 0.50', async () => {
    const bench = await startBench();
    await bench.shop({ total: '5.00' });

    await bench.shop({ total: '5.00', refunds: ['-4.50'] });

    expect(spent(bench)).toBe(0.5);
    expect(rewrites(bench)).toBe(1);
  });

  it('becomes blank when 0.50 falls to zero', async () => {
    const bench = await startBench();
    await bench.shop({ total: '5.00' });
    await bench.shop({ total: '5.00', refunds: ['-4.50'] });

    await bench.shop({ total: '5.00', refunds: ['-4.50', '-0.50'] });

    expect(spent(bench)).toBeUndefined();
  });

  it('needs no rewrite while it stays the same', async () => {
    const bench = await startBench();
    await bench.shop({ total: '5.00' });
    await bench.shop({ total: '5.00', refunds: ['-4.50'] });
    bench.calls();

    await bench.shop({ total: '5.00', refunds: ['-4.50'], billing: { city: 'Ulm', state: 'DE-BW' } });

    expect(rewrites(bench)).toBe(0);
    expect(spent(bench)).toBe(0.5);
  });

  it('is written without a rewrite by a Mautic that keeps fractions', async () => {
    const bench = await startBench({ simulator: { version: '7.2' } });
    await bench.shop({ total: '5.00' });

    await bench.shop({ total: '5.00', refunds: ['-4.50'] });

    expect(spent(bench)).toBe(0.5);
    expect(rewrites(bench)).toBe(0);
  });

  it('is stored for each contact of a batch that needs it', async () => {
    const bench = await startBench();
    const emails = ['a@example.test', 'b@example.test', 'c@example.test'];
    for (const [id, email] of emails.entries()) await bench.order({ id: id + 1, email, total: '5.00' });
    await bench.sync();
    for (const [id, email] of emails.entries())
      await bench.order({ id: id + 1, email, total: '5.00', refunds: [`-4.${String(id + 1)}5`] });

    await bench.sync();

    expect(emails.map((email) => bench.contact(email).fields[SPENT])).toEqual([0.85, 0.75, 0.65]);
  });

  it('is no doubt: it is written in full later when the rewrite gets no answer', async () => {
    const bench = await startBench();
    await bench.shop({ total: '5.00' });
    bench.mautic.faults.add({ match: (method) => method === 'PUT', kind: 'reset-before' });
    await bench.shop({ total: '5.00', refunds: ['-4.50'] });
    expect(bench.profile()).toMatchObject({ doubt: true, work: 'live' });

    bench.forward(10 * 60_000);
    await bench.sweep();

    expect(spent(bench)).toBe(0.5);
    expect(bench.profile().work).toBeUndefined();
  });
});

describe('a postcode that looks like zero', () => {
  it('is stored in a new contact', async () => {
    const bench = await startBench();

    await bench.shop({ billing: { postcode: '00000' } });

    expect(bench.contact().fields.zipcode).toBe('00000');
  });

  it('is stored in a contact that had another', async () => {
    const bench = await startBench();
    await bench.shop({});

    await bench.shop({ billing: { postcode: '00000' } });

    expect(bench.contact().fields.zipcode).toBe('00000');
  });
});

describe("nobody else's values", () => {
  it('are lost when a contact is written back whole', async () => {
    const bench = await startBench();
    await createForeignFields(bench);
    await bench.shop({ total: '5.00' });
    const foreign = {
      size: 'XL',
      hobbies: ['tea', 'cups'],
      newsletter: true,
      opted_out: false,
      birthday: '1990-02-28',
      called: '2026-05-01 14:30',
      position: 'Baker',
      points: 42,
      tags: ['vip'],
    };
    await bench.person('PATCH', `/contacts/${String(bench.contact().id)}/edit`, foreign);
    const before = bench.contact();

    await bench.shop({ total: '5.00', refunds: ['-4.50'] });

    expect(rewrites(bench)).toBe(1);
    const after = bench.contact();
    expect(after.fields).toEqual({ ...before.fields, [SPENT]: 0.5 });
    expect(after.fields).toMatchObject({ size: 'XL', points: 42, newsletter: true, birthday: '1990-02-28' });
    expect(after.tags.toSorted()).toEqual(before.tags.toSorted());
  });

  it('are not overwritten either when one of them is no longer allowed: the amount is blank instead', async () => {
    const bench = await startBench();
    await createForeignFields(bench);
    await bench.shop({ total: '5.00' });
    const path = `/contacts/${String(bench.contact().id)}/edit`;
    await bench.person('PATCH', path, { hobbies: ['tea', 'cups'] });
    await allowOnly(bench, 'hobbies', ['cups']);

    await bench.shop({ total: '5.00', refunds: ['-4.50'], billing: { city: 'Ulm', state: 'DE-BW' } });

    const { fields } = bench.contact();
    expect(fields).toMatchObject({ hobbies: 'tea|cups', city: 'Ulm' });
    expect(fields[SPENT] ?? null).toBeNull();
    expect(bench.profile().work).toBeUndefined();
    expect(bench.profile().parked).toBeUndefined();
    expect(bench.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', fields: expect.objectContaining({ field: SPENT }) }),
    );
    bench.calls();
    await bench.order({
      total: '5.00',
      refunds: ['-4.50'],
      status: 'completed',
      billing: { city: 'Ulm', state: 'DE-BW' },
    });
    await bench.sync({ receives: 2 });
    expect(rewrites(bench)).toBe(0);
  });
});

async function createForeignFields(bench: Bench): Promise<void> {
  const yesNo = { no: 'No', yes: 'Yes' };
  for (const field of [
    { alias: 'size', type: 'text' },
    { alias: 'hobbies', type: 'multiselect', properties: { list: options(['tea', 'cups']) } },
    { alias: 'newsletter', type: 'boolean', properties: yesNo },
    { alias: 'opted_out', type: 'boolean', properties: yesNo },
    { alias: 'birthday', type: 'date' },
    { alias: 'called', type: 'datetime' },
  ])
    await bench.person('POST', '/fields/contact/new', { label: field.alias, ...field });
}

async function allowOnly(bench: Bench, alias: string, values: readonly string[]): Promise<void> {
  const { fields } = await bench.person('GET', '/fields/contact?limit=200');
  const found = Object.values(fields as Record<string, { id: number; alias: string }>).find(
    (field) => field.alias === alias,
  );
  await bench.person('PATCH', `/fields/contact/${String(found?.id)}/edit`, {
    properties: { list: options(values) },
  });
}

function options(values: readonly string[]) {
  return values.map((value) => ({ label: value, value }));
}
