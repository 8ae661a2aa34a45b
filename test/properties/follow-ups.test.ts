import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { succeeded } from '../../lib/core/ledger/failure.ts';
import { Policy } from '../../lib/core/policy/policy.ts';
import { orderBody } from '../pipeline/sync/support.ts';
import { runsOf } from '../support/depth.ts';
import { randomFrom } from '../support/random.ts';
import { World } from '../support/world.ts';

const RUNS = runsOf(60);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse('2026-12-01T00:00:00Z');
/** How often anybody looks. */
const TICK = 3 * HOUR;
const WEEKS = 5;
const PEOPLE = ['ana@example.test', 'bea@example.test'] as const;

const THANKS = { id: 'thanks', on: { status: 'completed' }, after: '3 days', send: { template: 1 } };
const WELCOME = { id: 'welcome', on: 'first-purchase', after: '1 day', send: { template: 2 } };
const BACK = { id: 'back', on: 'last-purchase', after: '1 week', send: { template: 3 } };
const RULES = [THANKS, WELCOME, BACK];
/** What comes later than this after it was due says nothing to anybody any more; ms. */
const LATEST = 7 * DAY;

/** An order reaches a status. */
interface Step {
  /** Ticks after the start. */
  readonly tick: number;
  readonly order: number;
  readonly status: string;
}

