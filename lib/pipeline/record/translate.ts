import { type Delivery, REFUSED_TOPIC } from '../../core/ledger/delivery.ts';
import type { Snapshot } from '../../core/ledger/snapshot.ts';
import type { DropReason } from '../../core/stores/source.ts';
import type { Notices } from './notices.ts';
import type { RecordParts } from './parts.ts';
import type { SayRemark } from './remarks.ts';

/** What a delivery says; nothing when it is dropped, which is counted and logged with its reason. */
export async function snapshotsOf(
  parts: RecordParts,
  delivery: Delivery,
  say: SayRemark,
): Promise<readonly Snapshot[]> {
  const store = parts.stores.find(({ id }) => id === delivery.store);
  if (!store) return drop(parts, delivery, 'unknown-store');
  if (delivery.topic === REFUSED_TOPIC) return [];
  const body = await bodyOf(parts, delivery);
  if (!body) return drop(parts, delivery, 'body-expired');
  const translation = parts.sourceOf(store.kind).translate({
    ...delivery,
    body,
    ...(store.testOrders && { testOrders: true }),
  });
  if ('dropped' in translation) return drop(parts, delivery, translation.dropped);
  if (translation.remark) say(translation.remark, delivery);
  return translation.snapshots;
}

/** Notes the stores whose first deliveries may be among these. */
export async function expectDeliveries(
  { stores }: Pick<RecordParts, 'stores'>,
  notices: Notices,
  deliveries: readonly Delivery[],
): Promise<void> {
  for (const { id } of stores) {
    const first = deliveries
      .filter(({ store, topic }) => store === id && topic !== REFUSED_TOPIC)
      .filter(({ receivedAt }) => receivedAt !== '')
      .reduce<Delivery | undefined>((a, b) => (a && a.receivedAt <= b.receivedAt ? a : b), undefined);
    if (first) await notices.expected(first);
  }
}

/** Notes, store by store, that deliveries come in, and whose were refused. */
export async function noteDeliveries(
  { stores }: Pick<RecordParts, 'stores'>,
  notices: Notices,
  deliveries: readonly Delivery[],
): Promise<void> {
  for (const { id } of stores) {
    const own = deliveries.filter(({ store }) => store === id);
    for (const refused of own.filter(({ topic }) => topic === REFUSED_TOPIC)) await notices.refused(refused);
    const newest = own
      .filter(({ topic }) => topic !== REFUSED_TOPIC)
      .reduce<Delivery | undefined>((a, b) => (a && a.receivedAt >= b.receivedAt ? a : b), undefined);
    if (newest) await notices.delivered(newest);
  }
}

async function bodyOf({ bodies }: RecordParts, { body }: Delivery): Promise<Uint8Array | undefined> {
  return body.in === 'message' ? Buffer.from(body.base64, 'base64') : bodies.get(body.key);
}

/** Every delivery of that webhook will be like this until a person changes a setting. */
const UNUSABLE: ReadonlyMap<string, string> = new Map<DropReason, string>([
  [
    'error-document-forbidden',
    'The owner of a webhook may no longer read what it sends; give the webhook to another user',
  ],
  ['legacy-api', 'This webhook uses the legacy API version; set it to WP REST API Integration v3'],
  [
    'malformed',
    'A genuine delivery has no known shape; look at the API version of the webhook and at what plugins change',
  ],
]);

function drop({ metrics, log }: RecordParts, delivery: Delivery, reason: string): readonly Snapshot[] {
  const { store, topic, deliveryId, webhookId } = delivery;
  const fields = { reason, store, topic, deliveryId };
  const remedy = UNUSABLE.get(reason);
  metrics.count('DeliveryDropped');
  if (remedy === undefined) {
    log.info('Dropped a delivery', fields);
    return [];
  }
  metrics.count('DeliveryUnusable');
  const named = { ...fields, ...(/^\d{1,20}$/.test(webhookId) && { webhookId }) };
  if (reason === 'error-document-forbidden') log.error(remedy, named);
  else log.warn(remedy, named);
  return [];
}
