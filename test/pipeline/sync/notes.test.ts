import { describe, expect, it } from 'vitest';
import { ANNA, type Bench, endpoints, HOUR, itemsOf, MINUTE, startBench } from './support.ts';

const BEN = 'ben@example.test';
const ADD = 'POST /api/notes/batch/new';
const CONNECTED = Date.parse('2026-12-01T00:00:00Z');
const BEFORE = CONNECTED - HOUR;
const SINCE = new Map([['demo', CONNECTED]]);

function noting(notes: readonly string[] = ['processing', 'completed']) {
  return startBench({ policy: { notes: [...notes] }, since: SINCE });
}

function texts(bench: Bench): readonly string[] {
  return bench.mautic.notes().map(({ text }) => text);
}

/** The last line of every note, in the order they were added. */
function markers(bench: Bench): readonly string[] {
  return texts(bench).map((text) => text.split('\n').at(-1) ?? '');
}

/** Calls that have to do with anything but the contact itself. */
function effectCalls(bench: Bench): readonly string[] {
  return endpoints(bench.calls()).filter((call) => /notes|emails|segments|dnc/.test(call));
}

describe('without a policy that asks for them', () => {
  it('no note, e-mail or segment is ever asked of Mautic', async () => {
    const bench = await startBench({ since: SINCE });

    for (const status of ['pending', 'processing', 'completed', 'refunded']) await bench.shop({ status });
    bench.forward(HOUR);
    await bench.sweep();

    expect(bench.contact().tags).toContain('status:refunded');
    expect(effectCalls(bench)).toEqual([]);
    expect(await bench.effects()).toEqual({});
  });
});

describe('a note', () => {
  it('is added at a status the policy lists, with title, details and marker', async () => {
    const bench = await noting();

    await bench.shop({
      id: 23,
      total: '30.00',
      refunds: ['-5.00'],
      coupons: ['welcome'],
      lines: [{ sku: 'TEA' }, { sku: '', name: 'Cup' }],
    });

    const [text] = texts(bench);
    const lines = text?.split('\n') ?? [];
    expect(lines[0]).toBe('Order 23: processing');
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Total 30\.00 EUR/),
        'Refunded -5.00 EUR',
        '1 × Name of TEA (TEA): 12.00',
        '1 × Cup: 12.00',
        'Coupons: welcome',
      ]),
    );
    expect(lines.at(-1)).toBe('[demo/23/processing]');
  });

  it('belongs to the contact of its order', async () => {
    const bench = await noting();
    await bench.shop({ id: 1 });

    await bench.shop({ id: 2, email: BEN });

    expect(bench.mautic.notes().map(({ contact }) => contact)).toEqual([
      bench.contact().id,
      bench.contact(BEN).id,
    ]);
  });

  it('is added for each listed status an order reaches, and for no other', async () => {
    const bench = await noting();

    for (const status of ['pending', 'processing', 'completed', 'refunded']) await bench.shop({ status });

    expect(markers(bench)).toEqual(['[demo/1/processing]', '[demo/1/completed]']);
    expect(await bench.effects()).toMatchObject({
      'note:processing': { state: 'done' },
      'note:completed': { state: 'done' },
    });
  });

  it('is added for a status that passed while nobody looked', async () => {
    const bench = await noting();
    await bench.order({ status: 'processing' });
    await bench.order({ status: 'completed' });

    await bench.sync();

    expect([...markers(bench)].sort()).toEqual(['[demo/1/completed]', '[demo/1/processing]']);
  });

  it('is not added again when the order changes or comes back to the status', async () => {
    const bench = await noting(['processing']);

    for (const status of ['processing', 'on-hold', 'processing']) await bench.shop({ status });
    await bench.shop({ total: '99.00' });

    expect(markers(bench)).toEqual(['[demo/1/processing]']);
  });

  it('is not added again for another contact the order went to', async () => {
    const bench = await noting(['processing']);
    await bench.shop({});
    await bench.shop({ email: BEN });
    await bench.shop({ email: BEN, status: 'on-hold' });
    await bench.shop({ email: BEN });
    await bench.shop({});

    expect(markers(bench)).toEqual(['[demo/1/processing]']);
  });

  it('of two orders are two, although one contact has both', async () => {
    const bench = await noting(['processing']);
    await bench.order({ id: 1 });
    await bench.order({ id: 11 });

    await bench.sync();

    expect([...markers(bench)].sort()).toEqual(['[demo/1/processing]', '[demo/11/processing]']);
  });
});

