import {
  type OrderData,
  type OrderLine,
  type ProductData,
  type Ref,
  refName,
} from '../../ledger/snapshot.ts';

/** Whether the SKU of a line is known by its product only: some stores name none in an order. */
export function lacksSku({ sku, variationId }: OrderLine): boolean {
  return sku === '' && variationId !== undefined;
}

/** An order of a store with the SKUs that its products know, by the name of their refs. */
export function withSkus(
  data: OrderData,
  store: string,
  products: ReadonlyMap<string, ProductData>,
): OrderData {
  if (!data.lines.some(lacksSku)) return data;
  return { ...data, lines: data.lines.map((line) => ({ ...line, sku: skuOf(line, store, products) })) };
}

function skuOf(line: OrderLine, store: string, products: ReadonlyMap<string, ProductData>): string {
  const { variationId, productId, sku } = line;
  if (sku !== '' || variationId === undefined) return sku;
  const ref: Ref = { kind: 'product', store, id: productId };
  const { skus = {} } = products.get(refName(ref)) ?? {};
  return Object.hasOwn(skus, variationId) ? (skus[variationId] ?? '') : '';
}
