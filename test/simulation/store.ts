import { type Failure, failed, type Outcome } from '../../lib/core/ledger/failure.ts';
import { type StoreApi, type StoreQuestion, TOO_MANY } from '../../lib/core/stores/store-api.ts';
import type { Dice } from './engine.ts';
import type { Faults } from './faults.ts';
import type { Instance } from './instance.ts';

interface Trouble {
  readonly instance: Instance;
  readonly dice: Dice;
  readonly faults: Faults;
}

const AWAY: Failure = { kind: 'retry', code: 'unavailable', message: 'the store is away' };
const TIMED_OUT: Failure = { kind: 'retry', code: 'timeout', message: 'the store did not answer' };
const FLOODED: Failure = { kind: 'retry', code: TOO_MANY, message: 'more than can be gathered at once' };
const NOBODY_KNOWS: Failure = { kind: 'unknown', code: 'timeout', message: 'the store did not answer' };

/** The store's REST API over a network: slow, now and then away, and an answer may be lost after the deed. */
export function troubledStore(api: StoreApi, { instance, dice, faults }: Trouble): StoreApi {
  const { ordersOf, coupons } = api;
  async function over<Value>(ask: () => Promise<Outcome<Value>>, writes = false): Promise<Outcome<Value>> {
    await instance.current.pass(dice.between(50, 900));
    if (faults.happens('store refused')) return failed(AWAY);
    const answer = await ask();
    await instance.current.pass(dice.between(5, 100));
    return faults.happens('store answer lost') ? failed(writes ? NOBODY_KNOWS : TIMED_OUT) : answer;
  }
  /** More has changed than a store that is walked by ids can be asked for. */
  const isFlooded = ({ modifiedAfter }: StoreQuestion) =>
    api.walksById === true && modifiedAfter !== undefined && faults.happens('store flooded');
  return {
    ...(api.walksById && { walksById: true }),
    ...(api.walksProducts && { walksProducts: true }),
    ...(api.views && { views: api.views }),
    list: (question) =>
      over(() => (isFlooded(question) ? Promise.resolve(failed(FLOODED)) : api.list(question))),
    order: (id) => over(() => api.order(id)),
    ...(ordersOf && { ordersOf: (email) => over(() => ordersOf(email)) }),
    webhooks: () => over(() => api.webhooks()),
    createWebhook: (webhook) => over(() => api.createWebhook(webhook), true),
    changeWebhook: (id, change) => over(() => api.changeWebhook(id, change), true),
    removeWebhook: (id) => over(() => api.removeWebhook(id), true),
    ...(coupons && {
      coupons: {
        make: (coupon) => over(() => coupons.make(coupon), true),
        find: (code) => over(() => coupons.find(code)),
        page: (page) => over(() => coupons.page(page)),
        remove: (id) => over(() => coupons.remove(id), true),
      },
    }),
  };
}
