import type { Store } from '../../../core/policy/configuration/store.ts';
import {
  cursorOf,
  lastDeliveryOf,
  noWebhooksOf,
  readCursor,
  readLastDelivery,
} from '../../../core/stores/store-progress.ts';
import { ORDERS } from '../orders/modified.ts';
import type { ReconcileParts } from '../parts.ts';

const MINUTE_MS = 60_000;

/**
 * Shows for how many minutes no delivery has come from a store. Where its orders are read, 0 while the last delivery is
 * younger than the last change: then there was nothing to deliver.
 */
export async function showSilence(parts: ReconcileParts, { id }: Store): Promise<void> {
  const { registers, things, gauges, clock } = parts;
  const [delivered, read] = await Promise.all([
    registers.read(lastDeliveryOf(id)),
    registers.read(cursorOf(id, ORDERS.name)),
  ]);
  const cursor = read && readCursor(read.text);
  const last = delivered && readLastDelivery(delivered.text)?.at;
  if (last === undefined && (cursor?.newest === undefined || (await registers.read(noWebhooksOf(id)))))
    return;
  const since = last ?? (await things.connectedSince(id, clock.now()));
  const isTold = cursor !== undefined && (cursor.newest ?? 0) <= since;
  const minutes = isTold ? 0 : Math.floor((clock.now() - since) / MINUTE_MS);
  gauges.show('MinutesSinceDelivery', Math.max(0, minutes), id);
}
