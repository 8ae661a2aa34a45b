import * as v from 'valibot';
import { factsOf, type OwnEntry } from '../../../../lib/core/contact/facts/facts.ts';
import type { Considered, Moment } from '../../../../lib/core/effects/follow-up/considered.ts';
import { considerFollowUps } from '../../../../lib/core/effects/follow-up/follow-ups.ts';
import type { EffectStates } from '../../../../lib/core/ledger/effect-state.ts';
import type { ContactKey } from '../../../../lib/core/ledger/email.ts';
import type { OrderData, ProductData } from '../../../../lib/core/ledger/snapshot.ts';
import { Policy } from '../../../../lib/core/policy/policy.ts';
import { orderRef, orderState } from '../../../contracts/samples.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** When the store was connected. */
export const START = Date.parse('2026-11-02T12:00:00Z');

export interface Made extends Partial<OrderData> {
  readonly id: number;
  readonly store?: string;
  /** Days after the start. */
  readonly day: number;
  /** Status → days after the order at which it was seen in it first. */
  readonly seen?: Readonly<Record<string, number>>;
  readonly effects?: EffectStates;
  readonly deleted?: readonly string[];
  readonly contact?: string;
}

/** An order that was completed at once, unless it says otherwise. */
function made({
  id,
  store = 'demo',
  day,
  seen,
  effects = {},
  deleted = [],
  contact,
  ...data
}: Made): OwnEntry {
  const createdAt = START + day * DAY;
  const state = orderState({ status: 'completed', createdAt, modifiedAt: createdAt, ...data });
  const sights = Object.entries(seen ?? { [data.status ?? 'completed']: 0 }).map(
    ([status, after]) => [status, createdAt + after * DAY] as const,
  );
  return {
    ref: orderRef(id, store),
    state: {
      ...state,
      ...(contact && { contact: contact as ContactKey }),
      sights: Object.fromEntries(sights),
      deleted,
    },
    effects,
  };
}

export interface Look extends Partial<Moment> {
  readonly orders: readonly Made[];
  readonly rule?: object;
  readonly policy?: object;
  /** Days after the start. */
  readonly day: number;
  readonly products?: Readonly<Record<string, readonly string[]>>;
  readonly rules?: ReadonlyMap<string, number>;
}

/** What is found of follow-ups of one contact on a day. */
export function look({
  orders,
  rule,
  policy = {},
  day,
  products = {},
  rules,
  ...moment
}: Look): readonly Considered[] {
  const base = { id: 'rule', on: { status: 'completed' }, after: '3 days', send: { template: 7 } };
  const facts = factsOf(orders.map(made), new Map(Object.entries(products).map(described)));
  return considerFollowUps(facts, {
    policy: v.parse(Policy, { followUps: [{ ...base, ...rule }], ...policy }),
    since: { get: (store) => (store === 'gone' ? undefined : START), ...(rules && { rules }) },
    moment: { now: START + day * DAY, zones: new Map(), unknownPasts: new Set(), ...moment },
  });
}

function described([id, categories]: readonly [string, readonly string[]]): [string, ProductData] {
  return [`product/demo/${id}`, { name: id, sku: id, categories }];
}

/** For each order `due in N days`, or why not. */
export function told(considered: readonly Considered[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    considered.map(({ about, dueAt = 0, not, tooLate }) => [
      about.ref.id,
      not ?? (tooLate ? 'too late' : `day ${String((dueAt - START) / DAY)}`),
    ]),
  );
}
