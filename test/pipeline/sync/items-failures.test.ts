import { describe, expect, it } from 'vitest';
import { SHOP_OBJECTS } from '../../../lib/simulators/mautic/custom-objects/object-form.ts';
import { BEN, itemCalls, items, letPass, ORDERS_ONLY, withItems } from './items-bench.ts';
import { ANNA, type Bench, endpoints, HOUR, keyOf, MINUTE } from './support.ts';

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
