import * as v from 'valibot';
import { type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import type { NewWebhook, StoreWebhook, WebhookChange } from '../../../core/stores/store-api.ts';
import type { StoreClient } from './client.ts';
import { PER_PAGE, type Reading, readPage } from './pages.ts';

const Webhook = v.object({
  id: v.pipe(v.union([v.number(), v.string()]), v.transform(String), v.nonEmpty()),
  topic: v.string(),
  delivery_url: v.string(),
  // A status that a plugin made up sends nothing, like a paused one.
  status: v.fallback(v.picklist(['active', 'paused', 'disabled']), 'paused'),
});

/** 5000 webhooks; a shop has tens. */
const MOST_PAGES = 50;

/** All webhooks, once each even if some are made or deleted meanwhile; what is none is left out. */
export async function allWebhooks(reading: Reading): Promise<Outcome<readonly StoreWebhook[]>> {
  const webhooks = new Map<string, StoreWebhook>();
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const query = { per_page: String(PER_PAGE), page: String(page), orderby: 'id', order: 'asc' };
    const answer = await readPage(reading, '/webhooks', query);
    if (!answer.ok) return answer;
    for (const webhook of answer.value.items.flatMap(webhookOf)) webhooks.set(webhook.id, webhook);
    if (answer.value.items.length < PER_PAGE) break;
  }
  return succeeded([...webhooks.values()]);
}

function webhookOf(item: unknown): StoreWebhook[] {
  const webhook = v.safeParse(Webhook, item);
  if (!webhook.success) return [];
  const { id, topic, delivery_url: deliveryUrl, status } = webhook.output;
  return [{ id, topic, deliveryUrl, status }];
}

/** Active from the start, whatever is asked for; the store sends a PING before it answers (facts/woocommerce §1.5). */
export async function createWebhook(client: StoreClient, webhook: NewWebhook): Promise<Outcome<void>> {
  const { name, topic, deliveryUrl, secret } = webhook;
  const body = { name, topic, delivery_url: deliveryUrl, secret };
  return done(await client.call({ method: 'POST', path: '/webhooks', body }));
}

/** A webhook made active again keeps its failures: the next one disables it at once (facts/woocommerce §1.3). */
export async function changeWebhook(
  client: StoreClient,
  id: string,
  change: WebhookChange,
): Promise<Outcome<void>> {
  return done(
    await client.call({ method: 'PUT', path: `/webhooks/${encodeURIComponent(id)}`, body: change }),
  );
}

/** Webhooks have no trash (recordings `webhook-delete-noforce`, `webhook-delete-force`). */
export async function removeWebhook(client: StoreClient, id: string): Promise<Outcome<void>> {
  const path = `/webhooks/${encodeURIComponent(id)}`;
  return done(await client.call({ method: 'DELETE', path, query: { force: 'true' } }));
}

function done(answer: Outcome<unknown>): Outcome<void> {
  return answer.ok ? succeeded(undefined) : answer;
}
