import { ABANDONED, RECOVERED } from '../../core/contact/carts/abandoned.ts';
import { CART_RULE } from '../../core/contact/coupon.ts';
import { counts } from '../../core/contact/facts/counting.ts';
import { commandLine } from '../../core/ledger/command.ts';
import type { EffectState } from '../../core/ledger/effect-state.ts';
import { isGone, isGoneByMarks, type OrderState } from '../../core/ledger/fold/order.ts';
import type { OrderData, Ref } from '../../core/ledger/snapshot.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Entry } from '../../core/ports/ledger.ts';
import { momentOf, type Passage } from './story.ts';

/** An order of the ledger. */
export interface KnownEntry {
  readonly ref: Ref;
  readonly state: OrderState;
  readonly entry: Entry;
}

/** How an order stands, in a sentence. */
export function orderSummary({ ref, state }: KnownEntry, policy: Policy): string {
  const { data } = state;
  const name = `Order ${data?.number ?? ref.id} of store ${ref.store}`;
  if (!data) return `${name}: only that it was deleted is known.`;
  const money = `${data.total} ${data.currency}${isNothing(data.refunded) ? '' : `, refunded ${data.refunded}`}`;
  return `${name}: ${data.status}, ${money}. ${standingOf(state, data, policy)}`;
}

function standingOf(state: OrderState, data: OrderData, policy: Policy): string {
  if (isGone(state)) return 'It is gone in the shop and counts for nothing.';
  if (state.contact === undefined)
    return `It belongs to nobody in Mautic (${WHY[state.refused ?? ''] ?? 'its address cannot be used'}).`;
  if (data.parentId !== undefined) return `It is a part of order ${data.parentId}.`;
  return counts({ data }, policy)
    ? 'It counts towards the totals of its buyer.'
    : `It does not count: its status is none of ${policy.countedStatuses.join(', ')}.`;
}

const WHY: Readonly<Record<string, string>> = {
  'no-email': 'it has no e-mail address',
  'domain-reserved': 'the shop has erased the person',
  erased: 'its buyer was forgotten',
};

/** What the shop said of an order, and when. */
export function orderPassages({ state, entry }: KnownEntry): readonly Passage[] {
  const { data } = state;
  return [
    ...(data ? [{ at: data.createdAt, of: 'shop', says: 'the order was placed' } as const] : []),
    ...sightPassages(state),
    ...(data?.paidAt === undefined ? [] : [{ at: data.paidAt, of: 'shop', says: 'it was paid' } as const]),
    ...(isGoneByMarks(state) ? [{ of: 'shop', says: 'the shop said that it was deleted' } as const] : []),
    ...(entry.savedAt === undefined
      ? []
      : [{ at: entry.savedAt, of: 'bridge', says: 'the bridge last learnt something new of it' } as const]),
  ];
}

/** The status it has stands last: a checkout passes through several within one second. */
function sightPassages({ sights, data }: OrderState): readonly Passage[] {
  const isNow = ([status]: readonly [string, number]) => Number(status === data?.status);
  return Object.entries(sights)
    .toSorted((one, other) => isNow(one) - isNow(other))
    .map(([status, at]): Passage => ({ at, of: 'shop', says: `it was seen as ${status}` }));
}

/** What was done, is due or waits once for a thing: notes and e-mails. */
export function effectPassages({ effects }: Entry): readonly Passage[] {
  return Object.entries(effects).map(([id, state]) => ({
    at: state.at,
    of: 'effect',
    ...(state.state === 'refused' && { isDue: true }),
    says: `${nameOf(id)} ${howFar(state)}`,
  }));
}

/** What a person must do about notes and e-mails. */
export function effectTodo({ effects }: Entry, what: string): readonly string[] {
  const parked = Object.entries(effects).filter(([, { state }]) => state === 'parked');
  return parked.map(
    ([id, { reason = 'unknown' }]) =>
      `${nameOf(id)} is parked (${reason}). ${TODO[reason] ?? 'Mend what the reason names'}, then: ${commandLine(`replay ${what}`)}`,
  );
}

const TODO: Readonly<Record<string, string>> = {
  'email-in-doubt':
    'Nobody knows whether it was sent: ask the buyer or look into the mailer; to send it again add --resend',
};

function nameOf(id: string): string {
  const [kind = id, ...rest] = id.split(':');
  const status = rest.join(':');
  if (kind === 'note') return `the note on ${status}`;
  if (kind === 'coupon') return `the coupon of ${status === CART_RULE ? 'policy.carts' : status}`;
  if (id === ABANDONED) return 'the mark that it was abandoned';
  if (id === RECOVERED) return 'the mark that it was won back';
  return kind === 'email' ? `the e-mail on ${status}` : `the ${kind} on ${status}`;
}

function howFar({ state, reason, at }: EffectState): string {
  const why = reason === undefined ? '' : ` (${reason})`;
  switch (state) {
    case 'done':
      return 'was done';
    case 'skipped':
      return `was left out${why}`;
    case 'claimed':
      return 'is being done, or a process died over it: it is looked for before anything is repeated';
    case 'doubt':
      return `is in doubt${why}: whether it was done is being looked up`;
    case 'refused':
      return `was refused${why}, and is tried again after ${momentOf(at)}`;
    case 'parked':
      return `is parked${why}`;
  }
}

function isNothing(amount: string): boolean {
  return /^-?0*(\.0*)?$/.test(amount);
}
