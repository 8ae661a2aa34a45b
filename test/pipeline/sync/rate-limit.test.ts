import { describe, expect, it } from 'vitest';
import { readPace } from '../../../lib/core/pace/pace.ts';
import { createSweep } from '../../../lib/pipeline/sweep.ts';
import type { Reply } from './front.ts';
import { ANNA, type Bench, CREATE, endpoints, HOUR, keyOf, MINUTE, startBench } from './support.ts';

const SECOND = 1_000;
const BEN = 'ben@example.test';

interface Limiter {
  /** When each call was answered, with what, and when its window ends. */
  readonly calls: { readonly at: number; readonly status: number; readonly window: number }[];
  /** Calls that somebody else makes with the same token. */
  use: (calls: number) => void;
}

/** As Mautic 5.2.1 counts: so many calls in a window that begins with its first call; every answer says how many are left. */
function limitTo(bench: Bench, limit: number, windowMs: number): Limiter {
  const calls: Limiter['calls'] = [];
  let window = { endsAt: 0, used: 0 };
  const use = (count: number) => {
    const now = bench.clock.now();
    if (now >= window.endsAt) window = { endsAt: Math.ceil((now + windowMs) / SECOND) * SECOND, used: 0 };
    window.used += count;
  };
  const headers = () => ({
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(Math.max(0, limit - window.used)),
    'x-ratelimit-reset': String(window.endsAt / SECOND),
    date: new Date(bench.clock.now()).toUTCString(),
  });
  const refusal = (): Reply => ({ status: 429, headers: headers(), body: TOO_MANY });
  bench.front.headers = ({ path }) => (path.startsWith('/api') ? headers() : {});
  bench.front.before = ({ path }) => {
    if (!path.startsWith('/api')) return undefined;
    use(1);
    const isTooMany = window.used > limit;
    calls.push({ at: bench.clock.now(), status: isTooMany ? 429 : 200, window: window.endsAt });
    return isTooMany ? refusal() : undefined;
  };
  return { calls, use };
}

const TOO_MANY = { errors: [{ code: 429, message: 'You exceeded the rate limit.', details: [] }] };

async function letPass(bench: Bench, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    bench.forward(MINUTE);
    await bench.sweep();
  }
}

async function orders(bench: Bench, count: number, from = 1): Promise<void> {
  for (let id = from; id < from + count; id += 1)
    await bench.order({ id, email: `n${String(id)}@example.test`, status: 'completed' });
}

async function pace(bench: Bench) {
  return readPace((await bench.stored({ of: 'mautic', name: 'PACE' }))?.text);
}

describe('a rate limit of twenty calls a minute', () => {
  const NOTING = { notes: ['completed'], emails: { completed: { template: 1, transactional: true } } };
  const SINCE = new Map([['demo', 0]]);

  async function limited() {
    const bench = await startBench({ policy: NOTING, since: SINCE });
    await bench.person('POST', '/emails/new', { name: 'One', subject: 'One', customHtml: '{order_id}' });
    await bench.shop({ email: 'first@example.test' });
    return bench;
  }

  it('is used to the last call, and every window waited for to the second', async () => {
    const bench = await limited();
    const { calls } = limitTo(bench, 20, MINUTE);
    await orders(bench, 60);
    const rings = bench.rings();

    for (let start = 0; start < rings.length; start += 10)
      await bench.sync({ rings: rings.slice(start, start + 10) });

    const windows = [...Map.groupBy(calls, ({ window }) => window)];
    const used = windows.map(([, made]) => made.length);
    expect(windows.length).toBeGreaterThanOrEqual(4);
    expect(used.slice(0, -1)).toEqual(used.slice(0, -1).map(() => 20));
    expect(calls.filter(({ status }) => status === 429)).toEqual([]);
    // A window of Mautic ends at a whole second, and its clock is read to the second.
    const late = windows.slice(1).map(([, made], index) => (made[0]?.at ?? 0) - (windows[index]?.[0] ?? 0));
    expect(Math.max(...late)).toBeLessThanOrEqual(SECOND);
    expect(bench.mautic.sentEmails()).toHaveLength(60);
    expect(bench.mautic.notes()).toHaveLength(60);
  });

  it('is no outage: nothing slows down, no breaker opens, nobody is deferred or tried again', async () => {
    const bench = await limited();
    limitTo(bench, 20, MINUTE);
    await orders(bench, 30);

    await bench.sync();

    expect(bench.counts.has('MauticSlowed')).toBe(false);
    expect(bench.counts.has('BreakerOpened')).toBe(false);
    expect(bench.counts.has('ContactDeferred')).toBe(false);
    expect(await pace(bench)).toMatchObject({ level: 0, window: { failed: 0 } });
  });

  it('that somebody else uses up is met once, and the call made again when the next window begins', async () => {
    const bench = await limited();
    const limiter = limitTo(bench, 20, MINUTE);
    limiter.use(20);
    const before = bench.clock.now();

    await bench.shop({ status: 'completed' });

    expect(limiter.calls.filter(({ status }) => status === 429)).toHaveLength(1);
    expect(bench.contact().tags).toContain('status:completed');
    expect(bench.profile()).toMatchObject({ wanted: 1, synced: 1, attempts: 0 });
    expect(bench.clock.now() - before).toBeLessThan(MINUTE + 5 * SECOND);
  });

  it('is said once a window', async () => {
    const bench = await limited();
    limitTo(bench, 20, MINUTE);
    await orders(bench, 30);

    await bench.sync();

    const said = bench.lines.filter(({ message }) => message.includes('rate limit is used up'));
    expect(said.length).toBeGreaterThan(0);
    expect(new Set(said.map(({ fields }) => fields?.until)).size).toBe(said.length);
  });
});

