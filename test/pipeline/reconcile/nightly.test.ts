import { beforeEach, describe, expect, test } from 'vitest';
import { AWAY, contactOf, DAY, emailOf, HOUR, MINUTE, Reconciling } from '../../support/reconciling.ts';

let bridge: Reconciling;

beforeEach(async () => {
  bridge = new Reconciling();
  await bridge.run();
  await bridge.deliver();
  bridge.asked = [];
});

function customers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) =>
    bridge.shop.customers.create({ email: emailOf(`customer-${String(index)}`) }),
  );
}

function known(id: number): unknown {
  return bridge.ledger.contents().things[`customer/demo/${String(id)}`];
}

function unknown(ids: readonly number[]): readonly number[] {
  const { things } = bridge.ledger.contents();
  return ids.filter((id) => !(`customer/demo/${String(id)}` in things));
}

function asked(what: string): number {
  return bridge.asked.filter((call) => call.startsWith(`list ${what} `)).length;
}

/** The next three o'clock in the morning, UTC. */
function tonight(): void {
  bridge.pass(Math.floor(bridge.now / DAY) * DAY + DAY + 3 * HOUR - bridge.now);
}

async function runUntilDone(): Promise<number> {
  for (let runs = 1; runs < 50; runs += 1) {
    await bridge.run();
    if (bridge.said('A store was read').at(-1)?.fields?.['finished'] === true) return runs;
    bridge.pass(15 * MINUTE);
  }
  throw new Error('it never ends');
}

describe('the customers', () => {
  test('are all read once a night, though no webhook told of them', async () => {
    const ids = customers(3);
    bridge.pass(HOUR);
    await bridge.run();
    expect(ids.map(known)).toEqual([undefined, undefined, undefined]);
    tonight();

    await bridge.run();

    for (const id of ids) expect(known(id)).toMatchObject({ type: 'customer', data: { role: 'customer' } });
    expect((await bridge.ledger.profile(contactOf('customer-0')))?.work).toBe('live');
  });

  test('are those of the roles that the policy names, each asked for by itself', async () => {
    const [anna] = customers(1);
    const bea = bridge.shop.customers.create({ email: emailOf('bea'), role: 'wholesale_customer' });
    bridge.change = { customerRoles: ['customer', 'wholesale_customer'] };
    tonight();

    await bridge.run();

    expect([anna, bea].map((id) => known(id ?? 0) !== undefined)).toEqual([true, true]);
    expect(asked('customers')).toBe(2);
    await bridge.run();
    expect(asked('customers')).toBe(2);
  });

  test('are read at once when the policy comes to name another role', async () => {
    const bea = bridge.shop.customers.create({ email: emailOf('bea'), role: 'wholesale_customer' });
    await bridge.run();
    expect(known(bea)).toBeUndefined();

    bridge.change = { customerRoles: ['customer', 'wholesale_customer'] };
    await bridge.run();

    expect(known(bea)).toMatchObject({ data: { role: 'wholesale_customer' } });
  });

  test('are all users where the policy says so, in one list', async () => {
    const bea = bridge.shop.customers.create({ email: emailOf('bea'), role: 'subscriber' });
    bridge.change = { customerRoles: ['customer', '*'] };

    await bridge.run();

    expect(known(bea)).toMatchObject({ data: { role: 'subscriber' } });
    expect(asked('customers')).toBe(1);
  });

  test('are not asked for where no role makes contacts', async () => {
    bridge.change = { customerRoles: [] };
    tonight();

    await bridge.run();

    expect(asked('customers')).toBe(0);
  });

  test('of a role that one store does not know are left out there, and that is said', async () => {
    const ids = customers(2);
    bridge.change = { customerRoles: ['unheard-of', 'customer'] };
    tonight();

    await bridge.run();

    expect(unknown(ids)).toEqual([]);
    expect(bridge.said('A store knows no customers of a role that policy.customerRoles names')).toMatchObject(
      [{ level: 'warn', fields: { store: 'demo', role: 'unheard-of' } }],
    );
    expect(bridge.counted['StoreUnread']).toBeUndefined();
  });

  test('are read on the very first run', async () => {
    const other = new Reconciling();
    const id = other.shop.customers.create({ email: emailOf('ada') });
    other.pass(MINUTE);

    await other.run();

    expect(other.ledger.contents().things[`customer/demo/${String(id)}`]).toBeDefined();
  });

  test('are read once a day, in the first run after three', async () => {
    await bridge.run();
    expect(asked('customers')).toBe(0);
    tonight();
    bridge.pass(-MINUTE);
    await bridge.run();
    expect(asked('customers')).toBe(0);
    bridge.pass(MINUTE);
    await bridge.run();
    await bridge.run();
    expect(asked('customers')).toBe(1);
    bridge.pass(23 * HOUR);
    await bridge.run();
    expect(asked('customers')).toBe(1);
    bridge.pass(HOUR);
    await bridge.run();
    expect(asked('customers')).toBe(2);
  });

  test('that webhooks told already cost no news to their contacts', async () => {
    const [id = 0] = customers(1);
    await bridge.deliver();
    const told = await bridge.ledger.profile(contactOf('customer-0'));
    tonight();

    await bridge.run();

    expect(known(id)).toBeDefined();
    expect(await bridge.ledger.profile(contactOf('customer-0'))).toEqual(told);
  });

  test('of several pages are read page by page, and not too many new ones at once', async () => {
    const ids = customers(1240);
    tonight();

    const runs = await runUntilDone();

    expect(unknown(ids)).toEqual([]);
    expect(runs).toBeGreaterThan(2);
    for (const { fields } of bridge.said('A store was read')) expect(fields?.['changed']).toBeLessThan(600);
  });

  test('go on with the page where the time was over, or the store went away', async () => {
    const ids = customers(450);
    tonight();
    await bridge.runFor(8);
    expect(known(ids[0] ?? 0)).toBeDefined();
    expect(known(ids.at(-1) ?? 0)).toBeUndefined();
    const before = asked('customers');

    bridge.intercept = (call) => (call === 'list customers 4' ? AWAY : undefined);
    await bridge.run();
    bridge.intercept = () => undefined;
    await bridge.run();

    expect(unknown(ids)).toEqual([]);
    // Page 4 twice; none of those before a second time.
    expect(asked('customers') - before).toBeLessThanOrEqual(5);
  });

  test('are none left out when some are deleted while the pages are read', async () => {
    const ids = customers(450);
    tonight();
    bridge.intercept = (call) => {
      if (call === 'list customers 3' && bridge.shop.customers.get(ids[0] ?? 0))
        for (const id of ids.slice(0, 30)) bridge.shop.customers.delete(id);
      return undefined;
    };

    await runUntilDone();

    expect(unknown(ids.slice(30))).toEqual([]);
  });

  test('are none left out when the last page vanishes meanwhile', async () => {
    const ids = customers(210);
    tonight();
    bridge.intercept = (call) => {
      if (call === 'list customers 3' && bridge.shop.customers.get(ids[0] ?? 0))
        for (const id of ids.slice(0, 30)) bridge.shop.customers.delete(id);
      return undefined;
    };

    await runUntilDone();

    expect(unknown(ids.slice(30))).toEqual([]);
  });
});

