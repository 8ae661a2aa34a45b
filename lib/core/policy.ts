import * as v from 'valibot';

const nonEmpty = v.pipe(v.string(), v.nonEmpty('must not be empty'));

/** Mautic cuts longer aliases and folds other characters, silently (recordings 199, 201). */
const FieldAlias = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9_]{0,23}[a-z0-9]$/, 'must be 2 to 25 of a-z, 0-9 and _, not ending in _'),
);

const PLACEHOLDERS = ['status', 'sku', 'category'] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

const TagTemplate = v.pipe(
  nonEmpty,
  v.check((text) => !text.startsWith('-'), 'must not start with "-": Mautic would take that tag away'),
  v.check(
    (text) => [...text.matchAll(/\{([^}]*)\}/g)].length <= 1 && placeholderOf(text) !== 'unknown',
    `may hold one of {status}, {sku}, {category}`,
  ),
);

/** Which placeholder a tag template holds, if any. */
export function placeholderOf(template: string): Placeholder | 'unknown' | undefined {
  const name = /\{([^}]*)\}/.exec(template)?.[1];
  if (name === undefined) return undefined;
  return PLACEHOLDERS.find((known) => known === name) ?? 'unknown';
}

const IgnoredAddress = v.pipe(
  v.string(),
  v.regex(/^(\*|[^@*\s]+)@[^@*\s]+$/, 'must be an address or *@domain'),
  v.toLowerCase(),
);

/** One store that sends webhooks. Without `url` deliveries of any source are accepted. */
export const Store = v.strictObject({
  id: v.pipe(
    v.string(),
    v.regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be lower-case letters, digits and hyphens'),
  ),
  kind: v.picklist(['woocommerce'], 'must be woocommerce'),
  url: v.optional(v.pipe(v.string(), v.url('must be a URL'))),
  currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, 'must be a three-letter ISO 4217 code')),
});
export type Store = v.InferOutput<typeof Store>;

/** What the user decides about contacts; every key has a default. */
export const Policy = v.strictObject({
  /** An order counts while its status is one of these. */
  countedStatuses: v.optional(v.array(nonEmpty), ['processing', 'completed']),
  /** `create` makes missing fields before the first write, `check` only leaves them out and says so. */
  fields: v.optional(v.picklist(['create', 'check'], 'must be create or check'), 'create'),
  /** Where order data goes; `false` leaves it out. Defaults are the WooCommerce plugin's aliases. */
  aliases: v.optional(
    v.strictObject({
      orderData: v.optional(v.union([FieldAlias, v.literal(false)]), 'mautic_woo_order_data'),
      totalSpent: v.optional(v.union([FieldAlias, v.literal(false)]), 'mautic_woo_total_spent'),
      orderCount: v.optional(v.union([FieldAlias, v.literal(false)]), 'mautic_woo_order_count'),
    }),
    {},
  ),
  /** Identity fields that are off by default: `company` creates a company in Mautic. */
  company: v.optional(v.boolean(), false),
  address2: v.optional(v.boolean(), false),
  /** {status} of the newest order; {sku} and {category} over counted orders. Tags end in lower case. */
  tags: v.optional(v.array(TagTemplate), ['status:{status}', 'sku:{sku}', 'category:{category}']),
  /** Addresses that never become contacts: `name@example.com` or `*@example.com`. */
  ignore: v.optional(v.array(IgnoredAddress), []),
  /** A contact with more orders is parked: it is a house account, not a person. */
  maxOrders: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 5000),
});
export type Policy = v.InferOutput<typeof Policy>;

/** The whole of `bridge.config.ts`. */
export const BridgeConfig = v.strictObject({
  stores: v.pipe(
    v.array(Store),
    v.minLength(1, 'must hold at least one store'),
    v.check((stores) => new Set(stores.map(({ id }) => id)).size === stores.length, 'store ids must differ'),
  ),
  mautic: v.strictObject({
    /** Base URL, with its path when Mautic lives under one. */
    url: v.pipe(v.string(), v.url('must be a URL')),
  }),
  policy: v.optional(Policy, {}),
});
export type BridgeConfig = v.InferOutput<typeof BridgeConfig>;

/**
 * Checks a configuration and fills in the defaults.
 * @throws Error that lists every problem at once, each with its place.
 */
export function defineBridge(config: v.InferInput<typeof BridgeConfig>): BridgeConfig {
  const result = v.safeParse(BridgeConfig, config);
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => `  ${v.getDotPath(issue) ?? 'config'}: ${issue.message}`);
  throw new Error(`bridge.config.ts has ${String(problems.length)} problem(s):\n${problems.join('\n')}`);
}

/** The defaults, for whoever needs a policy without a configuration file. */
export const DEFAULT_POLICY: Policy = v.parse(Policy, {});

/** Whether the policy says that this (normalised) address never becomes a contact. */
export function isIgnored({ ignore }: Policy, email: string): boolean {
  return ignore.some((pattern) =>
    pattern.startsWith('*') ? email.endsWith(pattern.slice(1)) : email === pattern,
  );
}
