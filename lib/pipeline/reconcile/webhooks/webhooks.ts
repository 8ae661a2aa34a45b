import type { Failure } from '../../../core/ledger/failure.ts';
import { NO_WEBHOOKS, type StoreWebhook, UNKNOWN_TOPIC } from '../../../core/stores/store-api.ts';
import { noWebhooksOf, readRefusals, refusalsOf } from '../../../core/stores/store-progress.ts';
import {
  examineWebhooks,
  REMEDIES,
  type WebhookFinding,
  type WebhookRepair,
  type WebhookTrouble,
} from '../../../core/stores/webhook-health.ts';
import { openBookmark } from '../bookmark.ts';
import type { Visit } from '../visit.ts';
import { repairWebhook } from './repair-webhook.ts';

/** A secret that was changed in Secrets Manager a moment ago must not be written back from memory. */
const FRESH_SECRETS_MS = 30_000;

/**
 * Looks after the webhooks of a store: creates what is missing, activates what WooCommerce switched off, gives the
 * right secret to those that signed with another, and says what needs a person.
 * @returns why the store did not show its webhooks, if it did not.
 */
export async function guardWebhooks(visit: Visit): Promise<Failure | undefined> {
  const { parts, store, source, api } = visit;
  const listed = await api.webhooks();
  if (!listed.ok)
    return listed.failure.code === NO_WEBHOOKS ? tellOnce(visit, listed.failure) : listed.failure;
  const refusals = await openBookmark(parts.registers, refusalsOf(store.id), readRefusals);
  const refused = refusals.value()?.refused ?? [];
  const { repairs, findings } = examineWebhooks({
    webhooks: listed.value,
    topics: source.topics,
    cartTopic: parts.carts === true ? source.cartTopic : undefined,
    store: store.id,
    baseUrl: parts.webhookBaseUrl,
    refused: [...refused.map(({ webhookId }) => webhookId), ...(await withOtherSecrets(visit, listed.value))],
  });
  for (const finding of findings) report(visit, finding);
  if ((await repairAll(visit, repairs)) && refused.length > 0) await refusals.save({ refused: [] });
  return undefined;
}

/** Not each run: it is no trouble, and only buying something changes it. */
async function tellOnce({ parts, store }: Visit, { message: remedy }: Failure): Promise<undefined> {
  const register = noWebhooksOf(store.id);
  if (await parts.registers.read(register)) return;
  const fields = { store: store.id, remedy };
  parts.log.warn('The store sends no webhooks; it is read every quarter of an hour instead', fields);
  await parts.registers.write(register, JSON.stringify({ toldAt: parts.clock.now() }), undefined);
}

/** Ids of those that show a secret which is not the bridge's; one that is being rotated is still right. */
async function withOtherSecrets(
  { parts, store }: Visit,
  webhooks: readonly StoreWebhook[],
): Promise<readonly string[]> {
  const shown = webhooks.filter(({ secret }) => secret !== undefined);
  if (shown.length === 0) return [];
  const valid = await parts.secrets.of(store.id, FRESH_SECRETS_MS);
  if (valid.length === 0) return [];
  return shown.filter(({ secret = '' }) => !valid.includes(secret)).map(({ id }) => id);
}

/** @returns false when not all was done. */
async function repairAll(visit: Visit, repairs: readonly WebhookRepair[]): Promise<boolean> {
  if (repairs.length === 0) return true;
  const { secrets, metrics } = visit.parts;
  const [secret] = await secrets.of(visit.store.id, FRESH_SECRETS_MS);
  if (secret === undefined) {
    report(visit, { reason: 'no-secret', topic: 'all' });
    return false;
  }
  for (const repair of repairs) {
    if (!visit.hasTime()) return false;
    const outcome = await repairWebhook(visit.api, repair, secret);
    if (!outcome.ok && isNoMatter(visit, repair, outcome.failure)) continue;
    if (!outcome.ok) {
      complain(visit, repair, outcome.failure);
      return false;
    }
    metrics.count('WebhookRepaired');
    tell(visit, repair);
  }
  return true;
}

/**
 * Nobody has installed the companion, and nobody has to; a key that may not write keeps the store from saying whether
 * somebody has.
 */
function isNoMatter({ parts, store, source }: Visit, repair: WebhookRepair, failure: Failure): boolean {
  const { kind, code, message: remedy } = failure;
  if (code === UNKNOWN_TOPIC) return true;
  const { type, topic } = repair;
  if (type !== 'create' || topic !== source.cartTopic || kind !== 'authorise') return false;
  const fields = { store: store.id, topic, code, remedy };
  parts.log.info('No webhook for carts was made; only a shop with the companion needs one', fields);
  return true;
}

const SAYINGS: Readonly<Record<WebhookRepair['type'], string>> = {
  create: 'Created a webhook that the store did not have',
  'restore-topic':
    'Gave a webhook its topic back, which the store had emptied while the companion was switched off',
  activate: 'Activated a webhook that the store had switched off; its next failure switches it off again',
  'renew-secret': 'Gave a webhook the secret of the bridge, because its signatures were wrong',
};

function tell({ parts, store }: Visit, repair: WebhookRepair): void {
  const { type, topic } = repair;
  const fields = { store: store.id, topic };
  if (type === 'create') parts.log.info(SAYINGS[type], fields);
  else parts.log.warn(SAYINGS[type], { ...fields, webhookId: repair.id });
}

function report(
  { parts, store }: Visit,
  { reason, topic, id }: Omit<WebhookFinding, 'reason'> & { readonly reason: WebhookTrouble | 'no-secret' },
): void {
  const fields = { store: store.id, reason, topic, webhookId: id, remedy: REMEDIES[reason] };
  // On a laptop the log says it, and nobody is called.
  if (parts.webhookBaseUrl !== undefined) parts.metrics.count('WebhookTrouble');
  parts.log.warn('A webhook of the store needs a person', fields);
}

/** What passes by itself is left to the next run. */
function complain({ parts, store }: Visit, { type, topic }: WebhookRepair, failure: Failure): void {
  const { kind, code, message: remedy } = failure;
  const fields = { store: store.id, repair: type, topic, code, remedy };
  if (kind === 'retry' || kind === 'unknown') {
    parts.log.warn('A webhook could not be repaired; the next run tries again', fields);
    return;
  }
  parts.metrics.count('WebhookTrouble');
  parts.log.error('A webhook could not be repaired, and the store will not let the bridge do it', fields);
}
