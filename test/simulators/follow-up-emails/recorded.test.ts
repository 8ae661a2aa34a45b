import { expect, it } from 'vitest';
import type { FueEmail } from '../../../lib/simulators/follow-up-emails/records.ts';
import { type FueExchange, fueRecording, fueRecordings, openFue } from '../../support/follow-up-emails.ts';

/** What is shifted, so that no table of recorded answers would pass: ids, addresses, names. */
interface Shift {
  readonly ids: number;
  readonly host: string;
  readonly word: string;
}

const AS_RECORDED: Shift = { ids: 0, host: 'example.com', word: 'VIP' };
const SHIFTED: Shift = { ids: 4000, host: 'elsewhere.test', word: 'Regulars' };

function shiftedText(text: string, { ids, host, word }: Shift): string {
  return text
    .replaceAll('example.com', host)
    .replaceAll('lab.test', host)
    .replaceAll('VIP', word)
    .replace(/(\/(?:emails|queue|subscribers|send)\/)(\d+)/g, (_, path: string, id: string) =>
      id === '9999' ? path + id : path + String(Number(id) + ids),
    )
    .replace(/filter\[email_id\]=(\d+)/g, (_, id: string) => `filter[email_id]=${String(Number(id) + ids)}`)
    .replace(/Queue ID #(\d+)/g, (_, id: string) => `Queue ID #${String(Number(id) + ids)}`);
}

function shiftedId(value: unknown, ids: number): unknown {
  if (typeof value === 'number') return value > 0 ? value + ids : value;
  return typeof value === 'string' && /^[1-9]\d*$/.test(value) ? String(Number(value) + ids) : value;
}

function shifted(value: unknown, shift: Shift, key = ''): unknown {
  if (key === 'id' || key === 'email_id' || key === 'queue_id') {
    const moved = shiftedId(value, shift.ids);
    if (moved !== value) return moved;
  }
  if (typeof value === 'string') return shiftedText(value, shift);
  if (Array.isArray(value)) return value.map((item) => shifted(item, shift));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, shifted(inner, shift, name)]),
  );
}

/** What one run of recordings is played on. */
async function stage(shift: Shift) {
  const last = { post: 12 + shift.ids, item: shift.ids, subscriber: shift.ids, list: shift.ids };
  const { site, simulator, clock } = await openFue({
    seesTls: true,
    start: '2026-11-21T23:14:49Z',
    lastIds: last,
  });
  const { port } = new URL(simulator.url);
  const authorization = `Basic ${Buffer.from('ck_lab:cs_lab').toString('base64')}`;

  async function ask(exchange: FueExchange) {
    const { method, path, body } = exchange.request;
    const response = await fetch(simulator.url + shiftedText(path, shift), {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body === null ? {} : { body: JSON.stringify(shifted(body, shift)) }),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: JSON.parse((await response.text()).replaceAll(port, '8062')) as unknown,
    };
  }
  async function play(name: string): Promise<void> {
    played.add(name);
    const exchange = fueRecording(name);
    const answer = await ask(exchange);
    expect({ name, status: answer.status, body: answer.body }).toEqual({
      name,
      status: exchange.response.status,
      body: shifted(exchange.response.body, shift),
    });
    expectHeaders(exchange, answer.headers, shift);
  }
  const at = (time: string) => {
    clock.set(Date.parse(time));
  };
  const jump = (of: 'post' | 'item', to: number) => {
    while (site.records.nextId(of) < to + shift.ids);
  };
  return { site, play, at, jump, ids: shift.ids, address: (text: string) => shiftedText(text, shift) };
}

/** The second lot of recordings has the first of several links only. */
function expectHeaders({ response }: FueExchange, headers: Headers, shift: Shift): void {
  for (const name of ['X-FUE-Total', 'X-FUE-TotalPages'])
    expect(headers.get(name)).toBe(response.headers[name] ?? null);
  const links = [response.headers['Link'] ?? []].flat().map((link) => shiftedText(link, shift));
  const given = (headers.get('Link') ?? '').split(', ').filter((link) => link !== '');
  const schemeless = (link: string | undefined) => link?.replace(/^<https?:/, '<http:');
  expect(given.slice(0, links.length).map(schemeless)).toEqual(links.map(schemeless));
  if (links.length === 0) expect(given).toEqual([]);
}

