import { amount } from '../amounts.ts';
import { NO_BILLING } from '../billing.ts';
import { gmtDates, links, type Site, siteDates, VERSION } from '../site.ts';
import { DRAFT, type Meta, type ShopLine, type ShopOrder, totalOf } from './order-state.ts';

const EDITABLE = ['pending', 'on-hold'];
const UNPAID = ['pending', 'failed', DRAFT];
const SYMBOLS: Readonly<Record<string, string>> = { EUR: '€', USD: '$', GBP: '£' };

/**
 * `GET /wc/v3/orders/<id>`, which is also the body of a webhook: the fields and their order are those of recordings
 * 0057 and 0120, for a shop that knows neither taxes nor shipping.
 */
export function orderBody(order: ShopOrder, site: Site): Record<string, unknown> {
  const { id, createdAt, modifiedAt, completedAt, paidAt } = order;
  const at = { date_created: createdAt, date_modified: modifiedAt };
  const done = { date_completed: completedAt, date_paid: paidAt };
  return {
    id,
    parent_id: order.parentId,
    status: order.status,
    currency: order.currency,
    version: VERSION,
    prices_include_tax: false,
    ...siteDates(site, at),
    ...moneyOf(order),
    customer_id: order.customerId,
    order_key: order.key,
    billing: order.billing,
    shipping: NO_SHIPPING,
    payment_method: order.payment.id,
    payment_method_title: order.payment.title,
    transaction_id: '',
    customer_ip_address: '',
    customer_user_agent: '',
    created_via: order.createdVia,
    customer_note: '',
    ...siteDates(site, done),
    cart_hash: '',
    number: String(id),
    meta_data: metaOf(order),
    line_items: order.lines.map(lineBody),
    tax_lines: [],
    shipping_lines: [],
    fee_lines: [],
    coupon_lines: couponLines(order),
    refunds: refundsOf(order),
    payment_url: `${site.home}checkout/order-pay/${String(id)}/?pay_for_order=true&key=${order.key}`,
    is_editable: EDITABLE.includes(order.status),
    needs_payment: UNPAID.includes(order.status) && totalOf(order) > 0,
    needs_processing: order.lines.length > 0,
    ...gmtDates({ ...at, ...done }),
    currency_symbol: SYMBOLS[order.currency] ?? order.currency,
    _links: linksOf(order, site),
  };
}

const { email: _email, ...NO_SHIPPING } = NO_BILLING;

function moneyOf(order: ShopOrder) {
  return {
    discount_total: amount(order.discount),
    discount_tax: '0.00',
    shipping_total: '0.00',
    shipping_tax: '0.00',
    cart_tax: '0.00',
    total: amount(totalOf(order)),
    total_tax: '0.00',
  };
}

/** What the trash notes comes first (recording 0154). */
function metaOf({ meta, trashed }: ShopOrder): readonly Meta[] {
  if (trashed === undefined) return meta;
  return [
    { id: trashed.metaId, key: '_wp_trash_meta_status', value: `wc-${trashed.from}` },
    { id: trashed.metaId + 1, key: '_wp_trash_meta_time', value: String(trashed.at / 1000) },
    ...meta,
  ];
}

/** The line of an erased product stays with its name (recording 0146). */
function lineBody(line: ShopLine): Record<string, unknown> {
  return {
    id: line.id,
    name: line.name,
    product_id: line.productId,
    variation_id: 0,
    quantity: line.quantity,
    tax_class: '',
    subtotal: amount(line.subtotal),
    subtotal_tax: '0.00',
    total: amount(line.total),
    total_tax: '0.00',
    taxes: [],
    meta_data: [],
    sku: line.sku,
    global_unique_id: '',
    price: line.quantity === 0 ? 0 : line.total / line.quantity / 100,
    image: { id: '', src: '' },
    parent_name: null,
  };
}

function couponLines({ coupons, discount, id }: ShopOrder) {
  return coupons.map((code, index) => ({
    id: id * 100 + index,
    code,
    discount: amount(index === 0 ? discount : 0),
    discount_tax: '0.00',
    meta_data: [],
    discount_type: 'fixed_cart',
    nominal_amount: (index === 0 ? discount : 0) / 100,
    free_shipping: false,
  }));
}

/** The newest second first, and within it by id: 38, 36, 37 in recording 0109. */
function refundsOf({ refunds }: ShopOrder) {
  const sorted = refunds.toSorted((a, b) => b.at - a.at || a.id - b.id);
  return sorted.map(({ id, reason, amount: back }) => ({
    id,
    reason,
    total: amount(-back),
    total_tax: '0.00',
  }));
}

function linksOf({ id, customerId }: ShopOrder, site: Site) {
  const { self, collection } = links(site, 'orders', id);
  const [own] = self;
  const templates = [{ embeddable: true, href: `${own?.href ?? ''}/actions/email_templates` }];
  const customer = [{ href: `${site.home}wp-json/wc/v3/customers/${String(customerId)}` }];
  return { self, collection, email_templates: templates, ...(customerId === 0 ? {} : { customer }) };
}
