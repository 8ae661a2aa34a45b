import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../lib/core/ledger/failure.ts';
import { speedOf } from '../../../lib/core/pace/pace.ts';
import { AWAY, type Fleet, names, startFleet, waiting } from './fleet.ts';
import { ANNA, type Bench, CREATE, EDIT, endpoints, HOUR, LOOK, MINUTE, startBench } from './support.ts';

const SECOND = 1_000;
const BEN = 'ben@example.test';

function limited(waitMs?: number): Failure {
  const code = 'rate-limited';
  return { kind: 'retry', code, message: 'Too many.', ...(waitMs !== undefined && { retryAfterMs: waitMs }) };
}

/** Answers 429 once, to the first write of contacts. */
async function limit(bench: Bench, headers: Readonly<Record<string, string>>): Promise<void> {
  bench.front.before = ({ method, path }) => {
    if (method === 'GET' || !path.startsWith('/api/contacts')) return undefined;
    bench.front.before = () => undefined;
    return { status: 429, headers, body: { errors: [{ code: 429, message: 'Too many', details: [] }] } };
  };
  await bench.shop({ status: 'completed' });
  bench.front.before = () => undefined;
  bench.calls();
}

async function knownTo(): Promise<Bench> {
  const bench = await startBench();
  await bench.shop({});
  return bench;
}

describe('a 429', () => {
  it.each([
    ['Retry-After in seconds', () => ({ 'retry-after': '600' })],
    [
      'X-RateLimit-Reset, a time',
      (bench: Bench) => ({
        'x-ratelimit-reset': String(Math.ceil(bench.clock.now() / SECOND) + 600),
        date: new Date(bench.clock.now()).toUTCString(),
      }),
    ],
    ['X-RateLimit-Reset, seconds', () => ({ 'x-ratelimit-reset': '600' })],
    [
      'Retry-After as a date',
      (bench: Bench) => ({
        'retry-after': new Date(bench.clock.now() + 600 * SECOND).toUTCString(),
        date: new Date(bench.clock.now()).toUTCString(),
      }),
    ],
  ])('holds every instance and the sweep until the time it names: %s', async (_name, headers) => {
    const bench = await knownTo();
    await limit(bench, headers(bench));

    bench.coldStart();
    await bench.shop({ id: 2, email: BEN });
    const before = bench.profile(BEN);
    for (let minute = 0; minute < 9; minute += 1) {
      bench.forward(MINUTE);
      await bench.sweep();
    }
    expect(bench.calls()).toEqual([]);
    expect(bench.profile(BEN)).toEqual(before);

    bench.forward(2 * MINUTE);
    await bench.sweep();

    expect(endpoints(bench.calls()).toSorted()).toEqual([LOOK, EDIT, CREATE].toSorted());
    expect(bench.contact(BEN).fields.firstname).toBe('Anna');
    expect(bench.contact(ANNA).tags).toContain('status:completed');
  });

  it('that names no time slows down, and everybody goes on', async () => {
    const fleet = startFleet();
    fleet.mood.fails = () => limited();
    await fleet.instance()(await fleet.orders(['a']));
    fleet.mood.fails = () => undefined;
    fleet.mood.takes = () => 100;

    await fleet.instance()(await fleet.orders(['b']));

    expect(fleet.profile('b').work).toBeUndefined();
    expect(fleet.counts.get('MauticSlowed')).toBe(1);
    expect(speedOf(await fleet.pace()).rest).toBe(1);
  });

  it('for a few seconds is waited out on the spot', async () => {
    const fleet = startFleet();
    fleet.mood.fails = () => limited(5 * SECOND);
    await fleet.instance()(await fleet.orders(['a']));
    fleet.mood.fails = () => undefined;
    const heldUntil = fleet.clock.now() + 5 * SECOND;
    fleet.calls();

    await fleet.instance()(await fleet.orders(['b']));

    expect(fleet.profile('b').work).toBeUndefined();
    expect(fleet.calls()[0]?.at).toBe(heldUntil);
  });

  it('leaves the rest of its batch as it is', async () => {
    const fleet = startFleet();
    fleet.mood.takes = ({ size }) => 600 * size;
    const sync = fleet.instance();
    await sync(await fleet.orders(names('warm', 10)));
    fleet.mood.fails = () => limited(HOUR);
    fleet.calls();

    await sync(await fleet.orders(names('c', 10)));

    expect(fleet.calls().map(({ size }) => size)).toEqual([2]);
    const left = names('c', 10).filter((name) => fleet.profile(name).notBefore === undefined);
    expect(left).toHaveLength(8);
  });

  it('of a call with notes holds no contact', async () => {
    const fleet = startFleet({ notes: ['processing'] });
    fleet.mood.fails = ({ name }) => (name === 'note' ? limited(HOUR) : undefined);
    const sync = fleet.instance();
    await sync(await fleet.orders(['a']));

    await sync(await fleet.orders(['b']));

    expect(fleet.profile('b').synced).toBe(1);
  });

  it('that names a time beyond the hour is believed for an hour', async () => {
    const fleet = startFleet();
    fleet.mood.fails = () => limited(7 * 24 * HOUR);
    await fleet.instance()(await fleet.orders(['a']));

    expect((await fleet.pace()).heldUntil).toBe(fleet.clock.now() + HOUR);
  });
});

