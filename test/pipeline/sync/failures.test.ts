import { describe, expect, it } from 'vitest';
import {
  ANNA,
  type Bench,
  CREATE,
  EDIT,
  endpoints,
  HOUR,
  itemsOf,
  LOOK,
  MINUTE,
  startBench,
} from './support.ts';

const BEN = 'ben@example.test';
/** Longer than this no request may take; Mautic may go on working as long. */
const LONGEST_REQUEST_MS = 60_000;

async function known(options: Parameters<typeof startBench>[0] = {}) {
  const bench = await startBench(options);
  await bench.shop({});
  bench.calls();
  return bench;
}

function due(bench: Bench, email = ANNA): number {
  return (bench.profile(email).due ?? Number.NaN) - bench.clock.now();
}

/** Sweeps each minute until nobody is left to do, or for `minutes`. */
async function letPass(bench: Bench, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    bench.forward(MINUTE);
    await bench.sweep();
  }
}

function isWrite(method: string, path: string): boolean {
  return method !== 'GET' && path.startsWith('/api/contacts');
}

describe('a refusal before anything was done', () => {
  it.each(['html-503', 'rate-limit-429'] as const)(
    'defers the contact, and nothing is lost (%s)',
    async (kind) => {
      const bench = await known();
      bench.mautic.faults.add({ match: isWrite, kind });

      const again = await bench.shop({ status: 'completed' });

      expect([...again]).toEqual([]);
      expect(bench.profile()).toMatchObject({ work: 'live', doubt: false, wanted: 2, synced: 1 });
      expect(bench.counts.get('ContactDeferred')).toBe(1);
      await letPass(bench, 62);
      expect(bench.contact().tags).toContain('status:completed');
      expect(bench.profile()).toMatchObject({ synced: 2, attempts: 0 });
      expect(bench.profile().work).toBeUndefined();
    },
  );

  it('waits as long as X-RateLimit-Reset says', async () => {
    const bench = await known();
    bench.mautic.faults.add({ match: isWrite, kind: 'rate-limit-429' });

    await bench.shop({ status: 'completed' });

    expect(due(bench)).toBeGreaterThan(HOUR - 5_000);
    expect(due(bench)).toBeLessThanOrEqual(HOUR);
  });

  it('makes no call before that time, and is the first thing after it', async () => {
    const bench = await known();
    bench.mautic.faults.add({ match: isWrite, kind: 'rate-limit-429' });
    await bench.shop({ status: 'completed' });
    bench.calls();

    await letPass(bench, 59);
    const early = bench.calls();
    await letPass(bench, 2);

    expect(early).toEqual([]);
    // After an hour the list of fields is looked at again.
    expect(endpoints(bench.calls())).toEqual(['GET /api/fields/contact', LOOK, EDIT]);
  });

  it('waits a minute at first and longer each time', async () => {
    const bench = await known();
    bench.mautic.faults.add({ match: isWrite, kind: 'html-503', times: Infinity });
    await bench.shop({ status: 'completed' });
    const waits = [due(bench)];

    for (let tries = 0; tries < 5; tries += 1) {
      bench.forward(due(bench));
      await bench.sweep();
      waits.push(due(bench));
    }

    expect(waits[0]).toBeGreaterThanOrEqual(MINUTE - 1_000);
    expect(waits.toSorted((a, b) => a - b)).toEqual(waits);
    expect(waits.at(-1)).toBeGreaterThan(8 * MINUTE);
    expect(bench.profile().parked).toBeUndefined();
  });

  it('keeps each contact of a first batch when the list of fields is refused', async () => {
    const bench = await startBench();
    bench.mautic.faults.add({ match: (_method, path) => path.includes('/fields/'), kind: 'html-503' });
    await bench.order({ id: 1 });
    await bench.order({ id: 2, email: BEN });

    await bench.sync();

    expect([bench.profile().work, bench.profile(BEN).work]).toEqual(['live', 'live']);
    await letPass(bench, 3);
    expect(bench.contact().fields.firstname).toBe('Anna');
    expect(bench.contact(BEN).fields.firstname).toBe('Anna');
  });

  it('keeps the contact when a tag cannot be created', async () => {
    const bench = await known();
    bench.mautic.faults.add({ match: (_method, path) => path.includes('/tags/'), kind: 'html-503' });

    await bench.shop({ status: 'completed' });

    expect(bench.contact().tags).toContain('status:processing');
    await letPass(bench, 3);
    expect(bench.contact().tags.toSorted()).toEqual(['sku:tea', 'status:completed']);
  });
});

