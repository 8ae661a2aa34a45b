import { beforeEach, describe, expect, test } from 'vitest';
import type { Ring } from '../../lib/core/contact/contact.ts';
import { CALM, type Pace, paceText } from '../../lib/core/pace/pace.ts';
import type { Contacts, DueContact } from '../../lib/core/ports/ledger.ts';
import { createMemoryLedger, type MemoryLedger } from '../../lib/local/memory/ledger.ts';
import { createSweep, type SweepParts } from '../../lib/pipeline/sweep.ts';
import { contact, emailOf } from '../contracts/samples.ts';
import { recordingLog } from '../support/log.ts';

const NOW = 1_000_000_000_000;
const MINUTE = 60_000;
const ADA = contact('ada');

let ledger: MemoryLedger;
let now: number;
let rung: Ring[];
let waiting: number;
let counted: Map<string, number>;
let shown: [string, number, string | undefined][];

beforeEach(() => {
  ledger = createMemoryLedger();
  now = NOW;
  rung = [];
  waiting = 0;
  counted = new Map();
  shown = [];
});

function parts(change: Partial<SweepParts> = {}): SweepParts {
  return {
    contacts: ledger,
    registers: ledger,
    doorbell: { ring: async (rings) => void rung.push(...rings), depth: async () => waiting },
    clock: { now: () => now, sleep: async () => undefined },
    log: recordingLog(),
    metrics: {
      count: (name, value = 1) => void counted.set(name, (counted.get(name) ?? 0) + value),
    },
    gauges: { show: (name, value, store) => void shown.push([name, value, store]) },
    ...change,
  };
}

const sweep = (change: Partial<SweepParts> = {}) => createSweep(parts(change))(() => 0);
const names = (rings: readonly Ring[]) => rings.map((ring) => ring.contact);

async function behind(name: string, due: number): Promise<void> {
  await ledger.want(contact(name), emailOf(name), due);
}

/** The ledger, with contacts of the shard `later` that no call of the pipelines makes yet. */
function withLater(later: readonly DueContact[], seen: string[] = []): Contacts {
  return {
    ...ledger,
    due: async (shard, before, limit) => {
      seen.push(`${shard} ${String(limit)}`);
      return shard === 'later' ? later.slice(0, limit) : ledger.due(shard, before, limit);
    },
    postpone: async (due, next) =>
      later.includes(due)
        ? { contact: due.contact, wanted: 1, attempts: due.attempts + 1 }
        : ledger.postpone(due, next),
  };
}

const LATE: readonly DueContact[] = ['x', 'y', 'z'].map((name) => ({
  contact: contact(name),
  due: 1,
  attempts: 0,
}));

