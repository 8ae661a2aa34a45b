import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { Ring } from '../../../lib/core/contact/contact.ts';
import type { Delivery } from '../../../lib/core/ledger/delivery.ts';
import { Policy } from '../../../lib/core/policy/policy.ts';
import type { StoreApi } from '../../../lib/core/stores/store-api.ts';
import { createMemoryDeadLetters } from '../../../lib/local/memory/dead-letters.ts';
import { createMemoryBodies } from '../../../lib/local/memory/queue.ts';
import { createReplay } from '../../../lib/pipeline/replay.ts';
import type { StoreSimulatorOptions } from '../../../lib/simulators/woocommerce/simulator.ts';
import { openStore, secureApiAt } from '../../stores/support.ts';
import { shopsOf } from '../../support/shops.ts';
import { sourceOf } from '../../support/sources.ts';
import { ANNA, type Bench, HOUR, MINUTE, orderBody, SHOP, startBench } from './support.ts';

const DAY = 24 * HOUR;
const COUPON = { percent: 10, days: 7 };
const CARTS = { consent: 'not-required', segment: 1, tag: 'cart:abandoned', coupon: COUPON } as const;

interface Options {
  readonly carts?: object;
  readonly isKeyless?: boolean;
  readonly store?: StoreSimulatorOptions;
  /** Stands before the API of the shop. */
  readonly before?: (api: StoreApi) => StoreApi;
}

/** A shop that is asked over HTTP, a bridge, and Mautic with two segments. */
async function start({ carts = {}, isKeyless = false, store: options, before = (api) => api }: Options = {}) {
  let now = () => Date.now();
  const store = await openStore({ ...options, clock: { now: () => now() } });
  const api = before(secureApiAt(store.url));
  const policy = v.parse(Policy, { tags: [], carts: { ...CARTS, ...carts } });
  const bench = await startBench({ policy, shops: ({ clock }) => shopsOf({ api, clock, isKeyless }) });
  now = () => bench.clock.now();
  for (const name of ['Abandoned', 'Recovered']) await bench.person('POST', '/segments/new', { name });
  return { bench, store, policy };
}

/** An order that nobody paid, placed now. */
async function leave(
  bench: Bench,
  { id = 1, email = ANNA, ...rest }: { id?: number; email?: string; status?: string } = {},
) {
  const now = bench.clock.now();
  const made = orderBody({ id, email, createdAt: now, status: 'pending', ...rest }, now) as object;
  await bench.deliver('order.updated', { ...made, needs_payment: true });
  await bench.sync();
}

/** Time passes; the schedule rings each minute of the last few. */
async function letPass(bench: Bench, ms: number): Promise<void> {
  const steps = 3;
  bench.forward(ms - steps * MINUTE);
  for (let step = 0; step < steps; step += 1) {
    bench.forward(MINUTE);
    await bench.sweep();
  }
}

function fieldsOf(bench: Bench, email = ANNA) {
  const { fields } = bench.contact(email);
  return { code: fields['mautic_woo_coupon_code'] ?? null, url: fields['mautic_woo_recovery_url'] ?? null };
}

async function segments(bench: Bench, email = ANNA): Promise<readonly number[]> {
  const { lists } = await bench.person('GET', `/contacts/${String(bench.contact(email).id)}/segments`);
  return Object.keys(lists as object).map(Number);
}

async function replayAll(bench: Bench, policy: Policy): Promise<void> {
  await createReplay({
    ...bench.sweepParts,
    survey: bench.survey,
    stores: [],
    sourceOf,
    bodies: createMemoryBodies(),
    deadDeliveries: createMemoryDeadLetters<Delivery>(bench.clock),
    deadRings: createMemoryDeadLetters<Ring>(bench.clock),
    policy,
    report: () => undefined,
  })({ all: true }, {});
}

async function coupon(bench: Bench, id: number | string = 1) {
  return (await bench.effects(id))['coupon:cart'];
}