describe('an outcome that is unknown', () => {
  const kinds = ['timeout', 'commit-then-reset', 'html-502', 'commit-then-500'] as const;

  it.each(kinds)('waits at least twice the longest request (%s)', async (kind) => {
    const bench = await known();
    bench.mautic.faults.add({ match: isWrite, kind });

    await bench.shop({ status: 'completed' });

    expect(due(bench)).toBeGreaterThanOrEqual(2 * LONGEST_REQUEST_MS);
    expect(bench.profile()).toMatchObject({ doubt: true, work: 'live', wanted: 2, synced: 1 });
  });

  it.each(kinds)('is followed by a full write that ends right (%s)', async (kind) => {
    const bench = await known();
    bench.mautic.faults.add({ match: isWrite, kind });
    await bench.shop({ status: 'completed' });
    bench.calls();

    await letPass(bench, 8);

    const calls = bench.calls();
    expect(endpoints(calls)).toEqual([LOOK, EDIT]);
    expect(itemsOf(calls[1] ?? { body: [] })[0]).toMatchObject({
      firstname: 'Anna',
      city: 'Köln',
      mautic_woo_total_spent: '12.00',
      tags: ['sku:tea', 'status:completed', '-status:processing'],
    });
    expect(bench.contact().tags.toSorted()).toEqual(['sku:tea', 'status:completed']);
    expect(bench.profile()).toMatchObject({ doubt: false, attempts: 0, synced: 2 });
  });

  it.each(kinds)('makes no second row of a new contact (%s)', async (kind) => {
    const bench = await startBench();
    await bench.shop({ id: 9, email: BEN });
    bench.mautic.faults.add({ match: isWrite, kind });
    await bench.shop({});

    await letPass(bench, 8);

    expect(bench.contact().fields).toMatchObject({ firstname: 'Anna', mautic_woo_order_count: 1 });
    expect(bench.profile().mauticId).toBe(bench.contact().id);
  });

  it.each(['html-502', 'commit-then-reset'] as const)(
    'never parks the contact, however long it lasts (%s)',
    async (kind) => {
      const bench = await known();
      bench.mautic.faults.add({ match: isWrite, kind, times: Infinity });
      await bench.shop({ status: 'completed' });

      await letPass(bench, 12 * 60);

      expect(bench.profile().attempts).toBeGreaterThan(8);
      expect(bench.profile().parked).toBeUndefined();
      expect(bench.profile()).toMatchObject({ work: 'live', doubt: true });
    },
  );

  it('takes away a tag that an unanswered write may have left', async () => {
    const bench = await startBench();
    bench.mautic.faults.add({ match: isWrite, kind: 'commit-then-reset' });
    await bench.shop({});
    await bench.order({ status: 'completed', lines: [{ sku: 'CUP' }] });

    await letPass(bench, 8);

    expect(bench.contact().tags.toSorted()).toEqual(['sku:cup', 'status:completed']);
  });

  it('ends right when the field of a value was saved by an unanswered write and is blank by now', async () => {
    const bench = await startBench();
    bench.mautic.faults.add({ match: isWrite, kind: 'commit-then-reset' });
    await bench.shop({});
    expect(bench.contact().fields.phone).toBe('+49 221 1');
    await bench.order({ billing: { phone: '' } });

    await letPass(bench, 8);

    expect(bench.contact().fields.phone).toBeUndefined();
  });
});

