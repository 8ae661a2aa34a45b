import { randomText } from '../records/random-text.ts';
import { isValidTopic } from './topics.ts';

/** A webhook as the shop holds it. */
export interface ShopWebhook {
  readonly id: number;
  readonly name: string;
  readonly topic: string;
  readonly deliveryUrl: string;
  /** REST never shows it. */
  readonly secret: string;
  /** What its bodies look like; REST neither shows nor sets it. */
  readonly apiVersion: ApiVersion;
  readonly status: 'active' | 'paused' | 'disabled';
  /** Failures in a row, at most 6; REST does not show it (facts/woocommerce §1.3). */
  readonly failures: number;
  /** Its PING was not answered with 200 yet, so that one more follows every save (§1.5). */
  readonly unpinged: boolean;
  readonly createdAt: number;
  readonly modifiedAt?: number;
}

/** Version 1 knows no dates in `_gmt`, only the site's. */
export type ApiVersion = 'wp_api_v1' | 'wp_api_v3';

interface NewShopWebhook {
  readonly topic: string;
  readonly deliveryUrl: string;
  readonly name?: string;
  /** 50 random characters by default. */
  readonly secret?: string;
  /** `wp_api_v3` by default. */
  readonly apiVersion?: ApiVersion;
}

type ShopWebhookChange = Partial<Pick<ShopWebhook, 'name' | 'topic' | 'deliveryUrl' | 'secret' | 'status'>>;

export interface ShopWebhooks {
  /** Active from the start, and a PING goes out. @throws Error when WooCommerce refuses the topic or the URL. */
  create(webhook: NewShopWebhook): ShopWebhook;
  /** A new URL is pinged; made active again it keeps its failures. @throws Error as `create`, or when there is none. */
  change(id: number, change: ShopWebhookChange): ShopWebhook;
  /** What is queued for it is not sent any more. False: there is none. */
  delete(id: number): boolean;
  get(id: number): ShopWebhook | undefined;
  all(): readonly ShopWebhook[];
  /** Whether a webhook of this topic can be made now. */
  knows(topic: string): boolean;
}

/** What the delivery of webhooks needs beyond that. */
export interface WebhookBook extends ShopWebhooks {
  active(topic: string): readonly ShopWebhook[];
  /** The 7th failure in a row disables the webhook; success begins anew (§1.3, §1.4). */
  delivered(id: number, succeeded: boolean): void;
  /** 200 and nothing else stops the PINGs (§1.5). */
  pinged(id: number, status: number): void;
  /** Webhooks whose PING is to be sent now, oldest first; taking it removes it. */
  takePing(): ShopWebhook | undefined;
}

interface Parts {
  readonly now: () => number;
  readonly random: () => number;
  /** A companion that registers the topic of carts is at work. */
  readonly hasCompanion: () => boolean;
}

const MOST_FAILURES = 5;
const SECRET_LENGTH = 50;

export function createWebhooks({ now, random, hasCompanion }: Parts): WebhookBook {
  const webhooks = new Map<number, ShopWebhook>();
  const pings: number[] = [];
  let lastId = 0;

  const knows = (topic: string) => isValidTopic(topic, hasCompanion());

  function save(loaded: ShopWebhook): ShopWebhook {
    const webhook = withTopic(loaded, knows);
    webhooks.set(webhook.id, webhook);
    if (webhook.unpinged) pings.push(webhook.id);
    return webhook;
  }
  function create(wanted: NewShopWebhook): ShopWebhook {
    check(knows, wanted.topic, wanted.deliveryUrl);
    lastId += 1;
    return save(newWebhook(lastId, wanted, { now, random }));
  }
  function change(id: number, wanted: ShopWebhookChange): ShopWebhook {
    const webhook = webhooks.get(id);
    if (webhook === undefined) throw new Error(`there is no webhook ${String(id)}`);
    const changed = { ...webhook, ...wanted, modifiedAt: now() };
    check(wanted.topic === undefined ? () => true : knows, changed.topic, changed.deliveryUrl);
    return save({ ...changed, unpinged: webhook.unpinged || changed.deliveryUrl !== webhook.deliveryUrl });
  }
  function delivered(id: number, succeeded: boolean): void {
    const webhook = webhooks.get(id);
    if (webhook !== undefined) save({ ...counted(webhook, succeeded), modifiedAt: now() });
  }
  function pinged(id: number, status: number): void {
    const webhook = webhooks.get(id);
    if (webhook !== undefined && status === 200) webhooks.set(id, { ...webhook, unpinged: false });
  }
  function takePing(): ShopWebhook | undefined {
    for (let id = pings.shift(); id !== undefined; id = pings.shift()) {
      const webhook = webhooks.get(id);
      if (webhook !== undefined) return webhook;
    }
    return undefined;
  }
  return {
    create,
    change,
    delivered,
    pinged,
    takePing,
    knows,
    delete: (id) => webhooks.delete(id),
    get: (id) => webhooks.get(id),
    all: () => [...webhooks.values()],
    active: (topic) => (knows(topic) ? [...webhooks.values()].filter((one) => isActive(one, topic)) : []),
  };
}

function newWebhook(
  id: number,
  { topic, deliveryUrl, name, secret, apiVersion }: NewShopWebhook,
  { now, random }: Pick<Parts, 'now' | 'random'>,
): ShopWebhook {
  return {
    id,
    name: name ?? 'Webhook',
    topic,
    deliveryUrl,
    secret: secret ?? randomText(random, SECRET_LENGTH),
    apiVersion: apiVersion ?? 'wp_api_v3',
    status: 'active',
    failures: 0,
    unpinged: true,
    createdAt: now(),
  };
}

function isActive(webhook: ShopWebhook, topic: string): boolean {
  return webhook.topic === topic && webhook.status === 'active';
}

/** One that is loaded while nobody registers its topic has none, and a save makes that last (facts/carts 17). */
function withTopic(loaded: ShopWebhook, knows: (topic: string) => boolean): ShopWebhook {
  return knows(loaded.topic) ? loaded : { ...loaded, topic: '' };
}

function counted(webhook: ShopWebhook, succeeded: boolean): ShopWebhook {
  if (succeeded) return { ...webhook, failures: 0 };
  if (webhook.failures > MOST_FAILURES) return { ...webhook, status: 'disabled' };
  return { ...webhook, failures: webhook.failures + 1 };
}

function check(knows: (topic: string) => boolean, topic: string, deliveryUrl: string): void {
  if (!knows(topic)) throw new Error(`WooCommerce has no webhook topic ${topic}`);
  if (!/^https?:\/\//.test(deliveryUrl)) throw new Error('a delivery URL starts with http:// or https://');
}
