import { domainToASCII } from 'node:url';
import * as v from 'valibot';
import { Carts } from './carts.ts';
import { conflictsIn } from './conflicts.ts';
import { Consent, ContactRules } from './consent.ts';
import { CustomObjects } from './custom-objects.ts';
import { OncePer } from './duration.ts';
import { FieldAlias } from './field-alias.ts';
import { FollowUps } from './follow-ups.ts';
import { FieldMap } from './map.ts';
import { MauticId } from './mautic-id.ts';
import { Moment } from './moment.ts';
import { Subscriptions } from './subscriptions.ts';
import { TagTemplate } from './tag-template.ts';

const nonEmpty = v.pipe(v.string(), v.nonEmpty('must not be empty'));

const IgnoredAddress = v.pipe(
  v.string(),
  v.regex(/^(\*|[^@*\s]+)@[^@*\s]+$/, 'must be an address or *@domain'),
  v.transform(normalised),
);

/** As addresses are: lower case, the domain in punycode. */
function normalised(pattern: string): string {
  const at = pattern.lastIndexOf('@');
  const domain = domainToASCII(pattern.slice(at + 1)) || pattern.slice(at + 1);
  return `${pattern.slice(0, at)}@${domain}`.toLowerCase();
}

/** Written with or without WooCommerce's `wc-`; orders carry it without. */
const Status = v.pipe(
  nonEmpty,
  v.transform((status) => status.replace(/^wc-/, '')),
);

/** A role of WordPress, as the store's REST API names it; `*` is every one. */
const CustomerRoles = v.pipe(
  v.union([v.literal('*'), v.array(nonEmpty)], 'must be a list of roles, or "*" for all'),
  v.transform((roles) => (roles === '*' ? [roles] : roles)),
);

const EmailRule = v.strictObject({
  /** The e-mail's id in Mautic. */
  template: MauticId,
  /** `true` sends it to people who asked not to be contacted, too. */
  transactional: v.optional(v.boolean(), false),
});

/** A contact is in the segment while all that is given holds, and is taken out when it no longer does. */
const SegmentRule = v.strictObject({
  segment: MauticId,
  /** The newest order's status is one of these. */
  statuses: v.optional(v.array(Status)),
  /** At least so many counted orders. */
  minOrders: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  /** At least so much spent in the base currency. */
  minSpent: v.optional(v.pipe(v.string(), v.regex(/^\d+(\.\d+)?$/, 'must be an amount like "100.00"'))),
});
export type SegmentRule = v.InferOutput<typeof SegmentRule>;

/** What an order has to hold. */
const Only = v.pipe(
  v.strictObject({
    skus: v.optional(v.array(nonEmpty), []),
    /** Slugs, as people read them. */
    categories: v.optional(v.array(nonEmpty), []),
  }),
  v.check(
    ({ skus, categories }) => skus.length + categories.length > 0,
    'must name skus, categories or both; leave only out to count every order',
  ),
);