describe('one poisonous contact in a batch that Mautic answers with an opaque 500', () => {
  const emails = Array.from({ length: 10 }, (_, n) => `c${String(n)}@example.test`);
  const POISON = 'c6@example.test';

  /** As Mautic does it: items before the poison are kept, those after it never seen. */
  async function poisoned() {
    const bench = await startBench();
    await bench.shop({ id: 99, email: BEN });
    bench.calls();
    bench.front.before = async (call) => {
      const items = Array.isArray(call.body) ? itemsOf(call) : [];
      const at = items.findIndex(({ email }) => email === POISON);
      if (at < 0) return undefined;
      if (at > 0) await bench.person('POST', '/contacts/batch/new', items.slice(0, at));
      return SERVER_ERROR_REPLY;
    };
    for (const [id, email] of emails.entries()) await bench.order({ id: id + 1, email });
    return bench;
  }

  it('does not keep the others from being written, once each', async () => {
    const bench = await poisoned();

    await bench.sync();

    const others = emails.filter((email) => email !== POISON);
    expect(others.map((email) => bench.contact(email).fields.mautic_woo_order_count)).toEqual(
      others.map(() => 1),
    );
    expect(others.map((email) => bench.profile(email).work)).toEqual(others.map(() => undefined));
    expect(bench.profile(POISON)).toMatchObject({ doubt: true, work: 'live' });
  });

  it('is parked after several attempts, with a remedy, and no sooner', async () => {
    const bench = await poisoned();
    await bench.sync();
    let sweeps = 0;

    for (; bench.profile(POISON).work !== undefined && sweeps < 30; sweeps += 1) {
      bench.forward(Math.max(0, due(bench, POISON)));
      await bench.sweep();
    }

    expect(sweeps).toBeGreaterThanOrEqual(3);
    expect(sweeps).toBeLessThan(15);
    expect(bench.profile(POISON).parked).toMatchObject({
      code: 'server-error',
      message: expect.stringContaining('log'),
    });
  });

  it('is not parked by one such answer, however often Mautic was away before', async () => {
    const bench = await poisoned();
    const poison = bench.front.before;
    bench.front.before = () => ({ status: 503, body: {} });
    await bench.sync();
    for (let sweeps = 0; bench.profile(POISON).attempts < 8 && sweeps < 200; sweeps += 1) {
      bench.forward(60_000);
      await bench.sweep();
    }
    expect(bench.profile(POISON).attempts).toBeGreaterThanOrEqual(8);

    bench.front.before = poison;
    for (let sweeps = 0; bench.profile(POISON).serverErrors === undefined && sweeps < 200; sweeps += 1) {
      bench.forward(60_000);
      await bench.sweep();
    }

    expect(bench.profile(POISON)).toMatchObject({ serverErrors: 1, work: 'live' });
    expect(bench.profile(POISON).parked).toBeUndefined();
  });

  it('is written after all when the cause is gone and a change comes', async () => {
    const bench = await poisoned();
    await bench.sync();
    for (let sweeps = 0; bench.profile(POISON).work !== undefined && sweeps < 30; sweeps += 1) {
      bench.forward(Math.max(0, due(bench, POISON)));
      await bench.sweep();
    }
    bench.front.before = () => undefined;

    await bench.shop({ id: 7, email: POISON, status: 'completed' });

    expect(bench.contact(POISON).tags).toContain('status:completed');
    expect(bench.profile(POISON).parked).toBeUndefined();
  });

  it('among contacts with known ids does not keep the others from being written', async () => {
    const bench = await poisoned();
    bench.front.before = () => undefined;
    await bench.sync();
    const poison = bench.contact(POISON).id;
    bench.front.before = ({ body }) =>
      Array.isArray(body) && itemsOf({ body }).some(({ id }) => id === poison)
        ? SERVER_ERROR_REPLY
        : undefined;
    for (const [id, email] of emails.entries()) await bench.order({ id: id + 1, email, status: 'completed' });

    await bench.sync();

    const written = emails.filter((email) => bench.contact(email).tags.includes('status:completed'));
    expect(written).toEqual(emails.filter((email) => email !== POISON));
  });
});