describe('the sweep', () => {
  test('rings for those whose time has come, the longest due first, and counts them', async () => {
    await behind('ada', NOW);
    await behind('bob', NOW - 5);
    await behind('eve', NOW + 1);

    expect(await sweep()).toBe(2);

    expect(rung).toEqual([
      { contact: contact('bob'), wanted: 1, attempts: 1 },
      { contact: ADA, wanted: 1, attempts: 1 },
    ]);
    expect(Object.fromEntries(counted)).toEqual({ ContactRung: 2 });
  });

  test('rings for nobody when nobody is behind, or who is parked', async () => {
    expect(await sweep()).toBe(0);
    await behind('ada', NOW);
    await ledger.park(ADA, 1, { code: 'x', message: 'x', at: NOW });

    expect(await sweep()).toBe(0);
    expect(rung).toEqual([]);
  });

  test('rings with the newest wish', async () => {
    await behind('ada', NOW);
    await behind('ada', NOW);

    await sweep();

    expect(rung).toEqual([{ contact: ADA, wanted: 2, attempts: 1 }]);
  });

  test('rings for live contacts only while a backfill reads more of the others', async () => {
    await behind('ada', NOW);
    await ledger.introduceLater(contact('bob'), emailOf('bob'), NOW);
    const pace: Pace = { ...CALM, later: { heldUntil: NOW + 5 * MINUTE } };
    await ledger.write({ of: 'mautic', name: 'PACE' }, paceText(pace), undefined);

    await sweep();
    expect(names(rung)).toEqual([ADA]);

    now += 5 * MINUTE;
    await sweep();
    expect(names(rung)).toContain(contact('bob'));
  });

  test('does not ring again at once', async () => {
    await behind('ada', NOW);

    await sweep();
    now += MINUTE - 1;

    expect(await sweep()).toBe(0);
  });

  test('waits about twice as long each time, an hour at most, until the contact is in step', async () => {
    await behind('ada', NOW);
    const waits: number[] = [];
    for (let ring = 0; ring < 9; ring += 1) {
      expect(await sweep()).toBe(1);
      const due = (await ledger.profile(ADA))?.due ?? 0;
      waits.push((due - now) / MINUTE);
      now = due;
    }

    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(rung.map(({ attempts }) => attempts)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await ledger.settle(ADA, 1, {});
    await behind('ada', now);
    await sweep();
    expect((await ledger.profile(ADA))?.due).toBe(now + MINUTE);
  });

  test('rings no sooner than a contact that was told to wait', async () => {
    await behind('ada', NOW);
    await ledger.defer(ADA, NOW + 7 * MINUTE, { doubt: false });

    now += 7 * MINUTE - 1;
    expect(await sweep()).toBe(0);
    now += 1;
    expect(await sweep()).toBe(1);
  });

  test('sets the back-off of all it rings for before it rings', async () => {
    await behind('ada', NOW);
    await behind('bob', NOW);
    const ring = async () => {
      expect(await ledger.due('live', NOW, 10)).toEqual([]);
      throw new Error('the queue is away');
    };

    await expect(sweep({ doorbell: { ring, depth: async () => 0 } })).rejects.toThrow('the queue is away');

    expect(await ledger.profile(ADA)).toMatchObject({ due: NOW + MINUTE, attempts: 1 });
  });

  test('leaves out those whose due time moved since it looked', async () => {
    await behind('ada', NOW);
    await behind('bob', NOW);
    const due: Contacts['due'] = async (...asked) => {
      const read = await ledger.due(...asked);
      await ledger.defer(ADA, NOW + 5 * MINUTE, { doubt: false });
      return read;
    };

    expect(await sweep({ contacts: { ...ledger, due } })).toBe(1);

    expect(names(rung)).toEqual([contact('bob')]);
    expect(await ledger.profile(ADA)).toMatchObject({ due: NOW + 5 * MINUTE, attempts: 0 });
  });

  test('rings once for a contact that two sweeps look at at once', async () => {
    await behind('ada', NOW);

    const [one, other] = await Promise.all([sweep(), sweep()]);

    expect(one + other).toBe(1);
    expect(rung).toHaveLength(1);
  });

  // Those that were moved on already have lost their ring and wait for their back-off, up to an hour.
  test('rings for those it moved on, also when it cannot move on another', async () => {
    await behind('ada', NOW - 1);
    await behind('bob', NOW);
    const postpone: Contacts['postpone'] = (due, next) =>
      due.contact === ADA ? ledger.postpone(due, next) : Promise.reject(new Error('throttled'));

    await sweep({ contacts: { ...ledger, postpone } }).catch(() => undefined);

    expect(names(rung)).toEqual([ADA]);
    expect(counted.get('DueNotMoved')).toBe(1);
  });
});

describe('how long a contact has been due', () => {
  test('is shown in whole minutes, of the live one that was due first', async () => {
    await behind('ada', NOW - 61 * MINUTE - 59_000);
    await behind('bob', NOW - MINUTE);

    await sweep();

    expect(shown).toEqual([['MinutesOverdue', 61, undefined]]);
  });

  test('is shown for one that cannot be moved on, sweep after sweep', async () => {
    await behind('ada', NOW);
    const postpone = () => Promise.reject(new Error('denied'));

    for (const _sweep of [1, 2, 3]) {
      await sweep({ contacts: { ...ledger, postpone } });
      now += MINUTE;
    }

    expect(shown.map(([, minutes]) => minutes)).toEqual([0, 1, 2]);
    expect(counted.get('DueNotMoved')).toBe(3);
  });

  test('is not shown when none is due, for later work, or while Mautic is left alone', async () => {
    await sweep({ contacts: withLater(LATE) });
    await behind('ada', NOW - 99 * MINUTE);
    const shut = paceText({ ...CALM, heldUntil: NOW + 1 });
    await ledger.write({ of: 'mautic', name: 'PACE' }, shut, undefined);
    await sweep();

    expect(shown).toEqual([]);
  });

  test('costs no question more than the sweep asks anyway', async () => {
    const asked: string[] = [];
    await behind('ada', NOW - 99 * MINUTE);

    await sweep({ contacts: withLater([], asked) });

    expect(asked).toHaveLength(2);
    expect(shown).toHaveLength(1);
  });
});

describe('live work', () => {
  test('goes before later work', async () => {
    await behind('ada', NOW);

    expect(await sweep({ contacts: withLater(LATE) })).toBe(4);

    expect(names(rung)).toEqual([ADA, contact('x'), contact('y'), contact('z')]);
  });

  test('leaves later work the room that is left in the queue', async () => {
    waiting = 497;
    await behind('ada', NOW);
    const seen: string[] = [];

    expect(await sweep({ contacts: withLater(LATE, seen) })).toBe(3);

    expect(seen).toEqual(['live 3', 'later 2']);
  });

  test('that takes all the room leaves none for later work', async () => {
    waiting = 499;
    await behind('ada', NOW);
    const seen: string[] = [];

    await sweep({ contacts: withLater(LATE, seen) });

    expect(names(rung)).toEqual([ADA]);
    expect(seen).toEqual(['live 1']);
  });
});

describe('the queue', () => {
  test('is filled to 500 rings and no further, whatever is due', async () => {
    for (let index = 0; index < 600; index += 1) await behind(`n${String(index)}`, NOW);

    expect(await sweep()).toBe(500);
    expect(await ledger.due('live', NOW, 1000)).toHaveLength(100);
  });

  test.each([500, 10_000])('that holds %i rings gets no more, and nobody is moved on', async (depth) => {
    waiting = depth;
    await behind('ada', NOW);

    expect(await sweep({ contacts: withLater(LATE) })).toBe(0);

    expect(rung).toEqual([]);
    expect(await ledger.profile(ADA)).toMatchObject({ due: NOW, attempts: 0 });
  });
});

describe('a backlog', () => {
  /** Sweeps for as long as a minute allows, with a Mautic that takes so many contacts a second. */
  function sweeping(perSecond: number, change: Partial<SweepParts> = {}) {
    const end = now + MINUTE;
    const slept: number[] = [];
    const run = createSweep(
      parts({
        doorbell: {
          ring: async (rings) => {
            rung.push(...rings);
            waiting += rings.length;
          },
          depth: async () => waiting,
        },
        clock: {
          now: () => now,
          sleep: async (ms) => {
            slept.push(ms);
            now += ms;
            waiting = Math.max(0, waiting - (perSecond * ms) / 1_000);
          },
        },
        ...change,
      }),
    );
    return run(() => end - now).then((sum) => ({ sum, slept }));
  }
  const crowd = async (size: number) => {
    for (let index = 0; index < size; index += 1) await behind(`n${String(index)}`, NOW);
  };

  test('is rung for as fast as the queue empties, with the queue never longer than it may be', async () => {
    await crowd(3_000);

    expect((await sweeping(40)).sum).toBe(500 + 4 * 400);
    expect((await ledger.due('live', NOW, 3_000)).length).toBe(3_000 - 2_100);
  });

  test('is rung for once when the queue does not empty', async () => {
    await crowd(600);

    const { sum, slept } = await sweeping(0);

    expect(sum).toBe(500);
    expect(slept.reduce((all, ms) => all + ms, 0)).toBeLessThan(45_000);
  });

  test('that fits into the queue ends the sweep at once', async () => {
    await crowd(20);

    expect(await sweeping(40)).toEqual({ sum: 20, slept: [] });
  });

  test('makes nobody wait for a sweep that may ring for nobody', async () => {
    await crowd(20);
    await ledger.write({ of: 'mautic', name: 'PACE' }, paceText({ ...CALM, heldUntil: NOW + 1 }), undefined);

    expect(await sweeping(40)).toEqual({ sum: 0, slept: [] });
  });

  test('has its live contacts rung for before later ones, in each round', async () => {
    await crowd(700);

    await sweeping(40, { contacts: withLater(LATE) });

    expect(shown).toHaveLength(1);
    expect(rung).toHaveLength(703);
    expect(names(rung.slice(-3))).toEqual(['x', 'y', 'z'].map(contact));
  });
});

describe('a pace that is lower than full speed', () => {
  /** What all instances are told of Mautic. */
  async function told(pace: Partial<Pace>): Promise<void> {
    await ledger.write({ of: 'mautic', name: 'PACE' }, paceText({ ...CALM, ...pace }), undefined);
  }
  const both = (change: Partial<SweepParts> = {}) => sweep({ contacts: withLater(LATE), ...change });

  test.each<[string, Partial<Pace>]>([
    ['the breaker is open', { open: { until: NOW + 1, opens: 1 } }],
    ['a probe is under way', { open: { until: NOW, opens: 1, probe: NOW + 1 } }],
    ['Mautic asked to be left alone', { heldUntil: NOW + 1 }],
    ['it asked that of the probe', { open: { until: NOW, opens: 1 }, heldUntil: NOW + 1 }],
  ])('rings for nobody while %s, and counts no attempt', async (_name, pace) => {
    await behind('ada', NOW);
    await told(pace);

    expect(await both()).toBe(0);

    expect(await ledger.profile(ADA)).toMatchObject({ due: NOW, attempts: 0 });
  });

  test('rings for one contact when the pause of the breaker is over, the longest due live one', async () => {
    await behind('ada', NOW);
    await behind('bob', NOW - 5);
    await told({ open: { until: NOW, opens: 3 } });

    expect(await both()).toBe(1);

    expect(names(rung)).toEqual([contact('bob')]);
    expect(await ledger.profile(ADA)).toMatchObject({ due: NOW, attempts: 0 });
  });

  test('rings for a later one when nobody else could be the probe', async () => {
    await told({ open: { until: NOW, opens: 3 } });

    expect(await both()).toBe(1);

    expect(names(rung)).toEqual([contact('x')]);
  });

  test('rings for all again when what Mautic asked for is over', async () => {
    await behind('ada', NOW);
    await told({ heldUntil: NOW });

    expect(await both()).toBe(4);
  });

  test.each([
    [0, 500],
    [1, 333],
    [2, 250],
    [3, 125],
  ])('keeps the queue shorter at level %i: %i rings', async (level, most) => {
    for (let index = 0; index < 600; index += 1) await behind(`n${String(index)}`, NOW);
    await told({ level });
    const seen: string[] = [];

    expect(await sweep({ contacts: withLater(LATE, seen) })).toBe(most);

    expect(seen).toEqual([`live ${String(most)}`]);
  });

  test('is read once, and when it cannot be read everybody is rung for', async () => {
    await behind('ada', NOW);
    await told({ heldUntil: NOW + 1 });
    let reads = 0;
    const read = () => {
      reads += 1;
      return Promise.reject(new Error('the ledger is away'));
    };

    expect(await both({ registers: { read } })).toBe(4);
    expect(reads).toBe(1);
  });
});
