import type { StoreWebhook } from './store-api.ts';

/** What is known of a store's webhooks. */
export interface WebhookSituation {
  readonly webhooks: readonly StoreWebhook[];
  /** The topics they must cover. */
  readonly topics: readonly string[];
  /** One that the store may not know: it is made where it can be. */
  readonly cartTopic?: string | undefined;
  readonly store: string;
  /** Where they must go, without `/webhooks/<store>`; without it nothing is changed, only found. */
  readonly baseUrl?: string | undefined;
  /** Ids of webhooks whose requests had a wrong signature. */
  readonly refused: readonly string[];
}

/** What the bridge can do by itself. */
export type WebhookRepair =
  | { readonly type: 'create'; readonly topic: string; readonly deliveryUrl: string }
  /** One of ours that has lost its topic sends nothing: it was loaded while nobody had registered that. */
  | { readonly type: 'restore-topic'; readonly topic: string; readonly id: string }
  | { readonly type: 'activate'; readonly topic: string; readonly id: string }
  | { readonly type: 'renew-secret'; readonly topic: string; readonly id: string };

/** What needs a person. */
export interface WebhookFinding {
  readonly reason: WebhookTrouble;
  readonly topic: string;
  readonly id?: string;
}
export type WebhookTrouble =
  | 'missing'
  | 'disabled'
  | 'paused'
  | 'duplicate'
  | 'wrong-address'
  | 'wrong-secret'
  | 'unreachable-port';

/** What the log says and what a person can do. */
export const REMEDIES: Readonly<Record<WebhookTrouble | 'no-secret', string>> = {
  missing:
    'Create it in the store (WooCommerce, Settings, Advanced, Webhooks; FluentCart, Integrations, Webhook).',
  disabled: 'Find out why its deliveries failed, then activate it in the store.',
  paused:
    'Somebody paused it in the store: activate it there, or leave it to the reading every quarter of an hour.',
  duplicate: 'Delete it in the store: another one sends the same to the same address.',
  'wrong-address': 'Correct its delivery URL in the store, or delete it.',
  'wrong-secret': 'Give it the secret of the bridge, in the store.',
  'unreachable-port':
    'WordPress sends to the ports 80, 443 and 8080 only. On AWS name an address of your own with aws.domain in bridge.config.ts; of a bridge on a laptop give webhooks the address of a tunnel that leads to it: --url https://…',
  'no-secret': 'Put webhookSecret of this store into the secret of the output StoreSecretsId.',
};

export interface WebhookVerdict {
  readonly repairs: readonly WebhookRepair[];
  readonly findings: readonly WebhookFinding[];
}

/** WordPress sends to no others (facts/woocommerce §2). */
const PORTS = ['', '80', '443', '8080'];

/**
 * Compares a store's webhooks with what the bridge needs. What a person chose (a pause, another address) is found and
 * not changed.
 */
export function examineWebhooks(situation: WebhookSituation): WebhookVerdict {
  const own = situation.webhooks.filter((webhook) => isOurs(situation, webhook.deliveryUrl));
  const wrong = situation.webhooks.filter((webhook) => isMisled(situation, webhook.deliveryUrl));
  const misled = wrong.map(({ id, topic }): WebhookFinding => ({ reason: 'wrong-address', topic, id }));
  // One that is active does send there, as a shop on the same machine may: WooCommerce disables what fails.
  const unreachable = own.some(({ status }) => status === 'active') ? undefined : portOf(situation);
  if (unreachable) return { repairs: [], findings: [unreachable, ...misled] };
  const parts = [
    examineSecrets(situation, own),
    ...situation.topics.map((topic) => examineTopic(situation, topic, own)),
    examineCarts(situation, own),
  ];
  return {
    repairs: parts.flatMap(({ repairs = [] }) => repairs),
    findings: [...parts.flatMap(({ findings = [] }) => findings), ...misled],
  };
}

/** Where a store's webhooks must go. */
function deliveryUrlOf(baseUrl: string, store: string): string {
  return `${baseUrl.replace(/\/+$/, '')}${pathOf(store)}`;
}

function examineSecrets(
  { refused, baseUrl }: WebhookSituation,
  own: readonly StoreWebhook[],
): Partial<WebhookVerdict> {
  const wrong = own.filter(({ id }) => refused.includes(id));
  return baseUrl === undefined
    ? { findings: wrong.map(({ id, topic }) => ({ reason: 'wrong-secret', topic, id })) }
    : { repairs: wrong.map(({ id, topic }) => ({ type: 'renew-secret', topic, id })) };
}

function examineTopic(
  { baseUrl, store }: WebhookSituation,
  topic: string,
  own: readonly StoreWebhook[],
): Partial<WebhookVerdict> {
  const covering = own.filter((webhook) => webhook.topic === topic);
  const [first, ...others] = covering.filter(({ status }) => status === 'active');
  if (first) return { findings: others.map(({ id }) => ({ reason: 'duplicate', topic, id })) };
  const disabled = covering.find(({ status }) => status === 'disabled');
  const [paused] = covering;
  if (disabled) {
    const { id } = disabled;
    if (baseUrl === undefined) return { findings: [{ reason: 'disabled', topic, id }] };
    return { repairs: [{ type: 'activate', topic, id }] };
  }
  if (paused) return { findings: [{ reason: 'paused', topic, id: paused.id }] };
  if (baseUrl === undefined) return { findings: [{ reason: 'missing', topic }] };
  return { repairs: [{ type: 'create', topic, deliveryUrl: deliveryUrlOf(baseUrl, store) }] };
}

/** Of whom nobody knows whether a companion is installed nothing is missing; last, because it may be refused. */
function examineCarts(situation: WebhookSituation, own: readonly StoreWebhook[]): Partial<WebhookVerdict> {
  const { cartTopic: topic, baseUrl } = situation;
  if (topic === undefined) return {};
  const emptied = own.find((webhook) => webhook.topic === '');
  const isThere = own.some((webhook) => webhook.topic === topic);
  if (emptied && !isThere && baseUrl !== undefined)
    return { repairs: [{ type: 'restore-topic', topic, id: emptied.id }] };
  const verdict = examineTopic(situation, topic, own);
  return isThere || baseUrl !== undefined ? verdict : {};
}

/** Whether a webhook of the store comes here. */
export function isOurs(
  { baseUrl, store }: Pick<WebhookSituation, 'baseUrl' | 'store'>,
  deliveryUrl: string,
): boolean {
  const url = URL.parse(deliveryUrl);
  const path = url?.pathname.replace(/\/$/, '');
  if (baseUrl === undefined) return path?.endsWith(pathOf(store)) ?? false;
  const ours = URL.parse(deliveryUrlOf(baseUrl, store));
  return url?.origin === ours?.origin && path === ours?.pathname;
}

/** At our host, where nobody answers. */
function isMisled(situation: WebhookSituation, deliveryUrl: string): boolean {
  const { baseUrl } = situation;
  if (baseUrl === undefined || isOurs(situation, deliveryUrl)) return false;
  return URL.parse(deliveryUrl)?.hostname === URL.parse(baseUrl)?.hostname;
}

function portOf({ baseUrl }: WebhookSituation): WebhookFinding | undefined {
  if (baseUrl === undefined || PORTS.includes(URL.parse(baseUrl)?.port ?? '')) return undefined;
  return { reason: 'unreachable-port', topic: 'all' };
}

function pathOf(store: string): string {
  return `/webhooks/${store}`;
}
