import type { FueItem, FueRecords } from './records.ts';
import { triggerText } from './trigger-text.ts';

/** Queue and scheduler of the plugin. */
export interface FueScheduler {
  /** A row, not yet scheduled. */
  add(item: Partial<Omit<FueItem, 'id' | 'notes' | 'scheduled'>>): number;
  note(id: number, message: string): void;
  /** Makes the action that sends it at its time. */
  schedule(id: number): void;
  unschedule(id: number): void;
  /** Runs every action whose time has come. */
  run(): void;
  /** The action begins: what is decided then is decided; false when nothing will be sent. */
  begin(id: number): boolean;
  /** The e-mail leaves the shop, whatever became of its row meanwhile. */
  leave(id: number): void;
  /** The row is told, if there still is one. A process that is killed in between never gets here. */
  finish(id: number): void;
}

/** Rows and actions over these tables (facts/follow-up-emails B2, U1, U2). */
export function createScheduler(records: FueRecords): FueScheduler {
  const queue = createQueue(records);
  const sending = createSending(records, queue);
  function run(): void {
    const due = [...records.items.values()].filter(
      ({ scheduled, sendOn }) => scheduled && records.instant(sendOn) <= records.now(),
    );
    for (const { id } of due) {
      if (!sending.begin(id)) continue;
      sending.leave(id);
      sending.finish(id);
    }
  }
  return { ...queue, ...sending, run };
}

type Queue = Pick<FueScheduler, 'add' | 'note' | 'schedule' | 'unschedule'>;

function createQueue(records: FueRecords): Queue {
  const { items } = records;
  function note(id: number, message: string): void {
    const item = items.get(id);
    if (item) item.notes = [...item.notes, { date: records.local(), message }];
  }
  function add(fields: Partial<Omit<FueItem, 'id' | 'notes' | 'scheduled'>>): number {
    const id = records.nextId('item');
    items.set(id, { ...EMPTY, ...fields, id, notes: [], scheduled: false });
    return id;
  }
  function schedule(id: number): void {
    const item = items.get(id);
    if (!item) return;
    item.scheduled = true;
    note(id, `Email is scheduled to be sent on ${item.sendOn}`);
  }
  function unschedule(id: number): void {
    const item = items.get(id);
    if (!item?.scheduled) return;
    item.scheduled = false;
    note(id, 'Email has been removed from the scheduler');
  }
  return { add, note, schedule, unschedule };
}

function createSending(
  records: FueRecords,
  { note }: Queue,
): Pick<FueScheduler, 'begin' | 'leave' | 'finish'> {
  const { items, emails } = records;
  const leaving = new Map<number, { readonly emailId: string; readonly to: string }>();
  /** The action is used up whatever comes of it. */
  function begin(id: number): boolean {
    const item = items.get(id);
    if (!item?.scheduled || item.isSent) return false;
    item.scheduled = false;
    if (item.status !== 1) return false;
    const email = emails.get(Number(item.emailId));
    if (email === undefined || email.status === 'archived' || email.status === 'trash') {
      note(id, 'Could not send email because it is not active');
      return false;
    }
    if (isOptedOut(records, item)) {
      items.delete(id);
      return false;
    }
    leaving.set(id, { emailId: item.emailId, to: item.userEmail });
    return true;
  }
  function leave(id: number): void {
    const email = leaving.get(id);
    if (email) records.sent.push({ itemId: id, ...email, at: records.now() });
  }
  function finish(id: number): void {
    leaving.delete(id);
    const item = items.get(id);
    if (!item) return;
    Object.assign(item, { isSent: true, dateSent: records.local() });
    const email = emails.get(Number(item.emailId));
    item.emailTrigger = email ? triggerText(email) : '';
    note(id, 'Email sent successfully');
  }
  return { begin, leave, finish };
}

const EMPTY: Omit<FueItem, 'id'> = {
  userId: '0',
  userEmail: '',
  orderId: '0',
  productId: '0',
  emailId: '0',
  sendOn: '',
  isCart: false,
  isSent: false,
  dateSent: undefined,
  emailTrigger: '',
  status: 1,
  meta: {},
  notes: [],
  scheduled: false,
};

function isOptedOut({ optOuts }: FueRecords, { userEmail, orderId }: FueItem): boolean {
  return optOuts.some((row) => row.email === userEmail && (row.orderId === '0' || row.orderId === orderId));
}