describe('a coupon for what was abandoned', () => {
  it('is made in the shop, for one order, and then stands in Mautic, in the link as well', async () => {
    const { bench, store } = await start({ carts: { coupon: { ...COUPON, minTotal: '12' } } });
    await leave(bench);

    await letPass(bench, HOUR + 3 * MINUTE);

    const [made] = store.shop.coupons.all();
    expect(made).toMatchObject({
      code: expect.stringMatching(/^m[a-hjkmnp-z]{9}$/),
      discountType: 'percent',
      amount: '10.00',
      usageLimit: 1,
      individualUse: true,
      minimumAmount: '12.00',
      emailRestrictions: [],
    });
    expect(await coupon(bench)).toMatchObject({
      state: 'done',
      code: made?.code,
      expiresAt: made?.expiresAt,
    });
    expect(fieldsOf(bench)).toEqual({
      code: made?.code,
      url: expect.stringMatching(new RegExp(`^${SHOP}/checkout-link/.*&coupon=${String(made?.code)}$`)),
    });
    expect(await segments(bench)).toEqual([1]);
    expect(bench.contact().tags).toEqual(['cart:abandoned']);
  });

  it('is there before segment and tag are: a campaign finds its code', async () => {
    const { bench } = await start();
    await leave(bench);

    bench.forward(HOUR);
    await bench.sweep();

    expect(fieldsOf(bench).code).toBeNull();
    expect([await segments(bench), bench.contact().tags]).toEqual([[], []]);
    expect(await coupon(bench)).toMatchObject({ state: 'done' });
  });

  it('is taken back from Mautic when it was bought, and when it has expired; the shop keeps it', async () => {
    const { bench, store } = await start();
    await leave(bench);
    await leave(bench, { id: 2, email: 'ben@example.test' });
    await letPass(bench, HOUR + 3 * MINUTE);
    expect(fieldsOf(bench).code).not.toBeNull();

    await bench.shop({ id: 3, createdAt: bench.clock.now() });
    await letPass(bench, 7 * DAY);

    expect(fieldsOf(bench).code).toBeNull();
    expect(fieldsOf(bench, 'ben@example.test')).toEqual({
      code: null,
      url: expect.not.stringContaining('coupon='),
    });
    expect(await segments(bench, 'ben@example.test')).toEqual([1]);
    expect(store.shop.coupons.all()).toHaveLength(2);
  });

  it('is one a contact in thirty days, and none for less than minTotal', async () => {
    const { bench, store } = await start({ carts: { forget: '60 days' } });
    await leave(bench);
    await letPass(bench, 2 * HOUR);
    await leave(bench, { id: 2 });
    await letPass(bench, 2 * HOUR);
    expect(fieldsOf(bench).code).toBeNull();
    expect(await segments(bench)).toEqual([1]);
    expect(store.shop.coupons.all()).toHaveLength(1);

    bench.forward(30 * DAY);
    await leave(bench, { id: 3 });
    await letPass(bench, 2 * HOUR);
    expect(store.shop.coupons.all()).toHaveLength(2);

    const dear = await start({ carts: { coupon: { ...COUPON, minTotal: '12.01' } } });
    await leave(dear.bench);
    await letPass(dear.bench, 2 * HOUR);
    expect(dear.store.shop.coupons.all()).toEqual([]);
    expect(await segments(dear.bench)).toEqual([1]);
  });
});

