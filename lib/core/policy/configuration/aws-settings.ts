import * as v from 'valibot';
import { Moment } from '../moment.ts';

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

/** Days that CloudWatch can keep a log; it takes no others. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** MB, as Lambda takes it; with 128 no function of the bridge is even loaded. */
const memory = v.optional(wholeNumber(256, 10_240));

const Domain = v.strictObject({
  /** What the address of the webhooks begins with, like `hooks.yourshop.com`. */
  name: v.pipe(
    v.string(),
    v.regex(
      /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
      'must be a domain name in lower case like hooks.yourshop.com, without https://',
    ),
  ),
  /** Of a certificate for that name in AWS Certificate Manager, in the region of the bridge. */
  certificateArn: v.pipe(
    v.string(),
    v.regex(
      /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
      'must be the ARN of a certificate in AWS Certificate Manager',
    ),
  ),
});

const LedgerTable = v.strictObject({
  /** As DynamoDB calls it: three to 255 letters, digits, dots, hyphens and underscores. */
  name: v.pipe(v.string(), v.regex(/^[\w.-]{3,255}$/, 'must be the name of a table of DynamoDB')),
  /**
   * When it was restored, if it was: what happened between the moment it shows and this one is not in it. Then
   * `policy.since` must say the same or a later moment, or what was mailed in between is mailed again.
   */
  restoredAt: v.optional(Moment),
});

/** How the bridge stands in AWS; the defaults suit one shop in a new account. */
export const AwsSettings = v.strictObject({
  /**
   * requests the API lets through, per second and at once; what is beyond is answered 429 without starting anything,
   * and WooCommerce does not send it again. A flood of that size costs a few dollars a day, and an alarm tells of it
   */
  rateLimit: v.optional(
    v.strictObject({
      perSecond: v.optional(wholeNumber(1, 10_000), 50),
      burst: v.optional(wholeNumber(1, 5_000), 100),
    }),
    {},
  ),
  /** how often `sync` runs at once; at least 2 */
  syncConcurrency: v.optional(wholeNumber(2, 1000), 2),
  /** how often `record` runs at once; at least 2 */
  recordConcurrency: v.optional(wholeNumber(2, 1000), 2),
  /**
   * of single functions, like `{ sync: 1024 }`; a part of a processor comes with it
   * @default 320 MB: `ingest`; 512 MB: `record`, `sync`; 1769 MB, which is a whole processor: `backfill`; 256 MB: the others
   */
  memory: v.optional(
    v.strictObject({
      ingest: memory,
      record: memory,
      sync: memory,
      sweep: memory,
      reconcile: memory,
      backfill: memory,
      'renew-token': memory,
    }),
    {},
  ),
  /** how long every log is kept */
  logRetentionDays: v.optional(v.picklist(RETENTION_DAYS, `must be one of ${RETENTION_DAYS.join(', ')}`), 30),
  /**
   * `{ name: 'hooks.yourshop.com', certificateArn: 'arn:aws:acm:…' }`: an address of your own for the webhooks,
   * which outlives the API behind it. The certificate is one of AWS Certificate Manager in the same region; point
   * the name at the output `DomainTarget`. Webhooks that go to the API's own address go on working; `reconcile`
   * makes new ones for the name: then delete the old ones
   */
  domain: v.optional(Domain),
  /**
   * `{ name: 'the-table' }`: a ledger that is there already, which a destroyed stack left or which was restored; the
   * runbook's chapter *RestoreTheLedger* says how. The stack uses it and leaves it as it is
   * @default one that the stack makes
   */
  ledgerTable: v.optional(LedgerTable),
  /**
   * whether CloudFormation refuses to delete the stack
   * @default in production, and not in other stages
   */
  terminationProtection: v.optional(v.boolean()),
  /** on every resource, beside `application` */
  tags: v.optional(v.record(TagKey, TagValue), {}),
});
