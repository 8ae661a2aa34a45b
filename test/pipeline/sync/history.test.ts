import { describe, expect, it } from 'vitest';
import { historyOf, historyText } from '../../../lib/core/stores/history.ts';
import { ANNA, type Bench, type BenchOptions, MINUTE, startBench } from './support.ts';

const BEN = 'ben@example.test';

/** A Mautic that knew people before the bridge came, and a store whose past is not in the ledger. */
async function inherited(options: BenchOptions = {}) {
  const bench = await startBench({ pastIsMissing: true, ...options });
  await bench.shop({ id: 900, email: 'first@example.test' });
  bench.calls();
  return bench;
}

function remember(bench: Bench, [spent, count]: readonly [number, number], email = ANNA) {
  return bench.person('POST', '/contacts/new', {
    email,
    city: 'Bonn',
    mautic_woo_total_spent: spent,
    mautic_woo_order_count: count,
  });
}

function totals(bench: Bench, email = ANNA): readonly unknown[] {
  const { fields } = bench.contact(email);
  return [fields['mautic_woo_total_spent'] ?? null, fields['mautic_woo_order_count'] ?? null];
}

/** By address: whose the remembered ids are is looked at in any case. */
function lookUps(bench: Bench): number {
  return bench.calls().filter(({ query }) => new URLSearchParams(query).get('where[0][col]') === 'email')
    .length;
}

const KEPT = /Mautic holds totals that the bridge did not write/;

function told(bench: Bench): number {
  return bench.lines.filter(({ message }) => KEPT.test(message)).length;
}

describe('totals that Mautic held before the bridge came', () => {
  it('are left alone; everything else is written', async () => {
    const bench = await inherited();
    await remember(bench, [1234.5, 17]);

    await bench.shop({ total: '12.00' });

    expect(totals(bench)).toEqual([1234.5, 17]);
    const { fields, tags } = bench.contact();
    expect(fields['city']).toBe('Köln');
    expect(JSON.parse(String(fields['mautic_woo_order_data']))).toMatchObject({ total: '12.00' });
    expect(tags).toContain('sku:tea');
  });

  it('are not lowered by a new, empty ledger, whatever becomes of the orders it hears of', async () => {
    const former = await startBench();
    for (const id of [1, 2, 3]) await former.shop({ id, total: '40.00' });
    const known = totals(former).map(Number) as [number, number];
    expect(known).toEqual([120, 3]);
    const bench = await inherited();
    await remember(bench, known);

    await bench.shop({ id: 3, total: '40.00', refunds: ['-10.00'] });
    await bench.shop({ id: 4, total: '5.00' });
    await bench.shop({ id: 4, total: '5.00', status: 'cancelled' });
    await bench.deliver('order.deleted', { id: 3 });
    await bench.sync();

    expect(totals(bench)).toEqual(known);
  });

  it('stay left alone by every later change', async () => {
    const bench = await inherited();
    await remember(bench, [1234.5, 17]);

    await bench.shop({ total: '12.00' });
    await bench.shop({ id: 2, total: '30.00' });
    await bench.shop({ id: 2, total: '30.00', status: 'refunded', refunds: ['-30.00'] });

    expect(totals(bench)).toEqual([1234.5, 17]);
  });

  it('stay left alone after a crash and by a process that remembers nothing', async () => {
    const bench = await inherited();
    await remember(bench, [1234.5, 17]);
    let crashes = 1;
    bench.disturb((method) => {
      if (method === 'settle' && crashes-- > 0) throw new Error('the ledger is away');
    });

    await bench.shop({ total: '12.00' });
    bench.coldStart();
    bench.forward(10 * MINUTE);
    await bench.sweep();

    expect(totals(bench)).toEqual([1234.5, 17]);
  });

  it('are each looked at alone: what is empty there is written', async () => {
    const bench = await inherited();
    await bench.person('POST', '/contacts/new', { email: ANNA, mautic_woo_order_count: 4 });

    await bench.shop({ total: '12.00' });

    expect(totals(bench)).toEqual([12, 4]);
  });

  it('are said once per store, with the remedy', async () => {
    const bench = await inherited();
    await remember(bench, [100, 3]);
    await remember(bench, [200, 4], BEN);

    await bench.shop({});
    bench.coldStart();
    await bench.shop({ id: 2, email: BEN });

    expect(told(bench)).toBe(1);
  });

  it('are overwritten where the policy says so, without a look', async () => {
    const bench = await inherited({ policy: { existingTotals: 'overwrite' } });
    await remember(bench, [1234.5, 17]);

    await bench.shop({ total: '12.00' });

    expect(totals(bench)).toEqual([12, 1]);
    expect(lookUps(bench)).toBe(0);
    expect(told(bench)).toBe(0);
  });

  it("are the bridge's from the next change on, once the history is in the ledger", async () => {
    const bench = await inherited();
    await remember(bench, [1234.5, 17]);
    await bench.shop({ total: '12.00' });

    await bench.register(historyOf('demo'), historyText(bench.clock.now()));
    bench.forward(6 * MINUTE);
    await bench.shop({ id: 2, total: '30.00' });

    expect(totals(bench)).toEqual([42, 2]);
  });

  it('are looked at again when the contact that held them was deleted and comes back', async () => {
    const bench = await inherited();
    const { contact } = await remember(bench, [1234.5, 17]);
    await bench.shop({ total: '12.00' });
    await bench.person('DELETE', `/contacts/${String((contact as { id: number }).id)}/delete`);

    await bench.shop({ id: 2, total: '30.00', createdAt: bench.clock.now() + MINUTE });

    expect(totals(bench)).toEqual([42, 2]);
  });

  it('are written once somebody has emptied them', async () => {
    const bench = await inherited();
    const { contact } = await remember(bench, [1234.5, 17]);
    await bench.shop({ total: '12.00' });
    await bench.person('PATCH', `/contacts/${String((contact as { id: number }).id)}/edit`, {
      mautic_woo_total_spent: null,
      overwriteWithBlank: true,
    });

    await bench.shop({ id: 2, total: '30.00' });

    expect(totals(bench)).toEqual([42, 17]);
  });
});

