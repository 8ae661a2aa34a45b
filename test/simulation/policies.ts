import { DEFAULT_POLICY, type Policy } from '../../lib/core/policy/policy.ts';
import type { Counting } from '../support/oracle.ts';
import { OBJECTS } from '../support/shop-objects.ts';

const EMAILS = {
  completed: { template: 7, transactional: true },
  cancelled: { template: 8, transactional: false },
} as const;

/** Which template is for which status, in every policy there is. */
export const TEMPLATES = Object.entries(EMAILS).map(([status, { template }]) => ({ status, template }));

/** Whether the e-mail of this status goes to everybody. */
export function isTransactional(status: string): boolean {
  return Object.entries(EMAILS).some(([name, { transactional }]) => name === status && transactional);
}

/** The checkout field, and where its answer goes, in every policy there is. */
export const CONSENT = {
  fields: ['lab/marketing-opt-in'],
  require: true,
  segment: 5,
  alias: 'marketing_opt_in',
} as const;

const FIRST: Policy = {
  ...DEFAULT_POLICY,
  consent: { ...CONSENT, fields: [...CONSENT.fields] },
  customObjects: OBJECTS,
  notes: ['pending', 'processing', 'completed'],
  emails: EMAILS,
  segments: [{ segment: 3, minOrders: 2 }],
};

/** A role that the shop gives to some of its customers. */
export const WHOLESALE = 'wholesale_customer';

/** What a shop may deploy one after the other. */
export const POLICIES: readonly Policy[] = [
  FIRST,
  { ...withoutItems(FIRST), tags: ['status:{status}', 'sku:{sku}'], customerRoles: ['customer', WHOLESALE] },
  { ...FIRST, countedStatuses: ['completed'], segments: [{ segment: 4, minOrders: 1 }] },
  { ...FIRST, notes: ['processing', 'completed', 'on-hold'], emails: { completed: EMAILS.completed } },
];

function withoutItems({ customObjects: _customObjects, ...policy }: Policy): Policy {
  return policy;
}

/** What the oracle needs of a policy. */
export function countingOf({ countedStatuses, tags, customerRoles }: Policy): Counting {
  const kinds = tags.map((template) => template.split(':')[0] ?? '');
  return { counted: countedStatuses, tags: kinds, roles: customerRoles };
}
