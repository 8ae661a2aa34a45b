import { runInNewContext } from 'node:vm';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { succeeded } from '../../../lib/core/ledger/failure.ts';
import { localText } from '../../../lib/core/policy/configuration/local-time.ts';
import { Policy } from '../../../lib/core/policy/policy.ts';
import { optOutOf } from '../../../lib/core/stores/opt-out.ts';
import type { TakeoverLine, TakeoverParts } from '../../../lib/pipeline/takeover/parts.ts';
import { configOf, planTakeover } from '../../../lib/pipeline/takeover/reading.ts';
import { obstaclesTo, takeOver } from '../../../lib/pipeline/takeover/take-over.ts';
import { createFueSite } from '../../../lib/simulators/follow-up-emails/site.ts';
import { openFue } from '../../support/follow-up-emails.ts';
import { type Fuse, mortal } from '../../support/mortal.ts';
import { keyOf, MINUTE, openWorkshop } from '../../support/workshop.ts';

const DAY = 24 * 60 * MINUTE;
const ZONE = 'Europe/Berlin';
const STORE = { id: 'demo', timezone: ZONE };
const PEOPLE = ['ana', 'bea', 'cem', 'dua', 'eli'].map((name) => `${name}@example.test`);

/**
 * A shop of five orders with Follow-Up Emails: one e-mail three days after an order is completed, one ninety days after
 * the last purchase, a newsletter and one for carts. The first order's mail was sent, the second's was cut off.
 */
async function openShop() {
  const shop = openWorkshop({});
  const { clock } = shop;
  const site = createFueSite({ clock, timeZone: ZONE });
  const { api } = await openFue({ site, clock });
  const zero = { productId: '0', categoryId: '0', alwaysSend: '1' };
  const review = site.addEmail({
    name: 'Review',
    trigger: 'completed',
    interval: '3',
    duration: 'days',
    ...zero,
  });
  const back = site.addEmail({
    name: 'Back',
    type: 'customer',
    trigger: 'after_last_purchase',
    interval: '90',
    duration: 'days',
  });
  const news = site.addEmail({ name: 'News', type: 'manual', trigger: 'manual' });
  const placed = new Map<string, { readonly email: string; readonly createdAt: number }>();
  for (const [index, email] of PEOPLE.entries()) {
    const id = String(index + 1);
    placed.set(id, { email, createdAt: clock.now() });
    site.orders.reached({ id, email }, 'completed');
    site.scheduler.run();
    shop.forward(index === 0 ? 4 * DAY : 6 * 60 * MINUTE);
    site.scheduler.run();
  }
  site.addDailySummary('shop@example.test', localText(clock.now() + DAY, ZONE).replace('T', ' '));
  const policy = v.parse(Policy, {
    followUps: [
      {
        id: `fue-${String(review)}`,
        store: 'demo',
        on: { status: 'completed' },
        after: '3 days',
        send: { template: 7 },
      },
      {
        id: `fue-${String(back)}`,
        store: 'demo',
        on: 'last-purchase',
        after: '90 days',
        send: { template: 8 },
      },
    ],
  });
  shop.deploy(policy);
  await shop.policyChange();
  const lines: TakeoverLine[] = [];
  const parts: TakeoverParts = {
    store: STORE,
    policy,
    old: api,
    things: shop.ledger,
    contacts: shop.ledger,
    registers: shop.ledger,
    bringIn: async (ids) => {
      for (const id of ids) {
        const order = placed.get(id);
        if (order) await shop.order({ id: Number(id), status: 'completed', ...order });
      }
      return { unread: new Set<string>() };
    },
    templateState: async () => succeeded('unpublished' as const),
    categories: new Map(),
    clock: {
      now: clock.now,
      sleep: async (ms) => {
        for (let left = ms; left > 0; left -= MINUTE) {
          shop.forward(Math.min(MINUTE, left));
          site.scheduler.run();
        }
      },
    },
    report: (line) => void lines.push(line),
  };
  return { shop, site, api, parts, lines, review: String(review), back: String(back), news: String(news) };
}

type Opened = Awaited<ReturnType<typeof openShop>>;

/** What is left there, and what the ledger says of each order. */
async function ended({ shop, site }: Opened) {
  const effects = await Promise.all(PEOPLE.map((_, index) => shop.effects(index + 1)));
  const items = [...site.records.items.values()].filter(({ emailId }) => emailId !== '0');
  return {
    left: items.map(({ id, isSent, status }) => ({ id, isSent, status })),
    emails: [...site.records.emails.values()].map(({ name, status }) => `${name} ${status}`),
    effects: effects.map((states) =>
      Object.fromEntries(
        Object.entries(states).map(([id, { state, reason, plannedAt }]) => [
          id,
          { state, reason, plannedAt },
        ]),
      ),
    ),
  };
}

