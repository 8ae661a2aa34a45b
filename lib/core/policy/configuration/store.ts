import * as v from 'valibot';
import { isTimeZone } from './local-time.ts';

/** One store that sends webhooks. Without `url` deliveries of any source are accepted. */
export const Store = v.strictObject({
  id: v.pipe(
    v.string(),
    v.regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be lower-case letters, digits and hyphens'),
  ),
  kind: v.picklist(['woocommerce', 'fluentcart'], 'must be woocommerce or fluentcart'),
  url: v.optional(v.pipe(v.string(), v.url('must be a URL'))),
  currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, 'must be a three-letter ISO 4217 code')),
  /** Of the shop's clock, for follow-ups at a time of the day. */
  timezone: v.exactOptional(
    v.pipe(v.string(), v.check(isTimeZone, 'must be a time zone like Europe/Berlin')),
  ),
  /** It has the plugin Follow-Up Emails: whoever opted out there is not mailed (WooCommerce). */
  followUpEmails: v.exactOptional(v.boolean()),
  /** Take orders that the store marks as made in its test mode (FluentCart); they are dropped by default. */
  testOrders: v.exactOptional(v.boolean()),
});
export type Store = v.InferOutput<typeof Store>;
