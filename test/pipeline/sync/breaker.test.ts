import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../lib/core/ledger/failure.ts';
import type { Pace } from '../../../lib/core/pace/pace.ts';
import { AWAY, BROKEN, type Fleet, names, ringOf, startFleet, waiting } from './fleet.ts';
import { type Bench, MINUTE, startBench } from './support.ts';

const SECOND = 1_000;
const FORBIDDEN: Failure = { kind: 'authorise', code: 'forbidden', message: 'It may not.' };
const PAGE_403: Failure = { kind: 'retry', code: 'not-mautic', message: 'A page.', status: 403 };
const PAGE_200: Failure = { kind: 'retry', code: 'not-mautic', message: 'A page.', status: 200 };
const REFUSED: Failure = { kind: 'park', code: 'bad-request', message: 'No.' };

/** Five contacts, one after the other, that Mautic does not answer for. */
async function outage(failure = AWAY): Promise<Fleet> {
  const fleet = startFleet({ notes: ['processing'] });
  fleet.mood.fails = () => failure;
  const sync = fleet.instance();
  for (const name of names('first', 5)) await sync(await fleet.orders([name]));
  fleet.calls();
  return fleet;
}

/** As `outage`, when the pause is just over. */
async function pauseOver(): Promise<Fleet> {
  const fleet = await outage();
  fleet.forward(30 * SECOND);
  return fleet;
}

const openings = async (fleet: Fleet): Promise<Pace['open']> => (await fleet.pace()).open;

describe('a Mautic that does not answer', () => {
  it.each([
    AWAY,
    BROKEN,
    PAGE_200,
    { ...AWAY, code: 'rate-limited' },
    { ...AWAY, code: 'unavailable' },
    { ...BROKEN, code: 'timeout' },
    { ...BROKEN, code: 'gateway' },
    { ...BROKEN, code: 'connection-lost' },
  ])('is left alone by every instance: $code', async (failure) => {
    const fleet = await outage(failure);
    const rings = await fleet.orders(names('next', 3));

    expect(await fleet.instance()(rings)).toEqual([]);

    expect(fleet.calls()).toEqual([]);
    expect(fleet.counts.get('BreakerOpened')).toBe(1);
    expect(fleet.counts.get('ContactLeft')).toBe(3);
  });

  it.each([
    FORBIDDEN,
    REFUSED,
    PAGE_403,
    { ...AWAY, code: 'token-busy' },
    { ...AWAY, code: 'creation-held' },
  ])(
    'is another thing than one that refuses, or that was not asked: $code, status $status',
    async (failure) => {
      const fleet = await outage(failure);

      await fleet.instance()(await fleet.orders(['next']));

      expect(fleet.calls()).toHaveLength(1);
      expect(await openings(fleet)).toBeUndefined();
    },
  );

  it('leaves the contacts as they are: the message is done with, nothing is written about them', async () => {
    const fleet = await outage();
    const rings = await fleet.orders(names('next', 3));
    const before = fleet.ledger.contents();

    await fleet.instance()(rings);

    expect(fleet.ledger.contents()).toEqual(before);
    expect(fleet.profile('next0')).toMatchObject({ work: 'live', attempts: 0 });
    expect(fleet.profile('next0').due).toBeLessThanOrEqual(fleet.clock.now() + MINUTE);
  });

  it('is told once, with an alarm, and so is its return', async () => {
    const fleet = await pauseOver();
    const told = () => fleet.lines.filter(({ level }) => level === 'error').map(({ message }) => message);
    expect(told()).toEqual(['Most calls to Mautic fail; it is left alone and contacts wait in the ledger']);

    fleet.mood.fails = () => undefined;
    await fleet.instance()(await fleet.orders(['next']));

    expect(fleet.lines.map(({ message }) => message)).toContain(
      'Mautic answers again; contacts are written again',
    );
    expect(told()).toHaveLength(1);
  });

  it('is left alone at once, in the middle of a batch: who was not tried yet is not put off', async () => {
    const fleet = startFleet();
    // A large Mautic: one contact a call.
    fleet.mood.takes = ({ size }) => 2_000 * size;
    const sync = fleet.instance();
    await sync(await fleet.orders(['warm']));
    fleet.mood.fails = () => AWAY;

    await sync(await fleet.orders(names('c', 10)));
    // With the call before them these are five.
    expect(fleet.counts.get('ContactDeferred')).toBe(4);
    const left = names('c', 10).filter((name) => fleet.profile(name).notBefore === undefined);
    expect(left).toHaveLength(6);
    for (const name of left) {
      expect(fleet.profile(name)).toMatchObject({ work: 'live', attempts: 0, doubt: false });
      expect(fleet.profile(name).due).toBeLessThanOrEqual(fleet.clock.now());
    }
  });

  it('gets no e-mail to send that was not begun', async () => {
    const fleet = startFleet({ emails: { processing: { template: 1, transactional: true } } });
    fleet.mood.fails = ({ name }) => (name === 'send' ? { ...BROKEN, code: 'gateway' } : undefined);

    await fleet.instance()(await fleet.orders(names('c', 10)));

    const sends = fleet.calls().filter(({ name }) => name === 'send');
    expect(sends.length).toBeLessThan(8);
    const untouched = Object.keys(fleet.ledger.contents().things).length - sends.length;
    expect(untouched).toBeGreaterThan(0);
    fleet.mood.fails = () => undefined;
    for (let minute = 0; minute < 30; minute += 1) {
      fleet.forward(MINUTE);
      await fleet.sweep();
      await fleet.instance()(fleet.doorbell.take());
    }
    expect(fleet.mautic.sent).toHaveLength(untouched);
    expect(waiting(fleet)).toEqual([]);
  });
});

