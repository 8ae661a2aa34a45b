import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../lib/core/policy/policy.ts';
import { ANNA, type Bench, endpoints, keyOf, MINUTE, orderBody, startBench } from './support.ts';

const BEN = 'ben@example.test';

/** Mautic has the segments 1 to 3. */
async function segmenting(segments: Policy['segments'], policy: Partial<Policy> = {}) {
  const bench = await startBench({ policy: { ...policy, segments } });
  for (const name of ['Buyers', 'Regulars', 'Spenders'])
    await bench.person('POST', '/segments/new', { name });
  return bench;
}

async function memberships(bench: Bench, email = ANNA): Promise<readonly number[]> {
  const { lists } = await bench.person('GET', `/contacts/${String(bench.contact(email).id)}/segments`);
  return Object.keys(lists as object).map(Number);
}

function segmentCalls(bench: Bench): readonly string[] {
  return endpoints(bench.calls()).filter((call) => call.includes('/segments/'));
}

async function letPass(bench: Bench, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    bench.forward(MINUTE);
    await bench.sweep();
  }
}

describe('a segment by status', () => {
  const rules = [{ segment: 1, statuses: ['processing', 'completed'] }];

  it('holds the contact while its newest order is in one of them', async () => {
    const bench = await segmenting(rules);

    const held: boolean[] = [];
    for (const status of ['on-hold', 'processing', 'completed', 'refunded', 'completed']) {
      await bench.shop({ status });
      held.push((await memberships(bench)).includes(1));
    }

    expect(held).toEqual([false, true, true, false, true]);
  });

  it('does not look at an older order', async () => {
    const bench = await segmenting(rules);
    await bench.shop({ id: 1, status: 'completed' });

    await bench.shop({ id: 2, status: 'pending' });

    expect(await memberships(bench)).toEqual([]);
  });

  it('is asked for nothing while nothing changes', async () => {
    const bench = await segmenting(rules);
    await bench.shop({});
    expect(segmentCalls(bench)).toEqual(['POST /api/segments/1/contacts/add']);

    await bench.shop({});
    await bench.shop({ status: 'completed' });
    await bench.shop({ billing: { city: 'Ulm' } });

    expect(segmentCalls(bench)).toEqual([]);
  });

  it('that nobody put the contact into is never left', async () => {
    const bench = await segmenting(rules);
    await bench.shop({ status: 'on-hold' });
    await bench.person('POST', `/segments/1/contact/${String(bench.contact().id)}/add`);
    bench.calls();

    await bench.shop({ status: 'refunded' });

    expect(segmentCalls(bench)).toEqual([]);
    expect(await memberships(bench)).toEqual([1]);
  });
});

describe('segments of a whole batch', () => {
  it('are joined in one call each, and left one by one', async () => {
    const bench = await segmenting([
      { segment: 1, statuses: ['processing'] },
      { segment: 2, minOrders: 1 },
    ]);
    const emails = Array.from({ length: 10 }, (_, n) => `c${String(n)}@example.test`);
    for (const [id, email] of emails.entries()) await bench.order({ id: id + 1, email });
    await bench.sync();

    expect(segmentCalls(bench).toSorted()).toEqual([
      'POST /api/segments/1/contacts/add',
      'POST /api/segments/2/contacts/add',
    ]);
    for (const email of emails) expect(await memberships(bench, email)).toEqual([1, 2]);

    for (const [id, email] of emails.entries())
      await bench.order({ id: id + 1, email, status: id === 0 ? 'processing' : 'completed' });
    bench.calls();
    await bench.sync();

    expect(segmentCalls(bench)).toHaveLength(9);
    expect(await memberships(bench, emails[0])).toEqual([1, 2]);
    expect(await memberships(bench, emails[9])).toEqual([2]);
  });
});

describe('a segment by number of orders', () => {
  it('holds the contact from that number on, and no longer below it', async () => {
    const bench = await segmenting([{ segment: 2, minOrders: 2 }]);
    const held: boolean[] = [];
    const look = async () => held.push((await memberships(bench)).includes(2));

    await bench.shop({ id: 1 });
    await look();
    await bench.shop({ id: 2 });
    await look();
    await bench.shop({ id: 3, status: 'pending' });
    await look();
    await bench.shop({ id: 2, status: 'cancelled' });
    await look();

    expect(held).toEqual([false, true, true, false]);
  });
});

describe('a segment by amount', () => {
  it.each([
    ['99.99', false],
    ['100.00', true],
    ['100', true],
    ['100.01', true],
    ['1000.00', true],
    ['20.00', false],
  ])('of 100.00 holds who spent %s: %s', async (total, held) => {
    const bench = await segmenting([{ segment: 3, minSpent: '100.00' }]);

    await bench.shop({ total });

    expect(await memberships(bench)).toEqual(held ? [3] : []);
  });

  it('adds orders up and takes refunds off', async () => {
    const bench = await segmenting([{ segment: 3, minSpent: '100.00' }]);
    await bench.shop({ id: 1, total: '60.00' });
    await bench.shop({ id: 2, total: '40.00' });
    expect(await memberships(bench)).toEqual([3]);

    await bench.shop({ id: 1, total: '60.00', refunds: ['-0.01'] });

    expect(await memberships(bench)).toEqual([]);
  });

  it('counts no other currency than the one of the store', async () => {
    const bench = await segmenting([{ segment: 3, minSpent: '100.00' }]);

    await bench.order({ id: 1, total: '99.00' });
    const dollars = orderBody({ id: 2, total: '500.00' }, bench.clock.now()) as object;
    await bench.deliver('order.updated', { ...dollars, currency: 'USD' });
    await bench.sync();

    expect(bench.contact().fields.mautic_woo_order_count).toBe(2);
    expect(await memberships(bench)).toEqual([]);
  });
});

