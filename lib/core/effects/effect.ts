import type { Facts } from '../contact/facts.ts';
import type { KnownOrder } from '../contact/known-order.ts';
import type { Policy } from '../policy/policy.ts';

/**
 * Something that must happen once for an order: it follows from (orders, policy, now), is claimed on the order by
 * one conditional write before it is done, and never happens again for the same rule, order and status.
 */
export type Effect = NoteEffect | EmailEffect;

interface Once {
  /** Names it on its order: kind and status. */
  readonly id: string;
  readonly order: KnownOrder;
  readonly status: string;
}

interface NoteEffect extends Once {
  readonly kind: 'note';
}

export interface EmailEffect extends Once {
  readonly kind: 'email';
  /** Mautic's id of the e-mail. */
  readonly template: number;
  /** Sent to people who asked not to be contacted, too. */
  readonly transactional: boolean;
}

export interface EffectOptions {
  readonly policy: Policy;
  readonly since: Starts;
}

/** Only orders created after these moments have effects; epoch ms. */
export interface Starts {
  /** By the store's id; a store that is missing has none. */
  get(store: string): number | undefined;
  /** By the effect's id: of rules that came into the policy later. */
  readonly rules?: ReadonlyMap<string, number>;
}

/** The ids that effects of this policy may have. */
export function ruleIds({ notes, emails }: Policy): readonly string[] {
  return [...notes.map(noteId), ...Object.keys(emails).map(emailId)];
}

function noteId(status: string): string {
  return `note:${status}`;
}

function emailId(status: string): string {
  return `email:${status}`;
}

/**
 * Every effect that the orders call for, done or not: a note for each status an order was seen in, an e-mail for the
 * status it is in now. An e-mail whose status has passed is superseded: it is not called for any more.
 */
export function effectsOf(facts: Facts, { policy, since }: EffectOptions): readonly Effect[] {
  const called = facts.orders
    .filter((order) => qualifies(order, since))
    .flatMap((order) => [...notesOf(order, policy), ...emailsOf(order, policy)])
    .filter((effect) => isOfItsRule(effect, since));
  const stranded = [...facts.orders, ...facts.goneOrders].flatMap(strandedEmails);
  return [
    ...called,
    ...stranded.filter(
      ({ id, order }) => !called.some((effect) => effect.id === id && effect.order === order),
    ),
  ];
}

/** E-mails that may have been sent before their status passed: nobody calls for them, but somebody must be told. */
function strandedEmails(order: KnownOrder): readonly EmailEffect[] {
  const open = Object.entries(order.effects).filter(
    ([, { state }]) => state === 'claimed' || state === 'doubt',
  );
  return open.flatMap(([id]) => {
    const status = /^email:(.*)$/s.exec(id)?.[1];
    return status === undefined
      ? []
      : [{ kind: 'email', id, order, status, template: 0, transactional: false } as const];
  });
}

/** No bulk edit, first contact with an old store, restoration or backfill ever mails history. */
function qualifies({ ref, data }: KnownOrder, since: Starts): boolean {
  const start = since.get(ref.store);
  return start !== undefined && data.createdAt > start;
}

/** Nor does a rule that is new in the policy; but what was begun is brought to its end. */
function isOfItsRule({ id, order }: Effect, { rules }: Starts): boolean {
  const start = rules?.get(id);
  return start === undefined || order.data.createdAt > start || Object.hasOwn(order.effects, id);
}

function notesOf(order: KnownOrder, { notes }: Policy): readonly NoteEffect[] {
  const statuses = Object.keys(order.state.sights).filter((status) => notes.includes(status));
  return statuses.map((status) => ({ kind: 'note', id: noteId(status), order, status }));
}

function emailsOf(order: KnownOrder, { emails }: Policy): readonly EmailEffect[] {
  const { status } = order.data;
  const rule = Object.hasOwn(emails, status) ? emails[status] : undefined;
  return rule ? [{ kind: 'email', id: emailId(status), order, status, ...rule }] : [];
}
