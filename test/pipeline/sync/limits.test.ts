import { describe, expect, it } from 'vitest';
import type { Call } from './front.ts';
import { type Bench, CREATE, EDIT, endpoints, itemsOf, startBench } from './support.ts';

const DATA = 'mautic_woo_order_data';
const BEN = 'ben@example.test';
const HELENE = 'helene@example.test';

function orderData(bench: Bench, email?: string): Record<string, unknown> {
  return JSON.parse(String(bench.contact(email).fields[DATA])) as Record<string, unknown>;
}

/** Calls that write contacts. */
function writes(calls: readonly Call[]): string[] {
  return endpoints(calls).filter((endpoint) => endpoint === CREATE || endpoint === EDIT);
}

describe('order data', () => {
  it('has no limit in the field the bridge creates: sixty line items of a recorded order', async () => {
    const bench = await startBench();

    await bench.recorded('0123');
    await bench.sync();

    const data = orderData(bench, HELENE);
    expect(data.line_items).toHaveLength(60);
    expect(data).toMatchObject({ total: '1547.88', currency: 'EUR' });
    expect(bench.contact(HELENE).fields).toMatchObject({ firstname: 'Hélène', lastname: "O'Brien-Ñandú" });
  });

  describe('in a field that exists already as short text', () => {
    async function withTextField(charLengthLimit: number) {
      const bench = await startBench();
      const label = 'Last Order Data';
      const field = { label, alias: DATA, type: 'text', charLengthLimit };
      await bench.person('POST', '/fields/contact/new', field);
      return bench;
    }

    it('loses line items from the end, then coupons, and stays JSON', async () => {
      const bench = await withTextField(191);

      await bench.shop({ id: 1, lines: [{ sku: 'TEA' }, { sku: 'CUP' }], coupons: ['WELCOME', 'AGAIN'] });
      const roomy = String(bench.contact().fields[DATA]);
      await bench.shop({ id: 2, email: BEN, coupons: ['FIRST', 'B'.repeat(60)] });
      const tight = String(bench.contact(BEN).fields[DATA]);

      expect([roomy.length <= 191, tight.length <= 191]).toEqual([true, true]);
      expect(JSON.parse(roomy)).toMatchObject({ order_id: '1', coupons: ['WELCOME', 'AGAIN'] });
      expect(JSON.parse(roomy)).not.toHaveProperty('line_items');
      expect(JSON.parse(tight)).toMatchObject({ order_id: '2', coupons: ['FIRST'] });
    });

    it('keeps at least id, status and total within 64 characters, found out in the same sync', async () => {
      const bench = await withTextField(64);

      await bench.shop({ total: '57.17', coupons: ['WELCOME'] });

      expect(String(bench.contact().fields[DATA]).length).toBeLessThanOrEqual(64);
      expect(orderData(bench)).toEqual({ order_id: '1', status: 'processing', total: '57.17' });
      expect(bench.contact().fields).toMatchObject({ firstname: 'Anna', mautic_woo_order_count: 1 });
      expect(writes(bench.calls())).toEqual([CREATE, CREATE]);
    });

    it('learns the limit once: the second contact is not refused', async () => {
      const bench = await withTextField(64);
      await bench.shop({});
      bench.calls();

      await bench.shop({ id: 2, email: BEN });

      expect(writes(bench.calls())).toEqual([CREATE]);
      expect(orderData(bench, BEN)).toMatchObject({ order_id: '2' });
    });

    it('knows the limit after a cold start', async () => {
      const bench = await withTextField(64);
      await bench.shop({});
      bench.calls();
      bench.coldStart();

      await bench.shop({ id: 2, email: BEN });

      expect(endpoints(bench.calls())).toEqual([CREATE]);
    });

    it('changes nothing in Mautic when only what was left out changes', async () => {
      const bench = await withTextField(64);
      await bench.shop({ lines: [{ sku: 'TEA', name: 'Tea' }] });
      bench.calls();

      await bench.shop({ lines: [{ sku: 'TEA', name: 'Green tea' }] });

      expect(bench.calls()).toEqual([]);
    });
  });
});

describe('a name over 64 characters', () => {
  const LONG = 'Ä'.repeat(70);

  it('is cut to the limit the answer names, the rest is written in the same sync', async () => {
    const bench = await startBench();

    await bench.shop({ billing: { first_name: LONG } });

    expect(bench.contact().fields).toMatchObject({
      firstname: 'Ä'.repeat(64),
      lastname: 'Berg',
      city: 'Köln',
    });
    expect(bench.profile()).toMatchObject({ synced: 1, attempts: 0 });
    expect(bench.profile().work).toBeUndefined();
  });

  it('is cut at once for the next contact', async () => {
    const bench = await startBench();
    await bench.shop({ billing: { first_name: LONG } });
    bench.calls();

    await bench.shop({ id: 2, email: BEN, billing: { first_name: LONG } });

    expect(writes(bench.calls())).toEqual([CREATE]);
    expect(bench.contact(BEN).fields.firstname).toBe('Ä'.repeat(64));
  });

  it('stays whole where the field takes it', async () => {
    const bench = await startBench({ simulator: { customFieldLimits: { firstname: 191 } } });

    await bench.shop({ billing: { first_name: LONG } });

    expect(bench.contact().fields.firstname).toBe(LONG);
  });

  it('does not keep the others of its batch waiting, and several long fields are cut at once', async () => {
    const bench = await startBench();
    await bench.order({ id: 1, billing: { first_name: LONG, last_name: LONG, city: LONG, address_1: LONG } });
    await bench.order({ id: 2, email: BEN });

    await bench.sync();

    const cut = 'Ä'.repeat(64);
    const expected = { firstname: cut, lastname: cut, city: cut, address1: cut };
    expect(bench.contact().fields).toMatchObject(expected);
    expect(bench.contact(BEN).fields).toMatchObject({ firstname: 'Anna' });
  });
});

