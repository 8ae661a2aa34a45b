import { createHash } from 'node:crypto';
import type { Delivery } from '../core/ledger/delivery.ts';
import { FOREIGN, REFUSED, type RefusalReason } from '../core/ledger/telemetry/refusals.ts';
import type { Store } from '../core/policy/configuration/store.ts';
import type { Bodies, Deliveries } from '../core/ports/queues.ts';
import type { SigningSecrets } from '../core/ports/secrets.ts';
import type { Clock, Log, Metrics } from '../core/ports/telemetry.ts';
import { isSameOrigin, originName } from '../core/stores/origin.ts';
import type { HeaderNames, Sender, WebhookRequest } from '../core/stores/source.ts';
import { createRefusalNotice } from './ingest/refusal-notice.ts';

export interface IngestParts {
  readonly stores: readonly Store[];
  readonly senderOf: (kind: Store['kind']) => Sender;
  readonly secrets: SigningSecrets;
  readonly deliveries: Deliveries;
  readonly bodies: Pick<Bodies, 'put'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What the store is told. */
export interface Verdict {
  readonly status: 200 | 401 | 404 | 413 | 503;
  readonly message: string;
}

const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** A message may have 1 MiB; base64 makes a body 4/3 as long, which leaves 10 KB to the envelope. */
const MAX_MESSAGE_BODY_BYTES = 768 * 1024 - 8192;
/**
 * A secret changed in the store works at once: a wrong signature asks for secrets no older than this. Longer, and a
 * shop that changes right after the bridge loses deliveries; a flood of forgeries costs one read in that time.
 */
const FRESH_SECRETS_MS = 2_000;

/**
 * Takes one webhook request: finds the store, verifies the raw bytes, hands the body to the queue untouched.
 * 200 is said only when the queue has it (or it is nothing we need); 503 only when the queue, the bucket or the
 * secrets failed, because WooCommerce never sends a delivery twice.
 */
export function createIngest(
  parts: IngestParts,
): (storeId: string, request: WebhookRequest) => Promise<Verdict> {
  const stores = new Map(parts.stores.map((store) => [store.id, store]));
  const noteRefusal = createRefusalNotice(parts);

  return async function ingest(storeId, request) {
    const store = stores.get(storeId);
    if (!store) return refuse(parts, 'unknown-store');
    if (request.body.byteLength > MAX_BODY_BYTES) return refuse(parts, 'too-large', store);
    const sender = parts.senderOf(store.kind);
    if (sender.isPing(request)) return { status: 200, message: 'pong' };
    try {
      const visit = { store, sender, request };
      if (await isGenuine(parts, visit)) return await takeDelivery(parts, visit);
      if (headerOf(visit, 'signature') !== '') await noteRefusal(store.id, headerOf(visit, 'webhookId'));
      return refuse(parts, 'bad-signature', store);
    } catch (error) {
      const fields = { store: store.id };
      parts.log.error('A delivery could not be stored; the store was answered 503', fields, error);
      return { status: 503, message: 'The delivery could not be stored. Nothing is wrong with it.' };
    }
  };
}

interface Visit {
  readonly store: Store;
  readonly sender: Sender;
  readonly request: WebhookRequest;
}

async function takeDelivery(parts: IngestParts, visit: Visit): Promise<Verdict> {
  const { store, sender } = visit;
  const topic = headerOf(visit, 'topic');
  const claimed = headerOf(visit, 'source');
  // A staging clone keeps the shop's webhooks and secret; only its address tells it apart.
  if (store.url !== undefined && !isSameOrigin(store.url, claimed)) {
    parts.metrics.count('ForeignSource');
    const [source, configured] = [originName(claimed), originName(store.url)];
    const fields = { store: store.id, topic, source, configured };
    parts.log.warn(FOREIGN, fields);
    return { status: 200, message: 'ignored: another source than the configured store' };
  }
  if (sender.accepts(topic) === 'drop') {
    parts.metrics.count('DeliveryDropped');
    return { status: 200, message: 'ignored: nothing to do for this topic' };
  }
  await enqueue(parts, visit);
  return { status: 200, message: 'accepted' };
}

async function isGenuine({ secrets }: IngestParts, { store, sender, request }: Visit): Promise<boolean> {
  const signature = request.headers[sender.headers.signature];
  if (sender.isGenuine(request.body, signature, await secrets.of(store.id))) return true;
  return sender.isGenuine(request.body, signature, await secrets.of(store.id, FRESH_SECRETS_MS));
}

async function enqueue(parts: IngestParts, visit: Visit): Promise<void> {
  const { store, request } = visit;
  const receivedAt = new Date(parts.clock.now()).toISOString();
  await parts.deliveries.send({
    schema: 1,
    store: store.id,
    receivedAt,
    topic: cutHeader(visit, 'topic'),
    webhookId: cutHeader(visit, 'webhookId'),
    deliveryId: cutHeader(visit, 'deliveryId'),
    ...(visit.sender.headers.contentType !== undefined && { contentType: cutHeader(visit, 'contentType') }),
    body: await placeBody(parts, `${store.id}/${receivedAt.slice(0, 10)}`, request.body),
  });
}

function headerOf({ sender, request }: Visit, name: keyof HeaderNames): string {
  const told = sender.tell?.(request, name);
  if (told !== undefined) return told;
  const header = sender.headers[name];
  return header === undefined ? '' : (request.headers[header] ?? '');
}

/** No store sends more than 32 characters, and nobody signs them; they must leave room for the body. */
const LONGEST_HEADER = 200;

function cutHeader(visit: Visit, name: keyof HeaderNames): string {
  return headerOf(visit, name).slice(0, LONGEST_HEADER);
}

async function placeBody(
  { bodies }: IngestParts,
  folder: string,
  body: Uint8Array,
): Promise<Delivery['body']> {
  if (body.byteLength <= MAX_MESSAGE_BODY_BYTES) {
    return { in: 'message', base64: Buffer.from(body).toString('base64') };
  }
  const key = `bodies/${folder}/${createHash('sha256').update(body).digest('hex')}`;
  await bodies.put(key, body);
  return { in: 'bucket', key };
}

const REFUSALS = {
  'unknown-store': {
    status: 404,
    message:
      'There is no store of this name; compare the webhook URL with the store ids of bridge.config.ts.',
  },
  'too-large': { status: 413, message: `The body has more than ${String(MAX_BODY_BYTES)} bytes.` },
  'bad-signature': {
    status: 401,
    message:
      'The signature does not match; the webhook and the secret of this store must have the same value.',
  },
} as const satisfies Readonly<Record<RefusalReason, Verdict>>;

/** Only a store of the configuration is named: what else stands in the address, anybody may have written. */
function refuse({ metrics, log }: IngestParts, reason: RefusalReason, store?: Store): Verdict {
  metrics.count('DeliveryRefused');
  log.warn(REFUSED, { reason, status: REFUSALS[reason].status, ...(store && { store: store.id }) });
  return REFUSALS[reason];
}
