import type { EffectState } from '../../core/ledger/effect-state.ts';
import { TAKEOVER } from '../../core/ledger/effect-state.ts';
import { type Ref, refName } from '../../core/ledger/snapshot.ts';
import { followUpId } from '../../core/policy/follow-ups/follow-ups.ts';
import type { Entry } from '../../core/ports/ledger.ts';
import { nextOf, outcomeOf } from '../../core/takeover/handover.ts';
import type { MovingItem } from '../../core/takeover/progress.ts';
import { wantNow } from '../wants/want-now.ts';
import { answered, type TakeoverParts } from './parts.ts';

/** Moves items one by one; what is said in the ledger first decides after a crash. */
export async function moveItems(
  parts: TakeoverParts,
  items: readonly MovingItem[],
  { held, stoppedAt }: { readonly held: ReadonlySet<string>; readonly stoppedAt: number },
): Promise<void> {
  for (const item of items) await hold(parts, item, held);
  const last = await heldUntil(parts, items);
  if (last > parts.clock.now()) await parts.clock.sleep(last - parts.clock.now());
  for (const item of items) await look(parts, item, stoppedAt);
  for (const item of items) await take(parts, item);
}

function refOf({ store }: TakeoverParts, { orderId }: MovingItem): Ref {
  return { kind: 'order', store: store.id, id: orderId };
}

function effectOf({ emailId }: MovingItem): string {
  return followUpId({ id: `fue-${emailId}` });
}

async function entryOf(parts: TakeoverParts, item: MovingItem): Promise<Entry | undefined> {
  const ref = refOf(parts, item);
  return (await parts.things.load([ref])).get(refName(ref));
}

async function knownOf(parts: TakeoverParts, item: MovingItem): Promise<EffectState | undefined> {
  return (await entryOf(parts, item))?.effects[effectOf(item)];
}

/** Said here, then held there. */
async function hold(parts: TakeoverParts, item: MovingItem, held: ReadonlySet<string>): Promise<void> {
  const entry = await entryOf(parts, item);
  if (entry === undefined) return parts.report({ what: 'item', id: item.id, outcome: NO_ORDER });
  const { next } = nextOf(entry.effects[effectOf(item)], held.has(item.id));
  if (next !== 'hold') return;
  const state = { state: 'refused', at: parts.clock.now(), reason: TAKEOVER.held } as const;
  await parts.things.markEffect(refOf(parts, item), effectOf(item), state);
  const outcome = await parts.old.changeQueueItem(item.id, { held: true });
  if (!outcome.ok && outcome.failure.code !== 'not-there') answered(outcome);
}

const NO_ORDER = 'stays there: the shop has no such order any more';

/** Epoch ms; the last of them that has to be waited for. */
async function heldUntil(parts: TakeoverParts, items: readonly MovingItem[]): Promise<number> {
  let last = 0;
  for (const item of items) {
    const next = nextOf(await knownOf(parts, item), true);
    if (next.next === 'look') last = Math.max(last, next.at);
  }
  return last;
}

/** Read again once it has been held for longer than a send can take. */
async function look(parts: TakeoverParts, item: MovingItem, stoppedAt: number): Promise<void> {
  const now = parts.clock.now();
  const next = nextOf(await knownOf(parts, item), true);
  if (next.next !== 'look' || next.at > now) return;
  const found = answered(await parts.old.queueItem(item.id));
  const outcome = outcomeOf(found, { plannedAt: item.plannedAt, stoppedAt, now });
  await parts.things.markEffect(refOf(parts, item), effectOf(item), outcome);
  if (outcome.reason !== TAKEOVER.ours)
    parts.report({
      what: 'item',
      id: item.id,
      outcome: `${outcome.state}: ${outcome.reason ?? 'sent there'}`,
    });
}

/** Deleted there, and only then due here. */
async function take(parts: TakeoverParts, item: MovingItem): Promise<void> {
  const entry = await entryOf(parts, item);
  if (nextOf(entry?.effects[effectOf(item)], true).next !== 'take') return;
  const { id, emailId, orderId, scheduledLocal, plannedAt } = item;
  parts.report({ what: 'item', id, outcome: 'moved', deleted: { emailId, orderId, scheduledLocal } });
  answered(await parts.old.deleteQueueItem(id));
  const due = { state: 'refused', at: plannedAt, reason: TAKEOVER.due, plannedAt } as const;
  await parts.things.markEffect(refOf(parts, item), effectOf(item), due);
  const contact = entry?.state.type === 'order' ? entry.state.contact : undefined;
  if (contact !== undefined) await wantNow(parts, contact);
}