describe('a country or state that this Mautic does not list', () => {
  const turkish = { country: 'TR', state: 'TR34', city: 'Istanbul' };

  it('is dropped, and the rest is written in the same sync', async () => {
    const bench = await startBench({ simulator: { version: '4.4' } });

    await bench.shop({ billing: turkish });

    expect(bench.contact().fields).toMatchObject({ firstname: 'Anna', city: 'Istanbul' });
    expect(bench.contact().fields.country).toBeUndefined();
    expect(bench.profile().work).toBeUndefined();
    expect(bench.profile().parked).toBeUndefined();
    expect(bench.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', fields: expect.objectContaining({ field: 'country' }) }),
    );
  });

  it('is not sent again with other changes', async () => {
    const bench = await startBench({ simulator: { version: '4.4' } });
    await bench.shop({ billing: turkish });
    bench.calls();

    await bench.shop({ status: 'completed', billing: turkish });

    const calls = bench.calls();
    expect(writes(calls)).toEqual([EDIT]);
    expect(itemsOf(calls.at(-1) ?? { body: [] })[0]).not.toHaveProperty('country');
  });

  it('is not sent again in a full write either', async () => {
    const bench = await startBench({ simulator: { version: '4.4' } });
    await bench.shop({ billing: turkish });
    bench.calls();
    await bench.order({ status: 'completed', billing: turkish });

    await bench.sync({ receives: 2 });

    expect(writes(bench.calls())).toEqual([EDIT]);
    expect(bench.contact().fields.firstname).toBe('Anna');
  });

  it('is sent when it changes to another one', async () => {
    const bench = await startBench({ simulator: { version: '4.4' } });
    await bench.shop({ billing: turkish });

    await bench.shop({ billing: { country: 'SZ', state: '' } });
    expect(bench.contact().fields.country).toBeUndefined();
    await bench.shop({ billing: {} });

    expect(bench.contact().fields).toMatchObject({ country: 'Germany', state: 'Nordrhein-Westfalen' });
  });

  it('is written by a Mautic that lists it', async () => {
    const bench = await startBench();

    await bench.shop({ billing: { country: 'TR' } });

    expect(bench.contact().fields.country).toBe('Türkiye');
  });

  it('keeps an earlier value from standing beside a new address', async () => {
    const bench = await startBench();
    await bench.shop({});

    await bench.shop({ billing: { country: 'XX', state: 'Nowhere', city: 'Atlantis' } });

    const { fields } = bench.contact();
    expect(fields.city).toBe('Atlantis');
    expect([fields.country, fields.state]).toEqual([undefined, undefined]);
  });

  it('is left out without a refusal when the code is nobody’s', async () => {
    const bench = await startBench();

    await bench.shop({ billing: { country: 'XX', state: 'Nowhere' } });

    expect(writes(bench.calls())).toEqual([CREATE]);
    expect(bench.contact().fields.firstname).toBe('Anna');
  });
});

describe('a refused value that stood beside an accepted one before', () => {
  it('does not leave the former country in Mautic beside the new address', async () => {
    const bench = await startBench({ simulator: { version: '4.4' } });
    await bench.shop({});

    await bench.shop({ billing: { country: 'TR', state: '', city: 'Istanbul' } });

    expect(bench.contact().fields.city).toBe('Istanbul');
    expect(bench.contact().fields.country).toBeUndefined();
  });
});

describe('a request that is refused again after it was mended', () => {
  it('parks its contact after that one repetition', async () => {
    const bench = await startBench();
    const limits = [64, 32, 16];
    bench.front.before = ({ path }) => {
      if (path !== '/api/contacts/batch/new') return undefined;
      const text = `This value is too long. It should have ${String(limits.shift())} characters or less.`;
      const error = { message: `firstname: ${text}`, code: 400, details: { firstname: [text] } };
      return { status: 201, body: { contacts: [], statusCodes: [400], errors: [{ ...error, type: null }] } };
    };

    await bench.shop({ billing: { first_name: 'Ä'.repeat(70) } });

    expect(writes(bench.calls())).toEqual([CREATE, CREATE]);
    expect(bench.profile().parked).toMatchObject({ code: 'rejected' });
    expect(bench.profile().work).toBeUndefined();
  });
});

describe('an address that Mautic refuses', () => {
  it('parks its contact with what to do, and the others of the batch are written', async () => {
    const bench = await startBench();
    const long = `${'a'.repeat(55)}@example.test`;
    await bench.order({ id: 1, email: long });
    await bench.order({ id: 2, email: BEN });

    await bench.sync();

    expect(bench.profile(long).parked).toMatchObject({
      code: 'address-refused',
      message: expect.stringContaining('64'),
    });
    expect(bench.profile(long).work).toBeUndefined();
    expect(bench.contact(BEN).fields.firstname).toBe('Anna');
    expect(bench.lines).toContainEqual(expect.objectContaining({ level: 'error' }));
  });
});
