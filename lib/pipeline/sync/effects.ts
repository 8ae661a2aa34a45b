import type { Effect } from '../../core/effect.ts';
import type { EffectState } from '../../core/effect-state.ts';
import { refName } from '../../core/snapshot.ts';
import type { Draft, SyncParts } from './parts.ts';
import { type Ended, performTaken, type Taken, whereabouts } from './perform.ts';
import { DOUBT_MS, verdictOf } from './verdict.ts';

export interface EffectTarget {
  readonly draft: Draft;
  readonly contactId: number;
}

/** An effect and the draft it came from. */
interface Claimed {
  readonly draft: Draft;
  readonly item: Taken;
}

/**
 * Performs what is due once for the orders of a batch: claims each effect on its order first, looks up what is in
 * doubt before it repeats it, adds notes in one call and sends e-mails one by one.
 * Resolves to the moment each draft has to be looked at again; a draft without one is done.
 */
export async function performEffects(
  parts: SyncParts,
  targets: readonly EffectTarget[],
): Promise<ReadonlyMap<Draft, number>> {
  const dues = new Map<Draft, number>();
  const claimed: Claimed[] = [];
  for (const target of targets) claimed.push(...(await claimAll(parts, target, dues)));
  const endings = await performTaken(
    parts,
    claimed.map(({ item }) => item),
  );
  for (const { draft, item } of claimed) remind(dues, draft, await mark(parts, item, endings.get(item)));
  return dues;
}

/** Takes what is due now of one contact; notes in `dues` what is due later. */
async function claimAll(
  parts: SyncParts,
  { draft, contactId }: EffectTarget,
  dues: Map<Draft, number>,
): Promise<readonly Claimed[]> {
  const claimed: Claimed[] = [];
  for (const effect of draft.effects) {
    const before = stateOf(effect);
    const due = dueOf(before);
    if (due === 'never') continue;
    if (due > parts.clock.now()) remind(dues, draft, due);
    else if (await take(parts, effect, contactId))
      claimed.push({ draft, item: { effect, contactId, before } });
  }
  return claimed;
}

function stateOf({ order, id }: Effect): EffectState | undefined {
  return Object.hasOwn(order.effects, id) ? order.effects[id] : undefined;
}

/** A claim without an end is of a process that died, because a contact has one writer: then it is in doubt. */
function dueOf(known: EffectState | undefined): number | 'never' {
  if (!known) return 0;
  return known.state === 'claimed' || known.state === 'doubt' ? known.at + DOUBT_MS : 'never';
}

function remind(dues: Map<Draft, number>, draft: Draft, due: number | undefined): void {
  if (due !== undefined) dues.set(draft, Math.min(dues.get(draft) ?? due, due));
}

/** One that is taken over stays with the contact it may have been done for, until that is known. */
function take({ things, clock }: SyncParts, effect: Effect, contactId: number): Promise<boolean> {
  const taken = stateOf(effect);
  return things.claimEffect(effect.order.ref, effect.id, {
    at: clock.now(),
    contactId: taken?.contactId ?? contactId,
    ...(taken && { taken }),
  });
}

/** Writes down how it ended; the moment to look again, if there is one. */
async function mark(parts: SyncParts, item: Taken, ended: Ended | undefined): Promise<number | undefined> {
  const { effect } = item;
  const contactId = ended === 'unfound' ? whereabouts(item) : item.contactId;
  const { state, due } = verdictOf(ended, { at: parts.clock.now(), contactId });
  await parts.things.markEffect(effect.order.ref, effect.id, state);
  report(parts, effect, state);
  return due;
}

function report({ log, metrics }: SyncParts, effect: Effect, state: EffectState | undefined): void {
  if (state?.state === 'done') metrics.count('EffectDone');
  if (state?.state !== 'parked') return;
  metrics.count('EffectParked');
  const fields = { order: refName(effect.order.ref), effect: effect.id, reason: state.reason };
  log.error('A note or e-mail is parked until somebody acts', fields);
}
