import * as v from 'valibot';
import type { Arrival } from '../../../core/ledger/delivery.ts';
import { type Kept, NOTHING_KEPT } from '../../../core/ledger/kept.ts';
import { momentIn } from '../../../core/ledger/moment.ts';
import type { Snapshot } from '../../../core/ledger/snapshot.ts';
import { type Body, isObject, many } from '../../../core/stores/fields.ts';
import type { DropReason, Translation } from '../../../core/stores/source.ts';
import { addressOf, Order, orderSnapshot } from './bodies/order.ts';
import { orderBodyIn } from './bodies/order-body.ts';
import { Subscription, subscriptionSnapshot } from './bodies/subscription.ts';
import type { Witness } from './bodies/witness.ts';
import { parseForm } from './form.ts';

export function translate(arrival: Arrival, kept: Kept = NOTHING_KEPT): Translation {
  const body = bodyOf(arrival);
  if (!body) return { dropped: 'malformed' };
  const { store, topic, testOrders = false } = arrival;
  const receivedAt = momentIn(arrival.receivedAt) ?? 0;
  const witness: Witness = { store, event: topic || eventIn(body), receivedAt, testOrders, kept };
  const said = orderIn(body, witness);
  if (typeof said === 'string') return { dropped: said };
  return { snapshots: [said.snapshot, ...subscriptionsIn(body, said.order, witness)] };
}

interface SaidOrder {
  readonly snapshot: Snapshot;
  readonly order: Order;
}

/** The one order that a body or an object of REST tells of, or why it tells of none. */
export function orderIn(body: Body, witness: Witness): SaidOrder | DropReason {
  const found = orderBodyIn(body);
  if (!found) return isSelection(body) ? 'selected-fields' : 'malformed';
  const order = v.safeParse(Order, found);
  if (!order.success) return 'malformed';
  if (order.output.mode === 'test' && !witness.testOrders) return 'test-order';
  return { snapshot: orderSnapshot(order.output, witness), order: order.output };
}

const Subscriptions = many(Subscription);

/** Those that began with this order stand beside it. */
function subscriptionsIn(body: Body, order: Order, witness: Witness): readonly Snapshot[] {
  const listed = v.parse(Subscriptions, orderBodyIn(body)?.['subscriptions']);
  const belonging = { address: addressOf(order), isMeant: listed.length === 1 };
  return listed.map((subscription) => subscriptionSnapshot(subscription, witness, belonging));
}

function bodyOf({ body, contentType = '' }: Arrival): Body | undefined {
  const text = new TextDecoder().decode(body);
  const isForm = /^application\/x-www-form-urlencoded/i.test(contentType.trim());
  return isForm ? parseForm(text) : (jsonIn(text) ?? unnamedForm(text));
}

function jsonIn(text: string): Body | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A form whose header something on the way took: no JSON begins like this. */
function unnamedForm(text: string): Body | undefined {
  return /^\w+(?:\[|%5B)/i.test(text) ? parseForm(text) : undefined;
}

/** Names that a feed's chosen fields may have; the rest is the user's. */
function isSelection(body: Body): boolean {
  return ['id', 'email', 'event'].some((name) => typeof body[name] === 'string');
}

/** A feed may carry its event as a field of its own (recording 003). */
function eventIn({ event }: Body): string {
  return typeof event === 'string' ? event : '';
}
