import type { Arrival } from '../ledger/delivery.ts';
import type { Kept } from '../ledger/kept.ts';
import type { Snapshot } from '../ledger/snapshot.ts';
import type { Store } from '../policy/configuration/store.ts';
import type { StoreFields, StoreKind } from './store-api.ts';

/**
 * How the requests of a kind of store are told apart: all that `ingest` may know of it, because every start of `ingest`
 * loads this for every kind there is. Pure.
 */
export interface Sender {
  readonly kind: Store['kind'];
  /** Where a request carries what `ingest` needs to know; names in lower case. */
  readonly headers: HeaderNames;
  /** What a request says under a name where no header says it as it is; `undefined`: the header does. */
  readonly tell?: (request: WebhookRequest, name: keyof HeaderNames) => string | undefined;
  /** Whether one of the secrets signed these bytes; takes the same time whichever it was. */
  isGenuine(body: Uint8Array, signature: string | undefined, secrets: readonly string[]): boolean;
  /** A store's unsigned trial request: it gets 200 and is dropped. */
  isPing(request: WebhookRequest): boolean;
  /** Decides by topic alone; what is dropped is answered with 200 all the same. */
  accepts(topic: string): 'take' | 'drop';
}

/** What a kind of store means to the bridge; everything in it is pure. */
export interface Source extends Sender {
  /** The topics a store's webhooks must cover. */
  readonly topics: readonly string[];
  /** The topic of carts, which a store knows once a companion is installed in it. */
  readonly cartTopic?: string;
  /** The signature the store would send for these bytes. */
  sign(body: Uint8Array, secret: string): string;
  /** Never throws: what cannot be used is dropped with its reason. Depends on the arrival and nothing else. */
  translate(arrival: Arrival): Translation;
  /** Its REST API lists subscriptions. */
  readonly hasSubscriptions?: true;
  /** What `read` looks at in an object of the store's REST API. */
  readonly fields: StoreFields;
  /** Never throws: what cannot be used says nothing and why. Depends on what was read and nothing else. */
  read(reading: StoreReading): ReadItem;
  /** The same, keeping more of what it reads; absent where a store carries none of it. */
  readonly keeping?: (kept: Kept) => Source;
}

/** One object of a store's REST API. */
export interface StoreReading {
  readonly kind: StoreKind;
  readonly store: string;
  readonly item: unknown;
  /** The store's clock when it answered, epoch ms. */
  readonly now: number;
  /** Orders of the store's test mode are orders. */
  readonly testOrders?: boolean;
}

/** What an object of the REST API says. */
export interface ReadItem {
  readonly snapshots: readonly Snapshot[];
  /** Why it says nothing. */
  readonly dropped?: DropReason;
  readonly id?: string;
  /** Epoch ms, in whole seconds; absent where the object has no such date, or one without a zone. */
  readonly modifiedAt?: number;
  /** Nothing more of the second in which it was changed can follow. */
  readonly settled: boolean;
}

export interface HeaderNames {
  readonly signature: string;
  readonly topic: string;
  readonly webhookId?: string;
  readonly deliveryId?: string;
  /** The store's own address. */
  readonly source: string;
  /** Only of a store whose bodies have more than one format. */
  readonly contentType?: string;
}

/** A request as it came in, before anything is known of it; header names in lower case. */
export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Of the URL, decoded. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

export type Translation =
  | { readonly snapshots: readonly Snapshot[]; readonly remark?: Remark }
  | { readonly dropped: DropReason };

/** What a person should know of the webhook that sent a delivery, though the delivery is of use. */
export type Remark =
  /** Its dates have no zone, so that they decide nothing. */
  'local-dates';

export type DropReason =
  /** No topic the bridge knows. */
  | 'unknown-topic'
  /** No JSON object of a known shape, or an order without a usable id or status: a person must act. */
  | 'malformed'
  /** Fields that somebody chose instead of the whole order: a person must set the webhook to send everything. */
  | 'selected-fields'
  /** Made in the store's test mode. */
  | 'test-order'
  /** Of an API version that the store has long replaced: a person must act. */
  | 'legacy-api'
  /** A signed error answer instead of the thing: it was erased before it was sent. */
  | 'error-document'
  /** The webhook's owner lost the right to see the thing: a person must act. */
  | 'error-document-forbidden'
  /** A checkout in progress, not an order yet. */
  | 'checkout-draft'
  /** Says nothing reliable, and past orders keep their categories. */
  | 'product-deletion';
