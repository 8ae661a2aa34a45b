import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import type { Arrival } from '../../lib/core/ledger/delivery.ts';
import type { Snapshot } from '../../lib/core/ledger/snapshot.ts';
import type { Translation } from '../../lib/core/stores/source.ts';
import { fluentcart } from '../../lib/stores/fluentcart/webhooks/index.ts';

const FIXTURES = new URL('../fixtures/fluentcart/', import.meta.url);

/** What the recorded feeds sent as their secret: a throwaway. */
export const FEED_SECRET = 's3cret';
/** The home of the recorded store, as it stands in the User-Agent. */
export const FEED_SOURCE = 'http://127.0.0.1:8060';
/** It, as bridge.config.ts has it. */
export const FEED_STORE = { id: 'fluent', kind: 'fluentcart', currency: 'EUR', url: FEED_SOURCE };

const File = v.object({
  receivedAt: v.string(),
  method: v.string(),
  url: v.string(),
  rawHeaders: v.array(v.string()),
  bodyUtf8: v.string(),
});

/** One request of a running FluentCart. */
export interface FeedRecording {
  /** "001" to "011" of 1.5.2 with Pro, "101" to "108" of the free 1.5.2. */
  readonly number: string;
  readonly receivedAt: string;
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Of the header where the feed had one, else of the file's name. */
  readonly event: string;
}

const RECORDINGS = ['deliveries/', 'free-1.5.2/deliveries/'].flatMap((folder) => {
  const files = readdirSync(new URL(folder, FIXTURES)).sort();
  return files.map((file) => readRecording(folder, file));
});

/** Every request a running FluentCart sent, in the order it came. */
export function feedRecordings(): readonly FeedRecording[] {
  return RECORDINGS;
}

/** @throws Error when there is no recording of this number. */
export function feedRecording(number: string): FeedRecording {
  const found = RECORDINGS.find((recording) => recording.number === number);
  if (!found) throw new Error(`there is no recording ${number}`);
  return found;
}

/** A fixture of the folder, parsed: `rest.orders.list`, `free-1.5.2/rest.products.detail`. */
export function feedFixture(name: string): Record<string, unknown> {
  return v.parse(
    v.record(v.string(), v.unknown()),
    JSON.parse(readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8')),
  );
}

/** Whether there is a fixture of this name, in either folder. */
export function hasFeedFixture(name: string): boolean {
  return ['', 'free-1.5.2/'].some((folder) => existsSync(new URL(`${folder}${name}.json`, FIXTURES)));
}

/** Bodies of events that were kept without their request, named `<event>` or `<event>.<of what>`. */
export function feedBodies(): readonly {
  readonly name: string;
  readonly event: string;
  readonly body: string;
}[] {
  return ['', 'free-1.5.2/'].flatMap((folder) =>
    readdirSync(new URL(folder, FIXTURES))
      .filter((file) => /(^|\.)webhook\..*\.json$/.test(file))
      .sort()
      .map((file) => {
        const name = file.replace(/^.*webhook\./, '').replace(/\.json$/, '');
        const body = readFileSync(new URL(folder + file, FIXTURES), 'utf8');
        return { name: folder + name, event: name.split('.')[0] ?? '', body };
      }),
  );
}

/** Requests as they were recorded, and events whose bodies alone were kept, without those of Stripe. */
export function everyFeed(): readonly Pick<FeedRecording, 'method' | 'headers' | 'body' | 'event'>[] {
  const kept = feedBodies().filter(({ name }) => !name.includes('stripe'));
  return [...feedRecordings(), ...kept.map(({ event, body }) => ({ ...feedRecording('001'), event, body }))];
}

/** The recording as `record` meets it. */
export function feedArrival({ event, body, headers, receivedAt }: FeedRecording, store = 'fluent'): Arrival {
  return {
    schema: 1,
    store,
    receivedAt,
    topic: event,
    webhookId: '',
    deliveryId: '',
    contentType: headers['content-type'] ?? '',
    body: new TextEncoder().encode(body),
  };
}

/** An arrival of any JSON under any event. */
export function feedArrivalWith(event: string, body: unknown): Arrival {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return feedArrival({ ...feedRecording('001'), event, body: text });
}

/** The parsed body of a recording, for tests that change a field of it. */
export function feedBody(number: string): FeedBody {
  const body: unknown = JSON.parse(feedRecording(number).body);
  // Asserted, not parsed: that would change the order of its names.
  v.assert(FeedBody, body);
  return body;
}

const Fields = v.record(v.string(), v.unknown());
const FeedBody = v.looseObject({
  order: Fields,
  customer: Fields,
  transactions: v.array(Fields),
  order_items: v.array(Fields),
  billing_address: v.union([Fields, v.array(v.unknown())]),
});
export type FeedBody = v.InferOutput<typeof FeedBody>;

type OrderSnapshot = Extract<Snapshot, { type: 'order' }>;

/** The order in an arrival. @throws Error when there is none. */
export function orderIn(arrival: Arrival): OrderSnapshot {
  return onlyOrder(fluentcart.translate(arrival));
}

function onlyOrder(translation: Translation): OrderSnapshot {
  if ('dropped' in translation) throw new Error(`dropped: ${translation.dropped}`);
  const [snapshot] = translation.snapshots;
  if (snapshot?.type !== 'order') throw new Error('no order in it');
  return snapshot;
}

function readRecording(folder: string, file: string): FeedRecording {
  const text = readFileSync(new URL(folder + file, FIXTURES), 'utf8');
  const { rawHeaders, bodyUtf8: body, ...rest } = v.parse(File, JSON.parse(text));
  const pairs = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? ''] as const] : [],
  );
  const headers = Object.fromEntries(pairs);
  const event = headers['x-fluentcart-event'] ?? /^\d+-(\w+)/.exec(file)?.[1] ?? '';
  return { ...rest, number: file.slice(0, 3), headers, body, event };
}
