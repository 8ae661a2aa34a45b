import { createShop, type Shop, type ShopOptions } from '../../../lib/simulators/woocommerce/shop.ts';
import type { ShopDelivery } from '../../../lib/simulators/woocommerce/webhooks/delivery.ts';
import { CATALOG } from '../../../lib/stores/catalog.ts';
import { randomFrom } from '../../support/random.ts';

export const SECRET = 'secret of the webhooks';

/** A shop on a clock that moves only when it is told to. */
export function openShop(options: Partial<ShopOptions> = {}) {
  let now = Date.parse('2026-11-21T23:07:47.250Z');
  const shop = createShop({ random: randomFrom(1), clock: { now: () => now }, ...options });
  return {
    shop,
    forward: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}

/** As `openShop`, with a webhook for each topic, whose PINGs are answered. */
export function openConnected(
  topics: readonly string[] = CATALOG.woocommerce.topics,
  options: Partial<ShopOptions> = {},
) {
  const opened = openShop(options);
  for (const topic of topics) {
    opened.shop.webhooks.create({ topic, deliveryUrl: `https://bridge.test/${topic}`, secret: SECRET });
  }
  sendAll(opened.shop);
  return opened;
}

/** Sends all that waits; every answer has this status. */
export function sendAll({ deliveries }: Shop, status = 200): ShopDelivery[] {
  const sent: ShopDelivery[] = [];
  for (let next = deliveries.takeNext(); next !== undefined; next = deliveries.takeNext()) {
    sent.push(next);
    deliveries.finish(next, status);
  }
  return sent;
}

/** `order.created[pending]`, or the topic alone for what has no status, `PING` for a PING. */
export function said(sent: readonly ShopDelivery[]): string[] {
  return sent.map(({ kind, topic, body }) => {
    if (kind === 'ping') return 'PING';
    const { status } = JSON.parse(body) as { status?: string };
    return status === undefined ? topic : `${topic}[${status}]`;
  });
}
