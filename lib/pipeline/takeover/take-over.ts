import { counted } from '../../core/ledger/counted.ts';
import { type Ref, refName } from '../../core/ledger/snapshot.ts';
import { instantOf } from '../../core/policy/configuration/local-time.ts';
import { followUpId } from '../../core/policy/follow-ups/follow-ups.ts';
import type { OldItem } from '../../core/takeover/old-follow-ups.ts';
import {
  type MovingItem,
  type Progress,
  readProgress,
  takeoverRegister,
} from '../../core/takeover/progress.ts';
import { ruleIdOf } from '../../core/takeover/rule.ts';
import type { BroughtIn } from './bring-in.ts';
import { moveItems } from './items.ts';
import { obstaclesTo } from './obstacles.ts';
import { answered, type TakeoverParts, TakeoverStopped } from './parts.ts';
import { type Plan, planTakeover, queueOf } from './reading.ts';

/** Moved in one go; each go waits for as long as a send can take. */
const AT_ONCE = 1000;
/** Orders of the shop that are asked for together. */
const ORDERS_AT_ONCE = 100;

/** E-mails that an earlier run has archived, or was about to. */
export async function takenEmails(
  parts: Pick<TakeoverParts, 'registers' | 'store'>,
): Promise<ReadonlySet<string>> {
  return new Set((await progressOf(parts))?.emails);
}

/**
 * Moves what a shop has in Follow-Up Emails: the e-mails are archived there, which stops new items and queued ones;
 * sent items are done here; unsent ones are moved one by one. Interrupted anywhere and run again it ends the same, and
 * a second run changes nothing.
 * @throws TakeoverStopped when the shop or Mautic does not answer; Error that lists what must be done before.
 */
export async function takeOver(parts: TakeoverParts): Promise<void> {
  const before = await progressOf(parts);
  const first = await planTakeover(parts, new Set(before?.emails));
  const obstacles = await obstaclesTo(parts, first);
  if (obstacles.length > 0) throw new Error(obstacles.join('\n'));
  if (before?.stoppedAt !== undefined) await move(parts, { ...before, stoppedAt: before.stoppedAt });
  const stopped = await stop(parts, first, before);
  // What was queued until then is in no list that was read before.
  const plan = await planTakeover(parts, new Set(stopped.emails));
  const { unread, failure } = await bringIn(parts, [...plan.unsent, ...plan.sent]);
  await markSent(parts, plan.sent);
  const [waiting = [], known = []] = partedBy(plan.unsent, ({ orderId }) => unread.has(orderId ?? ''));
  const moving = known.flatMap((item) => movingOf(parts, item) ?? []);
  for (let at = 0; at < moving.length; at += AT_ONCE) {
    const progress = { ...stopped, moving: moving.slice(at, at + AT_ONCE) };
    await writeProgress(parts, progress);
    await move(parts, progress);
  }
  for (const { id } of plan.orphans)
    parts.report({ what: 'item', id, outcome: 'stays there and is not sent: no order carries it' });
  for (const item of known)
    if (movingOf(parts, item) === undefined) parts.report({ what: 'item', id: item.id, outcome: NO_TIME });
  for (const { id } of waiting)
    parts.report({ what: 'item', id, outcome: 'stays there until its order can be read: run this again' });
  if (failure) throw new TakeoverStopped({ ...failure, message: unreadText(unread.size, failure.message) });
}

const NO_TIME = 'stays there and is not sent: it does not say when it was to go out';

function unreadText(orders: number, why: string): string {
  return `${counted(orders, 'order')} of the queue could not be read; everything else is moved. Run this again within seven days, or what was to go out for them lapses. ${why}`;
}

/** Those of which it holds, and the others. */
function partedBy<Item>(
  items: readonly Item[],
  holds: (item: Item) => boolean,
): readonly (readonly Item[])[] {
  return [items.filter(holds), items.filter((item) => !holds(item))];
}

type Stopped = Progress & { readonly stoppedAt: number };

/** Archives what becomes a rule. What is new since an earlier run stops now. */
async function stop(parts: TakeoverParts, plan: Plan, before: Progress | undefined): Promise<Stopped> {
  const ids = plan.emails.flatMap(({ email, rule }) => (rule ? [email.id] : []));
  const isAllStopped = before?.stoppedAt !== undefined && ids.every((id) => before.emails.includes(id));
  const emails = [...new Set([...(before?.emails ?? []), ...ids])];
  const { stops: known = {}, stoppedAt: allStoppedAt } = before ?? {};
  const begun = { emails, moving: [], stops: known };
  if (!isAllStopped) await writeProgress(parts, begun);
  const stops = await archive(parts, plan, isAllStopped ? { ...before, ...begun } : begun);
  const stopped = { ...begun, stops, stoppedAt: (isAllStopped && allStoppedAt) || parts.clock.now() };
  if (!isAllStopped) await writeProgress(parts, stopped);
  return stopped;
}

