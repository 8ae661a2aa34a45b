import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../lib/core/ledger/failure.ts';
import { AWAY, BROKEN, emailOf, type Fleet, type Mood, startFleet, waiting } from './fleet.ts';
import { HOUR, keyOf, MINUTE } from './support.ts';

const DAY = 24 * HOUR;
/** Facts §9: 57 ms a call and 21 ms a contact. */
const HEALTHY: Mood['takes'] = ({ size }) => 57 + 21 * size;
const INSTANCES = 4;
/** Contacts that are behind besides. */
const LATER = 300;

interface Outage {
  readonly failure: Failure;
  /** What a call that fails takes. */
  readonly ms: number;
  /** Mautic does what it is asked all the same. */
  readonly commits?: boolean;
}

const OUTAGES: Readonly<Record<string, Outage>> = {
  'cannot be reached': { failure: AWAY, ms: 5 },
  'answers 500': { failure: BROKEN, ms: 300 },
  'answers 503': { failure: { ...AWAY, code: 'unavailable' }, ms: 20 },
  'does not answer in time': { failure: { ...BROKEN, code: 'timeout' }, ms: 60_000 },
  'does what it is asked and says 504': {
    failure: { ...BROKEN, code: 'gateway' },
    ms: 60_000,
    commits: true,
  },
};

/** A shop that goes on selling: one order each `everyMs`, the sweep each minute, four instances that share the ledger. */
function openShop(fleet: Fleet, everyMs: number) {
  const instances = Array.from({ length: INSTANCES }, () => fleet.instance());
  const sold: string[] = [];
  let nextOrder = fleet.clock.now() + everyMs;
  let nextSweep = fleet.clock.now() + MINUTE;
  let turn = 0;

  async function work(): Promise<void> {
    const rings = fleet.doorbell.take();
    for (let at = 0; at < rings.length; at += 10) {
      turn += 1;
      const sync = instances[turn % INSTANCES];
      expect(await sync?.(rings.slice(at, at + 10), { remainingMs: 3 * MINUTE })).toEqual([]);
    }
  }

  async function sell(): Promise<void> {
    const name = `buyer${String(sold.length)}`;
    sold.push(name);
    await fleet.deliver({ id: 10_000 + sold.length, email: emailOf(name), createdAt: fleet.clock.now() });
    await work();
  }

  async function until(end: number): Promise<void> {
    while (fleet.clock.now() < end) {
      const next = Math.min(nextOrder, nextSweep);
      fleet.forward(Math.max(0, next - fleet.clock.now()));
      if (next === nextSweep) {
        nextSweep += Math.max(MINUTE, Math.ceil((fleet.clock.now() - nextSweep) / MINUTE) * MINUTE);
        await fleet.sweep();
        await work();
      } else {
        nextOrder += everyMs;
        await sell();
      }
    }
  }

  /** Nothing is sold any more; until nobody waits, or then at the latest. */
  async function catchUp(end: number): Promise<void> {
    nextOrder = Number.POSITIVE_INFINITY;
    while (fleet.clock.now() < end && (await anyWaits(fleet))) await until(fleet.clock.now() + MINUTE);
  }

  return { sold, sell, until, catchUp };
}

async function anyWaits({ ledger }: Fleet): Promise<boolean> {
  const shards = await Promise.all(
    (['live', 'later'] as const).map((shard) => ledger.due(shard, Infinity, 1)),
  );
  return shards.flat().length > 0;
}

/** Contacts that are behind since a change of the policy. */
async function wantLater(fleet: Fleet): Promise<Set<string>> {
  const sync = fleet.instance();
  const emails = new Set<string>();
  for (let index = 0; index < LATER; index += 1) {
    const email = emailOf(`later${String(index)}`);
    emails.add(email);
    await fleet.deliver({ id: 1 + index, email });
    await sync(fleet.doorbell.take());
    await fleet.ledger.wantLater(keyOf(email), fleet.clock.now(), true);
  }
  return emails;
}

/** Seven days of it with an order each so many minutes, then Mautic as before until nobody waits any more. */
async function weekOf({ failure, ms, commits = false }: Outage, minutes: number) {
  const emails = { processing: { template: 1, transactional: true } };
  const fleet = startFleet({ notes: ['processing'], emails }, { quiet: true });
  fleet.mood.takes = HEALTHY;
  const later = await wantLater(fleet);
  const shop = openShop(fleet, minutes * MINUTE);
  Object.assign(fleet.mood, { takes: () => ms, fails: () => failure, commits });
  fleet.calls();
  await shop.until(fleet.clock.now() + 7 * DAY);
  const during = fleet.calls().length;
  const behind = waiting(fleet).length;

  Object.assign(fleet.mood, { takes: HEALTHY, fails: () => undefined, commits: false });
  const back = fleet.clock.now();
  fleet.writes.splice(0);
  await shop.catchUp(back + DAY);
  return { fleet, shop, later, during, behind, back };
}

