import * as v from 'valibot';

/** A whole number from `least` to `most`, as AWS takes it. */
function wholeNumber(least: number, most: number) {
  const message = `must be a whole number from ${String(least)} to ${String(most)}`;
  return v.pipe(
    v.number(message),
    v.check((value) => Number.isInteger(value) && value >= least && value <= most, message),
  );
}

const TagKey = v.pipe(
  v.string(),
  v.regex(/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu, 'must be a tag key that AWS takes'),
);
const TagValue = v.pipe(
  v.string(),
  v.regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u, 'must be a tag value that AWS takes'),
);

/** How the bridge stands in AWS; the defaults suit one shop in a new account. */
export const AwsSettings = v.strictObject({
  /**
   * Requests the API lets through, per second and at once. What is beyond is answered 429 without starting anything,
   * and WooCommerce does not send it again. The limits are those of an account.
   */
  rateLimit: v.optional(
    v.strictObject({
      perSecond: v.optional(wholeNumber(1, 10_000), 50),
      burst: v.optional(wholeNumber(1, 5_000), 100),
    }),
    {},
  ),
  /** How often `sync` may run at once; each calls Mautic. */
  syncConcurrency: v.optional(wholeNumber(2, 1000), 2),
  /** Whether CloudFormation refuses to delete the stack; without it production is protected and other stages are not. */
  terminationProtection: v.optional(v.boolean()),
  /** Tags on every resource, beside `application`. */
  tags: v.optional(v.record(TagKey, TagValue), {}),
});
