import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../lib/core/ledger/delivery.ts';
import type { Contacts, Things } from '../../../lib/core/ports/ledger.ts';
import { mortal } from '../../support/mortal.ts';
import { keyOf, MINUTE, openWorkshop, type Workshop } from '../../support/workshop.ts';
import { type OrderChanges, orderBody } from '../sync/support.ts';

const ANNA = 'anna@example.test';
const BEN = 'ben@example.test';

/** A delivery that `record` gave up. */
function giveUp(shop: Workshop, changes: OrderChanges, store = 'demo'): Delivery {
  const body = orderBody(changes, shop.clock.now() + 1_000);
  const delivery = shop.delivery(store, 'order.updated', body);
  shop.deadDeliveries.put(delivery);
  return delivery;
}

/** Three dead deliveries: orders 1 (Anna) and 2 (Ben) of one store, order 1 (Anna) of the other. */
function world(): Workshop {
  const shop = openWorkshop();
  giveUp(shop, { id: 1, email: ANNA });
  giveUp(shop, { id: 2, email: BEN });
  giveUp(shop, { id: 1, email: ANNA }, 'other');
  return shop;
}

const whats = (lines: readonly { readonly what: string }[]) => lines.map(({ what }) => what).sort();

describe('dead deliveries', () => {
  it('are recorded, rung for, and removed', async () => {
    const shop = world();

    const lines = await shop.replay({ error: 'dead-letter' });
    await shop.sync();

    expect(whats(lines)).toEqual(['order/demo/1', 'order/demo/2', 'order/other/1']);
    expect(lines[0]).toMatchObject({
      kind: 'delivery',
      why: expect.stringMatching(/^order.updated, received at 2026-12-01T12:00:01/),
      outcome: 'be recorded: it changes what the ledger holds',
      acts: true,
    });
    expect(shop.deadDeliveries.size()).toBe(0);
    expect(shop.contact(ANNA).fields).toMatchObject({ mautic_woo_order_count: '2' });
    expect(shop.contact(BEN).fields).toMatchObject({ mautic_woo_order_count: '1' });
  });

  it.each([
    [{ store: 'demo' }, ['order/demo/1', 'order/demo/2']],
    [{ store: 'demo', order: '2' }, ['order/demo/2']],
    [{ contact: keyOf(ANNA) }, ['order/demo/1', 'order/other/1']],
    [{ contact: keyOf(ANNA), store: 'other' }, ['order/other/1']],
    [{ since: Date.parse('2026-12-01T12:00:02Z') }, ['order/demo/2', 'order/other/1']],
    [{ until: Date.parse('2026-12-01T12:00:02Z') }, ['order/demo/1']],
    [{ error: 'crashes' }, []],
  ])('are selected by %j, and the others stay for everybody to see', async (selection, found) => {
    const shop = world();

    const lines = await shop.replay(selection);

    expect(whats(lines.filter(({ kind }) => kind === 'delivery'))).toEqual(found);
    const left = await shop.deadDeliveries.receive();
    expect(left).toHaveLength(3 - found.length);
  });

  it('of a deletion are selected by the contact whose order it was', async () => {
    const shop = openWorkshop();
    await shop.order({ id: 1, email: ANNA });
    await shop.settle();
    shop.deadDeliveries.put(shop.delivery('demo', 'order.deleted', { id: 1 }));
    shop.deadDeliveries.put(shop.delivery('demo', 'order.deleted', { id: 9 }));

    expect(await shop.replay({ contact: keyOf(ANNA), error: 'dead-letter' })).toHaveLength(1);
    await shop.settle();

    expect(shop.contact(ANNA).tags).toEqual([]);
    expect(shop.deadDeliveries.size()).toBe(1);
  });

  it('are all gone through, however many there are', async () => {
    const shop = openWorkshop();
    for (let id = 1; id <= 33; id += 1) giveUp(shop, { id, email: id % 2 === 0 ? ANNA : BEN });

    await shop.replay({ contact: keyOf(ANNA), error: 'dead-letter' });

    expect(shop.deadDeliveries.size()).toBe(17);
    await shop.replay({ error: 'dead-letter' });
    expect(shop.deadDeliveries.size()).toBe(0);
  });

  it('that the ledger has already, or has newer, are removed', async () => {
    const shop = openWorkshop();
    giveUp(shop, { id: 1, total: '10.00' });
    const newer = giveUp(shop, { id: 1, total: '20.00' });
    await shop.replay({ all: true });
    shop.deadDeliveries.put(newer);
    giveUp(shop, { id: 2 });

    const lines = await shop.replay({ error: 'dead-letter' }, { dryRun: true });

    expect(lines.map(({ what, outcome }) => [what, outcome])).toEqual([
      ['order/demo/1', 'be removed: the ledger has it already'],
      ['order/demo/2', 'be recorded: it changes what the ledger holds'],
    ]);
    await shop.replay({ error: 'dead-letter' });
    await shop.settle();
    expect(shop.deadDeliveries.size()).toBe(0);
    expect(shop.contact(ANNA).fields).toMatchObject({ mautic_woo_total_spent: 32 });
  });

  it('stay when they cannot be recorded', async () => {
    const shop = world();
    const things: Things = {
      ...shop.ledger,
      save: async (ref, ...rest) => {
        if (ref.id === '2') throw new Error('throttled');
        return shop.ledger.save(ref, ...rest);
      },
    };

    const lines = await shop.replay({ error: 'dead-letter' }, { things });

    expect(lines.find(({ what }) => what === 'order/demo/2')).toMatchObject({
      outcome: expect.stringMatching(/^stay: it could not be recorded/),
      acts: false,
    });
    expect((await shop.deadDeliveries.receive()).map(({ message }) => message?.deliveryId)).toEqual(['2']);
  });

  it('stay when their store is unknown, their body is gone, or they have no known shape', async () => {
    const shop = openWorkshop();
    giveUp(shop, { id: 1 }, 'gone');
    shop.deadDeliveries.put({
      ...shop.delivery('demo', 'order.updated', {}),
      body: { in: 'bucket', key: 'b/1' },
    });
    shop.deadDeliveries.put(undefined);

    const lines = await shop.replay({ all: true });

    expect(lines.map(({ outcome, acts }) => [outcome, acts])).toEqual([
      ['stay: bridge.config.ts has no such store', false],
      ['stay: its body was kept for 30 days and is gone', false],
      ['stay: this version knows no such message', false],
    ]);
    expect(shop.deadDeliveries.size()).toBe(3);
    expect(await shop.replay({ contact: keyOf(ANNA), error: 'dead-letter' })).toEqual([]);
  });

  it('that say nothing are removed, as record does with them', async () => {
    const shop = openWorkshop();
    shop.deadDeliveries.put(shop.delivery('demo', 'order.updated', { code: 'no_such_order' }));
    shop.deadDeliveries.put(shop.delivery('demo', 'bridge.refused', {}));

    const lines = await shop.replay({ all: true });

    expect(lines.map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: 2 }, () => 'be removed: it says nothing that is recorded'),
    );
    expect(shop.deadDeliveries.size()).toBe(0);
  });

  it('of large bodies are read from the bucket', async () => {
    const shop = openWorkshop();
    await shop.bodies.put('b/1', Buffer.from(JSON.stringify(orderBody({ id: 5 }, shop.clock.now()))));
    shop.deadDeliveries.put({
      ...shop.delivery('demo', 'order.updated', {}),
      body: { in: 'bucket', key: 'b/1' },
    });

    await shop.replay({ store: 'demo', order: '5' });
    await shop.sync();

    expect(shop.contact(ANNA).fields).toMatchObject({ mautic_woo_order_count: '1' });
  });

  it('are not touched by a dry run', async () => {
    const shop = world();

    const dry = await shop.replay({ all: true }, { dryRun: true });

    expect(dry).toHaveLength(3);
    expect(shop.ledger.contents().things).toEqual({});
    expect(await shop.deadDeliveries.receive()).toHaveLength(3);
    await shop.deadDeliveries.release(await shop.deadDeliveries.receive());
  });

  it('are visible again when the replay fails half-way', async () => {
    const shop = world();
    const load = async () => {
      throw new Error('the ledger is away');
    };

    await expect(shop.replay({ all: true }, { things: { ...shop.ledger, load } })).rejects.toThrow('away');

    expect(await shop.deadDeliveries.receive()).toHaveLength(3);
  });

  it.each(Array.from({ length: 30 }, (_, index) => index + 1))(
    'are neither lost nor counted twice by a replay that is killed at step %i',
    async (steps) => {
      const shop = world();
      const fuse = { left: steps };
      await shop
        .replay(
          { all: true },
          {
            things: mortal<Things>(shop.ledger, fuse),
            contacts: mortal<Contacts>(shop.ledger, fuse),
            deadDeliveries: mortal(shop.deadDeliveries, fuse),
          },
        )
        .catch(() => undefined);
      shop.forward(11 * MINUTE);

      await shop.replay({ all: true });
      await shop.settle();

      expect(shop.deadDeliveries.size()).toBe(0);
      expect(shop.contact(ANNA).fields).toMatchObject({ mautic_woo_order_count: '2' });
      expect(shop.contact(BEN).fields).toMatchObject({ mautic_woo_order_count: '1' });
    },
  );
});