/** What is in the register is finished before anything else: rows that are deleted there are in no list any more. */
async function move(parts: TakeoverParts, progress: Stopped): Promise<void> {
  const { moving, stoppedAt, stops = {} } = progress;
  if (moving.length === 0) return;
  const emailIds = new Set(moving.map(({ emailId }) => emailId));
  const held = new Set<string>();
  for (const emailId of emailIds)
    for (const { id } of await queueOf(parts, { emailId, held: true })) held.add(id);
  await moveItems(parts, moving, { held, stoppedAt: (emailId) => stops[emailId] ?? stoppedAt });
  await writeProgress(parts, { ...progress, moving: [] });
}

/** Every e-mail that becomes a rule; one that is archived already stays so. When each was, is noted at once. */
async function archive(
  parts: TakeoverParts,
  { emails }: Plan,
  progress: Progress,
): Promise<NonNullable<Progress['stops']>> {
  let { stops = {} } = progress;
  for (const { email, rule, stays } of emails) {
    const outcome = rule ? `archived, ${rule.id} here` : `stays there: ${stays ?? ''}`;
    parts.report({ what: 'e-mail', id: email.id, outcome });
    if (!rule || email.status === 'archived') continue;
    answered(await parts.old.changeEmail(email.id, { status: 'archived' }));
    stops = { ...stops, [email.id]: parts.clock.now() };
    await writeProgress(parts, { ...progress, stops });
  }
  return stops;
}

async function bringIn(parts: TakeoverParts, items: readonly OldItem[]): Promise<BroughtIn> {
  const unread = new Set<string>();
  let failure: BroughtIn['failure'];
  const ids = [...new Set(items.flatMap(({ orderId }) => orderId ?? []))];
  for (let at = 0; at < ids.length; at += ORDERS_AT_ONCE) {
    const some = ids.slice(at, at + ORDERS_AT_ONCE);
    const known = await parts.things.load(some.map((id) => refOf(parts, id)));
    const unknown = some.filter((id) => !known.has(refName(refOf(parts, id))));
    if (unknown.length === 0) continue;
    const brought = await parts.bringIn(unknown);
    for (const id of brought.unread) unread.add(id);
    failure = brought.failure ?? failure;
  }
  return { unread, ...(failure && { failure }) };
}

/** Nobody gets here what was sent there. */
async function markSent(parts: TakeoverParts, sent: readonly OldItem[]): Promise<void> {
  for (const { emailId, orderId, sentAt } of sent) {
    if (emailId === undefined || orderId === undefined) continue;
    const ref = refOf(parts, orderId);
    const effect = followUpId({ id: ruleIdOf({ id: emailId }) });
    const entry = (await parts.things.load([ref])).get(refName(ref));
    if (entry === undefined || entry.effects[effect]?.state === 'done') continue;
    await parts.things.markEffect(ref, effect, { state: 'done', at: sentAt ?? parts.clock.now() });
  }
}

/** `undefined`: nobody can tell when it was to go out. */
function movingOf({ store }: TakeoverParts, item: OldItem): MovingItem | undefined {
  const { id, emailId, orderId, scheduledLocal } = item;
  const plannedAt = scheduledLocal && store.timezone && instantOf(scheduledLocal, store.timezone);
  if (emailId === undefined || orderId === undefined || scheduledLocal === undefined) return undefined;
  return typeof plannedAt === 'number' ? { id, emailId, orderId, scheduledLocal, plannedAt } : undefined;
}

function refOf({ store }: TakeoverParts, id: string): Ref {
  return { kind: 'order', store: store.id, id };
}

async function progressOf({
  registers,
  store,
}: Pick<TakeoverParts, 'registers' | 'store'>): Promise<Progress | undefined> {
  return readProgress((await registers.read(takeoverRegister(store.id)))?.text);
}

async function writeProgress(parts: TakeoverParts, progress: Progress): Promise<void> {
  const register = takeoverRegister(parts.store.id);
  const known = await parts.registers.read(register);
  if (await parts.registers.write(register, JSON.stringify(progress), known?.revision)) return;
  throw new Error(`Another takeover of the store ${parts.store.id} is at work: wait until it has ended`);
}
