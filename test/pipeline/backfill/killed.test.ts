import { describe, expect, it } from 'vitest';
import { pauseBackfill, resumeBackfill, startBackfill } from '../../../lib/pipeline/backfill/control.ts';
import type { BackfillParts } from '../../../lib/pipeline/backfill/parts.ts';
import { Backfilling, TEA } from '../../support/backfilling.ts';
import { type Fuse, mortal } from '../../support/mortal.ts';
import { DAY, emailOf, HOUR, MINUTE } from '../../support/reconciling.ts';

/** Everything the function waits for may be where it dies. */
function killedAt(parts: BackfillParts, steps: number): BackfillParts {
  const fuse: Fuse = { left: steps };
  const { storeApiOf } = parts;
  return {
    ...parts,
    things: mortal(parts.things, fuse),
    contacts: mortal(parts.contacts, fuse),
    registers: mortal(parts.registers, fuse),
    survey: mortal(parts.survey, fuse),
    claims: mortal(parts.claims, fuse),
    keys: mortal(parts.keys, fuse),
    storeApiOf: (store, key) => {
      const api = storeApiOf(store, key);
      return api && mortal(api, fuse);
    },
  };
}

/** Two people, one of whom Mautic knows from before and the bridge from a live order, a trashed order, an account. */
async function opened(): Promise<Backfilling> {
  const world = new Backfilling({ segments: [{ segment: 3, minOrders: 2 }] });
  const { bridge } = world;
  bridge.pass(-100 * DAY);
  bridge.place('ada', { status: 'completed', lines: [TEA] });
  bridge.pass(HOUR);
  bridge.place('bob', { status: 'completed', lines: [TEA] });
  bridge.shop.orders.trash(bridge.place('carol', { status: 'completed', lines: [TEA] }));
  bridge.pass(100 * DAY);
  bridge.shop.customers.create({ email: emailOf('dora'), firstName: 'Dora' });
  bridge.hook('order.created');
  bridge.place('ada', { status: 'completed', lines: [TEA] });
  const totals = [
    ['mautic_woo_total_spent', 999],
    ['mautic_woo_order_count', 44],
  ] as const;
  world.mautic.rows.set(1, { id: 1, email: emailOf('ada'), fields: new Map(totals), tags: new Set() });
  await world.deliver();
  bridge.pass(MINUTE);
  return world;
}

/** As many steps as a whole backfill takes, and some more. */
const STEPS = 170;

describe('a backfill that dies at any moment', () => {
  it('goes on where it was, and ends like one that never died', async () => {
    const undisturbed = await opened();
    await startBackfill(undisturbed.control, 'demo');
    await undisturbed.finish();
    const right = endOf(undisturbed);

    const wrong: string[] = [];
    let died = 0;
    for (let steps = 1; steps <= STEPS; steps += 1) {
      const world = await opened();
      await startBackfill(world.control, 'demo');
      for (let minute = 0; minute < 12; minute += 1) {
        // Dies once in one of its runs.
        const isThis = minute === steps % 3;
        world.change = (parts) => (isThis ? killedAt(parts, Math.ceil(steps / 2)) : parts);
        await world.run().catch(() => (died += 1));
        world.bridge.pass(6 * MINUTE);
      }
      world.change = (parts) => parts;
      const { tally, receipt } = await world.finish();
      const end = endOf(world);
      if (JSON.stringify(end) !== JSON.stringify(right))
        wrong.push(`${String(steps)}: ${JSON.stringify(end)}`);
      if (tally.orders !== 3 || tally.trash !== 1 || receipt?.complete !== true)
        wrong.push(`${String(steps)}: ${JSON.stringify(tally)}`);
    }

    expect(wrong).toEqual([]);
    expect(died).toBeGreaterThan(STEPS / 3);
    expect(right).toMatchObject([
      { name: 'ada', spent: 20, count: 2 },
      { name: 'bob', spent: 10 },
      { name: 'carol' },
      { name: 'dora' },
      { members: 1 },
    ]);
  });

  it('is started, paused and resumed by commands that die, once they are given again', async () => {
    for (let steps = 1; steps <= 16; steps += 1) {
      const world = await opened();
      const { control } = world;
      for (const command of [startBackfill, pauseBackfill, resumeBackfill]) {
        const dying = { ...control, registers: mortal(control.registers, { left: steps }) };
        await command(dying, 'demo').catch(() => undefined);
        await command(control, 'demo');
      }

      expect((await world.finish()).tally.orders).toBe(3);
    }
  });
});

function endOf({ mautic }: Backfilling): readonly object[] {
  const contacts = ['ada', 'bob', 'carol', 'dora'].map((name) => {
    const fields = mautic.byEmail(emailOf(name))?.fields;
    const [spent, count] = ['total_spent', 'order_count'].map((alias) => fields?.get(`mautic_woo_${alias}`));
    return { name, isThere: fields !== undefined, spent: Number(spent ?? 0), count: Number(count ?? 0) };
  });
  return [...contacts, { members: mautic.membersOf(3).size }];
}
