import type { Acting } from './act-rules.ts';
import type { Cloud } from './cloud.ts';
import type { Rest } from './rest.ts';
import type { SubscriptionLife } from './subscription-life.ts';

/** What the judge looks at where follow-ups do more than to send e-mails about orders. */
export async function actedIn(
  acting: Acting | undefined,
  life: SubscriptionLife | undefined,
  cloud: Cloud,
): Promise<Pick<Rest, 'acting' | 'reaching' | 'subscriptions' | 'effects'>> {
  const reaching = acting === 'everybody';
  if (!acting || reaching) return { acting: false, reaching, subscriptions: new Map(), effects: new Map() };
  const subscriptions = life?.histories ?? new Map();
  return { acting: true, reaching, subscriptions, effects: await cloud.otherEffects() };
}