describe('a shop that fails while a coupon is made', () => {
  it.each(['commit-then-reset', 'commit-then-500'] as const)(
    'has made it (%s): it is found by its code, and there is no second one',
    async (fault) => {
      const { bench, store } = await start();
      await leave(bench);
      store.faults.failNext(fault);

      await letPass(bench, HOUR + 3 * MINUTE);
      expect(await coupon(bench)).toMatchObject({ state: 'doubt' });
      await letPass(bench, 10 * MINUTE);

      expect(store.shop.coupons.all()).toHaveLength(1);
      expect(fieldsOf(bench).code).toBe(store.shop.coupons.all()[0]?.code);
      expect(store.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
    },
  );

  it('has not made it: it is asked again in five minutes, and who waits an hour is told of the cart without it', async () => {
    const { bench, store } = await start();
    await leave(bench);
    store.faults.failNext('html-503', 1000);

    await letPass(bench, HOUR + 4 * MINUTE);
    expect(await coupon(bench)).toMatchObject({ state: 'refused', reason: 'unavailable' });
    expect(await segments(bench)).toEqual([]);
    await letPass(bench, HOUR);

    expect([await segments(bench), fieldsOf(bench).code]).toEqual([[1], null]);
    expect(bench.lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: 'A coupon cannot be made in its shop until somebody acts',
      }),
    );
    while (store.faults.strike()) void 0;
    await letPass(bench, 20 * MINUTE);
    expect(fieldsOf(bench).code).toBe(store.shop.coupons.all()[0]?.code);
  });

  it('has a coupon of the code that an earlier try made: that is it', async () => {
    const made: string[] = [];
    const { bench, store } = await start({
      before: (api) => ({
        ...api,
        ...(api.coupons && {
          coupons: {
            ...api.coupons,
            // A try that got through long after it was given up.
            make: async (wanted) => {
              made.push(wanted.code);
              if (made.length === 1) await api.coupons?.make(wanted);
              return (await api.coupons?.make(wanted)) ?? Promise.reject(new Error('no coupons'));
            },
          },
        }),
      }),
    });
    await leave(bench);

    await letPass(bench, HOUR + 3 * MINUTE);

    expect(store.shop.coupons.all().map(({ code }) => code)).toEqual(made);
    expect(fieldsOf(bench).code).toBe(made[0]);
  });
});

