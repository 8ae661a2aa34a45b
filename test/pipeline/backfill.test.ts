import { beforeEach, describe, expect, it } from 'vitest';
import { BACKFILLS, backfillStores } from '../../lib/core/stores/backfill.ts';
import { pauseBackfill, resumeBackfill, startBackfill } from '../../lib/pipeline/backfill/control.ts';
import { Backfilling } from '../support/backfilling.ts';
import { AWAY, contactOf, DAY, emailOf, HOUR, MINUTE } from '../support/reconciling.ts';

let world: Backfilling;

beforeEach(() => {
  world = new Backfilling();
});

describe('a backfill', () => {
  it('reads every order and customer of the past, and writes each contact once', async () => {
    world.past(130, 3);
    world.bridge.shop.customers.create({
      email: 'account@example.test',
      firstName: 'Ann',
      lastName: 'Count',
    });

    await world.start();
    const job = await world.finish();

    expect(job.tally).toMatchObject({ orders: 390, customers: 1, trash: 0, skipped: {} });
    expect(job.receipt).toMatchObject({
      contacts: 131,
      written: 131,
      unchanged: 0,
      parked: {},
      complete: true,
    });
    expect(world.mautic.rows.size).toBe(131);
    expect(world.spent('p7')).toBe(30);
    expect(world.writes).toHaveLength(131);
  });

  it('costs one read while there is none', async () => {
    const reads: string[] = [];
    const { ledger } = world.bridge;
    world.change = (parts) => ({
      ...parts,
      registers: {
        ...parts.registers,
        read: (register) => {
          reads.push(register.name);
          return ledger.read(register);
        },
      },
    });

    await world.run();

    expect(reads).toEqual(['BACKFILLS']);
    expect(world.bridge.asked).toEqual([]);
  });

  it('rings for nobody, and all its contacts can wait', async () => {
    world.past(5);
    await world.start();
    await world.run();

    expect(world.bridge.doorbell.take()).toEqual([]);
    expect(await world.bridge.ledger.due('live', Number.MAX_SAFE_INTEGER, 99)).toEqual([]);
    expect(await world.bridge.ledger.due('later', Number.MAX_SAFE_INTEGER, 99)).toHaveLength(5);
  });

  it('lets a live order go first, also of a contact it has read', async () => {
    world.past(3);
    world.bridge.hook('order.created', 'order.updated');
    await world.start();
    await world.run();
    world.bridge.place('p1', { status: 'processing' });

    await world.deliver();

    expect(world.writes).toEqual([emailOf('p1')]);
  });

  it('holds back nobody’s second order: a contact is written once although sweep comes while it reads', async () => {
    world.past(250, 2);
    await world.start();
    for (let run = 0; run < 20 && (await world.job()).step === 'orders'; run += 1) {
      await world.runFor(1);
      world.bridge.pass(MINUTE);
      expect(await world.sweep()).toBe(0);
    }

    await world.finish();

    expect(world.writes).toHaveLength(250);
  });

  it('writes nothing to Mautic when it is done once more', async () => {
    world.past(20, 2);
    await world.start();
    await world.finish();
    const written = world.writes.length;
    const { calls } = world.mautic;

    world.bridge.pass(DAY);
    await world.start();
    const job = await world.finish();

    expect(job.tally).toMatchObject({ orders: 40, changed: 0 });
    expect(job.receipt).toMatchObject({ written: 0, unchanged: 0, contacts: 20 });
    expect(world.writes).toHaveLength(written);
    expect(world.mautic.calls).toBe(calls);
  });

  it('has notes, e-mails and whatever happens once for nothing of the past', async () => {
    world = new Backfilling({
      notes: ['processing', 'completed'],
      emails: { completed: { template: 7, transactional: true } },
    });
    world.past(6);
    await world.start();
    await world.finish();

    expect([world.mautic.notes, world.mautic.sent]).toEqual([[], []]);
    expect(world.mautic.rows.size).toBe(6);
  });

  it('mails no history either where the policy names a moment in the past, not even by a live order', async () => {
    world = new Backfilling({
      since: 0,
      notes: ['completed'],
      emails: { completed: { template: 7, transactional: true } },
    });
    world.bridge.hook('order.created');
    world.past(6);
    while (await world.bridge.deliverOne());
    world.bridge.deliveries.take();
    // `sync` knows the policy's moment, and has just looked.
    world.bridge.place('new', { status: 'processing' });
    await world.deliver();
    await world.start();
    await world.run();
    world.bridge.place('p1', { status: 'processing' });
    await world.deliver();
    await world.finish();

    expect([world.mautic.notes, world.mautic.sent]).toEqual([[], []]);
  });

  it('goes on beside reconcile, and both end', async () => {
    world.past(230, 1);
    await world.bridge.run();
    await world.start();
    for (let run = 0; run < 6; run += 1) {
      await world.runFor(1);
      world.bridge.place(`new${String(run)}`, { status: 'processing' });
      world.bridge.pass(15 * MINUTE);
      await world.bridge.run();
      expect(world.bridge.said('Another run reads')).toEqual([]);
    }
    await world.finish();

    expect(world.mautic.rows.size).toBe(236);
    expect(world.bridge.counted['StoreUnread']).toBeUndefined();
  });
});