describe('a second ring in the queue', () => {
  /** The queue is long, so the sweep rings too before the first ring is heard. */
  async function rungTwice(bench: Bench) {
    await bench.order({ status: 'completed' });
    const first = bench.rings();
    bench.forward(2 * MINUTE);
    await bench.ringForDue();
    return [first, bench.rings()] as const;
  }

  it('does not write again while Mautic may still be working on the unanswered first write', async () => {
    const bench = await known();
    const [first, second] = await rungTwice(bench);
    bench.mautic.faults.add({ match: isWrite, kind: 'timeout' });
    await bench.sync({ rings: first });
    bench.calls();

    await bench.sync({ rings: second });

    expect(second).toHaveLength(1);
    expect(bench.calls()).toEqual([]);
  });

  it('does not call before the time that X-RateLimit-Reset named', async () => {
    const bench = await known();
    const [first, second] = await rungTwice(bench);
    bench.mautic.faults.add({ match: isWrite, kind: 'rate-limit-429', times: Infinity });
    await bench.sync({ rings: first });
    bench.calls();

    await bench.sync({ rings: second });

    expect(second).toHaveLength(1);
    expect(bench.calls()).toEqual([]);
  });

  it('costs no call when the first write succeeded', async () => {
    const bench = await known();
    const [first, second] = await rungTwice(bench);
    await bench.sync({ rings: first });
    bench.calls();

    await bench.sync({ rings: second });

    expect(bench.calls()).toEqual([]);
  });
});

describe('a tag that Mautic cannot create', () => {
  it('keeps only its own contact waiting, not the others of the batch', async () => {
    const bench = await known();
    bench.front.before = ({ path, body }) =>
      path === '/api/tags/new' && JSON.stringify(body).includes('sku:poison')
        ? SERVER_ERROR_REPLY
        : undefined;
    await bench.order({ id: 2, email: BEN, lines: [{ sku: 'POISON' }] });
    await bench.order({ status: 'completed' });

    await bench.sync();

    expect(bench.profile(BEN).work).toBe('live');
    expect(bench.contact().tags).toContain('status:completed');
  });

  it('does not in the end park the others, whose tags are fine', async () => {
    const bench = await known();
    bench.front.before = ({ path, body }) =>
      path === '/api/tags/new' && JSON.stringify(body).includes('sku:poison')
        ? SERVER_ERROR_REPLY
        : undefined;
    await bench.order({ id: 2, email: BEN, lines: [{ sku: 'POISON' }] });
    await bench.order({ status: 'completed' });
    await bench.sync();

    await letPass(bench, 6 * 60);

    expect(bench.profile().parked).toBeUndefined();
    expect(bench.contact().tags).toContain('status:completed');
  });
});

describe('a Mautic that answers nothing but 500', () => {
  it('is not asked about each contact of a large batch again and again', async () => {
    const bench = await known();
    for (let id = 2; id <= 41; id += 1) await bench.order({ id, email: `c${String(id)}@example.test` });
    bench.mautic.faults.add({ match: isWrite, kind: 'status-500', times: Infinity });

    await bench.sync();

    const creates = endpoints(bench.calls()).filter((endpoint) => endpoint === CREATE);
    expect(creates.length).toBeLessThanOrEqual(12);
    expect(bench.profile('c2@example.test')).toMatchObject({ work: 'live', doubt: true });
    expect(bench.profile('c41@example.test')).toMatchObject({ work: 'live', doubt: true });
  });
});

const SERVER_ERROR_REPLY = {
  status: 500,
  body: { errors: [{ message: 'Looks like I encountered an error (error #500).', code: 500, type: null }] },
};
