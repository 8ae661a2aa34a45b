import * as v from 'valibot';
import { couponBody } from '../records/coupons/coupon-body.ts';
import type { ShopCoupon } from '../records/coupons/coupon-state.ts';
import { savedMoment } from '../records/site-time.ts';
import type { Shop } from '../shop.ts';
import { invalidParameter, ok, type RestAnswer, restError } from './rest-answer.ts';
import { fieldsIn, paged } from './rest-lists.ts';
import type { RestRequest } from './rest-request.ts';
import { withFields } from './selection.ts';

const Amount = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform((amount) => Number(amount).toFixed(2)),
);

const Wanted = v.object({
  code: v.exactOptional(v.string()),
  discount_type: v.exactOptional(v.string()),
  amount: v.exactOptional(Amount),
  description: v.exactOptional(v.string()),
  minimum_amount: v.exactOptional(Amount),
  date_expires: v.nullish(v.string()),
  individual_use: v.exactOptional(v.boolean()),
  usage_limit: v.exactOptional(v.number()),
  usage_limit_per_user: v.exactOptional(v.number()),
  email_restrictions: v.exactOptional(v.array(v.string())),
  meta_data: v.exactOptional(v.array(v.object({ key: v.string(), value: v.unknown() }))),
});

/** `GET /wc/v3/coupons`, newest first unless asked otherwise; a code finds exactly one (recording `coupons-by-code`). */
export function listCoupons(shop: Shop, { query }: RestRequest): RestAnswer {
  const perPage = Number(query.get('per_page') ?? '10');
  const page = Math.max(1, Number(query.get('page') ?? '1'));
  const code = query.get('code');
  const all = shop.coupons
    .all()
    .filter((one) => !one.isTrashed && (code === undefined || one.code === code.toLowerCase()));
  const sorted = query.get('order') === 'asc' ? all : all.toReversed();
  const shown = sorted.slice((page - 1) * perPage, page * perPage);
  const fields = fieldsIn(query);
  return paged(
    shown.map((coupon) => withFields(bodyOf(shop, coupon), fields)),
    all.length,
    perPage,
  );
}

export function getCoupon(shop: Shop, id: number): RestAnswer {
  const coupon = shop.coupons.get(id);
  return coupon === undefined ? unknownId() : ok(bodyOf(shop, coupon));
}

/** `date_expires_gmt` is ignored without a word (facts/carts 29). */
export function createCoupon(shop: Shop, { body }: RestRequest): RestAnswer {
  const wanted = v.safeParse(Wanted, body);
  if (!wanted.success) return invalidParameter('coupon', 'A parameter is of a wrong type.');
  const { code, date_expires: expires, meta_data: metaData = [], ...given } = wanted.output;
  if (code === undefined) {
    const data = { status: 400, params: ['code'] };
    return {
      status: 400,
      body: { code: 'rest_missing_callback_param', message: 'Missing parameter(s): code', data },
    };
  }
  if (shop.coupons.find(code)) {
    const message = 'The coupon code already exists';
    return restError(400, 'woocommerce_rest_coupon_code_already_exists', message);
  }
  const coupon = shop.coupons.create({
    code,
    ...renamed(given),
    ...(expires && { expiresAt: savedMoment(expires, shop.site.zone) }),
    metaData: metaData.map(({ key, value }) => ({ key, value })),
  });
  return ok(bodyOf(shop, coupon), 201);
}

function renamed(given: Omit<v.InferOutput<typeof Wanted>, 'code' | 'date_expires' | 'meta_data'>) {
  const names = {
    discountType: given.discount_type,
    amount: given.amount,
    description: given.description,
    minimumAmount: given.minimum_amount,
    individualUse: given.individual_use,
    usageLimit: given.usage_limit,
    usageLimitPerUser: given.usage_limit_per_user,
    emailRestrictions: given.email_restrictions,
  };
  return Object.fromEntries(Object.entries(names).filter(([, value]) => value !== undefined));
}

/** Without `force` into the trash, and the answer still says that it is published (recording `coupon-delete-noforce`). */
export function deleteCoupon(shop: Shop, id: number, { query }: RestRequest): RestAnswer {
  const coupon = shop.coupons.get(id);
  if (coupon === undefined) return unknownId();
  const answer = ok(bodyOf(shop, coupon));
  if (query.get('force') === 'true') shop.coupons.erase(id);
  else shop.coupons.trash(id);
  return answer;
}

function bodyOf({ site, coupons }: Shop, coupon: ShopCoupon): Record<string, unknown> {
  return couponBody(coupon, { site, usedBy: coupons.usedBy(coupon) });
}

/** Not recorded: read in WooCommerce's source. */
function unknownId(): RestAnswer {
  return restError(404, 'woocommerce_rest_shop_coupon_invalid_id', 'Invalid ID.');
}
