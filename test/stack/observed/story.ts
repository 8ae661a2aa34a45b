import { expect, vi } from 'vitest';
import { isErased } from '../../../lib/core/ledger/fold/order-marks.ts';
import type { Ref } from '../../../lib/core/ledger/snapshot.ts';
import { readBackfill, startBackfill } from '../../../lib/pipeline/backfill/control.ts';
import { eventually } from '../../support/eventually.ts';
import { bodyOf } from '../../support/woocommerce.ts';
import { contact, MAX_ORDERS, message, order, post, type ShopFloor } from './shop-floor.ts';

const MINUTE_MS = 60_000;
const ANNA = 'anna@example.test';
const HOUSE = 'house@example.test';

/**
 * Some hours in which every function comes to do everything it can do. What is expected here says only that the story
 * went as it is told: what was to be shown by it would otherwise not be.
 */
export async function playStory(floor: ShopFloor): Promise<void> {
  await ordersComeIn(floor);
  await theFirstContactIsWritten(floor);
  await somethingNobodyCanReadComes(floor);
  await aProductIsDescribed(floor);
  await oneAddressOrdersALot(floor);
  await theTokenEnds(floor);
  await mauticIsAway(floor);
  await aShopIsRead(floor);
  await itsPastIsRead(floor);
}

/** In between time stands still. */
function letPass(minutes: number): void {
  vi.setSystemTime(Date.now() + minutes * MINUTE_MS);
}

/** One is small, one goes by way of the bucket, one is forged, and of one the body is gone. */
async function ordersComeIn(floor: ShopFloor): Promise<void> {
  const { functions } = floor;
  const large = { ...order({ id: 2 }), meta_data: [{ id: 1, key: '_builder', value: 'x'.repeat(800_000) }] };

  expect(await post(floor, order({ id: 1 }))).toBe(200);
  expect(await post(floor, large)).toBe(200);
  expect(await post(floor, order({ id: 3 }), { secret: 'another' })).toBe(401);
  await functions.queue(message('', { in: 'bucket', key: 'bodies/demo/2026-01-01/gone' }));
  expect(await functions.record()).toBe(4);

  expect((await functions.ledger.dossier(contact(ANNA))).refs).toHaveLength(2);
}

/** The token is fetched, fields and tags are made, and the notes and e-mails follow. */
async function theFirstContactIsWritten({ functions, mautic }: ShopFloor): Promise<void> {
  expect(await functions.sync()).toBe(1);

  expect(tagsOf(mautic, ANNA)).toContain('sku:tea');
  expect([mautic.notes().length, mautic.sentEmails().length]).toEqual([2, 2]);
  expect(await functions.ledger.waitingFor(product('demo', 1))).toEqual([contact(ANNA)]);
}

/** It is asked for again, soon. */
async function somethingNobodyCanReadComes({ functions }: ShopFloor): Promise<void> {
  await functions.mislead();
}

/** Whoever waits for it is told. */
async function aProductIsDescribed(floor: ShopFloor): Promise<void> {
  const { functions, mautic } = floor;
  const described = { ...bodyOf('0031'), id: 1, categories: [{ id: 1, name: 'Tea', slug: 'tea' }] };

  expect(await post(floor, described, { topic: 'product.updated' })).toBe(200);
  await functions.record();
  expect(await functions.ledger.waitingFor(product('demo', 1))).toEqual([]);
  await functions.sync();

  expect(tagsOf(mautic, ANNA)).toContain('category:tea');
}

/** So much that it takes two reads; one more, and it is parked. */
async function oneAddressOrdersALot({ functions }: ShopFloor): Promise<void> {
  const orders = Array.from({ length: MAX_ORDERS }, (_, n) => message(order({ id: 100 + n, email: HOUSE })));
  await functions.queue(...orders);
  await functions.record();
  await functions.sync();
  expect(await functions.ledger.profile(contact(HOUSE))).toMatchObject({ wanted: 1, synced: 1 });

  await functions.queue(message(order({ id: 99, email: HOUSE })));
  await functions.record();
  await functions.sync();
  expect((await functions.ledger.profile(contact(HOUSE)))?.parked?.code).toBe('too-many-orders');
}

/** `sync` is refused and renews it; the schedule finds somebody else at it, who gives up. */
async function theTokenEnds({ functions, mautic }: ShopFloor): Promise<void> {
  letPass(6);
  mautic.faults.expireTokens();
  await functions.queue(message(order({ id: 1, status: 'completed' })));
  await functions.record();
  await functions.sync();
  expect(tagsOf(mautic, ANNA)).toContain('status:completed');
  expect(tokensGiven(mautic)).toBe(2);

  letPass(45);
  const lease = ['LEASE', 'mautic-token'] as const;
  const now = Date.now();
  await functions.ledger.claim(...lease, { holder: 'another', now, until: now + MINUTE_MS });
  const renewal = functions.run('renew-token');
  await eventually(() => expect(functions.doing()).toContain('dynamodb:GetItem'));
  await functions.ledger.release(...lease, 'another');
  await renewal;
  expect(tokensGiven(mautic)).toBe(3);
}

