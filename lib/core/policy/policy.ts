import { domainToASCII } from 'node:url';
import * as v from 'valibot';
import { FieldAlias } from './aliases/field-alias.ts';
import { Carts } from './carts.ts';
import { conflictsIn } from './conflicts.ts';
import { Consent, ContactRules } from './consent.ts';
import { CustomObjects } from './custom-objects.ts';
import { OncePer } from './duration.ts';
import { FollowUps } from './follow-ups/follow-ups.ts';
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
  /**
   * an order counts while its status is one of these, and in a status that WooCommerce itself does not have (a
   * plugin's `delivered`) while it is paid
   */
  countedStatuses: v.optional(v.array(Status), ['processing', 'completed']),
  /**
   * customer records of these roles are contacts, also without an order; `'*'`: of all; the log says once which are
   * left out. People with orders are contacts whatever their role
   */
  customerRoles: v.optional(CustomerRoles, ['customer']),
  /**
   * who becomes a contact besides those who bought: people with a customer record alone, with orders nobody paid,
   * with a no to `consent.fields`
   * @default `{ registered: true, unpaid: false, declined: true }`
   */
  contacts: v.exactOptional(ContactRules),
  /** makes missing fields before the first write; `'check'` leaves them out and says so */
  fields: v.optional(v.picklist(['create', 'check'], 'must be create or check'), 'create'),
  /** where order data goes, by default the WooCommerce plugin's own fields; `false` leaves one out */
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
   * a total that Mautic held before the bridge ever wrote it is left alone until the history of every store is in
   * the ledger, and nobody leaves a segment for having too few orders or spent too little until then; `'overwrite'`
   * writes what the ledger knows
   */
  existingTotals: v.optional(v.picklist(['keep', 'overwrite'], 'must be keep or overwrite'), 'keep'),
  /** also write `company`; it creates a company in Mautic */
  company: v.optional(v.boolean(), false),
  /** also write `address2` */
  address2: v.optional(v.boolean(), false),
  /**
   * `{status}`, `{currency}`, `{country}` of the newest order; `{sku}`, `{product}` (its name), `{product_id}`,
   * category `{slug}` (as people read them: `category:книги`), `{coupon}` and `{attribute.<name>}` of variations
   * over counted orders; a text without braces for whoever has any; lower case; taken away when they no longer hold
   */
  tags: v.optional(v.array(TagTemplate), ['status:{status}', 'sku:{sku}', 'category:{slug}']),
  /** statuses at which a note with the order is added to the contact, once per order and status */
  notes: v.optional(v.array(Status), []),
  /**
   * status → `{ template: 7, transactional: false }`: the Mautic e-mail sent when an order reaches it, once; unless
   * `transactional`, people who asked not to be contacted are left out, and with `consent.require` all who did not
   * say yes. One that is not published in Mautic is not sent: it waits until it is
   */
  emails: v.optional(v.record(Status, EmailRule), {}),
  /**
   * what is done some time after something happened: an e-mail, a tag, a segment, a campaign, a note; see
   * *Follow-ups*
   */
  followUps: v.exactOptional(FollowUps),
  /** `'1 per 24 hours'`: the least time between two follow-ups that are not transactional */
  perContact: v.exactOptional(OncePer),
  /**
   * keeps the pages and pictures of products (WooCommerce), for `{items_html}`; products of new orders that were
   * described without them are looked up once
   */
  itemLinks: v.exactOptional(v.boolean()),
  /** `'none'`: the stores have no past that the ledger does not know, so rules that count it need not wait */
  history: v.exactOptional(v.literal('none', 'must be none, or be left out')),
  /**
   * `{ segment: 3, statuses?, minOrders?, minSpent? }`: the contact is in the segment while all of it holds. For a
   * segment that Mautic does not have everybody waits
   */
  segments: v.optional(v.array(SegmentRule), []),
  /** source → alias: what else goes into fields of the contact, see *Fields of your own* */
  map: v.exactOptional(FieldMap),
  /**
   * `{ fields: ['lab/marketing-opt-in'], require: true, segment: 5, alias: 'marketing_opt_in' }`: the newest answer
   * to these checkout fields (additional checkout fields of WooCommerce; a purchase is none, "0" is a no) decides
   * whether the contact is in the segment and what the field says; with `require` e-mails that are not transactional
   * go only to who said yes. Nothing ever takes a do-not-contact of Mautic away
   */
  consent: v.exactOptional(Consent),
  /** abandoned carts; see *Abandoned carts* */
  carts: v.exactOptional(Carts),
  /**
   * `{ tag: 'subscription:{status}', aliases: { status: 'subscription_status', nextBilling: 'next_billing_date' }
   * }`, each of them the default and `false` to leave it out: a tag for each status that one of the contact's
   * subscriptions is in (active, trialing, past_due, paused, cancelled, expired, completed), the status of the one
   * most alive, and the day of the next payment. FluentCart's are read with the store's keys; a subscription makes
   * nobody a contact
   */
  subscriptions: v.exactOptional(Subscriptions),
  /**
   * orders and order lines as items of the plugin Custom Objects (Mautic 4 and 5): `{ orders: { object, unique,
   * attributes }, lines: … }`, see *Custom Objects*
   */
  customObjects: v.optional(CustomObjects),
  /**
   * `{ skus: ['TEA'], categories: ['cups'] }`: orders count, and give tags, only with at least one of these; a
   * customer is a contact all the same
   * @default all
   */
  only: v.exactOptional(Only),
  /**
   * notes and e-mails only for orders created after this moment, so history is never mailed; a moment given here
   * holds for new rules too
   * @default when the store was connected; for a rule that was added later, when `reconcile` first ran with it,
   * within a quarter of an hour
   */
  since: v.optional(Moment),
  /** `name@example.com` or `*@example.com` never become contacts */
  ignore: v.optional(v.array(IgnoredAddress), []),
  /** a contact with more is parked: it is a house account, not a person */
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