function expectNothingLostOrDoubled(fleet: Fleet, sold: readonly string[]): void {
  expect(waiting(fleet)).toEqual([]);
  const parked = Object.values(fleet.ledger.contents().profiles).filter((profile) => profile.parked);
  expect(parked).toEqual([]);
  const emails = [...fleet.mautic.rows.values()].map(({ email }) => email);
  expect(new Set(emails).size).toBe(emails.length);
  expect(emails).toEqual(expect.arrayContaining(sold.map(emailOf)));
  const notes = fleet.mautic.notes.map(({ text }) => text.split('\n').at(-1));
  expect(new Set(notes).size).toBe(notes.length);
  expect(notes).toHaveLength(LATER + sold.length);
  const mailed = fleet.mautic.sent.map(({ order }) => order);
  expect(new Set(mailed).size).toBe(mailed.length);
}

describe('an outage of Mautic for seven days, while the shop goes on selling', () => {
  it.each(Object.entries(OUTAGES))('that %s loses and doubles nothing', async (_name, outage) => {
    const { fleet, shop } = await weekOf(outage, 60);

    expectNothingLostOrDoubled(fleet, shop.sold);
    expect(fleet.mautic.sent).toHaveLength(LATER + shop.sold.length);
    expect(fleet.counts.get('EffectParked')).toBeUndefined();
  });

  it('costs Mautic a probe every ten minutes, and ends as fast as it writes, live orders first', async () => {
    const { fleet, behind, back, during, later } = await weekOf({ failure: AWAY, ms: 5 }, 10);

    expect(during).toBeLessThan(7 * 24 * 6 + 20);
    expect(during).toBeGreaterThan(7 * 24 * 4);

    expect(behind).toBeGreaterThan(1_000 + LATER);
    const last = Math.max(...fleet.writes.map(({ at }) => at));
    // Contact, note and e-mail of each; then the pause before the first probe, and the way back to full speed.
    const work = behind * (57 / 10 + 21 + 57 / 10 + 21 + 57 + 21);
    expect(last - back).toBeLessThan(2 * work + 12 * MINUTE);

    const isLater = fleet.writes.map(({ email }) => later.has(email));
    // Who was tried by one of the last probes may have to wait for an hour.
    const live = isLater.filter((is) => !is).length;
    const before = isLater.slice(0, isLater.indexOf(true)).filter((is) => !is).length;
    expect(before / live).toBeGreaterThan(0.9);
  });
});

describe('an outage for seven days in a shop that has sold once', () => {
  it.each(Object.entries(OUTAGES))('that %s ends with that order in Mautic', async (_name, outage) => {
    const fleet = startFleet({}, { quiet: true });
    const shop = openShop(fleet, Number.POSITIVE_INFINITY);
    fleet.mood.fails = () => outage.failure;
    fleet.mood.takes = () => outage.ms;
    await shop.sell();
    await shop.until(fleet.clock.now() + 7 * DAY);
    expect(fleet.profile('buyer0')).toMatchObject({ work: 'live' });

    Object.assign(fleet.mood, { fails: () => undefined, takes: HEALTHY });
    await shop.catchUp(fleet.clock.now() + HOUR + 12 * MINUTE);

    expect(waiting(fleet)).toEqual([]);
    expect(fleet.mautic.byEmail(emailOf('buyer0'))).toBeDefined();
  });

  it('does not give up a note in doubt either', async () => {
    const fleet = startFleet({ notes: ['processing'] }, { quiet: true });
    const shop = openShop(fleet, Number.POSITIVE_INFINITY);
    fleet.mood.fails = ({ name }) => (name === 'note' ? { ...BROKEN, code: 'timeout' } : undefined);
    await shop.sell();
    fleet.mood.fails = () => BROKEN;
    await shop.until(fleet.clock.now() + 7 * DAY);

    fleet.mood.fails = () => undefined;
    await shop.catchUp(fleet.clock.now() + 2 * HOUR);

    expect(fleet.mautic.notes).toHaveLength(1);
    expect(fleet.counts.get('EffectParked')).toBeUndefined();
  });
});