/** One order's life: placed, and then one thing or another. */
const orders = fc.array(
  fc.record({
    who: fc.nat({ max: PEOPLE.length - 1 }),
    placed: fc.nat({ max: 14 * 8 }),
    first: fc.constantFrom('processing', 'completed', 'pending'),
    later: fc.array(
      fc.record({
        after: fc.integer({ min: 1, max: 40 }),
        status: fc.constantFrom('processing', 'completed', 'cancelled', 'refunded', 'trash'),
      }),
      { maxLength: 2 },
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

interface Shop {
  /** Whose order it is, and when it was placed, in ticks. */
  readonly orders: readonly { readonly who: number; readonly placed: number }[];
  readonly steps: readonly Step[];
}

const shops = orders.map((made): Shop => {
  const steps = made.flatMap(({ placed, first, later }, order) => {
    let tick = placed;
    return [
      { tick, order, status: first },
      ...later.map(({ after, status }) => {
        tick += after;
        return { tick, order, status };
      }),
    ];
  });
  return { orders: made, steps: [...steps].sort((a, b) => a.tick - b.tick) };
});

const policyOf = (more: object = {}) => v.parse(Policy, { followUps: RULES, ...more });
const placedAt = (shop: Shop, order: number) =>
  START + (shop.orders[order]?.placed ?? 0) * TICK + order * 1000;

function deliver(world: World, shop: Shop, { order, status, tick }: Step): void {
  const { who = 0 } = shop.orders[order] ?? {};
  const body = orderBody(
    { id: order + 1, email: PEOPLE[who] ?? '', status, createdAt: placedAt(shop, order) },
    START + tick * TICK + order * 1000,
  );
  world.deliver({
    topic: 'order.updated',
    webhookId: '2',
    deliveryId: `${String(order)}-${String(tick)}-${status}`,
    body: JSON.stringify(body),
  });
}

interface Sent {
  readonly order: number;
  readonly template: number;
  /** Epoch ms. */
  readonly at: number;
}

interface Run {
  readonly world: World;
  readonly sent: readonly Sent[];
}

interface Weather {
  readonly policy: Policy;
  /** Processes die, webhooks come late and twice, rings get lost. */
  readonly seed?: number;
  /** From this tick on the first of them asked for no more. */
  readonly quiet?: number;
}

/** Weeks of a shop, a tick at a time. */
async function weeksOf(shop: Shop, { policy, seed, quiet }: Weather): Promise<Run> {
  const world = new World(policy);
  world.now = START;
  const sent: Sent[] = [];
  const mailer = { ...world.mautic.mailer };
  let tick = 0;
  Object.assign(world.mautic.mailer, {
    send: async (email: Parameters<typeof mailer.send>[0]) => {
      sent.push({ order: Number(email.tokens['order_id']) - 1, template: email.emailId, at: world.now });
      return mailer.send(email);
    },
    mayBeMailed: async (contactId: number) => {
      const isFirst = world.mautic.rows.get(contactId)?.email === PEOPLE[0];
      return succeeded(!(isFirst && quiet !== undefined && tick >= quiet));
    },
  });
  const random = randomFrom(seed ?? 1);
  const killAt = () => (seed !== undefined && random() < 0.3 ? 1 + Math.floor(random() * 30) : undefined);
  let late: Step[] = [];
  for (; tick < WEEKS * 7 * 8; tick += 1) {
    world.now = START + tick * TICK;
    const due = [...late, ...shop.steps.filter((step) => step.tick === tick)];
    late = seed === undefined ? [] : due.filter(() => random() < 0.3);
    for (const step of due) deliver(world, shop, step);
    for (let round = 0; round < 3; round += 1) {
      await world.record(5, killAt());
      await world.sync(2, killAt());
      await world.sweep(killAt());
      await world.sync(2, killAt());
      if (seed !== undefined && random() < 0.1) world.loseRings();
    }
  }
  return { world, sent };
}

/** The statuses an order has had up to now, by tick. */
function historyOf(shop: Shop, order: number, tick: number): readonly Step[] {
  return shop.steps.filter((step) => step.order === order && step.tick <= tick);
}

/**
 * What should have been sent, reckoned in another way: tick by tick, each order's history is looked at anew, and
 * whatever has waited longest goes.
 */
function reckoned(shop: Shop, distance: number): readonly Sent[] {
  const sent: Sent[] = [];
  for (let tick = 0; tick < WEEKS * 7 * 8; tick += 1)
    for (const who of PEOPLE.keys()) sendDue(shop, { who, tick, distance }, sent);
  return sent;
}

interface Turn {
  readonly who: number;
  readonly tick: number;
  /** Between two, ms. */
  readonly distance: number;
}

function sendDue(shop: Shop, { who, tick, distance }: Turn, sent: Sent[]): void {
  const now = START + tick * TICK;
  const all = shop.orders.map((order, number) => ({ ...order, number }));
  const mine = all.filter((order) => order.who === who && historyOf(shop, order.number, tick).length > 0);
  const own = () => sent.filter(({ order }) => all[order]?.who === who);
  const isNew = ({ order, template }: Sent) =>
    !own().some((one) => one.template === template && (one.order === order || template === 2));
  const due = mine
    .flatMap(({ number }) => dueTemplates(shop, { number, mine, tick }))
    .filter((one) => one.at <= now && isNew(one))
    .sort((a, b) => a.at - b.at);
  for (const { order, template, at } of due) {
    const last = Math.max(0, ...own().map((one) => one.at));
    // What was kept waiting by another is as late as it is after that.
    if (now > Math.max(at, distance === 0 ? 0 : last + distance) + LATEST) continue;
    if (now < last + distance) return;
    sent.push({ order, template, at: now });
  }
}

interface Point {
  readonly number: number;
  readonly mine: readonly { readonly number: number; readonly placed: number }[];
  readonly tick: number;
}

function isBought(shop: Shop, number: number, tick: number): boolean {
  const now = historyOf(shop, number, tick).at(-1)?.status ?? '';
  return now === 'processing' || now === 'completed';
}

/** When an order was in one of these first; the shop stamps each change by its order, to the second. */
function firstIn(shop: Shop, { number, tick }: Point, statuses: readonly string[]): number | undefined {
  const step = historyOf(shop, number, tick).find(({ status }) => statuses.includes(status));
  return step && START + step.tick * TICK + number * 1000;
}

function dueTemplates(shop: Shop, point: Point): readonly Sent[] {
  const { number, mine, tick } = point;
  const now = historyOf(shop, number, tick).at(-1)?.status ?? '';
  if (['cancelled', 'refunded', 'trash'].includes(now)) return [];
  const bought = mine
    .filter((order) => isBought(shop, order.number, tick))
    .sort((a, b) => a.placed - b.placed || a.number - b.number);
  const completed = firstIn(shop, point, ['completed']);
  const counted = firstIn(shop, point, ['processing', 'completed']) ?? 0;
  const due: Sent[] = [];
  if (completed !== undefined) due.push({ order: number, template: 1, at: completed + 3 * DAY });
  if (bought[0]?.number === number) due.push({ order: number, template: 2, at: counted + DAY });
  if (bought.at(-1)?.number === number) due.push({ order: number, template: 3, at: counted + 7 * DAY });
  return due;
}

const told = (sent: readonly Sent[]) =>
  sent
    .map(
      ({ order, template, at }) => `${String((at - START) / HOUR)}h: ${String(template)} of ${String(order)}`,
    )
    .sort();

describe('weeks of follow-ups', () => {
  it('leave out what becomes the last purchase again more than a week after its e-mail was due', async () => {
    const steps = [
      { tick: 0, order: 0, status: 'processing' },
      { tick: 53, order: 1, status: 'processing' },
      { tick: 113, order: 1, status: 'refunded' },
    ];
    const shop = {
      orders: [
        { who: 1, placed: 0 },
        { who: 1, placed: 53 },
      ],
      steps,
    };
    const { sent } = await weeksOf(shop, { policy: policyOf() });

    expect(told(sent)).toEqual(['24h: 2 of 0', '330h: 3 of 1']);
    expect(told(reckoned(shop, 0))).toEqual(told(sent));
  });

  it('take what another e-mail kept waiting for no later than it is since then', async () => {
    const steps = [
      { tick: 0, order: 0, status: 'processing' },
      { tick: 19, order: 1, status: 'processing' },
      { tick: 41, order: 1, status: 'completed' },
      { tick: 67, order: 1, status: 'refunded' },
      { tick: 74, order: 2, status: 'processing' },
      { tick: 113, order: 2, status: 'cancelled' },
    ];
    const shop = { orders: [0, 19, 74].map((placed) => ({ who: 1, placed })), steps };
    const { sent } = await weeksOf(shop, { policy: policyOf({ perContact: '1 per 24 hours' }) });

    // Due after 168 hours, behind the e-mail of hour 198, and for a while not the last purchase.
    expect(told(sent)).toEqual(['198h: 1 of 1', '24h: 2 of 0', '339h: 3 of 0']);
    expect(told(reckoned(shop, DAY))).toEqual(told(sent));
  });

  it('equal an independent calculation', async () => {
    await fc.assert(
      fc.asyncProperty(shops, async (shop) => {
        const { sent } = await weeksOf(shop, { policy: policyOf() });

        expect(told(sent)).toEqual(told(reckoned(shop, 0)));
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  it('equal an independent calculation where one a day is all that somebody gets', async () => {
    await fc.assert(
      fc.asyncProperty(shops, async (shop) => {
        const { sent } = await weeksOf(shop, { policy: policyOf({ perContact: '1 per 24 hours' }) });

        expect(told(sent)).toEqual(told(reckoned(shop, DAY)));
      }),
      { numRuns: RUNS },
    );
  }, 600_000);
});

describe('whatever dies, comes late, twice or not at all', () => {
  it('nothing is sent twice, and what is missing is parked', async () => {
    await fc.assert(
      fc.asyncProperty(shops, fc.integer({ min: 1, max: 1e6 }), async (shop, seed) => {
        const { sent, world } = await weeksOf(shop, { policy: policyOf(), seed });
        const names = sent.map(({ order, template }) => `${String(order)} ${String(template)}`);

        expect(names).toEqual([...new Set(names)]);
        const expected = reckoned(shop, 0).filter(({ template }) => template === 1);
        const missing = expected.filter(({ order }) => !names.includes(`${String(order)} 1`));
        const states = await Promise.all(missing.map(({ order }) => stateOf(world, order)));
        expect(states).toEqual(missing.map(() => 'parked'));
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  it('nobody gets two within a day, nor one who asked for no more', async () => {
    await fc.assert(
      fc.asyncProperty(
        shops,
        fc.integer({ min: 1, max: 1e6 }),
        fc.nat({ max: 200 }),
        async (shop, seed, quiet) => {
          const policy = policyOf({ perContact: '1 per 24 hours' });
          const { sent } = await weeksOf(shop, { policy, seed, quiet });
          const of = (who: number) => sent.filter(({ order }) => shop.orders[order]?.who === who);

          for (const who of PEOPLE.keys()) {
            const times = of(who).map(({ at }) => at);
            for (const [index, time] of times.slice(1).entries())
              expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(DAY);
          }
          expect(of(0).filter(({ at }) => at >= START + quiet * TICK)).toEqual([]);
        },
      ),
      { numRuns: RUNS },
    );
  }, 600_000);
});

async function stateOf(world: World, order: number): Promise<string | undefined> {
  const ref = { kind: 'order', store: 'demo', id: String(order + 1) } as const;
  const [entry] = (await world.ledger.load([ref])).values();
  return entry?.effects['followup:thanks']?.state;
}
