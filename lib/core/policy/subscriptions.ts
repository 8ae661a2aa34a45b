import * as v from 'valibot';
import { FieldAlias } from './aliases/field-alias.ts';

const StatusTag = v.pipe(
  v.string(),
  v.nonEmpty('must not be empty'),
  v.check((text) => !text.startsWith('-'), 'must not start with "-": Mautic would take that tag away'),
  v.check(
    (text) => [...text.matchAll(/\{([^}]*)\}/g)].every(([, name]) => name === 'status'),
    'must hold nothing but {status} in braces',
  ),
);

const Alias = v.union([FieldAlias, v.literal(false)]);

/** What of people's subscriptions stands in Mautic. */
export const Subscriptions = v.strictObject({
  /** A tag for each status that one of them is in; `false` leaves it out. */
  tag: v.optional(v.union([StatusTag, v.literal(false)]), 'subscription:{status}'),
  /** Where they go; `false` leaves one out. */
  aliases: v.optional(
    v.pipe(
      v.strictObject({
        /** The status of the one that matters most. */
        status: v.optional(Alias, 'subscription_status'),
        /** The day of the next payment, of whichever comes first. */
        nextBilling: v.optional(Alias, 'next_billing_date'),
      }),
      v.check(
        ({ status, nextBilling }) => status === false || status !== nextBilling,
        'must differ from each other',
      ),
    ),
    {},
  ),
});
export type Subscriptions = v.InferOutput<typeof Subscriptions>;
