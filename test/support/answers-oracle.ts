import { asAddress, DEFAULT_COUNTING, type RawDelivery, saidBy } from './oracle.ts';

/**
 * E-mail in lower case → the newest answer to a checkout field: by when the order was placed; of two of one second no.
 */
export function expectedAnswers(
  deliveries: readonly RawDelivery[],
  field: string,
): ReadonlyMap<string, boolean> {
  const answers = new Map<string, { readonly at: string; readonly yes: boolean }>();
  for (const order of saidBy(deliveries, DEFAULT_COUNTING).orders) {
    const value = order.meta_data?.find(({ key }) => key === `_wc_other/${field}`)?.value;
    const email = asAddress(order.billing.email);
    const known = answers.get(email);
    const at = order.date_created_gmt;
    if (value === undefined || (known && known.at > at)) continue;
    answers.set(email, { at, yes: value === '1' && (known?.at !== at || known.yes) });
  }
  return new Map([...answers].map(([email, { yes }]) => [email, yes]));
}
