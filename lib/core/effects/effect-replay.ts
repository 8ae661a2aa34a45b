import { isCouponId } from '../contact/coupon.ts';
import type { EffectState } from '../ledger/effect-state.ts';
import { isGone, type OrderState, type State } from '../ledger/fold/order.ts';
import { isEffectOf } from '../policy/follow-ups/follow-ups.ts';
import type { Policy } from '../policy/policy.ts';

/** What a replay does with a parked effect. */
export type EffectReplay =
  /** In doubt again: Mautic is looked at before it is added. */
  | { readonly replay: 'look'; readonly outcome: string }
  /** It was refused before anything was done, or somebody takes the risk of doing it twice. */
  | { readonly replay: 'retry'; readonly outcome: string }
  | { readonly replay: 'keep'; readonly outcome: string };

interface Parked {
  readonly id: string;
  readonly state: EffectState;
  /** What the effect stands on. */
  readonly thing: State;
}

export interface EffectReplayOptions {
  readonly policy: Policy;
  /** An e-mail that may have been sent is sent again. */
  readonly resend: boolean;
}

/** Reason of an e-mail of which nobody can tell whether it was sent. */
const EMAIL_IN_DOUBT = 'email-in-doubt';

/**
 * What to do with a parked note or e-mail. A note is looked up in Mautic before it is added, whatever parked it; an
 * e-mail that may have been sent is not sent again unless that is asked for.
 */
export function replayOf({ id, state, thing }: Parked, options: EffectReplayOptions): EffectReplay {
  if (isCouponId(id)) return COUPON;
  if (thing.type === 'order') return replayOfOrder({ id, state, order: thing }, options);
  if (thing.type === 'product' || !isFollowUp(id)) return keep('this version knows no such effect');
  if (thing.contact === undefined) return keep('what it is about has no contact');
  return replayOfFollowUp(id, state, options);
}

/** The shop takes no code twice, and a coupon keeps its code: it may always be tried again. */
const COUPON: EffectReplay = {
  replay: 'retry',
  outcome: 'be looked for in the shop, and made where it is missing and still asked for',
};

interface ParkedOfOrder extends Omit<Parked, 'thing'> {
  readonly order: OrderState;
}

function replayOfOrder(
  { id, state, order }: ParkedOfOrder,
  { policy, resend }: EffectReplayOptions,
): EffectReplay {
  const [kind, ...rest] = id.split(':');
  const status = rest.join(':');
  if (isGone(order)) return keep('its order is deleted');
  if (order.contact === undefined) return keep('its order has no contact');
  if (isFollowUp(id)) return replayOfFollowUp(id, state, { policy, resend });
  if (kind === 'note') return replayOfNote(status, policy);
  if (kind === 'email') return replayOfEmail({ status, state, order }, { policy, resend });
  return keep('this version knows no such effect');
}

function isFollowUp(id: string): boolean {
  return id.startsWith('followup:') || id.startsWith('note:followup:');
}

/** Whether it is still called for is decided when it is looked at. */
function replayOfFollowUp(
  id: string,
  state: EffectState,
  { policy: { followUps = [] }, resend }: EffectReplayOptions,
): EffectReplay {
  const rule = followUps.find((one) => isEffectOf(one, id));
  if (rule === undefined) return keep('the policy has no such follow-up any more');
  if (rule.note !== undefined || rule.campaign !== undefined)
    return { replay: 'look', outcome: 'be looked for in Mautic, and done if it is called for' };
  if (rule.send === undefined) return { replay: 'retry', outcome: 'be done if it is called for' };
  if (state.reason !== EMAIL_IN_DOUBT || resend)
    return { replay: 'retry', outcome: 'be sent if it is called for and not seven days late' };
  return keep('it may have been sent, and resending was not asked for');
}

function replayOfNote(status: string, { notes }: Policy): EffectReplay {
  if (!notes.includes(status)) return keep('the policy asks for no such note any more');
  return { replay: 'look', outcome: 'be looked for in Mautic, and added where it is missing' };
}

function replayOfEmail(
  { status, state, order }: Omit<ParkedOfOrder, 'id'> & { readonly status: string },
  { policy, resend }: EffectReplayOptions,
): EffectReplay {
  if (!Object.hasOwn(policy.emails, status)) return keep('the policy asks for no such e-mail any more');
  if (order.data?.status !== status) return keep(`its order is ${order.data?.status ?? 'unknown'} now`);
  if (order.data.parentId !== undefined)
    return keep('its order is a part of another, which is told by itself');
  if (state.reason !== EMAIL_IN_DOUBT) return { replay: 'retry', outcome: 'be sent' };
  if (resend) return { replay: 'retry', outcome: 'be sent again, although it may have been sent before' };
  return keep('it may have been sent, and resending was not asked for');
}

function keep(why: string): EffectReplay {
  return { replay: 'keep', outcome: `stay parked: ${why}` };
}
