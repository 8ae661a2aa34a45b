import { beforeEach, describe, expect, it } from 'vitest';
import { readHistory } from '../../../lib/core/stores/history.ts';
import { Backfilling, TEA } from '../../support/backfilling.ts';
import { emailOf, HOUR, MINUTE } from '../../support/reconciling.ts';

let world: Backfilling;

beforeEach(() => {
  world = new Backfilling();
});

describe('the history of a store', () => {
  /** Mautic knows them from before. */
  function remember(name: string): void {
    const id = world.mautic.rows.size + 1;
    const totals = [
      ['mautic_woo_total_spent', 999],
      ['mautic_woo_order_count', 44],
    ] as const;
    world.mautic.rows.set(id, { id, email: emailOf(name), fields: new Map(totals), tags: new Set() });
  }

  it('is noted at the end, and totals that were kept are taken over, also of people it read nothing new of', async () => {
    world.bridge.hook('order.created');
    world.bridge.place('p0', {
      status: 'completed',
      lines: [{ ...TEA, price: '7.00' }],
    });
    for (const name of ['p0', 'p1']) remember(name);
    await world.deliver();
    expect(world.spent('p0')).toBe(999);

    world.bridge.place('p1', {
      status: 'completed',
      lines: [TEA],
    });
    world.bridge.pass(HOUR);
    await world.start();
    await world.finish();

    expect(readHistory(JSON.stringify(await world.bridge.register('HISTORY')))).toBeDefined();
    expect(['p0', 'p1'].map((name) => world.spent(name))).toEqual([7, 10]);
  });

  it('is looked at by everybody once more although the run that noted it died right after', async () => {
    world.bridge.hook('order.created');
    world.bridge.place('p0', {
      status: 'completed',
      lines: [{ ...TEA, price: '7.00' }],
    });
    remember('p0');
    await world.deliver();
    world.bridge.pass(HOUR);
    await world.start();
    let isDead = false;
    world.change = (parts) => ({
      ...parts,
      registers: {
        read: (register) => parts.registers.read(register),
        write: async (register, ...rest) => {
          if (isDead) throw new Error('the process was killed');
          isDead = register.name === 'HISTORY';
          return parts.registers.write(register, ...rest);
        },
      },
    });
    await expect(world.run()).rejects.toThrow('A backfill could not go on');
    expect(isDead).toBe(true);
    world.change = (parts) => parts;
    world.bridge.pass(6 * MINUTE);

    await world.finish();

    expect(world.spent('p0')).toBe(7);
  });

  it('is noted at the end where the store shows by then what it could not show when it was read', async () => {
    world.past(3);
    remember('p1');
    const bad = world.bridge.place('bad', { status: 'completed', lines: [TEA] });
    world.bridge.shop.flaws.add('orders', bad, 'content');
    world.bridge.pass(HOUR);
    await world.start();
    for (let minute = 0; minute < 20 && (await world.job()).step !== 'writing'; minute += 1) {
      await world.run();
      world.bridge.pass(MINUTE);
    }
    while ((await world.sweep()) > 0);
    expect(await world.bridge.register('HISTORY')).toBeUndefined();
    expect(world.spent('p1')).toBe(999);

    world.bridge.shop.flaws.remove('orders', bad);
    world.bridge.pass(HOUR);
    await world.bridge.run();
    expect(await world.bridge.status(bad)).toBe('completed');
    const { receipt } = await world.finish();

    expect(receipt).toMatchObject({ complete: true, unshown: 0 });
    expect(world.spent('p1')).toBe(20);
  });

  it.each([
    ['a part of the time', { from: Date.parse('2026-01-01') }],
    ['the customers only', { only: 'customers' as const }],
  ])('is not noted where only %s was asked for', async (_what, options) => {
    world.past(3);
    await world.start(options);
    const job = await world.finish();

    expect(await world.bridge.register('HISTORY')).toBeUndefined();
    expect(job.receipt).toMatchObject({ complete: false });
  });
});

describe('segments', () => {
  it('are left alone until the end where that was asked for, but for live orders', async () => {
    world = new Backfilling({ segments: [{ segment: 3, minOrders: 2 }] });
    world.bridge.hook('order.created');
    world.past(4, 2);
    while (await world.bridge.deliverOne());
    world.bridge.deliveries.take();

    await world.start({ noSegments: true });
    const sizes: (readonly [string, number, number])[] = [];
    for (let minute = 0; minute < 30; minute += 1) {
      await world.run();
      const job = await world.job();
      if (job.state === 'finished') break;
      world.bridge.pass(MINUTE);
      while ((await world.sweep()) > 0);
      sizes.push([job.step, world.mautic.rows.size, world.mautic.membersOf(3).size]);
    }

    expect(sizes).toContainEqual(['writing', 4, 0]);
    expect(world.mautic.membersOf(3).size).toBe(4);
    expect((await world.job()).state).toBe('finished');
    expect(world.writes).toHaveLength(4);
  });
});
