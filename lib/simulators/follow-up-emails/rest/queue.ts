import type { FueItem, FueRecords } from '../records.ts';
import type { FueSite } from '../site.ts';
import { triggerText } from '../trigger-text.ts';
import { type FueAnswer, type FueRequest, fatal, refused, text } from './answer.ts';
import { emailBody } from './emails.ts';
import { BROKEN_SQL, paged } from './paging.ts';

/** What the zero date becomes on the recorded server. */
const NEVER = '-0001-11-30T00:16:08Z';

function itemBody(records: FueRecords, item: FueItem): object {
  const email = records.emails.get(Number(item.emailId));
  const meta = { ...item.meta, ...(item.notes.length > 0 ? { notes: item.notes } : {}) };
  return {
    item: {
      id: String(item.id),
      user_id: item.userId,
      user_email: item.userEmail,
      order_id: item.orderId,
      product_id: item.productId,
      email_id: item.emailId,
      email: email ? emailBody(email) : null,
      // The site's own time, called UTC.
      date_scheduled: `${item.sendOn.replace(' ', 'T')}Z`,
      is_cart: item.isCart ? '1' : '0',
      is_sent: item.isSent ? '1' : '0',
      date_sent:
        item.dateSent === undefined
          ? NEVER
          : `${new Date(records.instant(item.dateSent)).toISOString().slice(0, 19)}Z`,
      email_trigger: item.emailTrigger,
      meta: Object.keys(meta).length === 0 ? [] : meta,
    },
  };
}

/** `/queue`, `/queue/{id}` and `/emails/send/{id}`; `undefined`: not of these. */
export function answerQueue(site: FueSite, request: FueRequest): FueAnswer | undefined {
  const { method, path } = request;
  const send = /^\/emails\/send\/(\d+)$/.exec(path)?.[1];
  if (send !== undefined && method !== 'GET') return sendManual(site, send, request);
  if (path === '/queue') return method === 'GET' ? list(site.records, request) : create(site, request);
  const id = /^\/queue\/(\d+)$/.exec(path)?.[1];
  if (id === undefined) return undefined;
  const item = site.records.items.get(Number(id));
  if (item === undefined) return refused(404, 'fue_api_invalid_queue_id', 'Invalid Queue ID');
  if (method === 'GET') return { status: 200, body: itemBody(site.records, item) };
  if (method === 'DELETE') {
    site.records.items.delete(item.id);
    return { status: 202, body: { message: 'Deleted queue item' } };
  }
  return edit(site, item, request);
}

/** Filters that work, and the column they are held against. */
const FILTERS: Readonly<Record<string, (item: FueItem) => string>> = {
  user_id: ({ userId }) => userId,
  user_email: ({ userEmail }) => userEmail,
  order_id: ({ orderId }) => orderId,
  product_id: ({ productId }) => productId,
  email_id: ({ emailId }) => emailId,
  is_cart: ({ isCart }) => (isCart ? '1' : '0'),
  is_sent: ({ isSent }) => (isSent ? '1' : '0'),
  status: ({ status }) => String(status),
};
const DATES: Readonly<Record<string, (item: FueItem, text: string) => boolean>> = {
  date_scheduled_from: ({ sendOn }, date) => sendOn >= date,
  date_scheduled_to: ({ sendOn }, date) => sendOn <= date,
  date_sent_from: ({ dateSent }, date) => dateSent !== undefined && dateSent >= date,
  date_sent_to: ({ dateSent }, date) => dateSent !== undefined && dateSent <= date,
};

function list(records: FueRecords, request: FueRequest): FueAnswer {
  const filters = [...request.query].flatMap(([name, value]) => {
    const filter = /^filter\[(\w+)\]$/.exec(name)?.[1];
    return filter === undefined || filter === 'limit' ? [] : [[filter, value] as const];
  });
  const known = filters.every(([name]) => Object.hasOwn(FILTERS, name) || Object.hasOwn(DATES, name));
  if (!known) return BROKEN_SQL;
  const found = [...records.items.values()].filter((item) =>
    filters.every(([name, value]) => {
      const column = FILTERS[name];
      return column ? column(item) === value : DATES[name]?.(item, clock(value)) === true;
    }),
  );
  const { rows, headers } = paged(request, found, { links: false });
  return { status: 200, headers, body: rows.map((item) => itemBody(records, item)) };
}