const played = new Set<string>();

/** Not played, and why. */
const NOT_PLAYED: Readonly<Record<string, string>> = {};

it.each([
  ['as they were recorded', AS_RECORDED],
  ['with other ids, addresses and names', SHIFTED],
])('answers the first lot of recordings, %s', async (_, shift) => {
  const { site, play, at, address, ids } = await stage(shift);
  const { records, scheduler } = site;
  records.nextId('item');

  await play('index');
  await play('newsletter-lists-empty');
  await play('newsletter');
  await play('reports');
  await play('emails-types');
  await play('emails-templates');
  await play('emails-create');
  await play('emails-create-interval_type');
  await play('emails-create-badtype');
  await play('emails-create-manual');
  site.addEmail({ name: 'Cart', subject: 'You left something', message: 'See {cart_url}', ...CART });
  site.addEmail({ name: 'Welcome', subject: 'Welcome', message: 'hi', ...SIGNUP });
  site.addEmail({ name: 'Winback', subject: 'We miss you', message: 'hi', ...WINBACK });
  await play('emails-list');
  await play('emails-list-filtered');
  await play('emails-list-page2');
  await play('emails-get');
  await play('emails-edit');
  await play('emails-edit-interval_num');
  await play('emails-delete');
  await play('campaigns');
  await play('campaigns-get');

  at('2026-11-21T23:14:50Z');
  await play('subscribers-add');
  at('2026-11-21T23:14:51Z');
  await play('subscribers-add-names');
  await play('subscribers-add-invalid');
  await play('subscribers-add-missing');
  await play('newsletter-lists');
  await play('subscribers-list');
  await play('subscribers-list-filter');
  await play('subscribers-list-filter-unknown');
  await play('subscribers-list-limit2');
  await play('subscribers-get');
  await play('subscribers-get-unknown');
  await play('subscribers-edit-list');
  await play('subscribers-edit-lists');
  await play('subscribers-edit-lists-array');
  await play('subscribers-edit-name');
  at('2026-11-21T23:14:52Z');
  await play('subscribers-delete');
  await play('subscribers-delete-unknown');
  await play('reports-excludes');
  await play('reports-emails');
  await play('reports-emails-clicks');
  await play('reports-emails-opens');
  await play('reports-emails-ctor');
  await play('reports-users');

  // The daily summary, as it was queued when the plugin was switched on.
  at('2026-11-21T23:12:27Z');
  records.items.clear();
  const first = scheduler.add({
    emailId: '0',
    userEmail: 'admin@shop.example',
    sendOn: '2026-11-22 06:00:00',
    emailTrigger: 'Daily summary',
    meta: DAILY,
  });
  const summary = records.items.get(first);
  records.items.clear();
  if (summary) records.items.set(1 + ids, { ...summary, id: 1 + ids });
  scheduler.note(
    1 + ids,
    'Email has been added to the queue (Queue ID #1)'.replace('#1', `#${String(1 + ids)}`),
  );
  scheduler.schedule(1 + ids);
  at('2026-11-21T23:15:29Z');
  site.orders.reached({ id: '20', email: address('dora@example.com') }, 'completed');
  const [queued] = [...records.items.values()].slice(-1);
  if (queued) {
    records.items.delete(queued.id);
    const notes = queued.notes.map(({ date, message }) => ({
      date,
      message: message.replace(`#${String(queued.id)}`, `#${String(2 + ids)}`),
    }));
    records.items.set(2 + ids, { ...queued, id: 2 + ids, notes });
  }
  await play('queue-list');
  await play('queue-list-page2');
  await play('queue-filter-email');
  await play('queue-filter-date');
  await play('queue-filter-cart');
  await play('queue-filter-sent');
  await play('queue-filter-email-key');
  await play('queue-get-unknown');
});

