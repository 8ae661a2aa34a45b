import { asAddress, DEFAULT_COUNTING, type RawDelivery, saidBy } from './oracle.ts';

/** An answer that was given elsewhere than in an order. */
export interface OtherAnswer {
  readonly email: string;
  /** Epoch ms, whole seconds. */
  readonly at: number;
  readonly yes: boolean;
}

/**
 * E-mail in lower case → the newest answer to a checkout field: by when the order was placed; of two of one second no.
 */
export function expectedAnswers(
  deliveries: readonly RawDelivery[],
  field: string,
  others: readonly OtherAnswer[] = [],
): ReadonlyMap<string, boolean> {
  const answers = new Map<string, { readonly at: string; readonly yes: boolean }>();
  const keep = (email: string, at: string, isYes: boolean) => {
    const known = answers.get(email);
    if (known && known.at > at) return;
    answers.set(email, { at, yes: isYes && (known?.at !== at || known.yes) });
  };
  for (const order of saidBy(deliveries, DEFAULT_COUNTING).orders) {
    const value = order.meta_data?.find(({ key }) => key === `_wc_other/${field}`)?.value;
    if (value !== undefined) keep(asAddress(order.billing.email), order.date_created_gmt, value === '1');
  }
  for (const { email, at, yes } of others) keep(email, new Date(at).toISOString().slice(0, 19), yes);
  return new Map([...answers].map(([email, { yes }]) => [email, yes]));
}
