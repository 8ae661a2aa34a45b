import { cents } from '../amounts.ts';
import type { Records } from '../records.ts';
import { createOrder, type NewOrder, priced } from './new-order.ts';
import { live, save } from './order-save.ts';
import { DRAFT, inStatus, type ShopOrder, unrefunded, type Via } from './order-state.ts';

const UPDATED_FIRST = ['order.updated', 'order.created'] as const;
const CREATED_FIRST = ['order.created', 'order.updated'] as const;

export type OrderEdit = Omit<NewOrder, 'status' | 'currency'>;

export function place(records: Records, order: NewOrder, via: Via): number {
  const placed = createOrder(records, order, via);
  save(records, placed, via === 'store-api' ? UPDATED_FIRST : CREATED_FIRST);
  return placed.id;
}

export function openDraft(records: Records, order: NewOrder): number {
  const draft = createOrder(records, { ...order, status: DRAFT }, 'store-api');
  save(records, draft);
  return draft.id;
}

export function placeDraft(records: Records, id: number, status: string): void {
  save(records, inStatus(live(records, id), status, records.now()), UPDATED_FIRST);
}

export function setStatus(records: Records, id: number, status: string): void {
  const order = inStatus(live(records, id), status, records.now());
  const left = unrefunded(order);
  save(
    records,
    status === 'refunded' && left > 0 ? withRefund(records, order, { back: left, reason: '' }) : order,
  );
}

/** The order with one more refund in front. */
export function withRefund(
  records: Records,
  order: ShopOrder,
  { back, reason }: { readonly back: number; readonly reason: string },
): ShopOrder {
  const refund = { id: records.nextId(), reason, amount: back, at: records.now() };
  return { ...order, refunds: [refund, ...order.refunds] };
}

export function edit(records: Records, id: number, change: OrderEdit): void {
  const order = live(records, id);
  const { billing, lines, discount, meta, ...rest } = change;
  const off = discount === undefined ? order.discount : cents(discount);
  save(records, {
    ...order,
    ...rest,
    billing: { ...order.billing, ...billing },
    ...(lines === undefined ? {} : priced(records, lines, off)),
    ...(meta === undefined ? {} : { meta: meta.map((one) => ({ id: records.nextMetaId(), ...one })) }),
  });
}
