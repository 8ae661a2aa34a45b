import type { Facts, KnownOrder } from './facts.ts';
import type { Policy } from './policy.ts';

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
  /** Store id → only orders created after this moment qualify, epoch ms; a store that is missing has no effects. */
  readonly since: ReadonlyMap<string, number>;
}

/**
 * Every effect that the orders call for, done or not: a note for each status an order was seen in, an e-mail for the
 * status it is in now. An e-mail whose status has passed is superseded: it is not called for any more.
 */
export function effectsOf(facts: Facts, { policy, since }: EffectOptions): readonly Effect[] {
  const called = facts.orders
    .filter((order) => qualifies(order, since))
    .flatMap((order) => [...notesOf(order, policy), ...emailsOf(order, policy)]);
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
function qualifies({ ref, data }: KnownOrder, since: ReadonlyMap<string, number>): boolean {
  const start = since.get(ref.store);
  return start !== undefined && data.createdAt > start;
}

function notesOf(order: KnownOrder, { notes }: Policy): readonly NoteEffect[] {
  const statuses = Object.keys(order.state.sights).filter((status) => notes.includes(status));
  return statuses.map((status) => ({ kind: 'note', id: `note:${status}`, order, status }));
}

function emailsOf(order: KnownOrder, { emails }: Policy): readonly EmailEffect[] {
  const { status } = order.data;
  const rule = Object.hasOwn(emails, status) ? emails[status] : undefined;
  return rule ? [{ kind: 'email', id: `email:${status}`, order, status, ...rule }] : [];
}