it.each([
  ['as they were recorded', AS_RECORDED],
  ['with other ids, addresses and names', SHIFTED],
])('answers what was asked of the queue, %s', async (_, shift) => {
  const { site, play, at, jump, ids } = await stage(shift);
  const { records, scheduler } = site;
  await play('emails-create');
  jump('post', 15);
  await play('emails-create-manual');
  jump('item', 4);

  at('2026-11-21T23:15:32Z');
  await play('queue-create-missing');
  await play('queue-create-bad-email');
  await play('queue-create');
  await play('queue-create-minimal');
  await play('queue-create-active');
  at('2026-11-21T23:15:33Z');
  await play('queue-edit');
  await play('queue-get');
  await play('queue-delete');
  await play('emails-send');
  await play('emails-send-no-tracking');
  await play('emails-send-missing-type');
  records.lists.set(1 + ids, { id: 1 + ids, name: 'Marketing list', access: '0' });
  records.lists.set(2 + ids, { id: 2 + ids, name: shift.word, access: '0' });
  records.subscribers.set(3 + ids, {
    id: 3 + ids,
    email: `c@${shift.host}`,
    firstName: 'Cee',
    lastName: 'Cee',
    dateAdded: '2026-11-21 23:14:51',
    lists: [1 + ids, 2 + ids],
  });
  await play('emails-send-subscribers');

  site.setTimeZone('Europe/Berlin');
  at('2026-11-21T23:16:14Z');
  await play('queue-create-tz-berlin');
  await play('queue-create-tz-offset');
  at('2026-11-21T23:20:22Z');
  scheduler.begin(11 + ids);
  scheduler.leave(11 + ids);
  scheduler.finish(11 + ids);
  await play('queue-after-send');
  await play('reports-emails-after');
  await play('reports-users-after');

  site.setTimeZone('UTC');
  at('2026-11-21T23:14:52Z');
  site.optOut(`edited@${shift.host}`);
  site.setTimeZone('Europe/Berlin');
  at('2026-11-21T23:19:37Z');
  site.optOut(`ivy@${shift.host}`);
  site.optOut(`dora@${shift.host}`, { emailName: 'S1', orderId: '20' });
  await play('reports-excludes-after');
});

it.each([
  ['as they were recorded', AS_RECORDED],
  ['with other ids, addresses and names', SHIFTED],
])('answers the second lot of recordings, %s', async (_, shift) => {
  const { site, play, at, jump, ids } = await stage(shift);
  const { scheduler, records } = site;
  site.setTimeZone('Europe/Berlin');
  at('2026-11-27T01:04:55Z');
  jump('post', 373);
  site.addEmail({ ...F2, name: 'F2 mail', subject: 'F2 {order_number}', message: 'Hello F2' });
  jump('item', 609);
  await play('queue-create-due');
  await play('queue-get-before-send');
  records.items.set(611 + ids, suspended(611 + ids, shift, String(374 + ids)));
  await play('queue-edit-suspend');
  at('2026-11-27T01:05:29Z');
  scheduler.run();
  await play('queue-get-sent');
  await play('queue-delete-sent');
  records.items.set(612 + ids, suspended(612 + ids, shift, String(374 + ids)));
  await play('queue-delete-unsent');
  await play('queue-get-after-delete');
  await play('queue-delete-twice');

  at('2026-11-27T01:07:36Z');
  site.addEmail({ ...F2, name: 'F2 inactive', subject: 'F2 inactive {order_number}' });
  at('2026-11-27T01:07:37Z');
  site.addEmail({ ...F2, name: 'F2 archived', subject: 'F2 archived {order_number}' });
  jump('post', 377);
  site.addEmail({ ...F2, name: 'F2 ctl', subject: 'F2 ctl {order_number}' });
  await play('emails-edit-inactive');
  await play('emails-edit-archived');
  await play('reports-emails-one');

  at('2026-11-27T01:07:50Z');
  jump('item', 626);
  for (const to of ['f2x-racesusp', 'f2x-racectl']) {
    const id = scheduler.add({
      emailId: String(378 + ids),
      userEmail: `${to}@${shift.host}`,
      sendOn: '2026-11-27 02:17:50',
      dateSent: records.local(),
    });
    scheduler.schedule(id);
  }
  for (const id of [627, 628]) scheduler.begin(id + ids);
  await play('queue-get-while-sending');
  const held = records.items.get(627 + ids);
  if (held) held.status = 0;
  at('2026-11-27T01:07:57Z');
  scheduler.leave(627 + ids);
  scheduler.finish(627 + ids);
  await play('queue-get-suspended-while-sending');

  at('2026-11-27T01:15:02Z');
  jump('post', 379);
  site.addEmail({ ...F2, name: 'F2 pages', subject: 'x', status: 'inactive', alwaysSend: '' });
  at('2026-11-27T01:15:03Z');
  jump('item', 634);
  for (const to of ['f2p2', 'f2p3', 'f2p4']) {
    const id = scheduler.add({
      emailId: String(380 + ids),
      userEmail: `${to}@${shift.host}`,
      sendOn: '2027-05-01 10:00:00',
      dateSent: records.local(),
    });
    scheduler.schedule(id);
    const item = records.items.get(id);
    if (item) item.status = 0;
  }
  await play('queue-filter-status-suspended');
});

