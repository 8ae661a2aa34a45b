import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import {
  COUPON_EXISTS,
  type NewCoupon,
  type StoreCoupon,
  type StoreCoupons,
} from '../../core/stores/coupons.ts';
import type {
  NewWebhook,
  StoreApi,
  StoreItem,
  StorePage,
  StoreQuestion,
  WebhookChange,
} from '../../core/stores/store-api.ts';
import { UNKNOWN_TOPIC } from '../../core/stores/store-api.ts';
import type { ShopCoupon } from './records/coupons/coupon-state.ts';
import { orderBody } from './records/orders/order-body.ts';
import { wholeSecond } from './records/site-time.ts';
import { pageOf, rolesOf, type Selection } from './rest/selection.ts';
import type { Shop } from './shop.ts';

const PER_PAGE = 100;
const KINDS = { order: 'orders', product: 'products', customer: 'customers' } as const;

/**
 * The shop as the adapter of a real one shows it, without HTTP in between: what `createWooCommerceApi` answers over
 * the simulated REST API, this answers too (the contract test holds the two together), but for the fields that nobody
 * reads, which it shows as well. It fails only where the shop
 * refuses a webhook, or dies at a thing it cannot show.
 */
export function createShopApi(shop: Shop): StoreApi {
  return {
    list: async (question) => list(shop, question),
    order: async (id) => order(shop, id),
    webhooks: async () =>
      succeeded(
        shop.webhooks
          .all()
          .map(({ id, topic, deliveryUrl, status }) => ({ id: String(id), topic, deliveryUrl, status })),
      ),
    createWebhook: async (webhook) => createWebhook(shop, webhook),
    changeWebhook: async (id, change) => changeWebhook(shop, id, change),
    removeWebhook: async (id) => {
      shop.webhooks.delete(Number(id));
      return succeeded(undefined);
    },
    coupons: couponsOf(shop),
    ordersOf: async (email) => {
      const selection = { kind: 'orders', orderBy: 'date', descending: true, search: email } as const;
      const page = pageOf(shop, selection, { page: 1, perPage: PER_PAGE });
      return page === undefined ? failed(DEAD) : succeeded({ ...page, now: shop.now() });
    },
  };
}

const DEAD: Failure = { kind: 'retry', code: 'server-error', message: 'The shop died at it (500).' };

function list(shop: Shop, question: StoreQuestion): Outcome<StorePage> {
  const { page: number, perPage = PER_PAGE, role = 'all' } = question;
  if (!isSimulated(question)) return succeeded({ items: [], total: 0, now: shop.now() });
  const { kind } = question;
  if (kind === 'customer' && !rolesOf(shop).includes(role))
    return failed({ kind: 'park', code: 'bad-request', message: `The shop has no role ${role}.` });
  const page = pageOf(shop, selectionOf(question), { page: number, perPage });
  return page === undefined ? failed(DEAD) : succeeded({ ...page, now: shop.now() });
}

/** The extension for subscriptions is not. */
function isSimulated(question: StoreQuestion): question is Simulated {
  return question.kind !== 'subscription';
}

type Simulated = StoreQuestion & { readonly kind: keyof typeof KINDS };

function selectionOf(question: Simulated): Selection {
  const { kind, modifiedAfter, modifiedBefore, trash, ids, outline, role } = question;
  const windowed = modifiedAfter !== undefined || modifiedBefore !== undefined;
  return {
    kind: KINDS[kind],
    orderBy: windowed && kind !== 'customer' ? 'modified' : 'id',
    ...(modifiedAfter === undefined ? {} : { modifiedAfter: wholeSecond(modifiedAfter) }),
    ...(modifiedBefore === undefined ? {} : { modifiedBefore: wholeSecond(modifiedBefore) }),
    ...(ids === undefined ? {} : { ids: ids.map(Number) }),
    ...(kind === 'order' && trash === true ? { statuses: ['trash'] } : {}),
    ...(kind === 'customer' && role !== undefined ? { role } : {}),
    ...(outline === true ? { fields: ['id', 'date_modified_gmt'] } : {}),
  };
}

function order(shop: Shop, id: string): Outcome<StoreItem | undefined> {
  const found = shop.orders.get(Number(id));
  if (found === undefined) return succeeded(undefined);
  if (shop.flaws.ruin('orders', [found.id], undefined)) return failed(DEAD);
  return succeeded({ item: orderBody(found, shop.site), now: shop.now() });
}

const NO_TOPIC: Failure = { kind: 'park', code: UNKNOWN_TOPIC, message: 'The shop knows no such topic.' };

function createWebhook(shop: Shop, webhook: NewWebhook): Outcome<void> {
  if (!shop.webhooks.knows(webhook.topic)) return failed(NO_TOPIC);
  return attempted(() => shop.webhooks.create(webhook));
}

function changeWebhook(shop: Shop, id: string, change: WebhookChange): Outcome<void> {
  if (shop.webhooks.get(Number(id)) === undefined) {
    const message = `The shop has no webhook ${id}. It was deleted there.`;
    return failed({ kind: 'park', code: 'not-found', message });
  }
  if (change.topic !== undefined && !shop.webhooks.knows(change.topic)) return failed(NO_TOPIC);
  return attempted(() => shop.webhooks.change(Number(id), change));
}

function attempted(attempt: () => unknown): Outcome<void> {
  try {
    attempt();
    return succeeded(undefined);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return failed({ kind: 'park', code: 'bad-request', message: `The shop refused the webhook: ${reason}.` });
  }
}

const MARK = '_mcb_coupon';

function couponsOf(shop: Shop): StoreCoupons {
  return {
    make: async (coupon) => makeCoupon(shop, coupon),
    find: async (code) => {
      const found = shop.coupons.find(code);
      return succeeded(found && shown(shop, found));
    },
    page: async (page) => {
      const all = shop.coupons.all().filter(({ isTrashed }) => !isTrashed);
      const coupons = all.slice((page - 1) * PER_PAGE, page * PER_PAGE).map((one) => shown(shop, one));
      return succeeded({ coupons, isLast: coupons.length < PER_PAGE, now: shop.now() });
    },
    remove: async (id) => {
      shop.coupons.erase(Number(id));
      return succeeded(undefined);
    },
  };
}

function makeCoupon(shop: Shop, { code, percent, minTotal, expiresAt }: NewCoupon): Outcome<StoreCoupon> {
  if (shop.coupons.find(code))
    return failed({ kind: 'park', code: COUPON_EXISTS, message: 'The shop has a coupon of this code.' });
  const made = shop.coupons.create({
    code,
    discountType: 'percent',
    amount: percent.toFixed(2),
    expiresAt: wholeSecond(expiresAt),
    usageLimit: 1,
    individualUse: true,
    ...(minTotal !== undefined && { minimumAmount: minTotal }),
    metaData: [{ key: MARK, value: '1' }],
  });
  return succeeded(shown(shop, made));
}

function shown(shop: Shop, coupon: ShopCoupon): StoreCoupon {
  const { id, code, amount, discountType, expiresAt, meta } = coupon;
  return {
    id: String(id),
    code,
    ...(discountType === 'percent' && { percent: Number(amount) }),
    ...(expiresAt !== undefined && { expiresAt }),
    used: shop.coupons.usedBy(coupon).length,
    isOurs: meta.some(({ key }) => key === MARK),
  };
}
