import { REFUSED_TOPIC } from '../../core/ledger/delivery.ts';
import type { Deliveries } from '../../core/ports/queues.ts';
import type { Clock, Log } from '../../core/ports/telemetry.ts';

export interface RefusalNoticeParts {
  readonly deliveries: Deliveries;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

const SELDOM_MS = 60_000;

/**
 * Tells `record`, by the queue of deliveries, that a webhook signs with another secret than ours: the store's REST API
 * shows no secret, so this is the only way to find out which one has to be given the right one. At most once a minute
 * per store, because anybody may send such a request; a failure is nobody's business but the log's.
 */
export function createRefusalNotice({
  deliveries,
  clock,
  log,
}: RefusalNoticeParts): (store: string, webhookId: string) => Promise<void> {
  const sentAt = new Map<string, number>();

  return async function noteRefusal(store, webhookId) {
    const now = clock.now();
    if (!/^\d{1,18}$/.test(webhookId)) return;
    if (now - (sentAt.get(store) ?? Number.NEGATIVE_INFINITY) < SELDOM_MS) return;
    sentAt.set(store, now);
    try {
      await deliveries.send({
        schema: 1,
        store,
        receivedAt: new Date(now).toISOString(),
        topic: REFUSED_TOPIC,
        webhookId,
        deliveryId: '',
        body: { in: 'message', base64: '' },
      });
    } catch (error) {
      log.warn('A wrong signature could not be noted', { store }, error);
    }
  };
}