describe('a Mautic that is slow', () => {
  /** Pauses between the calls of one invocation, as multiples of a call's duration. */
  async function restsOf(fleet: Fleet, prefix: string): Promise<number[]> {
    fleet.calls();
    await fleet.instance()(await fleet.orders(names(prefix, 4)), { remainingMs: 30 * MINUTE });
    const calls = fleet.calls();
    return calls.slice(1).map((call, index) => {
      const before = calls[index] ?? call;
      return (call.at - before.at - before.ms) / before.ms;
    });
  }

  it('gets pauses that grow with its slowness, and none once it is quick again', async () => {
    const fleet = startFleet();
    fleet.mood.takes = ({ size }) => 4_000 * size;
    await restsOf(fleet, 'a');
    const slow = await restsOf(fleet, 'b');

    fleet.mood.takes = () => 100;
    for (let half = 0; half < 4; half += 1) {
      fleet.forward(30 * SECOND);
      await restsOf(fleet, `c${String(half)}-`);
    }
    const quick = await restsOf(fleet, 'd');

    expect(slow).toEqual([0.5, 1, 3]);
    expect(quick.every((rest) => rest === 0)).toBe(true);
    expect((await fleet.pace()).level).toBe(0);
  });

  it('gets one call at a time from an instance', async () => {
    const fleet = startFleet();
    fleet.mood.fails = () => AWAY;
    await fleet.instance()(await fleet.orders(['warm']));
    fleet.mood.fails = ({ name }) =>
      name === 'create' ? { ...AWAY, kind: 'park', code: 'not-found' } : undefined;
    let busy = 0;
    let most = 0;
    const find = fleet.mautic.find.bind(fleet.mautic);
    fleet.mautic.find = async (email) => {
      busy += 1;
      most = Math.max(most, busy);
      await Promise.resolve();
      busy -= 1;
      return find(email);
    };

    await fleet.instance()(await fleet.orders(names('c', 5)));

    expect(most).toBeLessThanOrEqual(1);
  });

  it('is not paused for beyond the time the function has', async () => {
    const fleet = startFleet();
    fleet.mood.takes = () => 40 * SECOND;
    const sync = fleet.instance();
    for (const name of names('a', 4)) await sync(await fleet.orders([name]), { remainingMs: 3 * MINUTE });
    const [ring] = await fleet.orders(['b']);
    const start = fleet.clock.now();

    await sync(ring ? [ring] : [], { remainingMs: 2 * MINUTE });

    expect(fleet.clock.now() - start).toBeLessThanOrEqual(100 * SECOND);
  });

  it('is left alone for half a minute at most between two calls that take a minute', async () => {
    const fleet = startFleet();
    fleet.mood.takes = () => 60 * SECOND;
    const sync = fleet.instance();
    for (const name of names('a', 4)) await sync(await fleet.orders([name]));
    const start = fleet.clock.now();

    await sync(await fleet.orders(['b']), { remainingMs: 10 * MINUTE });

    expect((await fleet.pace()).level).toBe(3);
    expect(fleet.clock.now() - start - SECOND).toBe(90 * SECOND);
  });

  it('leaves contacts there is no time for to the sweep, due at once and in no doubt', async () => {
    const fleet = startFleet();
    fleet.mood.takes = ({ size }) => 10 * SECOND * size;
    const sync = fleet.instance();
    await sync(await fleet.orders(['warm']));

    const again = await sync(await fleet.orders(names('c', 10)), { remainingMs: MINUTE });

    expect(again).toEqual([]);
    const behind = names('c', 10).filter((name) => fleet.profile(name).work !== undefined);
    expect(behind.length).toBeGreaterThan(4);
    for (const name of behind) {
      expect(fleet.profile(name)).toMatchObject({ attempts: 0, doubt: false });
      expect(fleet.profile(name).due).toBeLessThanOrEqual(fleet.clock.now());
    }
  });
});

