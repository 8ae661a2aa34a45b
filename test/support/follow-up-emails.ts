import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { onTestFinished } from 'vitest';
import { createHttp } from '../../lib/http.ts';
import {
  type FueSimulatorOptions,
  startFueSimulator,
} from '../../lib/simulators/follow-up-emails/simulator.ts';
import { createFueSite, type SiteOptions } from '../../lib/simulators/follow-up-emails/site.ts';
import { createFollowUpEmailsApi } from '../../lib/stores/follow-up-emails/rest/index.ts';

const folder = new URL('../fixtures/follow-up-emails/', import.meta.url);

const Exchange = v.object({
  request: v.object({
    method: v.picklist(['GET', 'POST', 'PUT', 'DELETE']),
    path: v.string(),
    body: v.nullable(v.record(v.string(), v.unknown())),
  }),
  response: v.object({
    status: v.number(),
    headers: v.record(v.string(), v.union([v.string(), v.array(v.string())])),
    body: v.unknown(),
  }),
});
export type FueExchange = v.InferOutput<typeof Exchange>;

/** What a running Follow-Up Emails 4.9.38 was asked and answered. */
export function fueRecording(name: string): FueExchange {
  return v.parse(Exchange, JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')));
}

export function fueRecordings(): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}

export const FUE_KEY = { consumerKey: 'ck_lab', consumerSecret: 'cs_lab' };

/** A simulated site, its server and the real client for it; ends with the test. */
export async function openFue(
  options: Partial<FueSimulatorOptions> & Partial<SiteOptions> & { readonly start?: string } = {},
) {
  let now = Date.parse(options.start ?? '2026-11-27T01:00:00Z');
  const clock = {
    now: () => now,
    set: (to: number) => {
      now = to;
    },
  };
  const site = options.site ?? createFueSite({ clock, ...options });
  const simulator = await startFueSimulator({ keys: [FUE_KEY], ...options, site });
  onTestFinished(() => simulator.close());
  const api = fueApiAt(simulator.url, options.clock ?? clock);
  return { clock, site, simulator, api };
}

let nonces = 0;

/** The real client; `through`: where its requests really go, as through a proxy that ends TLS. */
export function fueApiAt(
  baseUrl: string,
  clock: { now(): number } = Date,
  { keys = FUE_KEY, through = baseUrl }: { readonly keys?: typeof FUE_KEY; readonly through?: string } = {},
) {
  const randomId = () => {
    nonces += 1;
    return `nonce-${String(nonces)}`;
  };
  const http = createHttp({ baseUrl: through, timeoutMs: 30_000, maxBytes: 1 << 25, clock });
  return createFollowUpEmailsApi({ baseUrl, keys, clock, randomId, http });
}
