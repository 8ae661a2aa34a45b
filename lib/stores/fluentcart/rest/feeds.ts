import * as v from 'valibot';
import { failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import {
  type NewWebhook,
  NO_WEBHOOKS,
  type StoreWebhook,
  type WebhookChange,
} from '../../../core/stores/store-api.ts';
import type { StoreClient } from './client.ts';
import { unreadable } from './pages.ts';

const FEEDS = '/integration/global-feeds';
const SETTINGS = '/integration/global-feeds/settings';

const Text = v.fallback(v.string(), '');
const Header = v.object({ name: Text, value: Text });
const Headers = v.fallback(v.object({ data: v.fallback(v.array(Header), []) }), { data: [] });
/** A feed of the provider `webhook` (recording `rest-global-feeds`). */
const Feed = v.object({
  id: v.pipe(v.union([v.number(), v.string()]), v.transform(String), v.nonEmpty()),
  enabled: Text,
  provider: v.literal('webhook'),
  /** `product`: of orders of that product only, which no event is covered by. */
  scope: v.fallback(v.string(), 'global'),
  feed: v.object({
    name: Text,
    request_url: Text,
    request_method: Text,
    request_format: Text,
    request_headers: Headers,
    request_body: v.fallback(v.object({ type: Text }), { type: '' }),
    event_trigger: v.fallback(v.array(v.string()), []),
  }),
});
type Feed = v.InferOutput<typeof Feed>;

const Listed = v.object({
  feeds: v.array(v.unknown()),
  available_integrations: v.fallback(v.record(v.string(), v.unknown()), {}),
});
/** Offered by the free version, which sends nothing (facts/fluentcart A1). */
const SwitchedOff = v.object({ enabled: v.literal(false) });

const EVENT_HEADER = 'X-FluentCart-Event';
const SECRET_HEADER = 'X-Bridge-Secret';

/**
 * The feeds as webhooks. One of several events loses some of them, and one that sends a choice of fields, another
 * method or no event header says nothing: they are as good as switched off.
 */
export async function allFeeds(client: StoreClient): Promise<Outcome<readonly StoreWebhook[]>> {
  const feeds = await readFeeds(client);
  return feeds.ok ? succeeded(feeds.value.map(webhookOf)) : feeds;
}

/** The id is not in the answer (recorded `integration_id: null`): whoever needs it lists the feeds. */
export async function createFeed(client: StoreClient, webhook: NewWebhook): Promise<Outcome<void>> {
  return save(client, integrationOf(webhook), {});
}

/** Written anew as a whole: what was wrong with it is right afterwards. */
export async function changeFeed(
  client: StoreClient,
  id: string,
  change: WebhookChange,
): Promise<Outcome<void>> {
  const feeds = await readFeeds(client);
  if (!feeds.ok) return feeds;
  const known = feeds.value.find((feed) => feed.id === id);
  if (!known) {
    const message = `The store has no feed ${id} any more. The next run looks again.`;
    return failed({ kind: 'retry', code: 'no-such-feed', message });
  }
  const { topic, deliveryUrl } = webhookOf(known);
  const secret = change.secret ?? headerOf(known, SECRET_HEADER);
  const enabled = change.status === 'active' ? 'yes' : known.enabled;
  const wanted = integrationOf({ name: known.feed.name, topic, deliveryUrl, secret });
  return save(client, { ...wanted, enabled }, { integration_id: id });
}

/** Facts/fluentcart A1. */
export async function removeFeed(client: StoreClient, id: string): Promise<Outcome<void>> {
  const answer = await client.call({ method: 'DELETE', path: `${FEEDS}/${encodeURIComponent(id)}` });
  return answer.ok ? succeeded(undefined) : answer;
}

async function readFeeds(client: StoreClient): Promise<Outcome<readonly Feed[]>> {
  const answer = await client.call({ method: 'GET', path: FEEDS });
  if (!answer.ok) return answer;
  const listed = v.safeParse(Listed, answer.value.body);
  if (!listed.success) return failed(unreadable(FEEDS, 'is no list of feeds'));
  const { feeds, available_integrations: available } = listed.output;
  if (!Object.hasOwn(available, 'webhook') || v.is(SwitchedOff, available['webhook'])) return failed(NO_PRO);
  const own = feeds.flatMap((feed) => (v.is(Feed, feed) ? [v.parse(Feed, feed)] : []));
  return succeeded(own.filter(({ scope }) => scope === 'global'));
}

/** Only Pro sends anything (facts/fluentcart A1). */
const NO_PRO = {
  kind: 'park',
  code: NO_WEBHOOKS,
  message:
    'FluentCart sends webhooks with Pro only. Without it the bridge reads the store every quarter of an hour; buy Pro if that is too seldom.',
} as const;

function webhookOf(feed: Feed): StoreWebhook {
  const { id, enabled } = feed;
  const { request_url: deliveryUrl, event_trigger: triggers } = feed.feed;
  const status = enabled !== 'yes' ? 'paused' : isUsable(feed) ? 'active' : 'disabled';
  return { id, topic: triggers[0] ?? '', deliveryUrl, status, secret: headerOf(feed, SECRET_HEADER) };
}

function isUsable(feed: Feed): boolean {
  const { request_method: method, request_body: body, event_trigger: triggers } = feed.feed;
  const namesEvent =
    headerOf(feed, EVENT_HEADER) === triggers[0] ||
    URL.parse(feed.feed.request_url)?.searchParams.get('event') === triggers[0];
  return triggers.length === 1 && method === 'post' && body.type === 'all_data' && namesEvent;
}

function headerOf({ feed }: Feed, name: string): string {
  const wanted = name.toLowerCase();
  return feed.request_headers.data.find((header) => header.name.toLowerCase() === wanted)?.value ?? '';
}

function integrationOf({ name, topic, deliveryUrl, secret }: NewWebhook) {
  return {
    enabled: 'yes',
    name,
    request_url: deliveryUrl,
    request_method: 'post',
    request_format: 'json',
    request_headers: {
      type: 'custom_headers',
      data: [
        { name: EVENT_HEADER, value: topic },
        { name: SECRET_HEADER, value: secret },
      ],
    },
    request_body: { type: 'all_data', data: [{ name: '', value: '' }] },
    event_trigger: [topic],
  };
}

/** JSON as text within JSON (facts/fluentcart A1). */
async function save(client: StoreClient, integration: object, more: object): Promise<Outcome<void>> {
  const body = { integration_name: 'webhook', integration: JSON.stringify(integration), ...more };
  const answer = await client.call({ method: 'POST', path: SETTINGS, body });
  return answer.ok ? succeeded(undefined) : answer;
}
