import * as v from 'valibot';
import { describe, expect, test, vi } from 'vitest';
import { failed } from '../../../lib/core/ledger/failure.ts';
import { Policy } from '../../../lib/core/policy/policy.ts';
import { createErase } from '../../../lib/pipeline/people/erase.ts';
import { createRecord } from '../../../lib/pipeline/record.ts';
import { cartBody } from '../../support/recorded-carts.ts';
import { keyOf, MINUTE, notesThat, openWorkshop, type Workshop } from '../../support/workshop.ts';
import { orderBody } from '../sync/support.ts';

const ANNA = 'anna@example.test';
const BEN = 'ben@example.test';

/** A customer record of Anna's that changed now. */
const customerBody = (now: number) => ({
  id: 5,
  date_modified_gmt: new Date(now).toISOString().slice(0, 19),
  email: ANNA,
  first_name: 'Anna',
  last_name: 'Berg',
  role: 'customer',
  billing: {},
});

/** All that is kept of anybody, as text. */
const kept = (shop: Workshop) => JSON.stringify([shop.ledger.contents(), [...shop.mautic.rows.values()]]);

/** Somebody asks for it now, and the bridge comes to rest. */
async function erased(shop: Workshop, email: string): Promise<void> {
  shop.forward(MINUTE);
  const erase = createErase(shop.ports);
  const at = await erase.mark(keyOf(email));
  expect(await erase.isDone(keyOf(email), at)).toBe(false);
  await shop.sweep();
  await shop.settle();
  expect(await erase.isDone(keyOf(email), at)).toBe(true);
}

/** Two orders of Anna and one of Ben, in Mautic. */
async function busyShop(policy: Parameters<typeof openWorkshop>[0] = {}): Promise<Workshop> {
  const shop = openWorkshop(policy);
  await shop.order({ id: 1, email: ANNA, total: '10.00' });
  await shop.order({ id: 2, email: ANNA, total: '20.00' });
  await shop.order({ id: 3, email: BEN, total: '30.00' });
  await shop.settle();
  return shop;
}