/** Both go on for four months; how often each e-mail of each order went out, by whom. */
async function sentIn({ shop, site, review, back }: Opened): Promise<Readonly<Record<string, string>>> {
  for (let day = 0; day < 120; day += 1) {
    shop.forward(DAY);
    site.scheduler.run();
    await shop.sweep();
    await shop.sync();
  }
  const by: Record<string, string> = {};
  const note = (name: string, who: string) => {
    by[name] = name in by ? `${by[name] ?? ''}+${who}` : who;
  };
  for (const { emailId, to } of site.records.sent)
    note(`${emailId === review ? 'review' : 'back'} ${to.split('@')[0] ?? ''}`, 'there');
  for (const { emailId, order } of shop.mautic.sent)
    note(`${emailId === 7 ? 'review' : 'back'} ${PEOPLE[Number(order) - 1]?.split('@')[0] ?? ''}`, 'here');
  expect(back).not.toBe(review);
  return by;
}

/** Exactly once, by one of the two; the first review went out before anything was moved. */
const RIGHT = {
  'review ana': 'there',
  'review bea': 'here',
  'review cem': 'here',
  'review dua': 'here',
  'review eli': 'here',
  'back ana': 'here',
  'back bea': 'here',
  'back cem': 'here',
  'back dua': 'here',
  'back eli': 'here',
};

describe('a dry run', () => {
  it('says what becomes of each e-mail, and changes nothing', async () => {
    const opened = await openShop();
    const before = structuredClone(await ended(opened));
    const plan = await planTakeover(opened.parts);

    expect(plan.emails.map(({ rule, stays }) => rule?.id ?? stays)).toEqual([
      `fue-${opened.review}`,
      `fue-${opened.back}`,
      'e-mails of type manual follow no order',
    ]);
    expect([plan.unsent.length, plan.sent.length, plan.orphans.length]).toEqual([9, 1, 0]);
    expect(configOf(plan, new Map([[opened.review, 7]]))).toContain("on: 'last-purchase'");
    expect(await ended(opened)).toEqual(before);
  });

  it('prints rules that the configuration takes', async () => {
    const { parts, review, back } = await openShop();
    const printed = configOf(
      await planTakeover(parts),
      new Map([
        [review, 7],
        [back, 8],
      ]),
    );
    const followUps: unknown = runInNewContext(`({${printed}}).followUps`);

    expect(v.safeParse(Policy, { followUps: structuredClone(followUps) }).issues).toBeUndefined();
  });

  it('says what must be done before', async () => {
    const { parts } = await openShop();
    const plan = await planTakeover(parts);
    const bare = { ...parts, store: { id: 'demo' }, policy: v.parse(Policy, {}) };

    expect(await obstaclesTo(bare, plan)).toEqual([
      'Say the time zone of the store demo in bridge.config.ts: its queue is in local time.',
      expect.stringMatching(/^Put these rules into bridge.config.ts and deploy: fue-1, fue-2\.$/),
    ]);
    const published = { ...parts, templateState: async () => succeeded('usable' as const) };
    expect(await obstaclesTo(published, plan)).toEqual([
      'Unpublish these e-mails in Mautic until everything is moved: 7, 8.',
    ]);
    await expect(takeOver(published)).rejects.toThrow('Unpublish');
    expect(await obstaclesTo(parts, plan)).toEqual([]);
  });

  it('asks for rules that are written down but not deployed: what is bought meanwhile would be older than they are', async () => {
    const { parts, shop } = await openShop();
    const plan = await planTakeover(parts);
    shop.deploy(v.parse(Policy, {}));
    await shop.policyChange();

    expect(await obstaclesTo(parts, plan)).toEqual([
      'Deploy these rules of bridge.config.ts first: fue-1, fue-2.',
    ]);
  });
});

describe('who opted out there', () => {
  it('must be known here before anything is moved', async () => {
    const { parts, site, shop } = await openShop();
    const [first = ''] = PEOPLE;
    site.optOut(first);
    site.optOut('nobody-writes-to-this');
    const plan = await planTakeover(parts);

    expect(await obstaclesTo(parts, plan)).toEqual([
      expect.stringMatching(/^1 people opted out there .* say followUpEmails: true at the store demo/),
    ]);
    await expect(takeOver(parts)).rejects.toThrow('opted out');
    await shop.ledger.write(optOutOf('demo', keyOf(first)), JSON.stringify({ at: 1 }), undefined);

    expect(await obstaclesTo(parts, plan)).toEqual([]);
  });
});

