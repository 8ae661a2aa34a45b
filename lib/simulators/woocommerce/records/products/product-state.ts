/** A simple product; the shop has no variations. */
export interface ShopProduct {
  readonly id: number;
  readonly name: string;
  readonly sku: string;
  readonly price: string;
  /** Category slugs. */
  readonly categories: readonly string[];
  readonly status: 'publish' | 'draft' | 'trash';
  /** Absent: the shop does not count its pieces. */
  readonly stock?: number;
  /** Epoch ms, whole seconds. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}