describe('over HTTP, Mautic', () => {
  /** How many of eight contacts, one after the other, it is called for. */
  async function calledFor(bench: Bench): Promise<number> {
    await bench.shop({ id: 99, email: 'known@example.test' });
    for (let id = 1; id <= 8; id += 1) {
      bench.calls();
      await bench.shop({ id, email: `c${String(id)}@example.test` });
      if (bench.calls().length === 0) return id - 1;
    }
    return 8;
  }

  it.each(['status-500', 'html-502', 'html-503', 'reset-before', 'commit-then-reset', 'timeout'] as const)(
    'is left alone after five of them: %s',
    async (kind) => {
      const bench = await startBench();
      const match = (method: string, path: string) =>
        method === 'POST' && path.startsWith('/api/contacts') && bench.mautic.contacts().length > 0;
      bench.mautic.faults.add({ match, kind, times: Infinity });

      expect(await calledFor(bench)).toBe(5);
    },
  );

  it('is left alone after the first that names a time', async () => {
    const bench = await startBench();
    const match = (method: string, path: string) =>
      method === 'POST' && path.startsWith('/api/contacts') && bench.mautic.contacts().length > 0;
    bench.mautic.faults.add({ match, kind: 'rate-limit-429', times: Infinity });

    expect(await calledFor(bench)).toBe(1);
  });

  it.each([400, 403, 404, 409, 422])(
    'is called on and on where it or a page before it says %i',
    async (status) => {
      for (const body of ['no', { errors: [{ code: status, message: 'No', details: [] }] }]) {
        const bench = await startBench();
        bench.front.before = ({ path, body: sent }) =>
          path.startsWith('/api/contacts') && !JSON.stringify(sent).includes('known@')
            ? { status, body }
            : undefined;

        expect(await calledFor(bench)).toBe(8);
      }
    },
  );
});

