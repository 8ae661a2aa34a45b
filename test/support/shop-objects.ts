import type { Policy } from '../../lib/core/policy/policy.ts';

/** The Custom Objects of a made-up Mautic, in a policy. */
export const OBJECTS = {
  orders: { object: 'orders', unique: 'orderkey', attributes: { status: 'status', total: 'total' } },
  lines: { object: 'orderlines', unique: 'linekey', attributes: { sku: 'sku', status: 'status' } },
} as const satisfies Policy['customObjects'];

export const UNIQUES: ReadonlyMap<string, string> = new Map([
  ['orders', 'orderkey'],
  ['orderlines', 'linekey'],
]);
