import type { EffectState } from '../../core/ledger/effect-state.ts';
import { TAKEOVER } from '../../core/ledger/effect-state.ts';
import { type Ref, refName } from '../../core/ledger/snapshot.ts';
import { followUpId } from '../../core/policy/follow-ups/follow-ups.ts';
import type { Entry } from '../../core/ports/ledger.ts';
import { nextOf, outcomeOf, unwantedAt } from '../../core/takeover/handover.ts';
import type { MovingItem } from '../../core/takeover/progress.ts';
import { wantNow } from '../wants/want-now.ts';
import { answered, type TakeoverParts } from './parts.ts';

interface Stops {
  /** Items that are held there. */
  readonly held: ReadonlySet<string>;
  /** By e-mail: from when on (epoch ms) nothing of it was begun to be sent there. */
  readonly stoppedAt: (emailId: string) => number;
}

/** Moves items one by one; what is said in the ledger first decides after a crash. */
export async function moveItems(
  parts: TakeoverParts,
  items: readonly MovingItem[],
  { held, stoppedAt }: Stops,
): Promise<void> {
  // Of two about the same order the one that is to go out decides.
  const isHeld = ({ id }: MovingItem) => held.has(id);
  for (const item of items.filter((one) => !isHeld(one))) await hold(parts, item, held);
  for (const item of items.filter(isHeld)) await hold(parts, item, held);
  const last = await heldUntil(parts, items);
  if (last > parts.clock.now()) await parts.clock.sleep(last - parts.clock.now());
  for (const item of items) await look(parts, item, stoppedAt(item.emailId));
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

/** Said here, then held there. What the shop has held stays there, and goes out here as little. */
async function hold(parts: TakeoverParts, item: MovingItem, held: ReadonlySet<string>): Promise<void> {
  const entry = await entryOf(parts, item);
  if (entry === undefined) return parts.report({ what: 'item', id: item.id, outcome: NO_ORDER });
  const { next } = nextOf(entry.effects[effectOf(item)], held.has(item.id));
  if (next === 'leave') {
    parts.report({ what: 'item', id: item.id, outcome: HELD_BEFORE });
    return parts.things.markEffect(refOf(parts, item), effectOf(item), unwantedAt(parts.clock.now()));
  }
  if (next !== 'hold') return;
  const state = { state: 'refused', at: parts.clock.now(), reason: TAKEOVER.held } as const;
  await parts.things.markEffect(refOf(parts, item), effectOf(item), state);
  const outcome = await parts.old.changeQueueItem(item.id, { held: true });
  if (!outcome.ok && outcome.failure.code !== 'not-there') answered(outcome);
}

const HELD_BEFORE = 'stays there: the shop itself had held it';
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

/** Deleted there, and only then due here. What an earlier run made due may have died before its contact was wanted. */
async function take(parts: TakeoverParts, item: MovingItem): Promise<void> {
  const entry = await entryOf(parts, item);
  const { next } = nextOf(entry?.effects[effectOf(item)], true);
  if (next === 'take') await makeDue(parts, item);
  const contact = entry?.state.type === 'order' ? entry.state.contact : undefined;
  if ((next === 'take' || next === 'want') && contact !== undefined) await wantNow(parts, contact);
}

async function makeDue(parts: TakeoverParts, item: MovingItem): Promise<void> {
  const { id, emailId, orderId, scheduledLocal, plannedAt } = item;
  parts.report({ what: 'item', id, outcome: 'moved', deleted: { emailId, orderId, scheduledLocal } });
  answered(await parts.old.deleteQueueItem(id));
  const due = { state: 'refused', at: plannedAt, reason: TAKEOVER.due, plannedAt } as const;
  await parts.things.markEffect(refOf(parts, item), effectOf(item), due);
}
