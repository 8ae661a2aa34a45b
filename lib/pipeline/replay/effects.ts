import { type EffectReplay, replayOf } from '../../core/effects/effect-replay.ts';
import type { EffectState, EffectStates } from '../../core/ledger/effect-state.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import type { State } from '../../core/ledger/fold/order.ts';
import { isOfError, isWithin } from '../../core/ledger/selection.ts';
import { type Ref, refName } from '../../core/ledger/snapshot.ts';
import type { Run } from './parts.ts';
import { want } from './want.ts';

/** An order, or whatever else something happens for once, as the ledger has it. */
export interface Held<Kept extends State = State> {
  readonly ref: Ref;
  readonly state: Kept;
  readonly effects: EffectStates;
}

interface ParkedEffect {
  readonly id: string;
  readonly state: EffectState;
  readonly remedy: EffectReplay;
}

/** What is parked of a thing and selected. */
export async function replayEffects(run: Run, held: Held): Promise<void> {
  const parked = parkedOf(run, held);
  for (const { id, state, remedy } of parked) {
    const why = `parked (${state.reason ?? 'unknown'}) at ${new Date(state.at).toISOString()}`;
    const what = `${refName(held.ref)} ${id}`;
    run.parts.report({ kind: 'effect', what, why, outcome: remedy.outcome, acts: remedy.replay !== 'keep' });
  }
  const due = parked.filter(({ remedy }) => remedy.replay !== 'keep');
  const contact = held.state.type === 'product' ? undefined : held.state.contact;
  if (run.dryRun || due.length === 0 || contact === undefined) return;
  // Before, so that whoever stops in between leaves nothing that nobody looks at; after, so that it is seen.
  await want(run, contact, false);
  for (const effect of due) await reopen(run, held.ref, { effect, contact });
  await want(run, contact, false);
}

function parkedOf({ selection, parts, resend }: Run, held: Held): readonly ParkedEffect[] {
  const { policy } = parts;
  return Object.entries(held.effects).flatMap(([id, state]) => {
    const selected =
      state.state === 'parked' && isOfError(selection, state.reason) && isWithin(selection, state.at);
    if (!selected) return [];
    return [{ id, state, remedy: replayOf({ id, state, thing: held.state }, { policy, resend }) }];
  });
}

interface Reopening {
  readonly effect: ParkedEffect;
  readonly contact: ContactKey;
}

async function reopen({ parts }: Run, thing: Ref, { effect, contact }: Reopening): Promise<void> {
  const { things, contacts, clock } = parts;
  const { id, state, remedy } = effect;
  if (remedy.replay === 'look') {
    const { at, contactId } = state;
    const doubt = {
      state: 'doubt',
      at,
      reason: 'replay',
      ...(contactId !== undefined && { contactId }),
    } as const;
    return things.markEffect(thing, id, doubt);
  }
  // Claimed first: of two replays at once, one that comes late must not open what is being sent already.
  const contactId = state.contactId ?? (await contacts.profile(contact))?.mauticId ?? 0;
  const coupon = couponIn(state);
  const claim = { at: clock.now(), contactId, ...(coupon && { coupon }), taken: state };
  if (!(await things.claimEffect(thing, id, claim))) return;
  await things.markEffect(thing, id, { state: 'refused', at: clock.now(), reason: 'replay', ...coupon });
}

/** Whatever becomes of it, a coupon keeps its code. */
function couponIn({ code, expiresAt }: EffectState) {
  return code === undefined || expiresAt === undefined ? undefined : { code, expiresAt };
}
