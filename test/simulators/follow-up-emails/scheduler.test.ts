import { describe, expect, it } from 'vitest';
import { createFueSite } from '../../../lib/simulators/follow-up-emails/site.ts';

/** A site in Berlin with one e-mail that goes out a day after an order is processed. */
function openSite() {
  let now = Date.parse('2026-11-27T01:00:00Z');
  const site = createFueSite({ clock: { now: () => now }, timeZone: 'Europe/Berlin' });
  const email = site.addEmail({
    trigger: 'processing',
    interval: '1',
    duration: 'days',
    productId: '0',
    categoryId: '0',
  });
  const order = { id: '20', email: 'dora@example.com' };
  site.orders.reached(order, 'processing');
  const item = [...site.records.items.values()][0];
  if (item === undefined) throw new Error('nothing was queued');
  return {
    site,
    email: site.records.emails.get(email),
    item,
    order,
    pass: (hours: number) => {
      now += hours * 3_600_000;
      site.scheduler.run();
    },
    to: () => site.records.sent.map((sent) => sent.to),
  };
}

describe('what is queued', () => {
  it('goes out at its time by the clock of the site', () => {
    const { item, pass, to } = openSite();

    expect(item.sendOn).toBe('2026-11-28 02:00:00');
    pass(23);
    expect(to()).toEqual([]);
    pass(1);
    expect(to()).toEqual(['dora@example.com']);
    expect(item).toMatchObject({ isSent: true, dateSent: '2026-11-28 02:00:00' });
  });

  it('goes out although the order was refunded meanwhile', () => {
    const { site, order, pass, to } = openSite();

    site.orders.reached(order, 'refunded', 'processing');
    pass(24);

    expect(to()).toHaveLength(1);
  });

  it('goes with its order when that is deleted', () => {
    const { site, order, pass, to } = openSite();

    site.orders.deleted(order);
    pass(24);

    expect(to()).toEqual([]);
  });

  it.each([
    ['inactive', 1],
    ['archived', 0],
    ['trash', 0],
  ])('of an e-mail that is %s is sent %i times (facts U2)', (status, times) => {
    const { email, pass, to } = openSite();

    if (email) email.status = status;
    pass(24);
    if (email) email.status = 'active';
    pass(24);

    expect(to()).toHaveLength(times);
  });

  it('is used up while it is held, and can be let go before (facts U1)', () => {
    const used = openSite();
    used.item.status = 0;
    used.pass(24);
    used.item.status = 1;
    used.pass(24);
    const freed = openSite();
    freed.item.status = 0;
    freed.pass(12);
    freed.item.status = 1;
    freed.pass(12);

    expect(used.to()).toEqual([]);
    expect(freed.to()).toHaveLength(1);
  });

  it('of somebody who asked for no more is deleted when its time comes', () => {
    const { site, pass, to } = openSite();

    site.optOut('dora@example.com');
    expect(site.records.items.size).toBe(1);
    pass(24);

    expect(to()).toEqual([]);
    expect(site.records.items.size).toBe(0);
  });

  it('leaves no trace when it is deleted while it is being sent (facts U1)', () => {
    const { site, item, to } = openSite();

    expect(site.scheduler.begin(item.id)).toBe(true);
    site.records.items.delete(item.id);
    site.scheduler.leave(item.id);
    site.scheduler.finish(item.id);

    expect(to()).toHaveLength(1);
    expect(site.records.items.size).toBe(0);
  });

  it('stays unsent when the process is killed after the mail left (facts U1)', () => {
    const { site, item, to } = openSite();

    site.scheduler.begin(item.id);
    site.scheduler.leave(item.id);

    expect(to()).toHaveLength(1);
    expect(item.isSent).toBe(false);
  });
});

it('a later purchase takes the place of the one before', () => {
  let now = Date.parse('2026-11-27T01:00:00Z');
  const site = createFueSite({ clock: { now: () => now } });
  site.addEmail({ type: 'customer', trigger: 'after_last_purchase', interval: '60', duration: 'days' });
  site.orders.reached({ id: '20', email: 'dora@example.com' }, 'completed');
  now += 86_400_000;
  site.orders.reached({ id: '21', email: 'dora@example.com' }, 'processing');

  expect([...site.records.items.values()].map(({ orderId }) => orderId)).toEqual(['21']);
});

it('an e-mail that the API made without product and category never fires', () => {
  const site = createFueSite({ clock: { now: () => 0 } });
  site.addEmail({ trigger: 'processing', interval: '1', duration: 'days' });
  site.orders.reached({ id: '20', email: 'dora@example.com' }, 'processing');

  expect(site.records.items.size).toBe(0);
});
