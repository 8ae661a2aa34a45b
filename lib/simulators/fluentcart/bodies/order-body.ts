import type { ShopItem, ShopOrder, ShopTransaction } from '../records/order-state.ts';
import { plain, zoned } from './dates.ts';

/** An order by itself, as it begins every payload; REST adds its date of change. */
export function orderBody(order: ShopOrder) {
  const number = order.receiptNumber;
  return {
    id: order.id,
    status: order.status,
    parent_id: order.parentId === undefined ? null : String(order.parentId),
    receipt_number: number === undefined ? null : String(number),
    invoice_no: number === undefined ? null : `INV-${String(number)}`,
    fulfillment_type: order.isDigital ? 'digital' : 'physical',
    type: order.type,
    mode: order.mode,
    shipping_status: order.shippingStatus,
    customer_id: order.customerId,
    payment_method: 'offline_payment',
    payment_status: order.paymentStatus,
    payment_method_title: order.type === 'renewal' ? '' : 'Cash',
    currency: order.currency,
    subtotal: order.items.reduce((sum, { unitPrice, quantity }) => sum + unitPrice * quantity, 0),
    discount_tax: 0,
    manual_discount_total: 0,
    coupon_discount_total: order.discount,
    shipping_tax: 0,
    shipping_total: order.shippingTotal,
    fee_total: 0,
    tax_total: 0,
    total_amount: order.totalAmount,
    total_paid: String(order.totalPaid),
    total_refund: String(order.totalRefund),
    rate: '1.0000',
    tax_behavior: 0,
    note: order.note,
    ip_address: order.isAdmin ? '' : '127.0.0.1',
    completed_at: order.completedAt === undefined ? null : plain(order.completedAt),
    refunded_at: null,
    uuid: order.uuid,
    config: configOf(order),
    created_at: zoned(order.createdAt),
  };
}

function configOf({ isAdmin, type }: ShopOrder) {
  if (type === 'renewal') return [];
  if (isAdmin) return { user_tz: 'Europe/Berlin' };
  return {
    user_tz: 'Europe/Berlin',
    create_account_after_paid: 'yes',
    shipping_method_id: 1,
    shipping_method_title: 'Versand',
    prorate_credit: 0,
    upgrade_discount: 0,
  };
}

export function transactionBody(order: ShopOrder, transaction: ShopTransaction) {
  const isCharge = transaction.kind === 'charge';
  const refunded = transaction.refunded === 0 ? [] : { refunded_total: transaction.refunded };
  const left = transaction.status === 'succeeded' ? transaction.total - transaction.refunded : 0;
  return {
    id: transaction.id,
    order_id: String(order.id),
    order_type: order.type,
    transaction_type: transaction.kind,
    subscription_id: transaction.subscriptionId === undefined ? null : String(transaction.subscriptionId),
    card_last_4: null,
    card_brand: null,
    vendor_charge_id: '',
    payment_method: 'offline_payment',
    payment_mode: order.mode,
    payment_method_type: 'offline_payment',
    status: transaction.status,
    currency: order.currency,
    total: String(transaction.total),
    rate: '1',
    uuid: transaction.uuid,
    meta: isCharge ? refunded : { parent_id: transaction.parentId, reason: 'lab' },
    created_at: zoned(transaction.createdAt),
    updated_at: zoned(transaction.updatedAt),
    url: '',
    refundable: isCharge ? left : 0,
  };
}

export function itemBody(order: ShopOrder, item: ShopItem) {
  const total = item.unitPrice * item.quantity;
  const isShipped = ['shipped', 'delivered'].includes(order.shippingStatus);
  return {
    id: item.id,
    order_id: String(order.id),
    post_id: String(item.productId),
    fulfillment_type: order.isDigital ? 'digital' : 'physical',
    payment_type: order.isAdmin ? 'default' : order.type === 'payment' ? 'onetime' : 'subscription',
    post_title: item.name,
    title: item.variation,
    object_id: String(item.variationId),
    cart_index: '0',
    quantity: String(item.quantity),
    unit_price: item.unitPrice,
    cost: 0,
    subtotal: total,
    tax_amount: 0,
    shipping_charge: 0,
    discount_total: 0,
    line_total: total,
    refund_total: item.refunded,
    rate: '1',
    other_info: { item_attributes: [], variation_type: 'simple' },
    line_meta: [],
    fulfilled_quantity: isShipped ? String(item.quantity) : '0',
    referrer: null,
    created_at: zoned(item.createdAt),
    updated_at: zoned(item.updatedAt),
    payment_info: '',
    setup_info: '',
    is_custom: false,
    variation_display_title: item.variation,
    formatted_total: `&euro;${(total / 100).toFixed(2)}`,
  };
}
