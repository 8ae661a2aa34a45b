import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { failed } from '../../../lib/core/ledger/failure.ts';
import { Policy } from '../../../lib/core/policy/policy.ts';
import type { StoreApi } from '../../../lib/core/stores/store-api.ts';
import { openStore, secureApiAt } from '../../stores/support.ts';
import { shopsOf } from '../../support/shops.ts';
import { ANNA, type Bench, HOUR, MINUTE, startBench } from './support.ts';

const DAY = 24 * HOUR;
const THANKS = {
  id: 'thanks',
  on: { status: 'completed' },
  after: '1 day',
  send: { template: 1 },
  coupon: { percent: 15, days: 10 },
} as const;

interface Options {
  readonly rule?: object;
  readonly policy?: object;
  readonly isKeyless?: boolean;
  readonly before?: (api: StoreApi) => StoreApi;
}

/** A shop that is asked over HTTP, a rule that brings a coupon, and its e-mail in Mautic. */
async function start({
  rule = {},
  policy: more = {},
  isKeyless = false,
  before = (api) => api,
}: Options = {}) {
  let now = () => Date.now();
  const store = await openStore({ clock: { now: () => now() } });
  const api = before(secureApiAt(store.url));
  const policy = v.parse(Policy, { tags: [], followUps: [{ ...THANKS, ...rule }], ...more });
  const since = new Map([['demo', 0]]);
  const bench = await startBench({ policy, since, shops: ({ clock }) => shopsOf({ api, clock, isKeyless }) });
  now = () => bench.clock.now();
  const html = '{coupon_code} until {coupon_expires} for {order_id}';
  await bench.person('POST', '/emails/new', { name: 'Thanks', subject: 'Thanks', customHtml: html });
  return { bench, store };
}

function bought(bench: Bench, id = 1, more: object = {}): Promise<unknown> {
  return bench.shop({ id, email: ANNA, status: 'completed', createdAt: bench.clock.now(), ...more });
}

/** Time passes; the schedule rings each half an hour. */
async function letPass(bench: Bench, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 30 * MINUTE) {
    bench.forward(Math.min(30 * MINUTE, left));
    await bench.sweep();
    await bench.sync();
  }
}

const mails = (bench: Bench) => bench.mautic.sentEmails().map(({ html }) => html);

describe('the coupon of a follow-up', () => {
  it('is made when its e-mail is due, and the e-mail goes out with it, once', async () => {
    const { bench, store } = await start();
    await bought(bench);

    await letPass(bench, 23 * HOUR);
    expect(store.shop.coupons.all()).toEqual([]);
    await letPass(bench, 3 * HOUR);

    const [made, ...others] = store.shop.coupons.all();
    expect(others).toEqual([]);
    expect(made).toMatchObject({ amount: '15.00', usageLimit: 1 });
    const day = new Date(made?.expiresAt ?? 0).toISOString().slice(0, 10);
    expect(mails(bench)).toEqual([`${String(made?.code)} until ${day} for 1`]);
    expect(await bench.effects(1)).toMatchObject({
      'coupon:thanks': { state: 'done', code: made?.code },
      'followup:thanks': { state: 'done' },
    });
  });

  it('is not made for an order that was cancelled meanwhile', async () => {
    const { bench, store } = await start();
    await bought(bench);
    await bought(bench, 1, { status: 'cancelled' });

    await letPass(bench, 2 * DAY);

    expect([store.shop.coupons.all(), mails(bench)]).toEqual([[], []]);
  });

  it('is waited for while the shop is away, and the e-mail says so', async () => {
    let isAway = true;
    const away = { kind: 'retry', code: 'server-error', message: 'The shop is away.' } as const;
    const { bench, store } = await start({
      before: (api) => ({
        ...api,
        ...(api.coupons && {
          coupons: {
            ...api.coupons,
            make: async (coupon) => (isAway ? failed(away) : (api.coupons?.make(coupon) ?? failed(away))),
          },
        }),
      }),
    });
    await bought(bench);
    await letPass(bench, 3 * DAY);
    expect(mails(bench)).toEqual([]);
    isAway = false;

    await letPass(bench, 2 * HOUR);

    expect(mails(bench)).toHaveLength(1);
    expect(store.shop.coupons.all()).toHaveLength(1);
  });

  it('that never comes leaves the e-mail unsent, which lapses after seven days', async () => {
    const { bench } = await start({ isKeyless: true });
    await bought(bench);

    await letPass(bench, 7 * DAY);
    expect(await bench.effects(1)).not.toHaveProperty('followup:thanks');
    await letPass(bench, 2 * DAY);

    expect(mails(bench)).toEqual([]);
    expect(await bench.effects(1)).toMatchObject({
      'followup:thanks': { state: 'skipped', reason: 'lapsed' },
    });
  });

  it('is one a contact, of the first of its orders that are due at once', async () => {
    const { bench, store } = await start();
    await bought(bench);
    await bought(bench, 2);

    await letPass(bench, 2 * DAY);

    const [made, ...others] = store.shop.coupons.all();
    expect(others).toEqual([]);
    expect(mails(bench)).toEqual([expect.stringMatching(`^${String(made?.code)} until .* for 1$`)]);
    expect(await bench.effects(2)).toEqual({});
  });

  it('is one a contact in thirty days, and none for less than minTotal: no e-mail tells of one that is not there', async () => {
    const { bench, store } = await start();
    await bought(bench);
    await letPass(bench, 2 * DAY);
    await bought(bench, 2);
    await letPass(bench, 3 * DAY);
    expect([store.shop.coupons.all().length, mails(bench).length]).toEqual([1, 1]);

    const dear = await start({ rule: { coupon: { ...THANKS.coupon, minTotal: '1000' } } });
    await bought(dear.bench);
    await letPass(dear.bench, 2 * DAY);

    expect([dear.store.shop.coupons.all(), mails(dear.bench)]).toEqual([[], []]);
  });

  it('is not made for somebody who did not say yes, where the policy asks for that', async () => {
    const { bench, store } = await start({ policy: { consent: { fields: ['shop/news'], require: true } } });
    await bought(bench);

    await letPass(bench, 2 * DAY);

    expect(store.shop.coupons.all()).toEqual([]);
    expect(await bench.effects(1)).toMatchObject({ 'followup:thanks': { reason: 'no-consent' } });
  });

  it('keeps no other e-mail waiting that the contact gets in a while', async () => {
    const { coupon: _none, ...plain } = THANKS;
    const { bench } = await start({
      isKeyless: true,
      policy: { followUps: [THANKS, { ...plain, id: 'other' }], perContact: '1 per 24 hours' },
    });
    await bought(bench);

    await letPass(bench, 2 * DAY);

    expect(mails(bench)).toEqual(['{coupon_code} until {coupon_expires} for 1']);
  });
});
