import * as v from 'valibot';
import { afterAll, describe, expect, test } from 'vitest';
import { Policy } from '../../lib/core/policy/policy.ts';
import { readUnfinished, unfinishedOf } from '../../lib/core/stores/store-progress.ts';
import { createShop } from '../../lib/simulators/woocommerce/shop.ts';
import { createShopApi } from '../../lib/simulators/woocommerce/shop-api.ts';
import { MemoryMautic } from '../support/memory-mautic.ts';
import { randomFrom } from '../support/random.ts';
import { cartRecordings } from '../support/recorded-carts.ts';
import { messageOf, startBridge } from './bridge.ts';

/**
 * How the last version that knew nothing of carts read the table: `keys.ts`, `state-item.ts`, `effects.ts`,
 * `profile-item.ts` and `store-progress.ts` as they were.
 */
const Before = {
  kinds: new Map([
    ['ORDER', 'order'],
    ['CUSTOMER', 'customer'],
    ['PRODUCT', 'product'],
  ]),
  /** Sort keys that it went through one by one. */
  surveyed: ['PROFILE', 'ORDER', 'CUSTOMER'],
  Effect: v.object({
    state: v.picklist(['claimed', 'doubt', 'refused', 'done', 'skipped', 'parked']),
    at: v.number(),
    reason: v.exactOptional(v.string()),
    doubts: v.exactOptional(v.number()),
    contactId: v.exactOptional(v.number()),
  }),
  Thing: v.object({
    state: v.pipe(
      v.string(),
      v.parseJson(),
      v.looseObject({
        type: v.picklist(['order', 'customer', 'product']),
        contacts: v.optional(v.record(v.string(), v.string())),
      }),
    ),
    revision: v.number(),
    savedAt: v.exactOptional(v.number()),
  }),
  Profile: v.object({
    email: v.string(),
    mauticId: v.exactOptional(v.number()),
    wanted: v.number(),
    synced: v.optional(v.number(), 0),
    work: v.exactOptional(v.picklist(['live', 'later'])),
    due: v.exactOptional(v.number()),
    notBefore: v.exactOptional(v.number()),
    waiting: v.exactOptional(v.object({ code: v.string(), message: v.string() })),
    attempts: v.optional(v.number(), 0),
    parked: v.exactOptional(v.object({ code: v.string(), message: v.string(), at: v.number() })),
    doubt: v.optional(v.boolean(), false),
    removedAt: v.exactOptional(v.number()),
  }),
  Written: v.object({
    fields: v.record(v.string(), v.string()),
    tags: v.array(v.string()),
    refused: v.record(v.string(), v.object({ value: v.string(), reason: v.string() })),
    segments: v.exactOptional(v.array(v.number())),
  }),
  Unfinished: v.object({
    refs: v.array(
      v.object({ kind: v.picklist(['order', 'customer', 'product']), store: v.string(), id: v.string() }),
    ),
  }),
};

/** Effects that it acted on by their names; of all others it ended what was open. */
const ACTED_ON = /^(note|email|followup):/;

type Bridge = Awaited<ReturnType<typeof startBridge>>;

const running: Bridge[] = [];
afterAll(async () => {
  for (const bridge of running) await bridge.close();
});

const POLICY = v.parse(Policy, {
  notes: ['processing'],
  carts: {
    consent: 'not-required',
    segment: 3,
    tag: 'cart:abandoned',
    recovered: { tag: 'cart:recovered' },
    coupon: { percent: 10, days: 7 },
  },
});

interface Item extends Readonly<Record<string, unknown>> {
  readonly pk: string;
  readonly sk: string;
}

function itemOf(item: Readonly<Record<string, unknown>>): Item {
  return { ...item, pk: String(item['pk']), sk: String(item['sk']) };
}

let opened: ReturnType<typeof makeLedger> | undefined;

/** The same for all that only look at it. */
function openLedger(): ReturnType<typeof makeLedger> {
  opened ??= makeLedger();
  return opened;
}

/** A ledger in which carts, unpaid orders and coupons have left every trace, on the first day of this version. */
async function makeLedger() {
  const mautic = new MemoryMautic();
  const shop = createShop({ random: randomFrom(1), clock: { now: () => bridge.clock.now() } });
  const bridge: Bridge = await startBridge(mautic, [], { policy: POLICY, shop: createShopApi(shop) });
  running.push(bridge);
  await bridge.upgraded(0);
  const all = [...cartRecordings(), ...cartRecordings('unpaid')].filter(({ topic }) => topic !== '');
  for (const { topic, body, number } of all)
    await bridge.record([messageOf({ topic, body, webhookId: '6', deliveryId: number })]);
  await bridge.settle();
  const items = (await bridge.items()).map(itemOf);
  return { mautic, shop, bridge, items };
}