describe('a contact that is new in Mautic', () => {
  it('gets its totals, after one look for all of a batch', async () => {
    const bench = await inherited();
    await bench.order({ id: 1, total: '12.00' });
    await bench.order({ id: 2, email: BEN, total: '30.00' });

    await bench.sync();

    expect([totals(bench), totals(bench, BEN)]).toEqual([
      [12, 1],
      [30, 1],
    ]);
    expect(lookUps(bench)).toBe(1);
  });

  it('is not looked at again: its totals are the bridge’s, and go down with a refund', async () => {
    const bench = await inherited();
    await bench.shop({ total: '12.00' });
    bench.calls();

    await bench.shop({ total: '12.00', status: 'refunded', refunds: ['-12.00'] });

    expect(lookUps(bench)).toBe(0);
    expect(totals(bench)).toEqual([null, null]);
  });

  it('costs no look while the history of every store is known', async () => {
    const bench = await startBench();

    await bench.shop({});

    expect(lookUps(bench)).toBe(0);
  });
});

describe('a segment by number of orders or amount, while history is missing,', () => {
  async function segmenting(rule: { minOrders?: number; minSpent?: string; statuses?: string[] }) {
    const bench = await inherited({ policy: { segments: [{ segment: 1, ...rule }] } });
    await bench.person('POST', '/segments/new', { name: 'Regulars' });
    // Whoever found it missing has forgotten that.
    bench.coldStart();
    return bench;
  }

  async function isMember(bench: Bench): Promise<boolean> {
    const { lists } = await bench.person('GET', `/contacts/${String(bench.contact().id)}/segments`);
    return Object.keys(lists as object).includes('1');
  }

  it.each([[{ minOrders: 2 }], [{ minSpent: '20.00' }]])('takes nobody out: %j', async (rule) => {
    const bench = await segmenting(rule);
    await bench.shop({ id: 1, total: '12.00' });
    expect(await isMember(bench)).toBe(false);
    await bench.shop({ id: 2, total: '12.00' });
    expect(await isMember(bench)).toBe(true);

    await bench.shop({ id: 2, total: '12.00', status: 'cancelled' });

    expect(await isMember(bench)).toBe(true);
  });

  it('takes out who has another status: that is no question of history', async () => {
    const bench = await segmenting({ minOrders: 1, statuses: ['processing'] });
    await bench.shop({});
    expect(await isMember(bench)).toBe(true);

    await bench.shop({ status: 'completed' });

    expect(await isMember(bench)).toBe(false);
  });

  it('takes out at the next change once the history is there', async () => {
    const bench = await segmenting({ minOrders: 1 });
    await bench.shop({});
    await bench.shop({ status: 'cancelled' });
    expect(await isMember(bench)).toBe(true);

    await bench.register(historyOf('demo'), historyText(bench.clock.now()));
    bench.forward(6 * MINUTE);
    await bench.shop({ status: 'cancelled', billing: { city: 'Ulm' } });

    expect(await isMember(bench)).toBe(false);
  });
});

it('what the version before wrote is its own: a ledger without a word of kept totals is read as before', async () => {
  const bench = await startBench();
  await bench.shop({ total: '12.00' });

  const later = await startBench({ pastIsMissing: true });
  await later.shop({ total: '12.00' });

  expect(Object.keys(await later.written()).sort()).toEqual(Object.keys(await bench.written()).sort());
});