describe('what a backfill makes of', () => {
  it('guests, attempts, people without an address, trashed orders and customers without orders', async () => {
    const { bridge } = world;
    const { orders, customers } = bridge.shop;
    bridge.place('guest', { status: 'completed' });
    bridge.place('bot', { status: 'failed' });
    orders.place({ status: 'completed', billing: { email: '' } });
    const trashed = bridge.place('trashed', { status: 'completed' });
    orders.trash(trashed);
    customers.create({ email: 'account@example.test', firstName: 'Ann', lastName: 'Count' });
    bridge.pass(HOUR);

    await world.start();
    const job = await world.finish();

    expect(job.tally).toMatchObject({ orders: 3, trash: 1, customers: 1, skipped: { 'no-email': 1 } });
    expect([...world.mautic.rows.values()].map(({ email }) => email).sort()).toEqual(
      ['account', 'guest', 'trashed'].map(emailOf),
    );
    expect(await bridge.status(trashed)).toBe('trash');
    expect(world.spent('trashed')).toBeNull();
    expect(job.receipt).toMatchObject({ contacts: 4, written: 3, left: 1 });
  });

  it('an order that a plugin fails at: it is left out, named, and the history does not count as complete', async () => {
    world.past(3);
    const bad = world.bridge.place('bad', { status: 'completed' });
    world.bridge.shop.flaws.add('orders', bad, 'content');
    world.bridge.pass(HOUR);

    await world.start();
    const job = await world.finish();

    expect(job.receipt).toMatchObject({ complete: false, unshown: 1 });
    expect(await world.bridge.register('HISTORY')).toBeUndefined();
    expect(world.mautic.rows.size).toBe(3);

    world.bridge.shop.flaws.remove('orders', bad);
    world.bridge.pass(2 * HOUR);
    await world.bridge.run();
    await world.start();
    expect((await world.finish()).receipt).toMatchObject({ complete: true, unshown: 0 });
  });
});

describe('a backfill of a part', () => {
  it('reads what changed since a moment', async () => {
    world.bridge.pass(-30 * DAY);
    world.bridge.place('old', { status: 'completed' });
    world.bridge.pass(20 * DAY);
    world.bridge.place('young', { status: 'completed' });
    const from = world.bridge.now - DAY;
    world.bridge.pass(10 * DAY);

    await world.start({ from });
    const job = await world.finish();

    expect(job.tally.orders).toBe(1);
    expect(world.mautic.byEmail(emailOf('young'))).toBeDefined();
    expect(world.mautic.byEmail(emailOf('old'))).toBeUndefined();
  });

  it('reads customers and no orders', async () => {
    world.past(3);
    world.bridge.shop.customers.create({ email: 'account@example.test' });

    await world.start({ only: 'customers' });
    const job = await world.finish();

    expect(job.tally).toMatchObject({ orders: 0, trash: 0, customers: 1 });
    expect(world.mautic.rows.size).toBe(1);
  });
});

