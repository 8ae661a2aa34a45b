import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, type Policy } from '../../lib/core/policy.ts';
import { createMemoryLedger } from '../../lib/local/memory/ledger.ts';
import { createSince } from '../../lib/pipeline/since.ts';

const NOW = Date.parse('2026-12-01T12:00:00Z');
const HOUR = 3_600_000;
const STORES = [{ id: 'demo' }, { id: 'other' }];

/** A ledger that counts how often it is asked, and a process that asks it. */
function instance({
  policy = {},
  ledger = createMemoryLedger(),
}: {
  policy?: Partial<Policy>;
  ledger?: Ledger;
} = {}) {
  const time = { now: NOW };
  const asked: string[] = [];
  const failing = { times: 0 };
  const things: Ledger = {
    connectedSince: async (store, now) => {
      asked.push(store);
      if (failing.times > 0) {
        failing.times -= 1;
        throw new Error('the ledger is away');
      }
      return ledger.connectedSince(store, now);
    },
  };
  const since = createSince({
    stores: STORES,
    policy: { ...DEFAULT_POLICY, ...policy },
    things,
    clock: { now: () => time.now },
  });
  return { since, asked, failing, time, ledger };
}

type Ledger = Pick<ReturnType<typeof createMemoryLedger>, 'connectedSince'>;

describe('the moment from which orders have notes and e-mails', () => {
  it('is that of the policy for every store, and the ledger is not asked', async () => {
    const { since, asked } = instance({ policy: { since: 5 } });

    expect([...(await since())]).toEqual([
      ['demo', 5],
      ['other', 5],
    ]);
    expect(asked).toEqual([]);
  });

  it('is the policy’s even when it is the beginning of time', async () => {
    const { since, asked } = instance({ policy: { since: 0 } });

    expect((await since()).get('demo')).toBe(0);
    expect(asked).toEqual([]);
  });

  it('is just before a store was first seen, so that its first order has them', async () => {
    const { since } = instance();

    const start = (await since()).get('demo') ?? 0;

    expect(start).toBeLessThanOrEqual(NOW - 60_000);
    expect(start).toBeGreaterThan(NOW - HOUR);
  });

  it('is the same for every process that ever asks', async () => {
    const first = instance();
    const start = (await first.since()).get('demo');
    const later = instance({ ledger: first.ledger });
    later.time.now = NOW + 1000 * HOUR;

    expect((await later.since()).get('demo')).toBe(start);
  });

  it('is each store’s own', async () => {
    const ledger = createMemoryLedger();
    await ledger.connectedSince('other', 7);

    const starts = await instance({ ledger }).since();

    expect(starts.get('other')).toBe(7);
    expect(starts.get('demo')).toBeGreaterThan(7);
  });

  it('is asked for once per process, also by many at once', async () => {
    const { since, asked } = instance();

    await Promise.all([since(), since(), since()]);
    await since();

    expect(asked).toEqual(['demo', 'other']);
  });

  it('is not asked for before anybody wants to know', () => {
    expect(instance().asked).toEqual([]);
  });

  it('is asked for again when the ledger failed', async () => {
    const { since, asked, failing } = instance();
    failing.times = 1;

    await expect(since()).rejects.toThrow('the ledger is away');
    const starts = await since();
    await since();

    expect(starts.size).toBe(2);
    expect(asked).toEqual(['demo', 'other', 'demo', 'other']);
  });
});
