import { deliveryOf, pingOf, type ShopDelivery } from './delivery.ts';
import type { LoadedOrders, ShopEvent } from './event-body.ts';
import { createJobList, type Job } from './job-list.ts';
import type { ShopWebhook, WebhookBook } from './webhooks.ts';
import { wordPressJson } from './wordpress-json.ts';

/**
 * Sends what happened, one at a time, as Action Scheduler does. Nothing moves by itself: the caller says when a
 * delivery starts and how it ends, and may change the shop while it is under way.
 */
export interface Deliveries {
  /**
   * The next delivery, frozen as it starts, and PINGs before the rest. `undefined` when nothing waits, or when the
   * one before has not ended (a PING comes all the same, it is sent by another process).
   */
  takeNext(): ShopDelivery | undefined;
  /** The next PING; `undefined` when none waits. */
  takePing(): ShopDelivery | undefined;
  /** Its answer's status; 0 when none came. 200 to 302 is success; nothing is ever sent again. */
  finish(delivery: ShopDelivery, status: number): void;
  /** The process dies: what is under way counts as neither, and is lost too; the rest waits for the next run. */
  interrupt(): void;
  /** How many wait, without PINGs. */
  waiting(): number;
}

interface Parts {
  readonly webhooks: WebhookBook;
  readonly home: string;
  readonly now: () => number;
  readonly bodyOf: (event: ShopEvent, loaded: LoadedOrders) => unknown;
}

/** The queue of one shop; `tell` takes in what happens there. */
export function createDeliveryQueue(parts: Parts): Deliveries & { tell(topic: string, id: number): void } {
  const { webhooks } = parts;
  const jobs = createJobList();
  const loaded: LoadedOrders = new Map();
  let running: { readonly job: Job; readonly delivery: ShopDelivery } | undefined;

  /** While a job is under way the same one is not merged with any, so nothing is lost then (§1.7, its last sentence). */
  function tell(topic: string, id: number): void {
    for (const { id: webhookId } of webhooks.active(topic)) {
      const underWay = running?.job.webhookId === webhookId && running.job.id === id;
      jobs.add({ webhookId, id }, { merge: !underWay });
    }
  }
  function takePing(): ShopDelivery | undefined {
    const webhook = webhooks.takePing();
    return webhook === undefined ? undefined : pingOf(webhook);
  }
  /** A webhook that was deleted since sends nothing; a disabled one sends what was queued (§1.3). */
  function start(): ShopDelivery | undefined {
    for (let next = jobs.next(); next !== undefined; next = jobs.next()) {
      if (next.startsBatch) loaded.clear();
      const webhook = webhooks.get(next.job.webhookId);
      if (webhook === undefined) continue;
      running = { job: next.job, delivery: freeze(webhook, next.job.id) };
      return running.delivery;
    }
    return undefined;
  }
  function freeze(webhook: ShopWebhook, id: number): ShopDelivery {
    const event = { topic: webhook.topic, id, apiVersion: webhook.apiVersion };
    const body = wordPressJson(parts.bodyOf(event, loaded));
    return deliveryOf({ webhook, resourceId: id, body, home: parts.home, now: parts.now() });
  }
  function finish(delivery: ShopDelivery, status: number): void {
    if (delivery.kind === 'ping') webhooks.pinged(delivery.webhookId, status);
    if (running?.delivery !== delivery) return;
    running = undefined;
    webhooks.delivered(delivery.webhookId, status >= 200 && status < 303);
  }
  function interrupt(): void {
    running = undefined;
    jobs.release();
    loaded.clear();
  }
  return {
    tell,
    takeNext: () => takePing() ?? (running === undefined ? start() : undefined),
    takePing,
    finish,
    interrupt,
    waiting: () => jobs.size(),
  };
}