describe('a large Mautic without an index on its e-mail column', () => {
  /** Facts §9: 107,000 contacts. */
  const without = ({ name, size }: { name: string; size: number }) =>
    57 + size * (name === 'edit' ? 59 : name === 'create' ? 628 : 45);
  const withIndex = ({ size }: { size: number }) => 57 + size * 20;

  async function work(fleet: Fleet, prefix: string, batches = 6) {
    fleet.calls();
    const sync = fleet.instance();
    for (let batch = 0; batch < batches; batch += 1)
      await sync(await fleet.orders(names(`${prefix}${String(batch)}-`, 10)));
    return fleet.calls();
  }

  it('gets batches that take less than three seconds, from the second call on', async () => {
    const fleet = startFleet();
    fleet.mood.takes = without;

    const calls = await work(fleet, 'a');

    expect(calls[0]).toMatchObject({ size: 10, ms: 6_337 });
    const later = calls.slice(1).filter(({ name }) => name === 'create');
    expect(Math.max(...later.map(({ ms }) => ms))).toBeLessThan(3 * SECOND);
    expect(waiting(fleet)).toEqual([]);
  });

  it('gets full batches of contacts it knows, which cost it little', async () => {
    const fleet = startFleet();
    fleet.mood.takes = without;
    await work(fleet, 'a', 1);
    const sync = fleet.instance();

    for (const city of ['Ulm', 'Trier']) {
      for (const name of names('a0-', 10))
        await fleet.deliver({ id: numberOf(fleet, name), email: `${name}@example.test`, billing: { city } });
      fleet.calls();
      await sync(fleet.doorbell.take());
    }

    expect(
      fleet
        .calls()
        .filter(({ name }) => name === 'edit')
        .map(({ size }) => size),
    ).toEqual([10]);
  });

  it('is not paused for once its batches are small', async () => {
    const fleet = startFleet();
    fleet.mood.takes = without;

    await work(fleet, 'a', 8);

    expect((await fleet.pace()).level).toBe(0);
  });

  it('gets full batches again soon after the index was made', async () => {
    const fleet = startFleet();
    fleet.mood.takes = without;
    await work(fleet, 'a');
    fleet.mood.takes = withIndex;

    await work(fleet, 'b', 4);
    const calls = await work(fleet, 'c', 3);

    expect(calls.filter(({ name }) => name === 'create').map(({ size }) => size)).toEqual([10, 10, 10]);
  });

  it('tells every instance how small', async () => {
    const fleet = startFleet();
    fleet.mood.takes = without;
    await work(fleet, 'a', 1);

    const calls = await work(fleet, 'b', 1);

    expect(calls.filter(({ name }) => name === 'create').every(({ size }) => size === 2)).toBe(true);
  });
});

/** The order of a contact, from the ledger. */
function numberOf(fleet: Fleet, name: string): number {
  const states = Object.entries(fleet.ledger.contents().things);
  const found = states.find(([, state]) => JSON.stringify(state).includes(`"${name}@example.test"`));
  return Number(found?.[0].split('/').at(-1));
}

describe('an adapter that answers too little', () => {
  it('does not keep the contacts it forgot from being looked at again', async () => {
    const fleet = startFleet();
    const create = fleet.mautic.create.bind(fleet.mautic);
    fleet.mautic.create = async (items) => (await create(items)).slice(0, 3);

    await fleet.instance()(await fleet.orders(names('c', 5)));

    expect(names('c', 5).map((name) => fleet.profile(name).doubt)).toEqual([false, false, false, true, true]);
  });
});
