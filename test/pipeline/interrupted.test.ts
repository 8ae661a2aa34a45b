import { describe, expect, it } from 'vitest';
import type { RawDelivery } from '../support/oracle.ts';
import { bodyOf } from '../support/woocommerce.ts';
import { World } from '../support/world.ts';

const EMAIL = 'helene@example.test';

function order(topic: string, deliveryId: string) {
  const body = topic === 'order.deleted' ? { id: 23 } : { ...bodyOf('0057'), status: 'processing' };
  return { topic, webhookId: '1', deliveryId, body: JSON.stringify(body) };
}

async function writtenOnce(): Promise<World> {
  const world = new World();
  world.deliver(order('order.created', 'a'));
  await world.record(10);
  await world.sync(10);
  return world;
}

/** The order goes and comes back: what Mautic must hold in the end is what the bridge last wrote for sure. */
async function goneAndBack(syncDiesAt: number, recordDiesAt: number): Promise<World> {
  const world = await writtenOnce();
  world.deliver(order('order.deleted', 'b'));
  await world.record(10);
  await world.sync(10, syncDiesAt);
  world.loseRings();
  world.deliver(order('order.restored', 'c'));
  await world.record(10, recordDiesAt);
  await world.record(10);
  await world.sync(10);
  await world.settle();
  return world;
}

describe('an order that was deleted and restored', () => {
  it('is in Mautic whichever step sync and record died at, although the ring in between was lost', async () => {
    const missing: string[] = [];
    for (let syncDiesAt = 1; syncDiesAt <= 24; syncDiesAt += 1) {
      for (let recordDiesAt = 1; recordDiesAt <= 12; recordDiesAt += 1) {
        const world = await goneAndBack(syncDiesAt, recordDiesAt);
        const fields = world.mautic.byEmail(EMAIL)?.fields;
        if (!fields?.get('mautic_woo_order_data'))
          missing.push(`${String(syncDiesAt)}/${String(recordDiesAt)}`);
      }
    }

    expect(missing).toEqual([]);
  });
});

function orderOf(id: number, status: string, change: object): RawDelivery {
  const body = { ...bodyOf('0057'), id, status, ...change };
  return {
    topic: 'order.updated',
    webhookId: '1',
    deliveryId: `${String(id)}-${status}`,
    body: JSON.stringify(body),
  };
}

/** Deleted by somebody, and the bridge has noticed. */
async function deletedInMautic(): Promise<World> {
  const world = await writtenOnce();
  world.mautic.rows.clear();
  world.deliver(orderOf(23, 'completed', { date_modified_gmt: '2026-11-30T00:00:00' }));
  await world.record(10);
  await world.sync(10);
  return world;
}

describe('a contact that somebody deleted, and that ordered again', () => {
  it('keeps no tag of a status that has passed, whichever step sync died at when it came back', async () => {
    const wrong: string[] = [];
    for (let syncDiesAt = 1; syncDiesAt <= 30; syncDiesAt += 1) {
      const world = await deletedInMautic();
      expect(world.mautic.byEmail(EMAIL)).toBeUndefined();
      const created = { date_created_gmt: '2026-12-02T00:00:00' };
      world.deliver(orderOf(25, 'processing', { ...created, date_modified_gmt: '2026-12-02T00:00:00' }));
      await world.record(10);
      await world.sync(10, syncDiesAt);
      world.deliver(orderOf(25, 'cancelled', { ...created, date_modified_gmt: '2026-12-02T00:00:09' }));
      await world.record(10);
      await world.settle();
      const tags = [...(world.mautic.byEmail(EMAIL)?.tags ?? [])].filter((tag) => tag.startsWith('status:'));
      if (tags.join(' ') !== 'status:cancelled') wrong.push(`${String(syncDiesAt)}: ${tags.join(' ')}`);
    }

    expect(wrong).toEqual([]);
  });

  it('holds nothing of an order that went to somebody else, whichever step sync died at', async () => {
    const wrong: string[] = [];
    for (let syncDiesAt = 1; syncDiesAt <= 30; syncDiesAt += 1) {
      const world = await deletedInMautic();
      const created = { date_created_gmt: '2026-12-02T00:00:00' };
      world.deliver(orderOf(25, 'processing', { ...created, date_modified_gmt: '2026-12-02T00:00:00' }));
      await world.record(10);
      await world.sync(10, syncDiesAt);
      const billing = { ...(bodyOf('0057')['billing'] as object), email: 'else@example.test' };
      const moved = { ...created, billing, date_modified_gmt: '2026-12-02T00:00:09' };
      world.deliver(orderOf(25, 'cancelled', moved));
      await world.record(10);
      await world.settle();
      const tags = [...(world.mautic.byEmail(EMAIL)?.tags ?? [])].filter((tag) => tag.startsWith('status:'));
      if (tags.some((tag) => tag !== 'status:completed'))
        wrong.push(`${String(syncDiesAt)}: ${tags.join(' ')}`);
    }

    expect(wrong).toEqual([]);
  });
});