describe('an erasure', () => {
  test('leaves the money without a name, and no contact in Mautic', async () => {
    const shop = await busyShop();

    await erased(shop, ANNA);

    expect(kept(shop)).not.toContain(ANNA);
    expect(shop.mautic.byEmail(ANNA)).toBeUndefined();
    const { things } = shop.ledger.contents();
    expect(things['order/demo/1']).toMatchObject({ refused: 'erased', data: { total: '10.00' } });
    expect(shop.contact(BEN).fields['mautic_woo_order_count']).toBe('1');
  });

  test('whose ring is lost waits for nothing that is due in weeks', async () => {
    const late = { id: 'late', on: { status: 'processing' }, after: '30 days', note: 'Thanks' };
    const shop = openWorkshop(v.parse(Policy, { followUps: [late] }));
    await shop.order({ id: 1, email: BEN, createdAt: shop.clock.now(), status: 'on-hold' });
    await shop.sync();
    shop.forward(2 * MINUTE);
    await shop.order({ id: 2, email: ANNA, createdAt: shop.clock.now(), status: 'processing' });
    await shop.sync();
    const { due = 0 } = (await shop.ports.contacts.profile(keyOf(ANNA))) ?? {};
    expect(due).toBeGreaterThan(shop.clock.now() + 29 * 24 * 60 * MINUTE);
    const away = { ring: () => Promise.reject(new Error('the queue is away')) };
    const erase = createErase({ ...shop.ports, doorbell: away });

    const at = await erase.mark(keyOf(ANNA));
    shop.forward(MINUTE);
    await shop.sweep();
    await shop.settle();

    expect(await erase.isDone(keyOf(ANNA), at)).toBe(true);
  });

  test('is no fault of an address that somebody should correct', async () => {
    const shop = await busyShop();
    await erased(shop, ANNA);

    await shop.order({ id: 1, email: ANNA, total: '10.00', status: 'completed' });

    expect(shop.lines.filter(({ message }) => message.startsWith('An address cannot'))).toEqual([]);
  });

  test('is not undone by what was on its way, comes late or is read again', async () => {
    const shop = await busyShop();
    await erased(shop, ANNA);

    await shop.order({ id: 1, email: ANNA, total: '10.00', status: 'completed' });
    await shop.order({ id: 2, email: ANNA, total: '20.00' });
    await shop.settle();

    expect(kept(shop)).not.toContain(ANNA);
    expect(shop.ledger.contents().things['order/demo/1']).toMatchObject({ data: { status: 'completed' } });
  });

  test('is done again where something was folded before anybody knew of it', async () => {
    const shop = await busyShop();
    const stale = { ...shop.ledger, hasErasures: async () => false };
    await erased(shop, ANNA);
    const parts = { ...shop.recordParts, things: stale, contacts: stale };

    const late = shop.delivery('demo', 'order.updated', orderBody({ id: 1, email: ANNA }, shop.clock.now()));
    await createRecord(parts)([{ delivery: late, redelivered: false }]);
    expect(kept(shop)).toContain(ANNA);
    await shop.settle();

    expect(kept(shop)).not.toContain(ANNA);
    expect(shop.mautic.byEmail(ANNA)).toBeUndefined();
  });

  test('ends with a later order: the person starts afresh, without a past', async () => {
    const shop = await busyShop();
    await erased(shop, ANNA);

    await shop.order({ id: 4, email: ANNA, total: '5.00', createdAt: shop.clock.now() + MINUTE });
    await shop.settle();

    const { fields } = shop.contact(ANNA);
    expect(fields).toMatchObject({ mautic_woo_order_count: '1', mautic_woo_total_spent: 5 });
    expect(shop.profile(ANNA)).toMatchObject({ email: ANNA });
  });

  test('knows whoever came back by the address in the order, should nobody have noted it yet', async () => {
    const shop = await busyShop();
    await erased(shop, ANNA);
    const dies = { ...shop.ledger, want: async () => Promise.reject(new Error('killed')) };
    const createdAt = shop.clock.now() + MINUTE;
    const later = shop.delivery(
      'demo',
      'order.updated',
      orderBody({ id: 4, email: ANNA, createdAt }, createdAt),
    );
    await createRecord({ ...shop.recordParts, contacts: dies })([{ delivery: later, redelivered: false }]);

    await shop.ledger.wantAgain(keyOf(ANNA), shop.clock.now());
    await shop.sweep();
    await shop.settle();

    expect(shop.mautic.byEmail('')).toBeUndefined();
    expect(shop.contact(ANNA).fields).toMatchObject({ mautic_woo_order_count: '1' });
  });

  test('of who comes back behind live work knows the address', async () => {
    const shop = await busyShop();
    await erased(shop, ANNA);

    await shop.ledger.introduceLater(keyOf(ANNA), ANNA, shop.clock.now());

    expect(shop.profile(ANNA)).toMatchObject({ email: ANNA, work: 'later' });
  });

  test('comes first where a later order waits beside it', async () => {
    const shop = await busyShop();
    const before = shop.contact(ANNA).id;
    shop.forward(MINUTE);
    await shop.ledger.erase(keyOf(ANNA), shop.clock.now());
    await shop.order({ id: 4, email: ANNA, total: '5.00', createdAt: shop.clock.now() + MINUTE });
    await shop.sweep();
    await shop.settle();

    expect(shop.contact(ANNA).id).not.toBe(before);
    expect(shop.contact(ANNA).fields).toMatchObject({ mautic_woo_order_count: '1' });
    expect(shop.ledger.contents().things['order/demo/1']).toMatchObject({ refused: 'erased' });
  });

  test('of who came back takes back what became another buyer’s, like anybody’s', async () => {
    const shop = await busyShop();
    await erased(shop, ANNA);
    const createdAt = shop.clock.now() + MINUTE;
    await shop.order({ id: 4, email: ANNA, total: '5.00', createdAt });
    await shop.settle();

    await shop.order({ id: 4, email: BEN, total: '5.00', createdAt });
    await shop.settle();

    expect(shop.contact(ANNA).fields).toMatchObject({ mautic_woo_order_count: null, firstname: null });
    expect(shop.contact(BEN).fields).toMatchObject({ mautic_woo_order_count: '2' });
  });

  test('takes a customer record along, and a later change of it brings nobody back', async () => {
    const shop = openWorkshop();
    await shop.deliver('demo', 'customer.updated', customerBody(shop.clock.now()));
    await shop.settle();
    expect(shop.mautic.byEmail(ANNA)).toBeDefined();

    await erased(shop, ANNA);
    shop.forward(MINUTE);
    await shop.deliver('demo', 'customer.updated', customerBody(shop.clock.now()));
    await shop.settle();

    expect(kept(shop)).not.toContain(ANNA);
    expect(shop.mautic.byEmail(ANNA)).toBeUndefined();
  });

  test('waits for a Mautic that is away', async () => {
    const shop = await busyShop();
    const isAway = vi.spyOn(shop.mautic, 'remove');
    isAway.mockImplementation(async () =>
      failed({ kind: 'retry', code: 'unavailable', message: 'Mautic is away' }),
    );
    shop.forward(MINUTE);
    await shop.ledger.erase(keyOf(ANNA), shop.clock.now());
    await shop.sweep();
    await shop.sync();
    expect(shop.profile(ANNA).waiting).toMatchObject({ code: 'unavailable' });

    isAway.mockRestore();
    await shop.settle();

    expect(kept(shop)).not.toContain(ANNA);
  });

  test('looks once more where another request may still have been under way', async () => {
    const shop = await busyShop();
    shop.forward(MINUTE);
    await shop.ledger.defer(keyOf(ANNA), shop.clock.now(), { doubt: true });
    await shop.ledger.erase(keyOf(ANNA), shop.clock.now());
    await shop.ledger.wantAgain(keyOf(ANNA), shop.clock.now(), true);
    await shop.sweep();
    await shop.sync();
    // What was under way has come through.
    await shop.mautic.create([{ email: ANNA, fields: {}, addTags: [], removeTags: [] }]);

    await shop.settle();

    expect(shop.mautic.byEmail(ANNA)).toBeUndefined();
    expect(kept(shop)).not.toContain(ANNA);
  });

  test('ends nothing of an order that somebody else has by now', async () => {
    const shop = openWorkshop({ notes: ['processing'] });
    const { notes } = shop.world;
    const createdAt = shop.clock.now() + MINUTE;
    await shop.order({ id: 1, email: ANNA, createdAt, status: 'on-hold' });
    await shop.sync();
    shop.world.notes = notesThat('hang');
    await shop.order({ id: 1, email: BEN, createdAt, status: 'processing' });
    await shop.sync();
    expect(await shop.effects()).toMatchObject({ 'note:processing': { state: 'doubt' } });

    shop.world.notes = notes;
    await erased(shop, ANNA);
    await shop.settle();

    expect(await shop.effects()).toMatchObject({ 'note:processing': { state: 'done' } });
    expect(shop.mautic.notes.map(({ contactId }) => contactId)).toEqual([shop.contact(BEN).id]);
  });

  test('looks for nothing any more that may have been done for who was erased', async () => {
    const shop = openWorkshop({ notes: ['processing'] });
    const createdAt = shop.clock.now() + MINUTE;
    await shop.order({ id: 2, email: BEN, createdAt, status: 'on-hold' });
    shop.world.notes = notesThat('hang');
    await shop.order({ id: 1, email: ANNA, createdAt, status: 'processing' });
    await shop.sync();
    await shop.order({ id: 1, email: BEN, createdAt, status: 'processing' });

    await erased(shop, ANNA);

    expect(await shop.effects()).toMatchObject({ 'note:processing': { state: 'skipped', reason: 'erased' } });
  });

  test('ends what nobody knew the outcome of', async () => {
    const shop = openWorkshop({ notes: ['processing'] });
    await shop.policyChange();
    shop.world.notes = notesThat('hang');
    await shop.order({ id: 1, email: ANNA, createdAt: shop.clock.now() + MINUTE });
    await shop.sync();
    expect(Object.values(await shop.effects()).map(({ state }) => state)).toEqual(['doubt']);

    await erased(shop, ANNA);

    expect(await shop.effects()).toEqual({
      'note:processing': { state: 'skipped', at: expect.any(Number), reason: 'erased' },
    });
  });

  test('comes within a minute though its ring is lost and something of the person is due in weeks', async () => {
    const { carts } = v.parse(Policy, { carts: { consent: 'not-required' } });
    const shop = openWorkshop(carts && { carts });
    const now = new Date(shop.clock.now()).toISOString();
    const cart = { id: 'c1', email: ANNA, created_at: now, updated_at: now };
    await shop.deliver('demo', 'cart.updated', { ...cartBody('0025'), ...cart });
    shop.forward(2 * 60 * MINUTE);
    await shop.sweep();
    await shop.sync();
    expect(shop.profile(ANNA).due).toBeGreaterThan(shop.clock.now() + 10 * 24 * 60 * MINUTE);

    await createErase({ ...shop.ports, doorbell: { ring: async () => undefined } }).mark(keyOf(ANNA));
    shop.forward(MINUTE);
    await shop.sweep();
    await shop.sync();

    expect(shop.mautic.byEmail(ANNA)).toBeUndefined();
    await shop.settle();
    expect(kept(shop)).not.toContain(ANNA);
  });

  test('is remembered of somebody who was about to be forgotten anyway', async () => {
    const shop = await busyShop();
    const { wanted } = shop.profile(ANNA);
    await shop.ledger.expire(keyOf(ANNA), { at: shop.clock.now() + MINUTE, wanted, pointers: [], carts: [] });

    await createErase(shop.ports).mark(keyOf(ANNA));
    await shop.settle();
    shop.forward(2 * MINUTE);
    shop.ledger.lapse();

    expect(await shop.ledger.erasures([keyOf(ANNA)])).toEqual(new Map([[keyOf(ANNA), expect.any(Number)]]));
  });

  test('costs nothing where there is none', async () => {
    const shop = openWorkshop();
    const asked: string[] = [];
    const watched = {
      ...shop.ledger,
      hasErasures: async () => {
        asked.push('hasErasures');
        return false;
      },
      erasures: async () => {
        throw new Error('nobody was erased');
      },
    };
    const record = createRecord({ ...shop.recordParts, contacts: watched });
    for (const id of [1, 2, 3]) {
      const delivery = shop.delivery('demo', 'order.updated', orderBody({ id }, shop.clock.now()));
      await record([{ delivery, redelivered: false }]);
    }

    // Once in five minutes and process, however many deliveries come in.
    expect(asked).toEqual(['hasErasures']);
  });
});