describe('notes of ten contacts', () => {
  it('are added in one call', async () => {
    const bench = await noting(['processing']);
    const emails = Array.from({ length: 10 }, (_, n) => `c${String(n)}@example.test`);
    for (const [index, email] of emails.entries()) await bench.order({ id: index + 1, email });

    await bench.sync();

    const adding = bench.calls().filter(({ method, path }) => `${method} ${path}` === ADD);
    expect(adding.map((call) => itemsOf(call).map(({ lead }) => lead))).toEqual([
      emails.map((email) => bench.contact(email).id),
    ]);
    expect(bench.counts.get('EffectDone')).toBe(10);
  });
});

describe('an order created before the store was connected', () => {
  it('has no notes when it is first seen, in whatever status it is', async () => {
    const bench = await noting();
    for (let id = 1; id <= 5; id += 1) await bench.order({ id, createdAt: BEFORE + id * MINUTE });

    await bench.sync();

    expect(bench.contact().fields.mautic_woo_order_count).toBe(5);
    expect(effectCalls(bench)).toEqual([]);
  });

  it('has no notes when many are completed at once afterwards', async () => {
    const bench = await noting();
    for (let id = 1; id <= 5; id += 1) await bench.shop({ id, createdAt: BEFORE });

    for (let id = 1; id <= 5; id += 1) await bench.order({ id, createdAt: BEFORE, status: 'completed' });
    await bench.sync();

    expect(bench.contact().tags).toContain('status:completed');
    expect(effectCalls(bench)).toEqual([]);
  });

  it('has no notes when it was created in that very moment, and has them a second later', async () => {
    const bench = await noting(['processing']);
    await bench.order({ id: 1, createdAt: CONNECTED });
    await bench.order({ id: 2, createdAt: CONNECTED + 1_000 });

    await bench.sync();

    expect(markers(bench)).toEqual(['[demo/2/processing]']);
  });

  it('has no notes when it is restored from the bin', async () => {
    const bench = await noting();
    await bench.shop({ createdAt: BEFORE });
    await bench.shop({ createdAt: BEFORE, status: 'trash' });

    await bench.deliver('order.restored', { id: 1 });
    await bench.shop({ createdAt: BEFORE, status: 'completed' });

    expect(effectCalls(bench)).toEqual([]);
  });

  it('leaves a store whose connection nobody knows without notes', async () => {
    const bench = await startBench({ policy: { notes: ['processing'] }, since: new Map([['other', 0]]) });

    await bench.shop({});

    expect(effectCalls(bench)).toEqual([]);
  });
});

describe('everything once more', () => {
  const statuses = ['pending', 'processing', 'completed'];
  const changes = [1, 2, 3].flatMap((id) => statuses.map((status) => ({ id, status })));

  it('adds nothing when all orders are delivered and rung for a second time', async () => {
    const bench = await noting();
    for (const change of changes) await bench.shop(change);
    const before = markers(bench);

    for (const change of changes) await bench.shop(change);
    bench.coldStart();
    await bench.sync({ rings: [bench.ring()], receives: 2 });

    expect(before).toHaveLength(6);
    expect(markers(bench)).toEqual(before);
  });

  it('adds each note once when all deliveries come three times and in disorder', async () => {
    const bench = await noting();
    const thrice = [...changes, ...changes, ...changes];

    for (let step = 0; step < thrice.length; step += 1) await bench.shop(thrice[(step * 10) % 27] ?? {});

    const all = [1, 2, 3].flatMap((id) => [
      `[demo/${String(id)}/completed]`,
      `[demo/${String(id)}/processing]`,
    ]);
    expect([...markers(bench)].sort()).toEqual(all.sort());
  });

  it('adds nothing for an order that was deleted and restored', async () => {
    const bench = await noting(['processing']);
    await bench.shop({});
    await bench.deliver('order.deleted', { id: 1 });
    await bench.sync();

    await bench.deliver('order.restored', { id: 1 });
    await bench.shop({});

    expect(markers(bench)).toEqual(['[demo/1/processing]']);
  });
});