describe('the orders of the last three days', () => {
  test('are read again: what changed without moving its date is found', async () => {
    bridge.pass(HOUR);
    const id = bridge.place('ada');
    const refund = bridge.shop.orders.refund(id, '4.00');
    bridge.pass(HOUR);
    await bridge.run();
    bridge.shop.orders.deleteRefund(id, refund);
    bridge.pass(HOUR);
    await bridge.run();
    expect((await bridge.order(id))?.data?.refunded).toBe('-4.00');
    tonight();

    await bridge.run();

    expect((await bridge.order(id))?.data?.refunded).toBe('0.00');
  });

  test('are read again: what a wrong clock of the store hid is found', async () => {
    bridge.pass(HOUR);
    const id = bridge.place('ada');
    await bridge.ledger.write({ of: { store: 'demo' }, name: 'READ-orders' }, ahead(), revisionOfOne);
    await bridge.run();
    expect(await bridge.order(id)).toBeUndefined();
    tonight();

    await bridge.run();

    expect(await bridge.order(id)).toBeDefined();
  });

  test('are not the history before the connection', async () => {
    const other = new Reconciling();
    const id = other.place('history');
    other.pass(DAY);

    await other.run();

    expect(await other.order(id)).toBeUndefined();
  });

  test('in the trash are read again, too', async () => {
    tonight();
    await bridge.run();
    expect(asked('trash')).toBe(2);
  });

  test('go on in the next run where the time was over', async () => {
    bridge.pass(HOUR);
    const ids = Array.from({ length: 350 }, (_, index) => {
      bridge.pass(1000);
      return bridge.place(`buyer-${String(index)}`);
    });
    bridge.pass(HOUR);
    await bridge.run();
    const refund = bridge.shop.orders.refund(ids.at(-1) ?? 0, '4.00');
    bridge.pass(HOUR);
    await bridge.run();
    bridge.shop.orders.deleteRefund(ids.at(-1) ?? 0, refund);
    tonight();
    for (let runs = 0; runs < 6; runs += 1) {
      await bridge.runFor(6);
      bridge.pass(15 * MINUTE);
    }

    expect((await bridge.order(ids.at(-1) ?? 0))?.data?.refunded).toBe('0.00');
  });
});

const revisionOfOne = 1;

/** A cursor that was set while the clock of the store was an hour ahead. */
function ahead(): string {
  const later = bridge.now + HOUR;
  bridge.pass(2 * HOUR);
  return JSON.stringify({ readTo: later, from: later });
}
