import type { Records } from '../records.ts';
import type { ShopOrder } from './order-state.ts';

const TAKES = ['processing', 'completed', 'on-hold'];
const GIVES_BACK = ['pending', 'cancelled'];

/** Whether the lines of an order are out of the stock, now that it has its status. */
export function stockTaken({ status, stockTaken: taken }: ShopOrder): boolean {
  if (TAKES.includes(status)) return true;
  return GIVES_BACK.includes(status) ? false : taken;
}

/** Takes an order's lines out of the stock or puts them back; product.updated where pieces are counted (0058). */
export function moveStock(records: Records, order: ShopOrder): void {
  for (const { productId, quantity } of order.lines) {
    const product = records.products.get(productId);
    if (product?.stock === undefined) continue;
    const stock = product.stock + (order.stockTaken ? -quantity : quantity);
    records.products.set(productId, { ...product, stock, modifiedAt: records.now() });
    records.tell('product.updated', productId);
  }
}