describe('a contact that is not in Mautic', () => {
  it('has no notes while it is ignored by the policy', async () => {
    const bench = await startBench({ policy: { notes: ['processing'], ignore: [ANNA] }, since: SINCE });

    await bench.shop({});

    expect(bench.calls().filter(({ path }) => path.includes('notes'))).toEqual([]);
  });

  it('has no more of them once the policy ignores it', async () => {
    const ignore: string[] = [];
    const bench = await startBench({ policy: { notes: ['processing', 'completed'], ignore }, since: SINCE });
    await bench.shop({});
    ignore.push(ANNA);

    await bench.shop({ status: 'completed' });

    expect(markers(bench)).toEqual(['[demo/1/processing]']);
  });

  it('has its notes once the contact could be written', async () => {
    const bench = await noting(['processing']);
    bench.mautic.faults.add({
      match: (method, path) => method === 'POST' && path.includes('/contacts'),
      kind: 'html-503',
    });
    await bench.shop({});
    expect(texts(bench)).toEqual([]);

    bench.forward(2 * MINUTE);
    await bench.sweep();

    expect(markers(bench)).toEqual(['[demo/1/processing]']);
  });
});

describe('a contact that waits because what stands before Mautic takes no note for an hour', () => {
  async function waiting() {
    const bench = await noting(['processing']);
    bench.front.before = ({ path }) => {
      if (!path.includes('/notes/')) return undefined;
      bench.front.before = () => undefined;
      return { status: 429, headers: { 'retry-after': '3600' }, body: { errors: [{ code: 429 }] } };
    };
    await bench.shop({});
    bench.calls();
    return bench;
  }

  it('is rung for by a new delivery and synced at once', async () => {
    const bench = await waiting();

    await bench.order({ id: 2, status: 'on-hold' });
    const rings = bench.rings();
    await bench.sync({ rings });

    expect(rings).toHaveLength(1);
    expect(bench.contact().tags).toContain('status:on-hold');
  });

  it('is synced within minutes when the ring of a new delivery is lost', async () => {
    const bench = await waiting();
    await bench.order({ id: 2, status: 'on-hold' });
    bench.rings();

    for (let minute = 0; minute < 3; minute += 1) {
      bench.forward(MINUTE);
      await bench.sweep();
    }

    expect(bench.contact().tags).toContain('status:on-hold');
  });

  it('is not noted before that hour is over, whoever rings', async () => {
    const bench = await waiting();

    await bench.shop({ id: 2, status: 'on-hold' });

    expect(effectCalls(bench)).toEqual([]);
  });
});

describe('a contact that waits for a note in doubt', () => {
  it('goes on waiting when a delivery comes in between', async () => {
    const bench = await noting(['processing']);
    bench.mautic.faults.add({
      match: (_method, path) => path.includes('/notes/'),
      kind: 'commit-then-reset',
    });
    await bench.shop({});
    bench.calls();

    await bench.shop({ id: 2, status: 'on-hold' });
    expect(effectCalls(bench)).toEqual([]);
    bench.forward(5 * MINUTE);
    await bench.sweep();

    expect(markers(bench)).toEqual(['[demo/1/processing]']);
    expect(bench.profile().work).toBeUndefined();
  });
});
