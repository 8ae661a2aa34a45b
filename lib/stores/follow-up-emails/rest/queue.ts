import * as v from 'valibot';
import type { Outcome } from '../../../core/ledger/failure.ts';
import type { PluginClient } from './client.ts';
import { Email } from './emails.ts';
import { Flag, Id, Instant, LocalTime, OptionalId, Text } from './fields.ts';
import { optional } from './optional.ts';
import { type Page, type Paging, pageOf } from './paging.ts';

const Item = v.object({
  id: Id,
  user_id: OptionalId,
  user_email: Text,
  order_id: OptionalId,
  product_id: OptionalId,
  email_id: OptionalId,
  email: v.nullish(Email),
  date_scheduled: LocalTime,
  is_cart: Flag,
  is_sent: Flag,
  date_sent: Instant,
  email_trigger: Text,
  meta: v.fallback(v.looseObject({ daily_summary: v.fallback(v.boolean(), false) }), {
    daily_summary: false,
  }),
});

/**
 * An item of the queue. Whether it is held (`status` 0) it does not say: that shows in which list it is found
 * (`queue-filter-status-suspended`).
 */
const QueueItem = v.pipe(
  v.object({ item: Item }),
  v.transform(({ item }) => ({
    id: item.id,
    userId: item.user_id,
    /** "" for what `send_type: "subscribers"` made: it can never be sent. */
    userEmail: item.user_email,
    orderId: item.order_id,
    productId: item.product_id,
    emailId: item.email_id,
    email: item.email ?? undefined,
    /** The store's local time; it stands there as if it were UTC. */
    scheduledLocal: item.date_scheduled,
    isCart: item.is_cart,
    isSent: item.is_sent,
    /** Epoch ms; says something only of a sent item: of others it may be when they were made. */
    sentAt: item.is_sent ? item.date_sent : undefined,
    /** What made it; filled when it is sent. */
    trigger: item.email_trigger,
    /** Of the daily report to the shop, which is no follow-up. */
    isDailySummary: item.meta.daily_summary || item.email_trigger === 'Daily summary',
  })),
);
type QueueItem = v.InferOutput<typeof QueueItem>;

/** What works; `sent`, `cart` and `email` of the maker's page break the plugin's SQL. */
interface QueueQuestion extends Paging {
  readonly userId?: string;
  readonly userEmail?: string;
  readonly orderId?: string;
  readonly productId?: string;
  readonly emailId?: string;
  readonly isCart?: boolean;
  readonly isSent?: boolean;
  /** Held ones, or those that are not. */
  readonly held?: boolean;
  /** The store's local time, `YYYY-MM-DDTHH:MM:SS`. */
  readonly scheduledFrom?: string;
  readonly scheduledTo?: string;
  /** `YYYY-MM-DDTHH:MM:SS`, in UTC. */
  readonly sentFrom?: string;
  readonly sentTo?: string;
}

interface QueueItemChange {
  /** The store's local time, `YYYY-MM-DDTHH:MM:SS`: it goes out with a `Z`, and an offset would be thrown away. */
  readonly scheduledLocal?: string;
  readonly held?: boolean;
  readonly userId?: string;
  readonly userEmail?: string;
  readonly orderId?: string;
  readonly productId?: string;
  readonly emailId?: string;
  readonly isCart?: boolean;
  readonly isSent?: boolean;
  readonly meta?: Readonly<Record<string, unknown>>;
}

interface NewQueueItem extends QueueItemChange {
  readonly emailId: string;
  readonly userEmail: string;
  readonly scheduledLocal: string;
}

/** A single e-mail to one address. `subscribers` is left out: the plugin dies of what that queues (B1, routes). */
interface ManualSend {
  readonly recipient: string;
  /** The store's local time; at once without. */
  readonly scheduledLocal?: string;
  readonly again?: { readonly interval: number; readonly duration: string };
  readonly tracking?: string;
}