describe('a takeover', () => {
  it('leaves each e-mail to be sent once, by one of the two, at its time', async () => {
    const opened = await openShop();
    await takeOver(opened.parts);

    expect((await ended(opened)).emails).toEqual(['Review archived', 'Back archived', 'News active']);
    expect(await sentIn(opened)).toEqual(RIGHT);
  });

  it('holds each item there for longer than a send can take before it is deleted', async () => {
    const opened = await openShop();
    const start = opened.shop.clock.now();
    await takeOver(opened.parts);

    expect(opened.shop.clock.now() - start).toBeGreaterThanOrEqual(6 * MINUTE);
    expect(opened.lines.filter(({ deleted }) => deleted)).toHaveLength(9);
    expect(JSON.stringify(opened.lines)).not.toContain('@');
  });

  it('has contacts looked at at once, though something else of them is due in months', async () => {
    const { parts, shop } = await openShop();
    const [, second = ''] = PEOPLE;
    await parts.bringIn(['2']);
    const { wanted } = shop.profile(second);
    await shop.ledger.settle(keyOf(second), wanted, { nextDue: shop.clock.now() + 90 * DAY });

    await takeOver(parts);

    const { due = 0, synced } = shop.profile(second);
    expect(synced).toBe(wanted);
    expect(due).toBeLessThanOrEqual(shop.clock.now());
  });

  it('has contacts looked at, though the process died right after their item had become due here', async () => {
    const { parts, shop, back } = await openShop();
    const [, second = ''] = PEOPLE;
    await parts.bringIn(['2']);
    const { wanted } = shop.profile(second);
    await shop.ledger.settle(keyOf(second), wanted, { nextDue: shop.clock.now() + 90 * DAY });
    const last = `followup:fue-${back}`;
    const markEffect: typeof parts.things.markEffect = async (thing, effect, state) => {
      await parts.things.markEffect(thing, effect, state);
      if (thing.id === '2' && effect === last && state?.reason === 'migrated')
        throw new Error('the process was killed');
    };

    const dying = { load: parts.things.load, markEffect };
    await expect(takeOver({ ...parts, things: dying })).rejects.toThrow('killed');
    const { wanted: still } = shop.profile(second);
    await shop.ledger.settle(keyOf(second), still, { nextDue: shop.clock.now() + 90 * DAY });
    await takeOver(parts);

    expect(shop.profile(second).due).toBeLessThanOrEqual(shop.clock.now());
  });

  it('leaves what the shop itself had held where it is, and sends it here as little as there', async () => {
    const opened = await openShop();
    const { parts, site, shop, review, lines } = opened;
    const item = [...site.records.items.values()].find(
      ({ emailId, isSent }) => emailId === review && !isSent,
    );
    if (item) item.status = 0;

    await takeOver(parts);
    await takeOver(parts);

    expect(lines.filter(({ what, id }) => what === 'item' && id === String(item?.id))).toEqual([
      { what: 'item', id: String(item?.id), outcome: 'stays there: the shop itself had held it' },
    ]);
    expect(await shop.effects(2)).toMatchObject({
      [`followup:fue-${review}`]: { state: 'skipped', reason: 'held-there' },
    });
    const sent = await sentIn(opened);
    expect(sent['review bea']).toBeUndefined();
    expect({ ...sent, 'review bea': 'here' }).toEqual(RIGHT);
  });

  it('names an item that has no time, and leaves it', async () => {
    const { parts, site, review, lines } = await openShop();
    const item = [...site.records.items.values()].find(
      ({ emailId, isSent }) => emailId === review && !isSent,
    );
    const { queue } = parts.old;
    const old: typeof parts.old = {
      ...parts.old,
      queue: async (question) => {
        const page = await queue(question);
        if (!page.ok) return page;
        const items = page.value.items.map((one) =>
          one.id === String(item?.id) ? { ...one, scheduledLocal: undefined } : one,
        );
        return succeeded({ ...page.value, items });
      },
    };

    await takeOver({ ...parts, old });

    expect(lines.filter(({ what, id }) => what === 'item' && id === String(item?.id))).toEqual([
      {
        what: 'item',
        id: String(item?.id),
        outcome: 'stays there and is not sent: it does not say when it was to go out',
      },
    ]);
  });

  it('finds what slipped from one page to another while it was read', async () => {
    const opened = await openShop();
    const { parts } = opened;
    const { queue } = parts.old;
    let reads = 0;
    const old: typeof parts.old = {
      ...parts.old,
      // Two on a page; the first of them was deleted by an opt-out before the second page was asked for.
      queue: async ({ page, ...question }) => {
        const whole = await queue({ page: 1, ...question });
        if (!whole.ok || question.held !== undefined) return whole;
        reads += page === 1 ? 1 : 0;
        const from = (page - 1) * 2 + (page > 1 && reads % 2 === 1 ? 1 : 0);
        const items = whole.value.items.slice(from, from + 2);
        return succeeded({ items, last: items.length < 2 });
      },
    };

    await takeOver({ ...parts, old });

    expect(await sentIn(opened)).toEqual(RIGHT);
  });

  it('moves everything but what stands on orders that cannot be read now, and that when it is run again', async () => {
    const opened = await openShop();
    const { parts, lines } = opened;
    const failure = { kind: 'retry', code: 'server-error', message: 'The store fails at it.' } as const;
    const bringIn: typeof parts.bringIn = async (ids) => {
      await parts.bringIn(ids.filter((id) => id !== '3'));
      return { unread: new Set(ids.filter((id) => id === '3')), failure };
    };

    await expect(takeOver({ ...parts, bringIn })).rejects.toThrow(
      /^1 order of the queue could not be read; .*The store fails at it\.$/,
    );
    expect(lines.filter(({ deleted }) => deleted)).toHaveLength(7);
    expect(lines.filter(({ outcome }) => outcome.includes('until its order can be read'))).toHaveLength(2);
    await takeOver(parts);

    expect(await sentIn(opened)).toEqual(RIGHT);
  });

  it('changes nothing when it is run again', async () => {
    const opened = await openShop();
    await takeOver(opened.parts);
    const before = await ended(opened);
    opened.lines.length = 0;

    await takeOver(opened.parts);

    expect(await ended(opened)).toEqual(before);
    expect(opened.lines.filter(({ what }) => what === 'item')).toEqual([]);
  });

  it('takes what is sent there at the same moment for sent', async () => {
    const opened = await openShop();
    const { site, shop, parts } = opened;
    const [first] = [...site.records.items.values()].filter(
      ({ isSent, emailId }) => !isSent && emailId === opened.review,
    );
    const id = first?.id ?? 0;
    const old: TakeoverParts['old'] = {
      ...parts.old,
      changeQueueItem: async (item, change) => {
        if (item === String(id)) site.scheduler.begin(id);
        return parts.old.changeQueueItem(item, change);
      },
    };
    // It was begun before its e-mail was archived.
    const email = site.records.emails.get(Number(opened.review));
    const clock = {
      ...parts.clock,
      sleep: async (ms: number) => {
        site.scheduler.leave(id);
        site.scheduler.finish(id);
        await parts.clock.sleep(ms);
      },
    };
    const changeEmail: typeof old.changeEmail = async (emailId, change) => {
      if (emailId === opened.review && email) site.scheduler.begin(id);
      return parts.old.changeEmail(emailId, change);
    };
    await takeOver({ ...parts, old: { ...old, changeEmail }, clock });

    expect(await shop.effects(2)).toMatchObject({ [`followup:fue-${opened.review}`]: { state: 'done' } });
    expect(await sentIn(opened)).toMatchObject({ 'review bea': 'there' });
  });

  it('parks what was past its time and unsent: nobody can tell whether it left', async () => {
    const opened = await openShop();
    const { site, shop } = opened;
    const item = [...site.records.items.values()].find(
      ({ emailId, isSent }) => emailId === opened.review && !isSent,
    );
    while (item && site.records.instant(item.sendOn) > shop.clock.now()) shop.forward(60 * MINUTE);
    // The process is killed between the mail and its note.
    if (item) site.scheduler.begin(item.id);
    if (item) site.scheduler.leave(item.id);
    await takeOver(opened.parts);

    expect(await shop.effects(2)).toMatchObject({
      [`followup:fue-${opened.review}`]: { state: 'parked', reason: 'unsent-but-past-its-time' },
    });
    expect(await sentIn(opened)).toMatchObject({ 'review bea': 'there' });
  });

  it('interrupted at every step and run again ends the same, with no mail by both and none by neither', async () => {
    const whole = await openShop();
    await takeOver(whole.parts);
    const expected = await ended(whole);
    let steps = 1;
    for (; steps < 600; steps += 1 + Math.floor(steps / 20)) {
      const opened = await openShop();
      const fuse: Fuse = { left: steps };
      const { parts } = opened;
      const dying: TakeoverParts = {
        ...parts,
        old: mortal(parts.old, fuse),
        things: mortal(parts.things, fuse),
        contacts: mortal(parts.contacts, fuse),
        registers: mortal(parts.registers, fuse),
      };
      const died = await takeOver(dying).then(
        () => false,
        () => true,
      );
      if (!died) break;
      await takeOver(parts);

      expect(await ended(opened), `killed at step ${String(steps)}`).toEqual(expected);
      const sent = steps % 5 === 0 ? await sentIn(opened) : RIGHT;
      expect(sent, `killed at step ${String(steps)}`).toEqual(RIGHT);
    }
    expect(steps).toBeGreaterThan(60);
  }, 300_000);
});
