import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { onTestFinished } from 'vitest';
import type { StoreKey } from '../../lib/core/ports/secrets.ts';
import { createHttp, type Http } from '../../lib/http.ts';
import {
  type StoreSimulatorOptions,
  startStoreSimulator,
} from '../../lib/simulators/woocommerce/simulator.ts';
import { createWooCommerceApi, type WooCommerceSettings } from '../../lib/stores/woocommerce/rest/index.ts';
import { woocommerce } from '../../lib/stores/woocommerce/webhooks/index.ts';
import type { Reply } from '../mautic/support.ts';
import { type Deadlines, manualDeadlines } from '../support/deadlines.ts';

const FOLDER = new URL('../fixtures/woocommerce/rest/', import.meta.url);

const RestRecording = v.object({
  request: v.object({ method: v.string(), url: v.string(), body: v.optional(v.unknown()) }),
  status: v.number(),
  headers: v.record(v.string(), v.string()),
  body: v.unknown(),
});

/** One exchange with a running WooCommerce's REST API. */
export function restRecording(name: string): v.InferOutput<typeof RestRecording> {
  return v.parse(RestRecording, JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')));
}

/** What a real WooCommerce answered, to be answered again. */
export function recordedReply(name: string): Reply {
  const { status, headers, body } = restRecording(name);
  const kept = Object.entries(headers).filter(([header]) => /^(date|link|content-type|x-wp-)/.test(header));
  return { status, headers: Object.fromEntries(kept), body };
}

export const KEY: StoreKey = { consumerKey: 'ck_local', consumerSecret: 'cs_local' };

let ids = 0;

function nextId(): string {
  ids += 1;
  return `nonce-${String(ids)}`;
}

/** The real adapter, speaking plain http. */
export function apiAt(
  baseUrl: string,
  options: Partial<Pick<WooCommerceSettings, 'keys' | 'http' | 'clock'>> = {},
) {
  const { fields } = woocommerce;
  return createWooCommerceApi({ baseUrl, keys: KEY, clock: Date, randomId: nextId, fields, ...options });
}

/** The real adapter as it speaks to an https store: what ends TLS there passes everything on to `url`. */
export function secureApiAt(url: string, keys: StoreKey = KEY) {
  return apiAt('https://shop.example.test', { keys, http: behindProxy(url) });
}

/** Requests as a proxy passes them on that ended TLS. */
export function behindProxy(url: string, { deadline }: Deadlines = manualDeadlines()): Http {
  const http = createHttp({
    baseUrl: url,
    timeoutMs: 0,
    deadline,
    maxBytes: 5_000_000,
    clock: Date,
    name: 'shop.example.test',
  });
  onTestFinished(() => http.close());
  const forwarded = { 'X-Forwarded-Proto': 'https' };
  return {
    request: (request) => http.request({ ...request, headers: { ...request.headers, ...forwarded } }),
    close: () => http.close(),
  };
}

/** A simulated store that ends with the test. */
export async function openStore(options: StoreSimulatorOptions = {}) {
  const store = await startStoreSimulator(options);
  onTestFinished(() => store.close());
  return store;
}
