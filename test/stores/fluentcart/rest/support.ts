import { onTestFinished } from 'vitest';
import type { StoreItem, StoreQuestion } from '../../../../lib/core/stores/store-api.ts';
import { feedFor } from '../../../../lib/simulators/fluentcart/feeds/feeds.ts';
import {
  type FluentSimulatorOptions,
  startFluentSimulator,
} from '../../../../lib/simulators/fluentcart/simulator.ts';
import { createFluentCartApi } from '../../../../lib/stores/fluentcart/rest/index.ts';
import { fluentcart } from '../../../../lib/stores/fluentcart/webhooks/index.ts';
import { must } from '../../../mautic/support.ts';
import { FRIDA } from '../../../simulators/fluentcart/support.ts';

export const USER = { consumerKey: 'admin', consumerSecret: 'password' };
export const START = Date.parse('2026-11-27T01:09:32.400Z');

/** The real adapter at an address. */
export function fluentApiAt(baseUrl: string, clock: { now(): number } = Date, keys = USER) {
  return createFluentCartApi({ baseUrl, keys, clock });
}

/** A simulated store that ends with the test, its API and its clock. */
export async function openFluent(options: FluentSimulatorOptions = {}) {
  let now = START;
  const clock = { now: () => now };
  const store = await startFluentSimulator({ clock, ...options });
  onTestFinished(() => store.close());
  const { shop } = store;
  const lamp = shop.products.create({
    name: 'Lampe',
    variations: [{ name: 'Blau', sku: 'FC-LAMP', price: 4990 }],
    categories: ['lampen'],
  });
  const api = fluentApiAt(store.url, clock);
  return {
    store,
    shop,
    lamp,
    api,
    clock,
    forward: (seconds: number) => {
      now += seconds * 1000;
    },
    place: (email = FRIDA.email) =>
      shop.orders.place({ items: [{ product: lamp }], billing: { ...FRIDA, email } }),
    /** A run's own instance: what it gathered it keeps. */
    ids: async (question: Partial<StoreQuestion>) =>
      idsIn(must(await fluentApiAt(store.url, clock).list({ kind: 'order', page: 1, ...question })).items),
    feed: (event: string, url: string, secret: string) => shop.feeds.save(feedFor(event, url, secret)),
  };
}

export function idsIn(items: readonly unknown[]): readonly number[] {
  return items.map((item) =>
    Number((item as { id?: number; ID?: number }).id ?? (item as { ID?: number }).ID),
  );
}

/** What an order of the API says. */
export function readOrder({ item, now }: StoreItem) {
  return fluentcart.read({ kind: 'order', store: 'fluent', item, now });
}