it.each([
  ['as they were recorded', AS_RECORDED],
  ['with other addresses and names', { ...SHIFTED, ids: 0 }],
])('answers what was asked of long lists, %s', async (_, shift) => {
  const { site, play, at } = await stage(shift);
  site.setTimeZone('Europe/Berlin');
  at('2026-11-27T01:00:00Z');
  for (let number = 0; number < 23; number += 1)
    site.optOut(`f2sub${String(number).padStart(2, '0')}@${shift.host}`);
  await play('reports-excludes-page2');
  await play('reports-excludes-page-beyond');

  at('2026-11-27T01:09:14Z');
  const list = site.addList('F2 list');
  site.records.subscribers.set(1, {
    id: 1,
    email: `sub1@${shift.host}`,
    firstName: 'Sub',
    lastName: 'One',
    dateAdded: '2026-11-27 00:26:35',
    lists: [],
  });
  for (let id = 2; id <= 24; id += 1)
    site.records.subscribers.set(id, {
      id,
      email: `f2sub${String(id - 2).padStart(2, '0')}@${shift.host}`,
      firstName: 'S',
      lastName: '',
      dateAdded: '2026-11-27 02:09:14',
      lists: [list],
    });
  await play('subscribers-list-page-last-short');
  await play('subscribers-list-page-beyond');
});

it('every recording is played, or named with its reason', () => {
  const left = fueRecordings().filter((name) => !played.has(name));
  expect(left).toEqual(Object.keys(NOT_PLAYED));
});

const CART: Partial<FueEmail> = { trigger: 'cart', interval: '2', duration: 'hours' };
const SIGNUP: Partial<FueEmail> = {
  type: 'signup',
  trigger: 'signup',
  interval: '1',
  duration: 'days',
  alwaysSend: '1',
  productId: '0',
  categoryId: '0',
};
const WINBACK: Partial<FueEmail> = {
  type: 'customer',
  trigger: 'after_last_purchase',
  interval: '60',
  duration: 'days',
};
const DAILY = {
  daily_summary: true,
  email: 'admin@shop.example',
  subject: 'Follow-up emails summary',
  message: '',
};
const F2: Partial<FueEmail> = {
  message: 'Hello',
  trigger: 'processing',
  interval: '1',
  duration: 'minutes',
  alwaysSend: '1',
  productId: '0',
  categoryId: '0',
};

function suspended(id: number, { host }: Shift, emailId: string) {
  const name = id % 2 === 1 ? 'f2-susp' : 'f2-del';
  return {
    id,
    userId: '0',
    userEmail: `${name}@${host}`,
    orderId: '0',
    productId: '0',
    emailId,
    sendOn: '2026-11-27 02:05:20',
    isCart: false,
    isSent: false,
    dateSent: '2026-11-27 02:04:55',
    emailTrigger: '',
    status: 1,
    meta: {},
    notes: [{ date: '2026-11-27 02:04:55', message: 'Email is scheduled to be sent on 2026-11-27 02:05:20' }],
    scheduled: true,
  };
}