describe('one contact that Mautic can never take', () => {
  it('does not keep the others from being written, in a quiet shop either', async () => {
    const fleet = startFleet();
    fleet.mood.fails = (_call, emails) => (emails.includes('poison@example.test') ? BROKEN : undefined);
    const sync = fleet.instance();
    await sync(await fleet.orders(['poison']));

    for (let minute = 0; minute < 120; minute += 1) {
      fleet.forward(MINUTE);
      await fleet.sweep();
      await sync(fleet.doorbell.take());
    }

    expect(fleet.counts.get('BreakerOpened')).toBeUndefined();
    await sync(await fleet.orders(['next']));
    expect(fleet.profile('next').work).toBeUndefined();
  });

  it('is parked in the end where Mautic answers about it, and not where it answers nothing', async () => {
    const parked = async (answersReads: boolean) => {
      const fleet = startFleet();
      fleet.mood.fails = ({ name }) => (name === 'find' && answersReads ? undefined : BROKEN);
      const sync = fleet.instance();
      await sync(await fleet.orders(['poison']));
      for (let minute = 0; minute < 600; minute += 1) {
        fleet.forward(MINUTE);
        await fleet.sweep();
        await sync(fleet.doorbell.take());
      }
      return fleet.profile('poison').parked?.code;
    };

    expect(await parked(true)).toBe('server-error');
    expect(await parked(false)).toBeUndefined();
  });

  it('opens nothing with a note, an e-mail or a rule that it always fails at', async () => {
    const fleet = startFleet({ emails: { processing: { template: 1, transactional: true } } });
    fleet.mood.fails = ({ name }) => (name === 'send' ? BROKEN : undefined);

    await fleet.instance()(await fleet.orders(names('c', 10)));

    expect(fleet.calls().filter(({ name }) => name === 'send')).toHaveLength(10);
    expect(await openings(fleet)).toBeUndefined();
  });
});

describe('the probe', () => {
  it('is one contact of one instance', async () => {
    const fleet = await pauseOver();
    fleet.mood.takes = () => 10;
    const batches = [await fleet.orders(names('a', 5)), await fleet.orders(names('b', 5))];
    const before = fleet.ledger.contents().profiles;

    await Promise.all(batches.map((rings) => fleet.instance()(rings)));

    expect(fleet.calls()).toHaveLength(1);
    const { profiles } = fleet.ledger.contents();
    const changed = Object.entries(profiles).filter(
      ([key, profile]) =>
        JSON.stringify(profile) !== JSON.stringify(Object.entries(before).find(([k]) => k === key)?.[1]),
    );
    expect(changed).toHaveLength(1);
  });

  it('that is answered closes the breaker, and the rest of its batch is written too', async () => {
    const fleet = await pauseOver();
    fleet.mood.fails = () => undefined;

    await fleet.instance()(await fleet.orders(names('c', 10)));

    expect(await openings(fleet)).toBeUndefined();
    expect(names('c', 10).map((name) => fleet.profile(name).work)).toEqual(
      names('c', 10).map(() => undefined),
    );
    expect(fleet.calls().map(({ size }) => size)).toEqual([1, 1, 9, 9]);
  });

  it('that is not answered opens it again, for twice as long', async () => {
    const fleet = await pauseOver();

    await fleet.instance()(await fleet.orders(names('c', 3)));

    expect(await openings(fleet)).toEqual({ opens: 2, until: fleet.clock.now() + MINUTE });
    expect(fleet.counts.get('BreakerOpened')).toBe(2);
  });

  it('goes on to the next contact when there is nothing to write for one', async () => {
    const fleet = startFleet();
    const sync = fleet.instance();
    await sync(await fleet.orders(['known']));
    fleet.mood.fails = () => AWAY;
    for (const name of names('first', 5)) await sync(await fleet.orders([name]));
    fleet.forward(MINUTE);
    fleet.mood.fails = () => undefined;
    const [next] = await fleet.orders(['next']);
    fleet.calls();

    await sync([ringOf('known'), ...(next ? [next] : [])]);

    expect(await openings(fleet)).toBeUndefined();
    expect(fleet.profile('next').work).toBeUndefined();
  });

  it('that found nothing to write is given back at once', async () => {
    const fleet = await pauseOver();

    await fleet.instance()([ringOf('nobody')]);

    expect(fleet.calls()).toEqual([]);
    expect(await fleet.admission()).toBe('probe');
  });

  it('that died is followed by another', async () => {
    const fleet = await pauseOver();
    const { takes } = fleet.mood;
    fleet.mood.takes = () => {
      throw new Error('the process was killed');
    };
    await fleet
      .instance()(await fleet.orders(['a']))
      .catch(() => undefined);
    // What it would have written at its end is lost.
    const pace = await fleet.pace();
    const until = fleet.clock.now() + 4 * MINUTE;
    const register = { of: 'mautic', name: 'PACE' } as const;
    const stored = await fleet.ledger.read(register);
    await fleet.ledger.write(
      register,
      JSON.stringify({ ...pace, open: { ...pace.open, probe: until } }),
      stored?.revision,
    );
    Object.assign(fleet.mood, { takes, fails: () => undefined });

    await fleet.instance()(await fleet.orders(['b']));
    expect(fleet.profile('b').work).toBe('live');
    fleet.forward(4 * MINUTE);
    await fleet.instance()([ringOf('b')]);
    expect(fleet.profile('b').work).toBeUndefined();
  });
});