function effectsIn(item: Item): readonly (readonly [string, unknown])[] {
  return Object.entries(item).flatMap(([name, value]) =>
    name.startsWith('once:') ? [[name.slice('once:'.length), value] as const] : [],
  );
}

describe('a ledger with carts', () => {
  test('holds carts, their pointers, coupons and what was abandoned', async () => {
    const { items, shop } = await openLedger();

    expect(items.filter(({ sk }) => sk === 'CART').length).toBeGreaterThan(5);
    expect(
      items.filter(({ pk, sk }) => pk.startsWith('CONTACT#') && sk.startsWith('CART#')).length,
    ).toBeGreaterThan(5);
    expect(items.flatMap(effectsIn).filter(([id]) => id === 'coupon:cart').length).toBeGreaterThan(0);
    expect(shop.coupons.all().length).toBeGreaterThan(0);
  });

  test('is read by the version before: whatever it looked at has a shape that it knew', async () => {
    const { items } = await openLedger();

    for (const item of items.filter(({ sk }) => sk === 'ORDER' || sk === 'CUSTOMER')) {
      expect(v.safeParse(Before.Thing, item).issues, item.pk).toBeUndefined();
      for (const [id, effect] of effectsIn(item))
        expect(v.safeParse(Before.Effect, effect).issues, id).toBeUndefined();
    }
    for (const item of items.filter(({ sk }) => sk === 'PROFILE'))
      expect(v.safeParse(Before.Profile, item).issues, item.pk).toBeUndefined();
    for (const item of items.filter(({ sk }) => sk === 'WRITTEN'))
      expect(
        v.safeParse(v.pipe(v.string(), v.parseJson(), Before.Written), item['written']).issues,
      ).toBeUndefined();
  });

  test('has nothing more that it would have come upon: it passes over carts and their pointers', async () => {
    const { items } = await openLedger();

    const pointed = items.filter(({ pk, sk }) => pk.startsWith('CONTACT#') && sk.includes('#'));
    const known = pointed.filter(({ sk }) => Before.kinds.has(sk.split('#')[0] ?? ''));
    expect(known.every(({ sk }) => /^(ORDER|CUSTOMER)#demo#\d+$/.test(sk))).toBe(true);
    expect(known.length).toBeLessThan(pointed.length);
    expect(items.filter(({ pk, sk }) => pk.startsWith('CART#') && Before.surveyed.includes(sk))).toEqual([]);
  });

  test('names no effect that it would have acted on, and none that it would have ended', async () => {
    const { items } = await openLedger();

    const added = items
      .filter(({ sk }) => sk === 'ORDER' || sk === 'CUSTOMER')
      .flatMap(effectsIn)
      .filter(([id]) => id.startsWith('cart:') || id.startsWith('coupon:'));
    expect(added.length).toBeGreaterThan(0);
    expect(added.filter(([id]) => ACTED_ON.test(id))).toEqual([]);
    const states = added.map(([, effect]) => v.parse(Before.Effect, effect).state);
    expect(states.filter((state) => state === 'claimed' || state === 'doubt')).toEqual([]);
  });

  test('says what was being folded in a list that it reads, without what it did not know', () => {
    const refs = (['order', 'cart', 'subscription'] as const).map((kind) => ({
      kind,
      store: 'demo',
      id: '1',
    }));
    const text = JSON.stringify(unfinishedOf(refs));

    expect(v.safeParse(v.pipe(v.string(), v.parseJson(), Before.Unfinished), text).output).toEqual({
      refs: [refs[0]],
    });
    expect(readUnfinished(text)).toMatchObject({ carts: [refs[1]] });
  });

  test('is gone on with when that version has been at work: nothing is made, noted or mailed again', async () => {
    const { items, mautic, shop } = await openLedger();
    const notes = mautic.notes.length;
    expect(notes).toBeGreaterThan(0);
    const coupons = shop.coupons.all().map(({ code }) => code);
    const again = await startBridge(mautic, items, { policy: POLICY, shop: createShopApi(shop) });
    running.push(again);
    await again.upgraded(0);

    for (const { topic, body, number } of cartRecordings().filter(({ topic }) => topic !== ''))
      await again.record([messageOf({ topic, body, webhookId: '6', deliveryId: `again-${number}` })]);
    await again.settle();

    expect(mautic.notes).toHaveLength(notes);
    expect(mautic.sent).toEqual([]);
    expect(shop.coupons.all().map(({ code }) => code)).toEqual(coupons);
  });
});
