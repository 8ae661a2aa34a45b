import * as v from 'valibot';
import { failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import type { NewCoupon, StoreCoupon, StoreCoupons } from '../../../core/stores/coupons.ts';
import type { StoreClient } from './client.ts';
import { PER_PAGE, type Reading, readPage } from './pages.ts';

/** By this the bridge knows its coupons again, whatever becomes of its ledger. */
const MARK = '_mcb_coupon';
const FIELDS = 'id,code,amount,discount_type,date_expires_gmt,usage_count,meta_data';

const Coupon = v.object({
  id: v.pipe(v.union([v.number(), v.string()]), v.transform(String), v.nonEmpty()),
  code: v.string(),
  amount: v.fallback(v.pipe(v.union([v.string(), v.number()]), v.transform(Number)), Number.NaN),
  discount_type: v.fallback(v.string(), ''),
  date_expires_gmt: v.nullish(v.string()),
  usage_count: v.fallback(v.number(), 0),
  meta_data: v.fallback(v.array(v.object({ key: v.unknown() })), []),
});

/** The coupons of a shop (facts/carts E). */
export function createCoupons(reading: Reading): StoreCoupons {
  const { client } = reading;
  return {
    make: (coupon) => make(client, coupon),
    find: (code) => find(reading, code),
    page: (page) => readCoupons(reading, page),
    remove: (id) => remove(client, id),
  };
}

/**
 * Without an e-mail restriction: a link cannot bring along a coupon that has one (facts/carts 33). `date_expires` says
 * the moment only in this form, and `date_expires_gmt` is ignored without a word (29).
 */
async function make(client: StoreClient, coupon: NewCoupon): Promise<Outcome<StoreCoupon>> {
  const { code, percent, minTotal, expiresAt } = coupon;
  const body = {
    code,
    discount_type: 'percent',
    amount: String(percent),
    usage_limit: 1,
    individual_use: true,
    date_expires: `${new Date(expiresAt).toISOString().slice(0, 19)}Z`,
    ...(minTotal !== undefined && { minimum_amount: minTotal }),
    meta_data: [{ key: MARK, value: '1' }],
  };
  const answer = await client.call({ method: 'POST', path: '/coupons', body });
  if (!answer.ok) return answer;
  const made = couponOf(answer.value.body);
  if (made) return succeeded(made);
  const message =
    'The answer to POST /coupons is no coupon. Find out what stands before the store and changes its answers.';
  return failed({ kind: 'unknown', code: 'not-woocommerce', message });
}

/** In any case of the code; nothing in the trash (facts/carts 30, 34). */
async function find(reading: Reading, code: string): Promise<Outcome<StoreCoupon | undefined>> {
  const answer = await readPage(reading, '/coupons', { code, _fields: FIELDS });
  if (!answer.ok) return answer;
  const found = answer.value.items.flatMap((item) => couponOf(item) ?? []);
  return succeeded(found.find((coupon) => coupon.code.toLowerCase() === code.toLowerCase()));
}

async function readCoupons(reading: Reading, page: number): ReturnType<StoreCoupons['page']> {
  const query = {
    per_page: String(PER_PAGE),
    page: String(page),
    orderby: 'id',
    order: 'asc',
    _fields: FIELDS,
  };
  const answer = await readPage(reading, '/coupons', query);
  if (!answer.ok) return answer;
  const { items, now } = answer.value;
  return succeeded({
    coupons: items.flatMap((item) => couponOf(item) ?? []),
    isLast: items.length < PER_PAGE,
    now,
  });
}

/** Without `force` it would go into the trash (recordings `coupon-delete-noforce`, `coupon-delete-force`). */
async function remove(client: StoreClient, id: string): Promise<Outcome<void>> {
  const path = `/coupons/${encodeURIComponent(id)}`;
  const answer = await client.call({ method: 'DELETE', path, query: { force: 'true' } });
  if (answer.ok || answer.failure.code === 'not-found') return succeeded(undefined);
  return answer;
}

/** `undefined`: it is none. */
function couponOf(item: unknown): StoreCoupon | undefined {
  const coupon = v.safeParse(Coupon, item);
  if (!coupon.success) return undefined;
  const { id, code, amount, discount_type: type, date_expires_gmt: expires, ...rest } = coupon.output;
  const expiresAt = expires ? Date.parse(`${expires}Z`) : Number.NaN;
  return {
    id,
    code,
    ...(type === 'percent' && !Number.isNaN(amount) && { percent: amount }),
    ...(!Number.isNaN(expiresAt) && { expiresAt }),
    used: rest.usage_count,
    isOurs: rest.meta_data.some(({ key }) => key === MARK),
  };
}