/** What the user decides about contacts; every key has a default. */
const Decisions = v.strictObject({
  /** An order counts while its status is one of these, and in a status of the shop's own while it is paid. */
  countedStatuses: v.optional(v.array(Status), ['processing', 'completed']),
  /** Customer records of these roles are contacts, `*` for all; people with orders are anyway. */
  customerRoles: v.optional(CustomerRoles, ['customer']),
  /** Who becomes a contact besides those who bought. */
  contacts: v.exactOptional(ContactRules),
  /** `create` makes missing fields before the first write, `check` only leaves them out and says so. */
  fields: v.optional(v.picklist(['create', 'check'], 'must be create or check'), 'create'),
  /** Where order data goes; `false` leaves it out. Defaults are the WooCommerce plugin's aliases. */
  aliases: v.optional(
    v.pipe(
      v.strictObject({
        orderData: v.optional(v.union([FieldAlias, v.literal(false)]), 'mautic_woo_order_data'),
        totalSpent: v.optional(v.union([FieldAlias, v.literal(false)]), 'mautic_woo_total_spent'),
        orderCount: v.optional(v.union([FieldAlias, v.literal(false)]), 'mautic_woo_order_count'),
      }),
      v.check((aliases) => differ(aliases), 'must differ from each other'),
    ),
    {},
  ),
  /**
   * What to do with a total that Mautic held before the bridge ever wrote it: `keep` leaves it alone until the history
   * of every store is in the ledger, `overwrite` writes what the ledger knows.
   */
  existingTotals: v.optional(v.picklist(['keep', 'overwrite'], 'must be keep or overwrite'), 'keep'),
  /** Identity fields that are off by default: `company` creates a company in Mautic. */
  company: v.optional(v.boolean(), false),
  address2: v.optional(v.boolean(), false),
  /**
   * {status}, {currency} and {country} of the newest order; the rest over counted orders: {sku}, {product}, {product_id}
   * and category {slug} of their lines, {attribute.<name>} of variations, {coupon}. Tags end in lower case.
   */
  tags: v.optional(v.array(TagTemplate), ['status:{status}', 'sku:{sku}', 'category:{slug}']),
  /** Statuses at which a note is added to the contact; off by default. */
  notes: v.optional(v.array(Status), []),
  /** Status → e-mail to send when an order reaches it; off by default. */
  emails: v.optional(v.record(Status, EmailRule), {}),
  /** E-mails that go out some time after something happened; off by default. */
  followUps: v.exactOptional(FollowUps),
  /** At most so many follow-ups that are not transactional a contact: "1 per 24 hours". */
  perContact: v.exactOptional(OncePer),
  /** Links and pictures of items in e-mails: the addresses and pictures of products are kept. */
  itemLinks: v.exactOptional(v.boolean()),
  /** The stores have no past that the ledger does not know: rules that count it need not wait for a backfill. */
  history: v.exactOptional(v.literal('none', 'must be none, or be left out')),
  /** Which contacts are in which segments; off by default. */
  segments: v.optional(v.array(SegmentRule), []),
  /** Source → alias: what else of orders and customers goes into fields; off by default. */
  map: v.exactOptional(FieldMap),
  /** What follows from what people answered at the checkout; off by default. */
  consent: v.exactOptional(Consent),
  /** Carts and checkouts that nobody finished; off by default. */
  carts: v.exactOptional(Carts),
  /** Subscriptions, where a store has any; off by default. */
  subscriptions: v.exactOptional(Subscriptions),
  /** Orders and lines as custom items, where Mautic has the plugin; off by default. */
  customObjects: v.optional(CustomObjects),
  /** Orders count, and give tags, only with at least one of these SKUs or categories; absent: all do. */
  only: v.exactOptional(Only),
  /** Notes and e-mails only for orders created after this; by default after the store was connected. */
  since: v.optional(Moment),
  /** Addresses that never become contacts: `name@example.com` or `*@example.com`. */
  ignore: v.optional(v.array(IgnoredAddress), []),
  /** A contact with more orders is parked: it is a house account, not a person. */
  maxOrders: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 5000),
});

/** As `Decisions`, and no two of them contradict each other. */
export const Policy = v.pipe(
  Decisions,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const { key, message } of conflictsIn(dataset.value))
      addIssue({
        message,
        path: [{ type: 'object', origin: 'value', input: dataset.value, key, value: dataset.value[key] }],
      });
  }),
);
export type Policy = v.InferOutput<typeof Policy>;

function differ(aliases: Readonly<Record<string, string | false>>): boolean {
  const names = Object.values(aliases).filter((alias) => alias !== false);
  return new Set(names).size === names.length;
}

/** The defaults, for whoever needs a policy without a configuration file. */
export const DEFAULT_POLICY: Policy = v.parse(Policy, {});

/** Whether the policy says that this (normalised) address never becomes a contact. */
export function isIgnored({ ignore }: Pick<Policy, 'ignore'>, email: string): boolean {
  return ignore.some((pattern) =>
    pattern.startsWith('*') ? email.endsWith(pattern.slice(1)) : email === pattern,
  );
}

/** Whether the policy calls people of this role customers. */
export function isCustomerRole({ customerRoles }: Pick<Policy, 'customerRoles'>, role: string): boolean {
  return customerRoles.includes('*') || customerRoles.includes(role);
}
