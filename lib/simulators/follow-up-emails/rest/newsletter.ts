import type { FueRecords, FueSubscriber } from '../records.ts';
import { optOut } from '../site.ts';
import { type FueAnswer, type FueRequest, fatal, refused, text } from './answer.ts';
import { paged } from './paging.ts';

function subscriberBody({ lists }: FueRecords, subscriber: FueSubscriber): object {
  return {
    id: String(subscriber.id),
    email: subscriber.email,
    first_name: subscriber.firstName,
    last_name: subscriber.lastName,
    date_added: subscriber.dateAdded,
    lists: subscriber.lists.map((id) => ({ id: String(id), name: lists.get(id)?.name ?? '' })),
  };
}

const ROUTES = {
  routes: {
    '/newsletter/': { supports: ['HEAD', 'GET'] },
    '/newsletter/lists/': { supports: ['HEAD', 'GET'] },
    '/newsletter/subscribers/': { supports: ['HEAD', 'GET', 'POST', 'DELETE'] },
  },
};

/** Everything below `/newsletter`; `undefined`: not of it. */
export function answerNewsletter(records: FueRecords, request: FueRequest): FueAnswer | undefined {
  const { method, path } = request;
  if (path === '/newsletter' && method === 'GET') return { status: 200, body: ROUTES };
  if (path === '/newsletter/lists' && method === 'GET') {
    const lists = [...records.lists.values()];
    return {
      status: 200,
      body: { lists: lists.map(({ id, name, access }) => ({ id: String(id), list_name: name, access })) },
    };
  }
  if (path === '/newsletter/subscribers')
    return method === 'GET' ? list(records, request) : add(records, request);
  const id = /^\/newsletter\/subscribers\/(\d+)$/.exec(path)?.[1];
  return id === undefined ? undefined : one(records, Number(id), request);
}

function one(records: FueRecords, id: number, request: FueRequest): FueAnswer {
  const subscriber = records.subscribers.get(id);
  if (request.method === 'GET')
    return { status: 200, body: { subscriber: subscriber ? subscriberBody(records, subscriber) : null } };
  if (request.method === 'DELETE') return remove(records, subscriber);
  return subscriber
    ? edit(records, subscriber, request)
    : refused(200, 'fue_api_cannot_edit_subscriber', 'Subscriber could not be found');
}

/** The maker's page does not say so: the address is opted out as well. */
function remove(records: FueRecords, subscriber: FueSubscriber | undefined): FueAnswer {
  if (!subscriber) return refused(200, 'fue_api_cannot_delete_subscriber', 'Subscriber could not be found');
  records.subscribers.delete(subscriber.id);
  optOut(records, { email: subscriber.email, emailName: '-', orderId: '0' });
  return { status: 200, body: { ack: 'OK' } };
}

/** `list` is ignored, `lists` as anything but a text is fatal, and names change only together with the address. */
function edit(records: FueRecords, subscriber: FueSubscriber, { body }: FueRequest): FueAnswer {
  if ('lists' in body) {
    if (typeof body['lists'] !== 'string') return fatal();
    subscriber.lists = listIds(records, body['lists'].split(','));
  }
  if ('email' in body && text(body['email']) !== subscriber.email) {
    subscriber.email = text(body['email']);
    if ('first_name' in body) subscriber.firstName = text(body['first_name']);
    if ('last_name' in body) subscriber.lastName = text(body['last_name']);
  }
  return { status: 201, body: { subscriber: subscriberBody(records, subscriber) } };
}

/** By address, rising; without a list its total is that of the rows up to here. */
function list(records: FueRecords, request: FueRequest): FueAnswer {
  const wanted = request.query.get('filter[list]');
  const sorted = [...records.subscribers.values()].sort((a, b) => (a.email < b.email ? -1 : 1));
  const found = sorted.filter(
    ({ lists }) => wanted === null || lists.some((id) => records.lists.get(id)?.name === wanted),
  );
  const { rows, headers } = paged(request, found, wanted === null ? { counts: 'up-to-here' } : {});
  return { status: 200, headers, body: rows.map((row) => ({ subscriber: subscriberBody(records, row) })) };
}

function add(records: FueRecords, { body }: FueRequest): FueAnswer {
  if (text(body['email']) === '')
    return refused(200, 'fue_api_missing_parameter', 'Cannot add a subscriber without an email address');
  const emails = text(body['email']).split(',');
  if (!emails.every((email) => /^\S+@\S+\.\S+$/.test(email)))
    return refused(200, 'fue_add_subscriber', 'Please enter a valid email address');
  const given = body['list'];
  const names = Array.isArray(given) ? given.map(text) : [text(given)].filter((name) => name !== '');
  const lists = listIds(records, names);
  const made = emails.map((email) => {
    const id = records.nextId('subscriber');
    const subscriber: FueSubscriber = {
      id,
      email,
      firstName: text(body['first_name']),
      lastName: text(body['last_name']),
      dateAdded: records.local(),
      lists,
    };
    records.subscribers.set(id, subscriber);
    return subscriberBody(records, subscriber);
  });
  return { status: 200, body: { subscribers: made } };
}

/** Names or ids; what is not there is made. */
function listIds({ lists, nextId }: FueRecords, names: readonly string[]): readonly number[] {
  return names.map((name) => {
    const known = [...lists.values()].find((one) => one.name === name || String(one.id) === name);
    if (known) return known.id;
    const id = nextId('list');
    lists.set(id, { id, name, access: '0' });
    return id;
  });
}