describe('a person', () => {
  it('pauses it between two pages and resumes it where it was', async () => {
    world.past(350, 1);
    await world.start();
    await world.runFor(5);
    expect(await pauseBackfill(world.control, 'demo')).toBe('paused');
    const asked = world.bridge.asked.length;
    const { tally } = await world.job();

    await world.run();
    world.bridge.pass(HOUR);
    await world.run();
    expect(world.bridge.asked).toHaveLength(asked);
    expect(backfillStores((await world.bridge.ledger.read(BACKFILLS))?.text)).toEqual([]);

    expect(await resumeBackfill(world.control, 'demo')).toBe('resumed');
    const job = await world.finish();
    expect(tally.orders).toBeGreaterThan(0);
    expect(job.tally.orders).toBe(350);
  });

  it('pauses it while a page is under way: that page is read again, and nothing is counted twice', async () => {
    world.past(350, 1);
    await world.start();
    world.bridge.intercept = (call) => {
      if (call === 'list orders 1' && world.bridge.asked.length > 6)
        void pauseBackfill(world.control, 'demo');
      return undefined;
    };
    await world.run();
    world.bridge.intercept = () => undefined;
    expect((await world.job()).state).toBe('paused');

    await resumeBackfill(world.control, 'demo');
    world.bridge.pass(10 * MINUTE);
    expect((await world.finish()).tally.orders).toBe(350);
  });

  it('starts one at a time, and learns that there is nothing to pause', async () => {
    world.past(2);
    expect(await pauseBackfill(world.control, 'demo')).toBe('none');
    expect(await resumeBackfill(world.control, 'demo')).toBe('none');
    expect(await startBackfill(world.control, 'demo')).toBe('started');
    expect(await startBackfill(world.control, 'demo', { only: 'customers' })).toBe('running');
    await pauseBackfill(world.control, 'demo');
    expect(await startBackfill(world.control, 'demo')).toBe('paused');
    await resumeBackfill(world.control, 'demo');
    await world.finish();
    expect((await world.job()).tally.orders).toBe(4);
    expect(await pauseBackfill(world.control, 'demo')).toBe('none');
  });
});

describe('a store in trouble', () => {
  it('is waited for, each time longer, and the backfill goes on where it was', async () => {
    world.past(350, 1);
    await world.start();
    await world.runFor(5);
    const before = (await world.job()).tally.orders;
    world.bridge.intercept = () => AWAY;
    const asked: number[] = [];
    for (let minute = 0; minute < 8; minute += 1) {
      const calls = world.bridge.asked.length;
      await world.run();
      asked.push(world.bridge.asked.length - calls);
      world.bridge.pass(MINUTE);
    }
    expect(asked).toEqual([1, 1, 0, 1, 0, 0, 0, 1]);
    expect((await world.job()).trouble).toMatchObject({ code: 'unavailable', message: 'Wait for the host.' });

    world.bridge.intercept = () => undefined;
    world.bridge.pass(HOUR);
    const job = await world.finish();
    expect(before).toBeGreaterThan(0);
    expect(job.tally.orders).toBe(350);
    expect(job.trouble).toBeUndefined();
  });

  it('that stays away holds up no other work that can wait', async () => {
    world.past(130, 1);
    await world.start();
    await world.runFor(5);
    world.bridge.intercept = () => AWAY;
    const rung: number[] = [];
    for (let minute = 0; minute < 20; minute += 1) {
      await world.run();
      rung.push(await world.sweep());
      world.bridge.pass(MINUTE);
    }

    expect(rung.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(rung.some((count) => count > 0)).toBe(true);
  });

  it('that gave no keys says so', async () => {
    world.bridge.keys = new Map();
    await world.start();
    await world.run();

    expect((await world.job()).trouble).toMatchObject({ code: 'no-keys' });
  });
});

it('does nothing while another instance holds the lease', async () => {
  world.past(3);
  await world.start();
  const { now } = world.bridge;
  await world.bridge.ledger.claim('LEASE', 'backfill', { holder: 'another', now, until: now + 5 * MINUTE });
  await world.run();
  expect(world.bridge.asked).toEqual([]);

  world.bridge.pass(6 * MINUTE);
  await world.run();
  expect(world.bridge.asked.length).toBeGreaterThan(0);
  expect(await world.bridge.ledger.profile(contactOf('p1'))).toBeDefined();
});
