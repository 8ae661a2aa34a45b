import { beforeEach, describe, expect, test } from 'vitest';
import { mortal } from '../../support/mortal.ts';
import { AWAY, contactOf, DAY, emailOf, Reconciling } from '../../support/reconciling.ts';

let bridge: Reconciling;
let id: number;

beforeEach(async () => {
  bridge = await edited();
});

/** An order that was read a day ago and is edited now, and `record` has its webhook. */
async function edited(): Promise<Reconciling> {
  const one = new Reconciling({ storage: 'posts' });
  await one.run();
  id = one.place('typo');
  await one.deliver();
  one.pass(DAY);
  await one.run();
  one.shop.orders.edit(id, { billing: { email: emailOf('right') } });
  await one.deliver();
  one.pass(1000);
  one.asked = [];
  one.lines.length = 0;
  one.counted = {};
  return one;
}

describe('a run that only reads again what differs', () => {
  test('asks no store of which nothing differs, and says nothing', async () => {
    const other = new Reconciling();

    await other.reread();

    expect(other.asked).toEqual([]);
    expect(other.lines).toEqual([]);
  });

  test('leaves the rest of the store and its webhooks to the whole reading', async () => {
    await bridge.reread();

    expect(bridge.asked).toEqual(['list orders by id 1']);
  });

  test('goes on later when the store is away', async () => {
    bridge.intercept = () => AWAY;
    await bridge.reread();
    expect(bridge.counted['StoreUnread']).toBe(1);
    expect((await bridge.order(id))?.email).toBe(emailOf('typo'));

    bridge.intercept = () => undefined;
    await bridge.reread();

    expect((await bridge.order(id))?.email).toBe(emailOf('right'));
  });

  test('starts nothing when its time is over', async () => {
    await bridge.reread(() => 30_000);

    expect(bridge.asked).toEqual([]);
    expect(await bridge.register('REREAD')).toMatchObject({ orders: [{ id: String(id) }] });
  });

  test('finds that the order was erased meanwhile', async () => {
    bridge.shop.orders.erase(id);

    await bridge.reread();

    expect((await bridge.order(id))?.deleted).toEqual(['rest/erased']);
  });

  test('finds that the order lies in the trash', async () => {
    bridge.shop.orders.trash(id);
    bridge.pass(10_000);

    await bridge.reread();

    expect(await bridge.status(id)).toBe('trash');
  });

  test.each(['reread', 'run'] as const)(
    'that is killed at any step leaves nothing untold: the next %s tells it',
    async (next) => {
      for (let steps = 1; await isKilledAt(steps); steps += 1) {
        bridge.pass(1000);

        await bridge[next]();

        const after = `killed after ${String(steps)}`;
        expect((await bridge.order(id))?.email, after).toBe(emailOf('right'));
        expect([await isTold('typo'), await isTold('right')], after).toEqual([true, true]);
      }
    },
  );
});

/** Edits an order anew and kills the run that reads it again; false: it lives longer than that. */
async function isKilledAt(steps: number): Promise<boolean> {
  bridge = await edited();
  const wanted = (await bridge.ledger.profile(contactOf('typo')))?.wanted ?? 0;
  expect(await bridge.ledger.settle(contactOf('typo'), wanted, {})).toBe('in-step');
  const fuse = { left: steps };
  const ledger = mortal(bridge.ledger, fuse);
  bridge.change = { things: ledger, contacts: ledger, registers: ledger, survey: ledger };
  await bridge.reread();
  bridge.change = {};
  return fuse.left <= 0;
}

async function isTold(name: string): Promise<boolean> {
  return (await bridge.ledger.profile(contactOf(name)))?.work === 'live';
}