describe('a rate limit of an hour', () => {
  it('that is used up leaves contacts as they are, and goes on when it ends', async () => {
    const bench = await startBench();
    await bench.shop({});
    const { calls, use } = limitTo(bench, 100, HOUR);
    use(100);
    const end = bench.clock.now() + HOUR;
    await bench.shop({ id: 2, email: BEN });
    calls.length = 0;

    bench.coldStart();
    await bench.shop({ status: 'completed' });
    await letPass(bench, 58);
    expect(calls).toEqual([]);
    expect(bench.profile()).toMatchObject({ attempts: 0, doubt: false });

    await letPass(bench, 3);

    expect(bench.contact().tags).toContain('status:completed');
    expect(bench.contact(BEN).fields.firstname).toBe('Anna');
    expect(Math.min(...calls.map(({ at }) => at))).toBeGreaterThanOrEqual(end);
    expect(bench.counts.has('MauticSlowed')).toBe(false);
  });

  it('makes the sweep wait for its end, where that comes before the next sweep', async () => {
    const bench = await startBench();
    await bench.shop({});
    const { use } = limitTo(bench, 100, HOUR);
    use(100);
    await bench.shop({ id: 2, email: BEN });
    const { heldUntil } = await pace(bench);
    bench.forward(heldUntil - bench.clock.now() - 40 * SECOND);

    const rung = await createSweep(bench.sweepParts)(() => MINUTE);

    expect(rung).toBe(1);
    expect(bench.clock.now() - heldUntil).toBeLessThan(SECOND);
  });

  it('keeps its last quarter for live work: what can wait waits for the next window', async () => {
    const bench = await startBench();
    await bench.shop({});
    await bench.shop({ id: 2, email: BEN });
    const { calls, use } = limitTo(bench, 100, HOUR);
    use(80);
    await bench.shop({ status: 'completed' });
    await bench.wantLater(ANNA);
    calls.length = 0;

    bench.forward(MINUTE);
    await bench.sweep();
    await bench.sync({ rings: [bench.ring(ANNA)] });
    expect(calls).toEqual([]);
    expect(bench.profile().work).toBe('later');

    await bench.shop({ id: 2, email: BEN, status: 'completed' });
    expect(bench.contact(BEN).tags).toContain('status:completed');
    await letPass(bench, 61);
    expect(bench.profile().work).toBeUndefined();
  });
});

it('a Mautic without a rate limiter costs no register more', async () => {
  const bench = await startBench();
  await bench.shop({});
  await bench.shop({ id: 2, email: BEN });

  expect(await bench.stored({ of: 'mautic', name: 'PACE' })).toBeUndefined();
  expect(endpoints(bench.calls())).toContain(CREATE);
  expect(keyOf(ANNA)).not.toBe(keyOf(BEN));
});
