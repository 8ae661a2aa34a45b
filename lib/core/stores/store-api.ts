import type { Outcome } from '../ledger/failure.ts';
import type { StoreCoupons } from './coupons.ts';

/** What the pipelines ask of a store's own REST API. Calls never throw; failures name the remedy, never a key. */
export interface StoreApi {
  /** Orders are gone through by their ids: the store cannot list them by the date of their last change. */
  readonly walksById?: true;
  /** Products are gone through page by page, once a night: it cannot list them by the date of their last change. */
  readonly walksProducts?: true;
  /** Of a store that walks by id: views of its orders, newest first, that tell what no date does. */
  readonly views?: readonly string[];
  /** One page of at most 100. */
  list(question: StoreQuestion): Promise<Outcome<StorePage>>;
  /** One order, in any status, the trash too; `undefined`: the store has none of this id, it was erased. */
  order(id: string): Promise<Outcome<StoreItem | undefined>>;
  /** All webhooks of the store, whoever made them. */
  webhooks(): Promise<Outcome<readonly StoreWebhook[]>>;
  createWebhook(webhook: NewWebhook): Promise<Outcome<void>>;
  changeWebhook(id: string, change: WebhookChange): Promise<Outcome<void>>;
  /** For good. */
  removeWebhook(id: string): Promise<Outcome<void>>;
  /** Absent of a store that is not known to take coupons from outside. */
  readonly coupons?: StoreCoupons;
  /**
   * The newest hundred orders whose billing holds this address, or something that holds it: whoever asks compares.
   * Absent of a store that has no carts.
   */
  readonly ordersOf?: (email: string) => Promise<Outcome<StorePage>>;
  /** What a person should know of this very store besides; absent where there is nothing of the kind. */
  readonly particulars?: (store: {
    readonly testOrders: boolean;
  }) => Promise<Outcome<readonly StoreParticular[]>>;
}

/** Something about one store, in a sentence. */
export interface StoreParticular {
  /** A word or two: `edition`. */
  readonly about: string;
  readonly says: string;
  /** What to do about it, where something is to be done. */
  readonly remedy?: string;
}

export type StoreKind = 'order' | 'product' | 'customer' | 'subscription';

/** Names of what is read of each kind of thing: a store is asked for these and no more. */
export type StoreFields = Readonly<Record<StoreKind, readonly string[]>>;

export interface StoreQuestion {
  readonly kind: StoreKind;
  /** 1 is the first. */
  readonly page: number;
  /** Things on a page; 100, the most, if not given. */
  readonly perPage?: number;
  /** Of each thing only its id and when it was changed: a store may show that though the whole is too much for it. */
  readonly outline?: true;
  /**
   * Epoch ms; exclusive, second resolution. Stores know none for customers. With a window the answer is ordered by
   * (modified, id), else by id, rising.
   */
  readonly modifiedAfter?: number;
  /** Epoch ms; exclusive, second resolution. */
  readonly modifiedBefore?: number;
  /** Orders in the trash, which no other question finds. */
  readonly trash?: boolean;
  /** Only those with a greater id, by rising id; of a store that `walksById`, for orders. */
  readonly afterId?: string;
  /** Only those with a smaller id, by falling id; of orders of a store that `walksById`. */
  readonly beforeId?: string;
  /** Only those of this one of the store's `views`. */
  readonly view?: string;
  /** Of customers: those of this role, `all` for everybody; those the store itself calls customers by default. */
  readonly role?: string;
  /** Only these, at most 100; of orders those in the trash are left out. */
  readonly ids?: readonly string[];
}

export interface StorePage {
  /** As the store sent them: what a webhook of the same thing would carry. */
  readonly items: readonly unknown[];
  /** How many answer the question on all pages; absent where something between the store and us takes it out. */
  readonly total?: number;
  /** The store's clock when it answered, epoch ms. */
  readonly now: number;
}

export interface StoreItem {
  readonly item: unknown;
  /** The store's clock when it answered, epoch ms. */
  readonly now: number;
}

export interface StoreWebhook {
  readonly id: string;
  readonly topic: string;
  readonly deliveryUrl: string;
  /** What it signs with or sends as a secret, where the store shows it. */
  readonly secret?: string;
  /** `disabled` is what WooCommerce does at the seventh failure in a row, `paused` what a person does. */
  readonly status: 'active' | 'paused' | 'disabled';
}

/** The failure's code of a store that has no webhooks in this edition: the bridge lives by reading it. */
export const NO_WEBHOOKS = 'no-webhooks';

export interface NewWebhook {
  readonly name: string;
  readonly topic: string;
  readonly deliveryUrl: string;
  readonly secret: string;
}

/** The failure's code of a question by date that finds more than can be answered at once. */
export const TOO_MANY = 'too-many';

/** The failure's code of a webhook for a topic that the store does not know: who would register it is not installed. */
export const UNKNOWN_TOPIC = 'unknown-topic';

export interface WebhookChange {
  readonly status?: 'active';
  readonly secret?: string;
  readonly topic?: string;
}
