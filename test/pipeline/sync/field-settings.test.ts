import { describe, expect, it } from 'vitest';
import { ANNA, type Bench, CREATE, itemsOf, MINUTE, startBench } from './support.ts';

const BEN = 'ben@example.test';
const NUMBER = '+49 30 1234567';

/** Changes a setting of a field, as a person does in Mautic. */
async function setField(bench: Bench, alias: string, settings: object): Promise<void> {
  const { fields } = await bench.person('GET', '/fields/contact?limit=200');
  const all = Object.values(fields as Record<string, { id: number; alias: string }>);
  const found = all.find((field) => field.alias === alias);
  await bench.person('PATCH', `/fields/contact/${String(found?.id)}/edit`, settings);
}

const SKUS: Readonly<Record<string, string>> = { [ANNA]: 'TEA', [BEN]: 'CUP' };

const order = (bench: Bench, id: number, email: string) =>
  bench.order({
    id,
    email,
    lines: [{ sku: SKUS[email] ?? '' }],
    billing: { first_name: email.slice(0, 4), phone: NUMBER },
  });

function alarms(bench: Bench): unknown[] {
  return bench.lines
    .filter(({ message }) => message === 'A field of Mautic cannot be used as it is')
    .map(({ fields }) => [fields?.field, fields?.code]);
}

async function letPass(bench: Bench, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    bench.forward(MINUTE);
    if (minute % 5 === 0) await bench.reconcile();
    await bench.sweep();
  }
}

function expectTwoPeople(bench: Bench): void {
  expect(bench.contact().fields).toMatchObject({ firstname: 'anna', mautic_woo_order_count: 1 });
  expect(bench.contact(BEN).fields).toMatchObject({ firstname: 'ben@', mautic_woo_order_count: 1 });
  expect(bench.contact().tags.toSorted()).toEqual(['sku:tea', 'status:processing']);
  expect(bench.contact(BEN).tags.toSorted()).toEqual(['sku:cup', 'status:processing']);
  expect(bench.profile().mauticId).toBe(bench.contact().id);
  expect(bench.profile(BEN).mauticId).toBe(bench.contact(BEN).id);
}

describe('a second unique identifier', () => {
  it('is not sent, so that two buyers with one number stay two contacts', async () => {
    const bench = await startBench();
    await setField(bench, 'phone', { isUniqueIdentifier: true });
    await order(bench, 1, ANNA);
    await order(bench, 2, BEN);

    await bench.sync();

    expectTwoPeople(bench);
    const create = bench.calls().find(({ path }) => CREATE.endsWith(path));
    for (const item of itemsOf(create ?? { body: [] })) expect(item).not.toHaveProperty('phone');
    expect(alarms(bench)).toEqual([['phone', 'field-unique']]);
  });

  it('that was switched on since the fields were read makes two of one in the same batch', async () => {
    const bench = await startBench();
    await bench.shop({ id: 9, email: 'cleo@example.test' });
    await setField(bench, 'phone', { isUniqueIdentifier: true });
    await order(bench, 1, ANNA);
    await order(bench, 2, BEN);

    await bench.sync();

    expectTwoPeople(bench);
    expect(alarms(bench)).toEqual([['phone', 'field-unique']]);
  });

  it('that took over a contact of an earlier batch is noticed within an hour, and both are right again', async () => {
    const bench = await startBench();
    await bench.shop({ id: 9, email: 'cleo@example.test' });
    await setField(bench, 'phone', { isUniqueIdentifier: true });
    await order(bench, 1, ANNA);
    await bench.sync();
    await order(bench, 2, BEN);
    await bench.sync();
    expect(bench.contacts(ANNA)).toHaveLength(0);

    bench.forward(61 * MINUTE);
    await bench.shop({ id: 10, email: 'cleo@example.test', total: '3.00' });
    await letPass(bench, 30);

    expect(bench.contact().fields).toMatchObject({ firstname: 'anna', mautic_woo_order_count: 1 });
    expect(bench.contact(BEN).fields).toMatchObject({ firstname: 'ben@', mautic_woo_order_count: 1 });
    expect(bench.profile().mauticId).not.toBe(bench.profile(BEN).mauticId);
  });
});

describe('a required field', () => {
  it('that nobody fills keeps new contacts waiting, blames none, and says what to change', async () => {
    const bench = await startBench();
    await bench.person('POST', '/fields/contact/new', {
      label: 'VAT',
      alias: 'vat',
      type: 'text',
      isRequired: true,
    });
    await order(bench, 1, ANNA);
    await order(bench, 2, BEN);

    await bench.sync();
    await letPass(bench, 60);

    expect([bench.profile().parked, bench.profile(BEN).parked]).toEqual([undefined, undefined]);
    expect(alarms(bench)).toEqual([['vat', 'field-required']]);
    await setField(bench, 'vat', { isRequired: false });
    await letPass(bench, 70);
    expect([bench.contact().fields.firstname, bench.contact(BEN).fields.firstname]).toEqual(['anna', 'ben@']);
  });

  it('does not leave a total standing that is below one by now: it is blank', async () => {
    const bench = await startBench();
    await bench.shop({ total: '5.00' });
    await bench.person('POST', '/fields/contact/new', {
      label: 'VAT',
      alias: 'vat',
      type: 'text',
      isRequired: true,
    });

    await bench.shop({ total: '5.00', refunds: ['-4.50'] });

    expect(bench.contact().fields.mautic_woo_total_spent ?? null).toBeNull();
    expect(bench.profile().work).toBeUndefined();
    await bench.shop({ total: '5.00' });
    expect(bench.contact().fields.mautic_woo_total_spent).toBe(5);
  });
});

describe('a field that is not published', () => {
  it('is not sent, and is said once', async () => {
    const bench = await startBench();
    await setField(bench, 'address1', { isPublished: false });

    await bench.shop({});
    await bench.shop({ billing: { address_1: 'Ring 2' } });

    expect(bench.contact().fields).toMatchObject({ firstname: 'Anna' });
    expect(alarms(bench)).toEqual([['address1', 'field-unpublished']]);
  });

  it('gets its values when it is published again', async () => {
    const bench = await startBench();
    await setField(bench, 'address1', { isPublished: false });
    await bench.shop({});
    await bench.reconcile();
    await setField(bench, 'address1', { isPublished: true });

    bench.forward(6 * MINUTE);
    await bench.shop({ id: 2, email: BEN });
    await letPass(bench, 30);

    expect(bench.contact().fields.address1).toBe('Hauptstraße 1');
  });
});