describe('a ring that is left to the sweep', () => {
  /** It may have died while it wrote; then the breaker opened. */
  async function doubtful(left: (fleet: Fleet) => Promise<unknown>) {
    const fleet = startFleet();
    const sync = fleet.instance();
    await sync(await fleet.orders(['anna']));
    await fleet.orders(['anna'], { billing: { city: 'Ulm' } });
    fleet.mood.fails = () => AWAY;
    for (const name of names('first', 5)) await sync(await fleet.orders([name]));
    await left(fleet);
    fleet.mood.fails = () => undefined;
    const edits: number[] = [];
    const edit = fleet.mautic.edit.bind(fleet.mautic);
    fleet.mautic.edit = async (items) => {
      for (const item of items) edits.push(Object.keys(item.fields).length);
      return edit(items);
    };
    fleet.forward(2 * MINUTE);
    for (let minute = 0; minute < 5; minute += 1) {
      await fleet.sweep();
      await sync(fleet.doorbell.take());
      fleet.forward(MINUTE);
    }
    return { fleet, edits };
  }

  it.each([
    ['in doubt', (fleet: Fleet) => fleet.instance()([ringOf('anna', { doubt: true })])],
    ['received again', (fleet: Fleet) => fleet.instance()([ringOf('anna')], { receives: 2 })],
  ])('is followed by a full write: %s', async (_name, left) => {
    const { fleet, edits } = await doubtful(left);

    expect(edits[0]).toBeGreaterThan(5);
    expect(fleet.profile('anna')).toMatchObject({ wanted: 2, synced: 2 });
    expect(waiting(fleet)).toEqual([]);
  });
});

describe('the register', () => {
  it('costs a healthy invocation one read and no write', async () => {
    const fleet = startFleet();
    fleet.mood.takes = ({ size }) => 57 + 21 * size;
    const sync = fleet.instance();

    for (let batch = 0; batch < 20; batch += 1)
      await sync(await fleet.orders(names(`n${String(batch)}-`, 10)));

    expect(fleet.registers).toMatchObject({ reads: 20, writes: 0 });
  });

  it('that cannot be used stops nothing', async () => {
    const fleet = startFleet();
    fleet.registers.failing = true;

    await fleet.instance()(await fleet.orders(names('c', 10)));
    await fleet.orders(['late']);
    fleet.forward(2 * MINUTE);
    expect(await fleet.sweep()).toBe(1);
    await fleet.instance()(fleet.doorbell.take());

    expect(waiting(fleet)).toEqual([]);
    const complaints = fleet.lines.filter(({ level }) => level !== 'info');
    expect(new Set(complaints.map(({ message }) => message))).toEqual(
      new Set(['The pace of calls to Mautic could not be read; going on at full speed']),
    );
  });

  it('that cannot be used does not keep contacts of a failing Mautic from being put off', async () => {
    const fleet = startFleet();
    fleet.registers.failing = true;
    fleet.mood.fails = () => AWAY;

    for (const name of names('c', 8)) expect(await fleet.instance()(await fleet.orders([name]))).toEqual([]);

    expect(fleet.counts.get('ContactDeferred')).toBe(8);
  });

  it('that holds something else is taken for full speed, and replaced', async () => {
    const fleet = startFleet();
    await fleet.ledger.write({ of: 'mautic', name: 'PACE' }, 'nonsense', undefined);
    fleet.mood.fails = () => AWAY;

    await fleet.instance()(await fleet.orders(['c']));

    expect((await fleet.pace()).window.failed).toBe(1);
  });

  it('counts what instances see at the same time', async () => {
    const fleet = startFleet();
    fleet.mood.fails = () => AWAY;
    const rings = await fleet.orders(names('c', 4));

    await Promise.all(rings.map((ring) => fleet.instance()([ring])));

    expect((await fleet.pace()).window.failed).toBe(4);
  });
});
