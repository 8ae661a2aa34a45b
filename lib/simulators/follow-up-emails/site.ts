import { instantOf, localText } from '../../core/policy/configuration/local-time.ts';
import { createOrders, type FueOrders } from './orders.ts';
import type { FueEmail, FueRecords } from './records.ts';
import { createScheduler, type FueScheduler } from './scheduler.ts';

export interface SiteOptions {
  readonly clock: { now(): number };
  /** `UTC` by default; it can be changed, and then stored times mean others. */
  readonly timeZone?: string;
  /** Ids that were given out before. */
  readonly lastIds?: Readonly<Partial<Record<'post' | 'item' | 'subscriber' | 'list', number>>>;
}

/** Follow-Up Emails 4.9.38 in memory. Synchronous, without timers and I/O; time passes only by its clock. */
export interface FueSite {
  readonly records: FueRecords;
  readonly scheduler: FueScheduler;
  /** What the shop's orders make of it. */
  readonly orders: FueOrders;
  setTimeZone(zone: string): void;
  /** As an administrator makes one. */
  addEmail(email: Partial<Omit<FueEmail, 'id' | 'createdAt'>>): number;
  addList(name: string, access?: '0' | '1'): number;
  /** Somebody follows the link in an e-mail: of one order, or of everything (`0`). */
  optOut(email: string, of?: { readonly emailName?: string; readonly orderId?: string }): void;
  /** The report to the shop that is queued each day. */
  addDailySummary(to: string, sendOn: string): number;
}

/** An empty site. */
export function createFueSite({ clock, timeZone = 'UTC', lastIds = {} }: SiteOptions): FueSite {
  let zone = timeZone;
  const last: Record<string, number> = { ...lastIds };
  const now = () => Math.floor(clock.now() / 1000) * 1000;
  const records: FueRecords = {
    emails: new Map(),
    items: new Map(),
    subscribers: new Map(),
    lists: new Map(),
    campaigns: new Map(),
    optOuts: [],
    sent: [],
    nextId: (of) => {
      last[of] = (last[of] ?? 0) + 1;
      return last[of];
    },
    local: () => localText(now(), zone).replace('T', ' '),
    instant: (local) => instantOf(local.replace(' ', 'T'), zone) ?? 0,
    now,
  };
  const scheduler = createScheduler(records);
  return {
    records,
    scheduler,
    orders: createOrders(records, scheduler),
    setTimeZone: (changed) => {
      zone = changed;
    },
    addEmail: (email) => addEmail(records, email),
    addList: (name, access = '0') => {
      const id = records.nextId('list');
      records.lists.set(id, { id, name, access });
      return id;
    },
    optOut: (email, { emailName = '-', orderId = '0' } = {}) =>
      optOut(records, { email, emailName, orderId }),
    addDailySummary: (to, sendOn) => addDailySummary(scheduler, { to, sendOn }),
  };
}

export function addEmail(records: FueRecords, email: Partial<Omit<FueEmail, 'id' | 'createdAt'>>): number {
  const id = records.nextId('post');
  records.emails.set(id, {
    type: 'storewide',
    template: 'WooCommerce',
    name: '',
    subject: '',
    message: '',
    status: 'active',
    trigger: 'first_purchase',
    interval: '',
    duration: '',
    alwaysSend: '',
    productId: '',
    categoryId: '',
    campaigns: [],
    requirements: [],
    removeOnStatusChange: false,
    ...email,
    id,
    createdAt: records.local(),
  });
  return id;
}

/** A second time adds no row and renews no date (facts/follow-up-emails U4); what is unsent of it is deleted. */
export function optOut(
  records: FueRecords,
  {
    email,
    emailName,
    orderId,
  }: { readonly email: string; readonly emailName: string; readonly orderId: string },
): void {
  const known = records.optOuts.some((row) => row.email === email && row.orderId === orderId);
  if (!known) records.optOuts.push({ email, emailName, orderId, dateAdded: records.local() });
  if (orderId === '0') return;
  for (const item of records.items.values())
    if (!item.isSent && item.orderId === orderId) records.items.delete(item.id);
}

function addDailySummary(
  scheduler: FueScheduler,
  { to, sendOn }: { readonly to: string; readonly sendOn: string },
): number {
  const meta = { daily_summary: true, email: to, subject: 'Follow-up emails summary', message: '' };
  const id = scheduler.add({ emailId: '0', userEmail: to, sendOn, emailTrigger: 'Daily summary', meta });
  scheduler.note(id, `Email has been added to the queue (Queue ID #${String(id)})`);
  scheduler.schedule(id);
  return id;
}
