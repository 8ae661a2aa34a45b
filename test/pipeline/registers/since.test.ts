import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, type Policy } from '../../../lib/core/policy/policy.ts';
import { createMemoryLedger, type MemoryLedger } from '../../../lib/local/memory/ledger.ts';
import { createSince } from '../../../lib/pipeline/registers/since.ts';

const NOW = Date.parse('2026-12-01T12:00:00Z');
const HOUR = 3_600_000;
const STORES = [{ id: 'demo' }, { id: 'other' }];

/** A ledger that counts how often it is asked, and a process that asks it. */
function instance({
  policy = {},
  ledger = createMemoryLedger(),
}: {
  policy?: Partial<Policy>;
  ledger?: MemoryLedger;
} = {}) {
  const time = { now: NOW };
  const asked: string[] = [];
  const failing = { times: 0 };
  const things: Pick<MemoryLedger, 'connectedSince'> = {
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
    registers: ledger,
    clock: { now: () => time.now },
  });
  return { since, asked, failing, time, ledger };
}

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

describe('the moment from which a rule of the policy holds', () => {
  const completed = { template: 7, transactional: true };

  it('is that of its first deployment, for every process that asks later; of the first rules that of the connection', async () => {
    const { ledger, since } = instance({ policy: { notes: ['completed'] } });
    expect([...(await since()).rules]).toEqual([['note:completed', 0]]);

    const later = instance({ ledger, policy: { notes: ['completed'], emails: { completed } } });
    later.time.now = NOW + HOUR;
    const again = instance({ ledger, policy: { emails: { completed }, notes: ['completed'] } });
    again.time.now = NOW + 2 * HOUR;

    const rules = (await later.since()).rules;
    expect(rules.get('note:completed')).toBe(0);
    expect(rules.get('email:completed')).toBe(NOW + HOUR - 120_000);
    expect((await again.since()).rules).toEqual(rules);
  });

  it('is a new one when the rule was taken out for a while', async () => {
    const { ledger, since } = instance({ policy: { emails: { completed } } });
    await since();
    await instance({ ledger }).since();

    const back = instance({ ledger, policy: { emails: { completed } } });
    back.time.now = NOW + HOUR;

    expect((await back.since()).rules.get('email:completed')).toBe(NOW + HOUR - 120_000);
  });

  it('is the same for instances that start at once', async () => {
    const ledger = createMemoryLedger();
    const policy = { emails: { completed }, notes: ['completed', 'processing'] };
    const many = Array.from({ length: 5 }, (_, index) => {
      const one = instance({ ledger, policy });
      one.time.now = NOW + index;
      return one;
    });

    const starts = await Promise.all(many.map(async ({ since }) => [...(await since()).rules]));

    expect(new Set(starts.map((rules) => JSON.stringify(rules))).size).toBe(1);
  });

  it('is overruled by the moment that the policy names, but written down', async () => {
    const { ledger, since } = instance({ policy: { emails: { completed }, since: 5 } });
    expect((await since()).rules.size).toBe(0);

    const later = instance({ ledger, policy: { emails: { completed } } });
    later.time.now = NOW + HOUR;

    expect((await later.since()).rules.get('email:completed')).toBe(0);
  });
});
