import * as v from 'valibot';
import { expect } from 'vitest';
import { succeeded } from '../../../lib/core/ledger/failure.ts';
import { localText } from '../../../lib/core/policy/configuration/local-time.ts';
import { Policy } from '../../../lib/core/policy/policy.ts';
import type { TakeoverLine, TakeoverParts } from '../../../lib/pipeline/takeover/parts.ts';
import { createFueSite } from '../../../lib/simulators/follow-up-emails/site.ts';
import { openFue } from '../../support/follow-up-emails.ts';
import { MINUTE, openWorkshop } from '../../support/workshop.ts';

export const DAY = 24 * 60 * MINUTE;
const ZONE = 'Europe/Berlin';
const STORE = { id: 'demo', timezone: ZONE };
export const PEOPLE = ['ana', 'bea', 'cem', 'dua', 'eli'].map((name) => `${name}@example.test`);

/**
 * A shop of five orders with Follow-Up Emails: one e-mail three days after an order is completed, one ninety days after
 * the last purchase, a newsletter and one for carts. The first order's mail was sent, the second's was cut off.
 */
export async function openShop() {
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
export async function ended({ shop, site }: Opened) {
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
export async function sentIn({
  shop,
  site,
  review,
  back,
}: Opened): Promise<Readonly<Record<string, string>>> {
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
export const RIGHT = {
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