/** A tag cannot be made, so the claim on it is given back and the contact is left to the sweep. */
async function mauticIsAway({ functions, mautic }: ShopFloor): Promise<void> {
  mautic.faults.add({ match: (_method, path) => path.includes('/tags/new'), kind: 'html-503' });
  await functions.queue(message(order({ id: 1, status: 'refunded' })));
  await functions.record();
  await functions.sync();
  expect((await functions.ledger.profile(contact(ANNA)))?.notBefore).toBeGreaterThan(Date.now());
  mautic.faults.clear();

  letPass(60);
  await functions.run('sweep');
  expect(await functions.sync()).toBe(1);
  expect(tagsOf(mautic, ANNA)).toContain('status:refunded');
}

/** Its webhooks are made, and what they did not tell is found: an order, a product, a customer, and what is erased. */
async function aShopIsRead(floor: ShopFloor): Promise<void> {
  const { functions, shop } = floor;
  const { products, orders, customers } = shop.shop;
  const engine = products.create({ name: 'Engine', categories: ['engines'] });
  const placed = orders.place({ billing: { email: 'ada@example.test' }, lines: [{ productId: engine }] });
  customers.create({ email: 'bea@example.test' });
  expect(await post(floor, order({ id: 9_000, email: ANNA }, engine), { store: 'shop' })).toBe(200);
  await functions.record();
  await functions.sync();
  expect(await functions.ledger.waitingFor(product('shop', engine))).toEqual([contact(ANNA)]);

  await functions.run('reconcile');

  expect(await functions.ledger.waitingFor(product('shop', engine))).toEqual([]);
  expect(await stateOf(floor, placed)).toMatchObject({ email: 'ada@example.test' });
  expect(await functions.ledger.profile(contact('bea@example.test'))).toBeDefined();
  const gone = await stateOf(floor, 9_000);
  expect(gone?.type === 'order' && isErased(gone)).toBe(true);
  expect(shop.shop.webhooks.all().length).toBeGreaterThan(0);
  await theNewPolicyIsFollowed(floor);
}

/** The first run saw another policy than none; once it has stood for a while, everybody is looked at again. */
async function theNewPolicyIsFollowed({ functions }: ShopFloor): Promise<void> {
  while ((await functions.sync()) > 0);
  letPass(6);
  await functions.run('reconcile');
  expect(await functions.ledger.due('later', Date.now(), 1)).toHaveLength(1);
  await functions.run('sweep');
  expect(await functions.sync()).toBeGreaterThan(0);
}

/** Orders from before it was connected; the end is reached when everybody was looked at and written. */
async function itsPastIsRead(floor: ShopFloor): Promise<void> {
  const { functions, shop } = floor;
  const { products, orders } = shop.shop;
  const old = products.create({ name: 'Lamp', categories: ['lamps'] });
  letPass(-60 * 24 * 90);
  const placed = orders.place({ billing: { email: 'cleo@example.test' }, lines: [{ productId: old }] });
  letPass(60 * 24 * 90);
  expect(await post(floor, order({ id: 9_001, email: ANNA }, old), { store: 'shop' })).toBe(200);
  await functions.record();
  await functions.sync();
  const control = { registers: functions.ledger, clock: { now: () => Date.now() } };
  // Keys of the other one may lie where version 0.1 had them; there are none.
  for (const store of ['demo', 'shop']) await startBackfill(control, store);

  for (let minute = 0; minute < 12; minute += 1) {
    await functions.run('backfill');
    letPass(2);
    await functions.run('sweep');
    while ((await functions.sync()) > 0);
  }

  expect(await stateOf(floor, placed)).toMatchObject({ email: 'cleo@example.test' });
  expect(await readBackfill(control, 'demo')).toMatchObject({ trouble: { code: 'no-keys' } });
  expect(await readBackfill(control, 'shop')).toMatchObject({
    state: 'finished',
    receipt: { complete: true },
  });
}

function product(store: string, id: number): Ref {
  return { kind: 'product', store, id: String(id) };
}

async function stateOf({ functions }: ShopFloor, id: number) {
  const entries = await functions.ledger.load([{ kind: 'order', store: 'shop', id: String(id) }]);
  return [...entries.values()][0]?.state;
}

function tagsOf(mautic: ShopFloor['mautic'], email: string): readonly string[] {
  return mautic.contacts().find((one) => one.email === email)?.tags ?? [];
}

function tokensGiven({ requests }: ShopFloor['mautic']): number {
  return requests.filter(({ path, status }) => path.endsWith('/token') && status === 200).length;
}
