import { gmtDates, links, type Site, siteDates } from '../site.ts';
import type { ShopCoupon } from './coupon-state.ts';

/** What REST shows of a coupon (recordings `coupon-create`, `coupon-after-use`). */
export function couponBody(
  coupon: ShopCoupon,
  { site, usedBy }: { readonly site: Site; readonly usedBy: readonly string[] },
): Record<string, unknown> {
  const date = (name: string, at: number | undefined) => ({
    ...siteDates(site, { [name]: at }),
    ...gmtDates({ [name]: at }),
  });
  return {
    id: coupon.id,
    code: coupon.code,
    amount: coupon.amount,
    status: coupon.isTrashed ? 'trash' : 'publish',
    ...date('date_created', coupon.createdAt),
    ...date('date_modified', coupon.createdAt),
    discount_type: coupon.discountType,
    description: coupon.description,
    ...date('date_expires', coupon.expiresAt),
    usage_count: usedBy.length,
    individual_use: coupon.individualUse,
    product_ids: [],
    excluded_product_ids: [],
    usage_limit: coupon.usageLimit,
    usage_limit_per_user: coupon.usageLimitPerUser,
    limit_usage_to_x_items: null,
    free_shipping: false,
    product_categories: [],
    excluded_product_categories: [],
    exclude_sale_items: false,
    minimum_amount: coupon.minimumAmount,
    maximum_amount: '0.00',
    email_restrictions: coupon.emailRestrictions,
    used_by: usedBy,
    meta_data: coupon.meta,
    _links: links(site, 'coupons', coupon.id),
  };
}
