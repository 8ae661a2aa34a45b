import { parsedFeed, type RawFeedBody } from './fluentcart-oracle.ts';
import { asAddress, type RawDelivery } from './oracle.ts';

/**
 * An independent calculation of what Mautic must hold of people's subscriptions in a FluentCart store, straight from
 * raw bodies and the words of the design. It shares no code with the bridge.
 */

/** A subscription as a feed or REST shows it. */
export interface RawSubscription {
  readonly id: number | string;
  readonly status: string;
  readonly bill_count: string;
  readonly next_billing_date: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** As it is told between the shop and the calculation. */
export interface SubscriptionSaid {
  readonly id: string;
  readonly email: string;
  readonly status: string;
  readonly next: string | null;
  readonly date_created_gmt: string;
  readonly date_modified_gmt: string;
  readonly payments: number;
}

export interface ExpectedSubscriptions {
  readonly status: string;
  /** `YYYY-MM-DD`. */
  readonly next: string | undefined;
  readonly tags: readonly string[];
}

/** One word for one thing (facts/fluentcart A1). */
const WORDS: Readonly<Record<string, string>> = { canceled: 'cancelled', failing: 'past_due' };
/** The most alive first. */
const LIVELINESS = [
  'active',
  'trialing',
  'past_due',
  'paused',
  'pending',
  'cancelled',
  'expired',
  'completed',
];
/** In these the next payment will be asked for. */
export const PAYING: readonly string[] = ['active', 'trialing', 'past_due'];
/** How far one got, of two states of one second. */
const PROGRESS = ['pending', 'trialing', 'active', 'past_due', 'paused', 'cancelled', 'expired', 'completed'];

/** The subscriptions in a feed's body; none of the test mode. */
export function subscriptionsSaid(text: string, receivedAt = ''): readonly RawDelivery[] {
  const body = parsedFeed(text) as (RawFeedBody & { readonly subscriptions?: object }) | undefined;
  if (body?.order.mode !== 'live') return [];
  const { billing_address: bill, customer, subscriptions = [] } = body;
  const email = bill.email || customer.email || '';
  return (Object.values(subscriptions) as RawSubscription[]).map((one) =>
    subscriptionSaid(one, email, receivedAt),
  );
}

/** `email`: as typed, of the order it began with. */
export function subscriptionSaid(raw: RawSubscription, email: string, receivedAt = ''): RawDelivery {
  const said: SubscriptionSaid = {
    id: String(raw.id),
    email,
    status: WORDS[raw.status] ?? raw.status,
    next: raw.next_billing_date,
    date_created_gmt: raw.created_at.replace('+00:00', ''),
    date_modified_gmt: raw.updated_at.replace('+00:00', ''),
    payments: Number(raw.bill_count),
  };
  const topic = 'subscription.updated';
  return { topic, webhookId: 'feed', deliveryId: '', receivedAt, body: JSON.stringify(said) };
}

/** E-mail in lower case → what follows from all its subscriptions. */
export function expectedSubscriptions(
  deliveries: readonly RawDelivery[],
): ReadonlyMap<string, ExpectedSubscriptions> {
  const all = [...newestSubscriptions(deliveries).values()];
  const byEmail = Map.groupBy(all, ({ email }) => (email === '' ? '' : asAddress(email)));
  byEmail.delete('');
  return new Map([...byEmail].map(([email, own]) => [email, expected(own)]));
}

/** By id what was said of each last. */
export function newestSubscriptions(
  deliveries: readonly RawDelivery[],
): ReadonlyMap<string, SubscriptionSaid> {
  const newest = new Map<string, { readonly said: SubscriptionSaid; readonly rank: string }>();
  for (const { topic, body, receivedAt = '' } of deliveries) {
    if (!topic.startsWith('subscription.')) continue;
    const said = JSON.parse(body) as SubscriptionSaid;
    const rank = rankOf(said, receivedAt);
    if (rank >= (newest.get(said.id)?.rank ?? '')) newest.set(said.id, { said, rank });
  }
  return new Map([...newest].map(([id, { said }]) => [id, said]));
}

function rankOf({ date_modified_gmt: at, payments, status }: SubscriptionSaid, receivedAt: string): string {
  const progress = PROGRESS.indexOf(status) + 1;
  return [at, String(payments).padStart(5, '0'), String(progress).padStart(2, '0'), receivedAt].join(' ');
}

function expected(own: readonly SubscriptionSaid[]): ExpectedSubscriptions {
  const statuses = LIVELINESS.filter((status) => own.some((one) => one.status === status));
  const dates = own.flatMap(({ status, next }) =>
    PAYING.includes(status) && next ? [next.slice(0, 10)] : [],
  );
  return {
    status: statuses[0] ?? '',
    next: dates.sort()[0],
    tags: statuses.map((status) => `subscription:${status}`).sort(),
  };
}
