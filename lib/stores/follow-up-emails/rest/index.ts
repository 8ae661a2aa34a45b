import * as v from 'valibot';
import type { Outcome } from '../../../core/ledger/failure.ts';
import type { StoreKey } from '../../../core/ports/secrets.ts';
import type { Clock } from '../../../core/ports/telemetry.ts';
import { createHttp, type Http } from '../../../http.ts';
import { createPluginClient, type PluginClient } from './client.ts';
import { type EmailsApi, emailsOf } from './emails.ts';
import { Count, Text } from './fields.ts';
import { type NewsletterApi, newsletterOf } from './newsletter.ts';
import { type Page, type Paging, pageOf } from './paging.ts';
import { type QueueApi, queueOf } from './queue.ts';
import { type ReportsApi, reportsOf } from './reports.ts';

export interface FollowUpEmailsSettings {
  /** The shop's home, with its path when it lives under one. */
  readonly baseUrl: string;
  /** Of Follow-Up Emails or of WooCommerce; over plain http only the former can sign. */
  readonly keys: StoreKey;
  readonly clock: Pick<Clock, 'now'>;
  /** Never the same twice. */
  readonly randomId: () => string;
  /** What carries the calls; by default a client for `baseUrl`. */
  readonly http?: Http;
}

const Site = v.pipe(
  v.object({
    store: v.object({
      name: Text,
      URL: Text,
      fue_version: v.string(),
      routes: v.record(v.string(), v.unknown()),
    }),
  }),
  v.transform(({ store: { name, URL: url, fue_version, routes } }) => ({
    name,
    url,
    version: fue_version,
    routes: Object.keys(routes),
  })),
);
type Site = v.InferOutput<typeof Site>;

const Campaign = v.pipe(
  v.object({ campaign: v.object({ id: v.string(), name: Text, description: Text, count: Count }) }),
  v.transform(({ campaign }) => campaign),
);
/** `id` is its slug; `count` how many e-mails it has. */
type Campaign = v.InferOutput<typeof Campaign>;

/** Every endpoint of Follow-Up Emails; calls never throw, failures name the remedy and never a key. */
export interface FollowUpEmailsApi extends EmailsApi, QueueApi, NewsletterApi, ReportsApi {
  /** What anybody may ask: whether the plugin is there, and which. */
  site(): Promise<Outcome<Site>>;
  campaigns(paging: Paging): Promise<Outcome<Page<Campaign>>>;
}

/** A page of 100 queue items with long e-mails has a few MB. */
const TIMEOUT_MS = 30_000;
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * The API of WooCommerce's Follow-Up Emails 4.1 and later, as 4.9.38 answers.
 * @throws TypeError when `baseUrl` is none.
 */
export function createFollowUpEmailsApi(settings: FollowUpEmailsSettings): FollowUpEmailsApi {
  const { baseUrl, clock } = settings;
  const http = settings.http ?? createHttp({ baseUrl, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, clock });
  const client = createPluginClient({ ...settings, http });
  return {
    ...emailsOf(client),
    ...queueOf(client),
    ...newsletterOf(client),
    ...reportsOf(client),
    site: () => client.read({ method: 'GET', path: '/', open: true }, Site),
    campaigns: (paging) => campaigns(client, paging),
  };
}

function campaigns(client: PluginClient, paging: Paging) {
  return pageOf(client, {
    path: '/campaigns',
    filter: {},
    paging,
    rows: v.array(v.unknown()),
    row: Campaign,
  });
}
