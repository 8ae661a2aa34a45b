import type { CustomObjects } from '../../../lib/core/policy/custom-objects.ts';
import { SHOP_OBJECTS } from '../../../lib/simulators/mautic/custom-objects/object-form.ts';
import type { Call } from './front.ts';
import { ANNA, type Bench, type BenchOptions, itemsOf, keyOf, startBench } from './support.ts';

export const BEN = 'ben@example.test';
export const OBJECTS: CustomObjects = {
  orders: {
    object: 'orders',
    unique: 'orderkey',
    attributes: { ordernumber: 'number', status: 'status', total: 'totalMinor', skus: 'skus' },
  },
  lines: { object: 'orderlines', unique: 'linekey', attributes: { sku: 'sku', status: 'status' } },
};

export const ORDERS_ONLY = { orders: OBJECTS.orders } as CustomObjects;

/** Mautic has the plugin, and the policy wants orders and lines as items. */
export function withItems(
  options: BenchOptions = {},
  customObjects: CustomObjects = OBJECTS,
): Promise<Bench> {
  const { policy, simulator } = options;
  return startBench({
    ...options,
    simulator: { customObjects: SHOP_OBJECTS, ...simulator },
    policy: { tags: [], ...policy, customObjects },
  });
}

/** The items of Mautic by their unique value, without the contact's key. */
export function items(bench: Bench, email = ANNA) {
  const key = keyOf(email);
  const own = bench.mautic.customItems().filter(({ attributes: { orderkey, linekey } }) => {
    return String(linekey || orderkey).endsWith(key);
  });
  return Object.fromEntries(
    own.map(({ object, attributes: { orderkey, linekey, ...attributes }, contacts }) => [
      `${object} ${String(linekey ?? orderkey).replace(`/${key}`, '')}`,
      { ...attributes, contacts },
    ]),
  );
}

/** Calls that carry items, with how many each contact has. */
export function itemCalls(calls: readonly Call[]): number[][] {
  return calls
    .filter(({ body }) => JSON.stringify(body).includes('customObjects'))
    .map((call) =>
      itemsOf(call).map(({ customObjects }) =>
        (customObjects as { data: { data: unknown[] }[] }).data.reduce(
          (sum, { data }) => sum + data.length,
          0,
        ),
      ),
    );
}

export async function letPass(bench: Bench, ms: number): Promise<void> {
  bench.forward(ms);
  await bench.sweep();
}
