import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import type { Policy } from '../../lib/core/policy/policy.ts';
import { createMemoryDeliveries } from '../../lib/local/memory/queue.ts';
import { createIngest } from '../../lib/pipeline/ingest.ts';
import { createRecord } from '../../lib/pipeline/record.ts';
import { sourceOf } from './sources.ts';
import { RECORDED_SECRET, sign } from './woocommerce.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

const CASES = new URL('../fixtures/cases/', import.meta.url);

const FieldDelivery = v.object({
  topic: v.string(),
  /** What the store gives as its own address. */
  source: v.optional(v.string(), 'http://127.0.0.1:8070/'),
  body: v.record(v.string(), v.unknown()),
});
export type FieldDelivery = v.InferOutput<typeof FieldDelivery>;

const FieldCase = v.object({
  title: v.string(),
  env: v.optional(v.object({ STORE_URL: v.string() })),
  deliveries: v.array(FieldDelivery),
});

/** Deliveries that somebody's shop sent, rebuilt small; the file's `title` says what is odd about them. */
export function fieldCase(name: string): v.InferOutput<typeof FieldCase> {
  return v.parse(FieldCase, JSON.parse(readFileSync(new URL(`${name}.json`, CASES), 'utf8')));
}

interface Playing {
  readonly policy?: Partial<Policy>;
  readonly storeUrl?: string | undefined;
  /** They come within seconds: what is due later is still due when the last one comes. */
  readonly atOnce?: boolean;
}

/** Signs deliveries and plays them through ingest, record and sync, each to its end before the next comes. */
export async function play(deliveries: readonly FieldDelivery[], playing: Playing = {}): Promise<Workshop> {
  const shop = openWorkshop(playing.policy);
  await playInto(shop, deliveries, playing);
  return shop;
}

/** The same into a workshop that has seen something already. */
export async function playInto(
  shop: Workshop,
  deliveries: readonly FieldDelivery[],
  { storeUrl, atOnce = false }: Playing = {},
): Promise<void> {
  for (const delivery of deliveries) {
    await take(shop, delivery, storeUrl);
    if (atOnce) await shop.sync();
    else await shop.settle();
  }
  await shop.settle();
}

async function take(shop: Workshop, delivery: FieldDelivery, storeUrl: string | undefined): Promise<void> {
  shop.forward(1_000);
  const queue = createMemoryDeliveries();
  const stores = shop.recordParts.stores.map((store) => ({ ...store, ...(storeUrl && { url: storeUrl }) }));
  const ingest = createIngest({
    ...shop.recordParts,
    stores,
    senderOf: sourceOf,
    deliveries: queue,
    secrets: { of: async () => [RECORDED_SECRET] },
  });
  const { headers, body } = signed(delivery);
  const { status } = await ingest('demo', { headers, body: Buffer.from(body) });
  if (status !== 200) throw new Error(`the delivery was answered ${String(status)}`);
  const received = queue.take().map((message) => ({ delivery: message, redelivered: false }));
  const failed = await createRecord({ ...shop.recordParts, sourceOf })(received);
  if (failed.size > 0) throw new Error('the delivery was not recorded');
}

let deliveryIds = 0;

/** As the store sends it. */
export function signed({ topic, source, body }: FieldDelivery) {
  const text = JSON.stringify(body);
  deliveryIds += 1;
  return {
    headers: {
      'x-wc-webhook-topic': topic,
      'x-wc-webhook-source': source,
      'x-wc-webhook-id': '2',
      'x-wc-webhook-delivery-id': String(deliveryIds),
      'x-wc-webhook-signature': sign(text),
    },
    body: text,
  };
}

/** All orders of arrival. */
export function arrivals<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, index) => arrivals(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}