describe('a coupon that cannot be made', () => {
  it('waits for keys, an hour at a time; the cart does not wait for it', async () => {
    const { bench, store } = await start({ isKeyless: true });
    await leave(bench);

    await letPass(bench, HOUR + 3 * MINUTE);

    expect(await coupon(bench)).toMatchObject({ state: 'refused', reason: 'no-keys' });
    expect([await segments(bench), fieldsOf(bench).code]).toEqual([[1], null]);
    expect(store.requests).toEqual([]);
    expect(bench.lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        fields: expect.objectContaining({ remedy: expect.stringContaining('StoreKeysId') }),
      }),
    );
  });

  it('waits for a key that may write, and says so', async () => {
    const keys = [{ consumerKey: 'ck_local', consumerSecret: 'cs_local', permissions: 'read' as const }];
    const { bench } = await start({ store: { keys } });
    await leave(bench);

    await letPass(bench, HOUR + 3 * MINUTE);

    expect(await coupon(bench)).toMatchObject({ state: 'refused', reason: 'read-only' });
    expect((await coupon(bench))?.at).toBeGreaterThan(bench.clock.now() + 50 * MINUTE);
  });

  it('because the shop changed it is given to nobody: its date was taken for another', async () => {
    const { bench, store } = await start({
      before: (api) => ({
        ...api,
        ...(api.coupons && {
          coupons: {
            ...api.coupons,
            make: async (wanted) =>
              (await api.coupons?.make({ ...wanted, expiresAt: wanted.expiresAt - HOUR })) ??
              Promise.reject(new Error('no coupons')),
          },
        }),
      }),
    });
    await leave(bench);

    await letPass(bench, HOUR + 3 * MINUTE);

    expect(await coupon(bench)).toMatchObject({ state: 'parked', reason: 'coupon-differs' });
    expect(bench.counts.get('EffectParked')).toBe(1);
    expect([await segments(bench), fieldsOf(bench).code]).toEqual([[1], null]);
    const [made] = store.shop.coupons.all();
    expect(JSON.stringify(bench.lines)).not.toContain(made?.code);
  });

  it('is tried again by a replay, under the code it had', async () => {
    let hours = 1;
    const { bench, store, policy } = await start({
      before: (api) => ({
        ...api,
        ...(api.coupons && {
          coupons: {
            ...api.coupons,
            make: async (wanted) =>
              (await api.coupons?.make({ ...wanted, expiresAt: wanted.expiresAt - hours * HOUR })) ??
              Promise.reject(new Error('no coupons')),
          },
        }),
      }),
    });
    await leave(bench);
    await letPass(bench, HOUR + 3 * MINUTE);
    const [wrong] = store.shop.coupons.all();

    // Somebody has switched the plugin off and deleted the coupon, as the message says.
    hours = 0;
    store.shop.coupons.erase(wrong?.id ?? 0);
    await replayAll(bench, policy);
    await letPass(bench, 5 * MINUTE);

    expect(store.shop.coupons.all().map(({ code }) => code)).toEqual([wrong?.code]);
    expect(fieldsOf(bench).code).toBe(wrong?.code);
  });

  it('in a store that takes none from outside ends; the cart does not wait for it', async () => {
    const { bench } = await start({ before: ({ coupons: _none, ...api }) => api });
    await leave(bench);

    await letPass(bench, HOUR + 3 * MINUTE);

    expect(await coupon(bench)).toMatchObject({ state: 'skipped', reason: 'no-coupons' });
    expect(await segments(bench)).toEqual([1]);
  });

  it('is not made for who bought meanwhile, and nothing is parked', async () => {
    const { bench, store } = await start();
    await leave(bench);
    store.faults.failNext('commit-then-reset');
    await letPass(bench, HOUR + 3 * MINUTE);

    await bench.shop({ id: 2, createdAt: bench.clock.now() });
    await letPass(bench, HOUR);

    expect(await coupon(bench)).toMatchObject({ state: 'skipped', reason: 'lapsed' });
    expect(bench.counts.get('EffectParked')).toBeUndefined();
    expect(fieldsOf(bench).code).toBeNull();
  });
});

describe('a shop', () => {
  it('is never asked, nor are its keys read, by a policy without coupons', async () => {
    const asked: string[] = [];
    const store = await openStore();
    const { coupon: _none, ...carts } = CARTS;
    const policy = v.parse(Policy, { carts });
    const bench = await startBench({
      policy,
      shops: ({ clock }) => shopsOf({ api: secureApiAt(store.url), clock, asked: () => asked.push('keys') }),
    });
    await bench.person('POST', '/segments/new', { name: 'Abandoned' });
    await leave(bench);

    await letPass(bench, 2 * HOUR);

    expect(await segments(bench)).toEqual([1]);
    expect([asked, store.requests]).toEqual([[], []]);
  });

  it('is asked one call at a time, and no more once its half minute is used up; the rest comes later', async () => {
    let [under, most] = [0, 0];
    let forward = (_ms: number): void => undefined;
    const { bench, store } = await start({
      before: (api) => ({
        ...api,
        ...(api.coupons && {
          coupons: {
            ...api.coupons,
            make: async (wanted) => {
              under += 1;
              most = Math.max(most, under);
              forward(16_000);
              const made = await api.coupons?.make(wanted);
              under -= 1;
              return made ?? Promise.reject(new Error('no coupons'));
            },
          },
        }),
      }),
    });
    forward = bench.forward;
    for (let id = 1; id <= 4; id += 1) await leave(bench, { id, email: `p${String(id)}@example.test` });
    bench.forward(HOUR);
    await bench.sweep();

    expect([most, store.shop.coupons.all().length]).toEqual([1, 2]);
    await letPass(bench, 10 * MINUTE);
    await letPass(bench, 10 * MINUTE);
    expect(store.shop.coupons.all()).toHaveLength(4);
  });
});