describe('several conditions of one segment', () => {
  it('must all hold', async () => {
    const bench = await segmenting([
      { segment: 1, statuses: ['completed'], minOrders: 2, minSpent: '24.00' },
    ]);
    await bench.shop({ id: 1, status: 'completed' });
    await bench.shop({ id: 2, status: 'processing' });
    expect(await memberships(bench)).toEqual([]);

    await bench.shop({ id: 2, status: 'completed' });

    expect(await memberships(bench)).toEqual([1]);
  });

  it('in two rules for one segment are alternatives, and make one call', async () => {
    const bench = await segmenting([
      { segment: 1, statuses: ['completed'] },
      { segment: 1, minOrders: 1 },
    ]);

    await bench.shop({ status: 'completed' });

    expect(segmentCalls(bench)).toEqual(['POST /api/segments/1/contacts/add']);
  });
});

describe('a membership that could not be changed', () => {
  it.each(['html-503', 'reset-before', 'commit-then-reset', 'status-500'] as const)(
    'is changed later, and the contact is in step then (%s)',
    async (kind) => {
      const bench = await segmenting([{ segment: 1, statuses: ['processing'] }]);
      bench.mautic.faults.add({ match: (_method, path) => path.includes('/segments/'), kind });

      await bench.shop({});
      expect(bench.profile()).toMatchObject({ work: 'live', synced: 0 });
      await letPass(bench, 6);

      expect(await memberships(bench)).toEqual([1]);
      expect(bench.profile().work).toBeUndefined();
    },
  );

  it('is taken back although the rule turned false before it was known', async () => {
    const bench = await segmenting([{ segment: 1, statuses: ['processing'] }]);
    bench.mautic.faults.add({
      match: (_method, path) => path.includes('/segments/'),
      kind: 'commit-then-reset',
    });
    await bench.shop({});
    expect(await memberships(bench)).toEqual([1]);

    await bench.order({ status: 'completed' });
    await letPass(bench, 6);

    expect(await memberships(bench)).toEqual([]);
  });

  it('is never forgotten when the process dies between the call and its record', async () => {
    const bench = await segmenting([{ segment: 1, statuses: ['processing'] }]);
    bench.front.after = ({ path }) => {
      if (path.includes('/segments/')) bench.disturb(killed);
    };
    await bench.shop({});
    bench.front.after = () => undefined;
    bench.disturb(() => undefined);
    expect(await memberships(bench)).toEqual([1]);

    await bench.shop({ status: 'completed' });
    await letPass(bench, 3);

    expect(await memberships(bench)).toEqual([]);
  });

  it('is made when the process dies between its record and the call', async () => {
    const bench = await segmenting([{ segment: 1, statuses: ['processing'] }]);
    bench.front.before = ({ path }) => {
      if (!path.includes('/segments/')) return undefined;
      bench.disturb(killed);
      return { status: 503, body: '' };
    };
    await bench.shop({});
    bench.front.before = () => undefined;
    bench.disturb(() => undefined);
    expect(await memberships(bench)).toEqual([]);

    await letPass(bench, 3);

    expect(await memberships(bench)).toEqual([1]);
  });

  it('is left when the process dies before it could be exchanged for another', async () => {
    const bench = await segmenting([
      { segment: 1, statuses: ['processing'] },
      { segment: 2, statuses: ['completed'] },
    ]);
    await bench.shop({});
    bench.front.before = ({ path }) => {
      if (!path.includes('/segments/')) return undefined;
      bench.disturb(killed);
      return { status: 503, body: '' };
    };
    await bench.shop({ status: 'completed' });
    bench.front.before = () => undefined;
    bench.disturb(() => undefined);

    await letPass(bench, 3);

    expect(await memberships(bench)).toEqual([2]);
  });

  it('because the ledger fails one contact costs no other its message', async () => {
    const bench = await segmenting([{ segment: 1, minOrders: 1 }]);
    await bench.order({});
    await bench.order({ id: 2, email: BEN });
    let saves = 0;
    bench.disturb((method, contact) => {
      if (method !== 'saveWritten' || contact !== keyOf(BEN)) return;
      saves += 1;
      if (saves > 1) throw new Error('the ledger is away');
    });

    const again = await bench.sync();

    expect([...again]).toEqual([1]);
    expect(bench.profile().work).toBeUndefined();
  });
});

describe('a contact that is no longer ours', () => {
  it('leaves the segments it was put into when its only order goes to another address', async () => {
    const bench = await segmenting([{ segment: 1, minOrders: 1 }]);
    await bench.shop({});

    await bench.shop({ email: BEN });

    expect(await memberships(bench)).toEqual([]);
    expect(await memberships(bench, BEN)).toEqual([1]);
  });

  it('leaves them when its only order is deleted', async () => {
    const bench = await segmenting([{ segment: 1, minOrders: 1 }]);
    await bench.shop({});

    await bench.deliver('order.deleted', { id: 1 });
    await bench.sync();

    expect(await memberships(bench)).toEqual([]);
  });

  it('is put into them again when somebody deleted it and an order brings it back', async () => {
    const bench = await segmenting([{ segment: 1, minOrders: 1 }]);
    await bench.shop({});
    await bench.person('DELETE', `/contacts/${String(bench.contact().id)}/delete`);

    await bench.shop({ id: 2, createdAt: bench.clock.now() + MINUTE });

    expect(await memberships(bench)).toEqual([1]);
  });
});

function killed(): never {
  throw new Error('the process was killed');
}
