import type { ShopDelivery } from './delivery.ts';
import type { Deliveries } from './delivery-queue.ts';

/** Sends what a shop has to say to the URLs its webhooks name. */
export interface Sender {
  /** All that waits, one after the other, and what comes up meanwhile. Answers what was sent, with the answers. */
  drain(): Promise<readonly Sent[]>;
  /** Only the PINGs. */
  ping(): Promise<void>;
}

interface Sent {
  readonly delivery: ShopDelivery;
  /** 0: none. */
  readonly status: number;
}

/** What ends a delivery that nobody answers. */
export type Deadline = (kind: ShopDelivery['kind']) => AbortSignal;

/** WooCommerce waits as long for an answer (facts/woocommerce §1.4, §1.5). */
const TIMEOUT_MS = { event: 60_000, ping: 5_000 };

function timeUp(kind: ShopDelivery['kind']): AbortSignal {
  return AbortSignal.timeout(TIMEOUT_MS[kind]);
}

/** A real WordPress refuses loopback addresses and most ports (facts/woocommerce §2); this one sends anywhere. */
export function createSender(deliveries: Deliveries, deadline: Deadline = timeUp): Sender {
  async function sendAll(take: () => ShopDelivery | undefined): Promise<Sent[]> {
    const sent: Sent[] = [];
    for (let delivery = take(); delivery !== undefined; delivery = take()) {
      const status = await send(delivery, deadline(delivery.kind));
      deliveries.finish(delivery, status);
      sent.push({ delivery, status });
    }
    return sent;
  }
  return {
    drain: () => sendAll(() => deliveries.takeNext()),
    ping: async () => void (await sendAll(() => deliveries.takePing())),
  };
}

/** Redirects of a delivery are not followed, those of a PING are (facts/woocommerce §1.4, §1.5). */
async function send({ kind, url, headers, body }: ShopDelivery, signal: AbortSignal): Promise<number> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: kind === 'ping' ? 'follow' : 'manual',
      signal,
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  }
}