/** Everything below `/queue`, and sending. */
export interface QueueApi {
  /** Rising by id; pages shift when items of the question are deleted or sent. */
  queue(question: QueueQuestion): Promise<Outcome<Page<QueueItem>>>;
  /** `undefined`: there is none, which does not prove that it was not sent. */
  queueItem(id: string): Promise<Outcome<QueueItem | undefined>>;
  /** Unsent and not held unless it says otherwise: without that the plugin takes it for sent and holds it. */
  createQueueItem(item: NewQueueItem): Promise<Outcome<QueueItem>>;
  changeQueueItem(id: string, change: QueueItemChange): Promise<Outcome<QueueItem>>;
  /** A second time there is none: `undefined` in both cases. A send that has begun goes on. */
  deleteQueueItem(id: string): Promise<Outcome<void>>;
  sendEmail(id: string, send: ManualSend): Promise<Outcome<readonly QueueItem[]>>;
}

export function queueOf(client: PluginClient): QueueApi {
  const read = (method: 'GET' | 'POST', path: string, body?: object) =>
    client.read({ method, path, ...(body && { body }) }, QueueItem);
  return {
    queue: ({ page, limit, ...filter }) =>
      pageOf(client, {
        path: '/queue',
        filter: filterOf(filter),
        paging: { page, ...(limit !== undefined && { limit }) },
        rows: v.array(v.unknown()),
        row: QueueItem,
      }),
    queueItem: async (id) => optional(await read('GET', `/queue/${id}`)),
    createQueueItem: (item) => read('POST', '/queue', itemBody({ isSent: false, held: false, ...item })),
    changeQueueItem: (id, change) => read('POST', `/queue/${id}`, itemBody(change)),
    deleteQueueItem: async (id) =>
      optional(await client.read({ method: 'DELETE', path: `/queue/${id}` }, Deleted)),
    sendEmail: (id, send) =>
      client.read({ method: 'POST', path: `/emails/send/${id}`, body: sendBody(send) }, v.array(QueueItem)),
  };
}

const Deleted = v.pipe(
  v.looseObject({}),
  v.transform(() => undefined),
);

function filterOf(question: Omit<QueueQuestion, keyof Paging>) {
  const { userId, userEmail, orderId, productId, emailId, isCart, isSent, held } = question;
  const { scheduledFrom, scheduledTo, sentFrom, sentTo } = question;
  return present({
    user_id: userId,
    user_email: userEmail,
    order_id: orderId,
    product_id: productId,
    email_id: emailId,
    is_cart: flag(isCart),
    is_sent: flag(isSent),
    status: held === undefined ? undefined : flag(!held),
    date_scheduled_from: zulu(scheduledFrom),
    date_scheduled_to: zulu(scheduledTo),
    date_sent_from: zulu(sentFrom),
    date_sent_to: zulu(sentTo),
  });
}

function itemBody(change: QueueItemChange): object {
  const { scheduledLocal, held, userId, userEmail, orderId, productId, emailId, isCart, isSent, meta } =
    change;
  return {
    ...present({
      user_id: userId,
      user_email: userEmail,
      order_id: orderId,
      product_id: productId,
      email_id: emailId,
      send_date: zulu(scheduledLocal),
    }),
    ...(isCart === undefined ? {} : { is_cart: isCart ? 1 : 0 }),
    ...(isSent === undefined ? {} : { is_sent: isSent ? 1 : 0 }),
    ...(held === undefined ? {} : { status: held ? 0 : 1 }),
    ...(meta === undefined ? {} : { meta }),
  };
}

/** Without `tracking` the plugin warns, so an empty one goes along (`emails-send`). */
function sendBody({ recipient, scheduledLocal, again, tracking = '' }: ManualSend): object {
  return {
    send_type: 'email',
    recipient_email: recipient,
    tracking,
    ...(scheduledLocal === undefined
      ? {}
      : { schedule_email: 1, sending_schedule_date: zulu(scheduledLocal) }),
    ...(again === undefined
      ? {}
      : { send_again: 1, interval: again.interval, interval_duration: again.duration }),
  };
}

function present(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function flag(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : value ? '1' : '0';
}

function zulu(local: string | undefined): string | undefined {
  return local === undefined ? undefined : `${local}Z`;
}
