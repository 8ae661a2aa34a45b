import { describe, expect, it } from 'vitest';
import { ANNA, type Bench, startBench } from './support.ts';

const MAP = {
  'billing.company': 'company',
  firstOrderDate: 'first_order_date',
  averageOrderValue: 'average_order',
  coupons: 'used_coupons',
};

async function field(bench: Bench, alias: string): Promise<unknown> {
  const { contact } = (await bench.person('GET', `/contacts/${String(bench.contact().id)}`)) as {
    contact: { fields: { all: Record<string, unknown> } };
  };
  return contact.fields.all[alias];
}

interface FieldForm {
  readonly alias: string;
  readonly type: string;
  readonly properties?: object;
}

async function makeField(bench: Bench, form: FieldForm): Promise<void> {
  await bench.person('POST', '/fields/contact/new', { label: form.alias, ...form });
}

describe('mapped fields', () => {
  it('are made in Mautic and filled, and follow the orders', async () => {
    const bench = await startBench({ policy: { map: MAP } });
    await bench.shop({ total: '10.00', billing: { company: 'ACME' }, coupons: ['ten'] });
    await bench.shop({ id: 2, total: '20.00', billing: { company: 'ACME Ltd' }, coupons: ['tea'] });

    expect(await field(bench, 'company')).toBe('ACME Ltd');
    expect(await field(bench, 'first_order_date')).toBe('2026-12-01');
    expect(await field(bench, 'average_order')).toBe(15);
    expect(await field(bench, 'used_coupons')).toBe('tea, ten');

    await bench.shop({ id: 2, total: '20.00', status: 'cancelled' });
    expect(await field(bench, 'average_order')).toBe(10);
    expect(await field(bench, 'used_coupons')).toBe('ten');
  });

  it('leave alone what people typed there while the shop has nothing to say', async () => {
    const bench = await startBench({
      policy: { map: { 'billing.company': 'company', coupons: 'used_coupons' } },
    });
    await makeField(bench, { alias: 'used_coupons', type: 'text' });
    await bench.person('POST', '/contacts/new', {
      email: ANNA,
      company: 'Typed Inc',
      used_coupons: 'by hand',
    });

    await bench.shop({});

    expect(await field(bench, 'company')).toBe('Typed Inc');
    expect(await field(bench, 'used_coupons')).toBe('by hand');
  });

  it('leave a first date alone that Mautic knew before, while the history is missing', async () => {
    const bench = await startBench({
      policy: { map: { firstOrderDate: 'first_order_date' } },
      pastIsMissing: true,
    });
    await makeField(bench, { alias: 'first_order_date', type: 'date' });
    await bench.person('POST', '/contacts/new', { email: ANNA, first_order_date: '2019-05-01' });

    await bench.shop({});

    expect(await field(bench, 'first_order_date')).toBe('2019-05-01');
  });

  it('cost the contact nothing else where Mautic refuses a value, which is not sent again', async () => {
    const bench = await startBench({ policy: { map: { 'billing.company': 'customer_kind' } } });
    await makeField(bench, {
      alias: 'customer_kind',
      type: 'select',
      properties: { list: [{ label: 'Shop', value: 'shop' }] },
    });
    await bench.shop({ billing: { company: 'ACME' } });
    expect(bench.contact().fields).toMatchObject({ firstname: 'Anna' });
    expect(await field(bench, 'customer_kind')).toBeNull();
    bench.calls();

    await bench.shop({ billing: { company: 'ACME' }, status: 'completed' });
    const sent = JSON.stringify(bench.calls().map(({ body }) => body));

    expect(sent).not.toContain('ACME"');
    await bench.shop({ billing: { company: 'shop' }, status: 'completed' });
    expect(await field(bench, 'customer_kind')).toBe('shop');
  });

  it('say once what does not fit, and leave it blank', async () => {
    const bench = await startBench({ policy: { map: { 'billing.company': 'a_number' } } });
    await makeField(bench, { alias: 'a_number', type: 'number' });

    await bench.shop({ billing: { company: 'ACME' } });
    await bench.shop({ billing: { company: 'ACME' }, status: 'completed' });

    expect(await field(bench, 'a_number')).toBeNull();
    const told = bench.lines.filter(({ message }) => message.startsWith('A value of policy.map'));
    expect(told.map(({ fields }) => fields)).toEqual([{ field: 'a_number' }]);
  });

  it('are blanked when the last thing that gave them a value is gone', async () => {
    const bench = await startBench({ policy: { map: { coupons: 'used_coupons' } } });
    await bench.shop({ coupons: ['ten'] });

    await bench.shop({ status: 'cancelled', coupons: ['ten'] });

    expect(await field(bench, 'used_coupons')).toBeNull();
  });
});

describe('the field of consent', () => {
  const consent = { fields: ['lab/marketing-opt-in'], require: false, alias: 'marketing_opt_in' };

  it('keeps what a form of Mautic filled in while nobody answered in the shop', async () => {
    const bench = await startBench({ policy: { consent } });
    await makeField(bench, {
      alias: 'marketing_opt_in',
      type: 'boolean',
      properties: { yes: 'Yes', no: 'No' },
    });
    await bench.person('POST', '/contacts/new', { email: ANNA, marketing_opt_in: true });

    await bench.shop({});

    expect(await field(bench, 'marketing_opt_in')).toBe(1);
  });
});