describe('dead rings', () => {
  async function rung() {
    const shop = openWorkshop();
    await shop.order({ id: 1, email: ANNA });
    await shop.order({ id: 2, email: BEN, store: 'other' });
    await shop.settle();
    for (const email of [ANNA, BEN, ANNA])
      shop.deadRings.put({ contact: keyOf(email), wanted: 1, attempts: 0 });
    shop.mautic.byEmail(ANNA)?.tags.clear();
    return shop;
  }

  it('are removed, and their contacts written again in full', async () => {
    const shop = await rung();

    const lines = await shop.replay({ error: 'dead-letter' });
    await shop.settle();

    expect(lines.map(({ kind }) => kind)).toEqual(['ring', 'ring', 'ring']);
    expect(shop.deadRings.size()).toBe(0);
    expect(shop.contact(ANNA).tags).toEqual(['sku:tea', 'status:processing']);
  });

  it.each([
    [{ contact: keyOf(BEN) }, 2],
    [{ store: 'demo' }, 1],
    [{ store: 'other', order: '2' }, 2],
    [{ error: 'crashes' }, 3],
    [{ until: 5 }, 3],
  ])('selected by %j leave %i', async (selection, left) => {
    const shop = await rung();

    await shop.replay(selection);

    expect(await shop.deadRings.receive()).toHaveLength(left);
  });

  it('of contacts that the ledger does not know, or of no known shape, do no harm', async () => {
    const shop = openWorkshop();
    shop.deadRings.put({ contact: keyOf(ANNA), wanted: 1, attempts: 0 });
    shop.deadRings.put(undefined);

    await shop.replay({ all: true });

    expect(shop.deadRings.size()).toBe(1);
    expect(shop.ledger.contents().profiles).toEqual({});
  });

  it('are not touched by a dry run', async () => {
    const shop = await rung();
    const before = shop.ledger.contents();

    const lines = await shop.replay({ error: 'dead-letter' }, { dryRun: true });

    expect(lines).toHaveLength(3);
    expect(shop.ledger.contents()).toEqual(before);
    expect(await shop.deadRings.receive()).toHaveLength(3);
  });
});
