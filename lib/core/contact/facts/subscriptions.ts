import type { EffectStates } from '../../ledger/effect-state.ts';
import { isGone, type SubscriptionState } from '../../ledger/fold/order.ts';
import { type Ref, refName } from '../../ledger/snapshot.ts';
import { SUBSCRIPTION_STATUSES, type SubscriptionData } from '../../ledger/subscription.ts';
import type { Policy } from '../../policy/policy.ts';
import type { FieldInfo, NeededField } from '../contact-write.ts';
import { fieldText } from '../text/plain-text.ts';
import type { KnownOrder } from './known-order.ts';

/** A subscription with its name in the ledger; the data is there, and the store has it. */
export interface KnownSubscription {
  readonly ref: Ref;
  readonly state: SubscriptionState;
  readonly data: SubscriptionData;
  /** What has been done for it once. */
  readonly effects: EffectStates;
}

/** Whether the store has deleted every order of it that is known, and it with them. */
export function isWithoutOrders({ ref, data }: KnownSubscription, orders: readonly KnownOrder[]): boolean {
  if (data.goesWithOrders !== true) return false;
  const own = orders.filter(
    (order) =>
      order.ref.store === ref.store &&
      (order.ref.id === data.orderId || order.data.subscriptionId === ref.id),
  );
  return own.length > 0 && own.every(({ state }) => isGone(state));
}

type Values = Record<string, string | null>;

/** The fields of subscriptions; none where the policy has none. */
export function subscriptionFields({ subscriptions }: Pick<Policy, 'subscriptions'>): readonly NeededField[] {
  if (!subscriptions) return [];
  const { status, nextBilling } = subscriptions.aliases;
  const fields: NeededField[] = [];
  if (status) fields.push({ alias: status, label: 'Subscription Status', type: 'text' });
  if (nextBilling) fields.push({ alias: nextBilling, label: 'Next Billing Date', type: 'date' });
  return fields;
}

/** The values of those fields that this Mautic has: blank without a subscription. */
export function subscriptionValues(
  known: readonly KnownSubscription[],
  { subscriptions }: Pick<Policy, 'subscriptions'>,
  fields: ReadonlyMap<string, FieldInfo>,
): Values {
  if (!subscriptions) return {};
  const { status, nextBilling } = subscriptions.aliases;
  const billing = nextBillingOf(known);
  const values: readonly (readonly [string | false, string | undefined])[] = [
    [status, foremost(known)?.data.status],
    [nextBilling, billing === undefined ? undefined : new Date(billing).toISOString().slice(0, 10)],
  ];
  return Object.fromEntries(
    values.flatMap(([alias, value]) => {
      const field = alias === false ? undefined : fields.get(alias);
      if (alias === false || !field || field.leftOut) return [];
      return [[alias, fieldText(value ?? '', field.limit) || null]];
    }),
  );
}

/** One tag for each status there is. A function replacement: `$` in a status is no pattern. */
export function subscriptionTags(
  known: readonly KnownSubscription[],
  { subscriptions }: Pick<Policy, 'subscriptions'>,
): readonly string[] {
  const template = subscriptions?.tag;
  if (!template || known.length === 0) return [];
  return [...new Set(known.map(({ data }) => template.replace(/\{status\}/g, () => data.status)))];
}

/** Of several the one that is most alive, of equals the one that was made last. */
function foremost(known: readonly KnownSubscription[]): KnownSubscription | undefined {
  return [...known].sort(
    (a, b) => rankOf(a) - rankOf(b) || b.data.createdAt - a.data.createdAt || byName(a, b),
  )[0];
}

function rankOf({ data }: KnownSubscription): number {
  const statuses: readonly string[] = SUBSCRIPTION_STATUSES;
  const rank = statuses.indexOf(data.status);
  return rank < 0 ? statuses.length : rank;
}

function byName(a: KnownSubscription, b: KnownSubscription): number {
  return refName(a.ref) < refName(b.ref) ? -1 : 1;
}

/** Statuses in which the next payment will be asked for. */
const PAYING: ReadonlySet<string> = new Set(['active', 'trialing', 'past_due']);

/** The earliest of all, epoch ms. */
function nextBillingOf(known: readonly KnownSubscription[]): number | undefined {
  const dates = known
    .filter(({ data }) => PAYING.has(data.status))
    .flatMap(({ data }) => data.nextBillingAt ?? []);
  return dates.length === 0 ? undefined : Math.min(...dates);
}