/** Without `is_sent` and `status` an item counts as sent and is held (`queue-create-minimal`). */
function create({ records, scheduler }: FueSite, { body }: FueRequest): FueAnswer {
  for (const name of ['email_id', 'user_email'])
    if (!(name in body)) return refused(400, 'fue_api_missing_callback_param', `Missing parameter ${name}`);
  if (!records.emails.has(Number(text(body['email_id']))))
    return refused(400, 'fue_api_invalid_email_id', 'Invalid email ID');
  const id = scheduler.add({
    emailId: text(body['email_id']),
    userId: text(body['user_id']) || '0',
    userEmail: text(body['user_email']),
    orderId: text(body['order_id']) || '0',
    productId: text(body['product_id']) || '0',
    sendOn: clock(text(body['send_date'])),
    isCart: text(body['is_cart']) === '1',
    isSent: 'is_sent' in body ? text(body['is_sent']) === '1' : true,
    dateSent: records.local(),
    status: 'status' in body ? Number(text(body['status'])) : 0,
  });
  const item = records.items.get(id);
  if (item?.status === 1) scheduler.schedule(id);
  return item ? { status: 201, body: itemBody(records, item) } : fatal();
}

function edit({ records, scheduler }: FueSite, item: FueItem, { body }: FueRequest): FueAnswer {
  if ('status' in body) item.status = body['status'] === 'suspended' ? 0 : Number(text(body['status']));
  if ('user_email' in body) item.userEmail = text(body['user_email']);
  if ('order_id' in body) item.orderId = text(body['order_id']);
  if ('email_id' in body) item.emailId = text(body['email_id']);
  if ('is_sent' in body) item.isSent = text(body['is_sent']) === '1';
  if ('is_cart' in body) item.isCart = text(body['is_cart']) === '1';
  if ('send_date' in body) {
    item.sendOn = clock(text(body['send_date']));
    // Held: the old action stays (facts U1).
    if (item.status === 1) {
      scheduler.unschedule(item.id);
      scheduler.schedule(item.id);
    }
  }
  return { status: 201, body: itemBody(records, item) };
}

function sendManual({ records, scheduler }: FueSite, id: string, { body }: FueRequest): FueAnswer {
  const email = records.emails.get(Number(id));
  if (email === undefined)
    return refused(404, 'fue_api_invalid_follow_up_email_id', 'Invalid follow-up email');
  if (!('send_type' in body))
    return refused(200, 'fue_api_missing_callback_param', 'send_type is a required field');
  const isOne = body['send_type'] === 'email';
  const to: unknown = isOne ? text(body['recipient_email']) : firstSubscriber(records);
  const item = scheduler.add({
    emailId: id,
    userEmail: isOne ? text(to) : '',
    sendOn: 'sending_schedule_date' in body ? clock(text(body['sending_schedule_date'])) : records.local(),
    emailTrigger: triggerText(email),
    meta: {
      recipient_key: isOne ? `0|${text(to)}|` : '0|Array|',
      recipient: [0, to, ''],
      user_id: 0,
      email_address: to,
      user_name: '',
      subject: email.subject,
      message: email.message,
      codes: [],
    },
  });
  scheduler.note(item, `The email "${email.name}" has been added to the queue (Queue ID #${String(item)})`);
  const made = records.items.get(item);
  return made ? { status: 200, body: [itemBody(records, made)] } : fatal();
}

/** `subscribers` puts the whole record where an address belongs. */
function firstSubscriber({ subscribers, lists }: FueRecords): unknown {
  const [found] = [...subscribers.values()].slice(-1);
  return (
    found && {
      id: String(found.id),
      email: found.email,
      first_name: found.firstName,
      last_name: found.lastName,
      date_added: found.dateAdded,
      lists: found.lists.map((id) => ({ id: String(id), name: lists.get(id)?.name ?? '' })),
    }
  );
}

/** Any zone is thrown away: what is left is the site's own time. */
function clock(date: string): string {
  return date.slice(0, 19).replace('T', ' ');
}
