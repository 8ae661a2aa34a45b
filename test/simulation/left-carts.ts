import { isGone } from '../../lib/core/ledger/fold/order.ts';
import type { Policy } from '../../lib/core/policy/policy.ts';
import type { Shop } from '../../lib/simulators/woocommerce/shop.ts';
import { type ExpectedCart, expectedCarts, type RawCartDelivery } from '../support/cart-oracle.ts';
import { FEED_IDS } from '../support/feed-orders.ts';
import { asAddress, DEFAULT_COUNTING, saidBy } from '../support/oracle.ts';
import { CONSENT } from './policies.ts';
import type { LedgerOrder, Rest } from './rest.ts';
import { groundsOf } from './truth.ts';

/** A body of the companion's webhook, as far as it is looked at. */
export interface ToldCart {
  readonly id: string;
  readonly status: string;
  readonly revision: number;
  readonly email: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly consent: Readonly<Record<string, boolean>> | null;
}

/** An answer to the question of the checkout; epoch ms. */
interface Answer {
  readonly at: number;
  readonly yes: boolean;
}

/** What people left behind when the world has come to rest. */
export interface LeftCarts {
  /** Address → what it left; none that nobody may be reminded of. */
  readonly left: ReadonlyMap<string, ExpectedCart>;
  /** Addresses under which a cart stands now. */
  readonly visitors: ReadonlySet<string>;
  /** Address → the newest answer in a cart of it. */
  readonly answers: ReadonlyMap<string, Answer>;
}

const DAY = 86_400_000;
/** More unpaid orders than this in a day, and no purchase: somebody tries cards. */
const MOST_TRIES = 3;
const ATTEMPTS = ['pending', 'failed', 'cancelled', 'checkout-draft', 'trash'];

const known = new WeakMap<Rest, LeftCarts>();

/**
 * From what the shop is, from every word of a cart that came, and from the moments at which the bridge saw an order in
 * each of its statuses: nobody can know of one that came and went between two looks.
 */
export function leftCarts(rest: Rest): LeftCarts {
  const found = known.get(rest) ?? reckon(rest);
  known.set(rest, found);
  return found;
}

/** Every word about carts that the bridge was told, but that the shop has one no longer, which says nothing else. */
export function toldCarts({ heard }: Pick<Rest, 'heard'>): readonly ToldCart[] {
  return cartsIn(heard);
}

/** The same of some deliveries. */
export function cartsIn(deliveries: readonly RawCartDelivery[]): readonly ToldCart[] {
  const words = deliveries.filter(({ topic }) => topic === 'cart.updated');
  return words.map(({ body }) => JSON.parse(body) as ToldCart).filter(({ status }) => status !== 'gone');
}

/** Ids of all carts that there are, and of those that the shop has told of and deleted. */
export function cartIds({ carts }: Pick<Shop, 'carts'>, told: readonly RawCartDelivery[]): readonly string[] {
  const there = carts.all().map(({ uuid }) => uuid);
  return [...new Set([...there, ...cartsIn(told).map(({ id }) => id)])];
}

/** Whether a cart that ever had this address carried this answer. */
export function wasAnswered(rest: Pick<Rest, 'heard'>, email: string, answer: boolean): boolean {
  return toldCarts(rest).some(
    ({ email: typed, consent }) => asAddress(typed) === email && consent?.[CONSENT.fields[0]] === answer,
  );
}

function reckon(rest: Rest): LeftCarts {
  // Who has no carts in the policy reads none.
  if (!rest.policy.carts) return { visitors: new Set(), answers: new Map(), left: new Map() };
  const standing = standingCarts(rest);
  const visitors = new Set(standing.map(({ email }) => asAddress(email)).filter((email) => email !== ''));
  const answers = new Map<string, Answer>();
  for (const { email, consent, created_at: begun, updated_at: touched } of standing) {
    const yes = consent?.[CONSENT.fields[0]];
    // Who said yes may have done so when it was begun; who said no may have done so just now.
    const at = Date.parse(yes ? begun : touched);
    if (yes !== undefined) keepNewest(answers, asAddress(email), { at, yes });
  }
  return { visitors, answers, left: mayBeReminded(rest, { carts: rest.policy.carts, answers }) };
}

/** The newest state of each; one that is gone is still known. */
function standingCarts(rest: Rest): readonly ToldCart[] {
  return [...Map.groupBy(toldCarts(rest), ({ id }) => id).values()].flatMap(
    (words) =>
      words.toSorted((a, b) =>
        a.updated_at === b.updated_at ? b.revision - a.revision : a.updated_at < b.updated_at ? 1 : -1,
      )[0] ?? [],
  );
}

function keepNewest(answers: Map<string, Answer>, email: string, answer: Answer): void {
  const before = answers.get(email);
  if (before && before.at > answer.at) return;
  answers.set(email, before?.at === answer.at ? { ...answer, yes: answer.yes && before.yes } : answer);
}

interface Asked {
  readonly carts: NonNullable<Policy['carts']>;
  readonly answers: ReadonlyMap<string, Answer>;
}

function mayBeReminded(rest: Rest, { carts, answers }: Asked): ReadonlyMap<string, ExpectedCart> {
  const orders = knownOrders(rest);
  const told = rest.heard.filter(({ topic }) => topic === 'cart.updated');
  const { after, forget, unpaid } = carts;
  const gone = new Set(orders.filter((order) => order.gone).map(({ body }) => body.id));
  const words = [...told, ...orders.filter(({ body }) => body.id < FEED_IDS).flatMap(wordsOf)];
  const all = expectedCarts(words, rest.now, { after, forget, unpaid, gone });
  const agreed = new Map(answers);
  for (const { body } of orders) {
    const answer = answerIn(body);
    if (answer) keepNewest(agreed, asAddress(body.billing.email), answer);
  }
  const mayRemind = (email: string) => agreed.get(email)?.yes ?? carts.consent === 'not-required';
  return new Map(
    [...all].flatMap(([email, cart]) =>
      cart && email !== '' && mayRemind(email) && !triesCards(orders, email) ? [[email, cart] as const] : [],
    ),
  );
}

interface OrderSaid {
  readonly id: number;
  readonly parent_id?: number;
  readonly status: string;
  readonly created_via?: string;
  readonly date_created_gmt: string;
  readonly date_modified_gmt: string;
  readonly date_paid_gmt: string | null;
  readonly billing: { readonly email: string };
  readonly meta_data?: readonly { readonly key: string; readonly value: unknown }[];
}

interface KnownOrder {
  readonly body: OrderSaid;
  /** Status → when it was first seen in it, epoch ms. */
  readonly sights: Readonly<Record<string, number>>;
  readonly gone: boolean;
}

/** Everything the bridge must know of; of what was erased the shop knows nothing any more, and the ledger what it was. */
function knownOrders(rest: Rest): readonly KnownOrder[] {
  const said = saidBy(groundsOf(rest), DEFAULT_COUNTING);
  const bodies = new Map<number, OrderSaid>(said.orders.map((order) => [order.id, order]));
  return [...rest.ledger].flatMap(([id, order]) => {
    const body = bodies.get(id) ?? remembered(id, order);
    if (!body) return [];
    return [{ body, sights: order.state.sights, gone: isGone(order.state) || said.gone.has(id) }];
  });
}

function remembered(id: number, { state }: LedgerOrder): OrderSaid | undefined {
  const { data, email = '' } = state;
  if (!data) return undefined;
  return {
    id,
    status: data.status,
    date_created_gmt: gmt(data.createdAt),
    date_modified_gmt: gmt(data.modifiedAt),
    date_paid_gmt: data.paidAt === undefined ? null : gmt(data.paidAt),
    billing: { email },
    meta_data: data.cartId === undefined ? [] : [{ key: '_mcb_cart_id', value: data.cartId }],
  };
}

/** As webhooks would have told of each status, and then of what the order is. */
function wordsOf({ body, sights }: KnownOrder): readonly RawCartDelivery[] {
  const last = { line_items: [], parent_id: 0, ...body };
  const latest = Math.max(Date.parse(`${body.date_modified_gmt}Z`), ...Object.values(sights));
  const seen = Object.entries(sights).map(([status, at]) => ({
    ...last,
    status,
    date_modified_gmt: gmt(at),
  }));
  return [...seen, { ...last, date_modified_gmt: gmt(latest + 1000) }].map((one) => ({
    topic: 'order.updated',
    body: JSON.stringify(one),
  }));
}

function answerIn({ meta_data: meta = [], date_created_gmt: at }: OrderSaid): Answer | undefined {
  const value = meta.find(({ key }) => key === `_wc_other/${CONSENT.fields[0]}`)?.value;
  return value === undefined ? undefined : { at: Date.parse(`${at}Z`), yes: value === '1' };
}

function triesCards(orders: readonly KnownOrder[], email: string): boolean {
  const own = orders.filter(({ body }) => asAddress(body.billing.email) === email);
  if (own.some(isPurchase)) return false;
  const tries = own
    .filter(({ body, gone }) => !gone && body.parent_id === 0 && isCheckout(body))
    .map(({ body }) => Date.parse(`${body.date_created_gmt}Z`))
    .sort((a, b) => a - b);
  return tries.some((time, index) => (tries[index + MOST_TRIES] ?? Number.POSITIVE_INFINITY) - time < DAY);
}

function isPurchase({ body, sights }: KnownOrder): boolean {
  const statuses = [body.status, ...Object.keys(sights)];
  return body.date_paid_gmt !== null || statuses.some((status) => !ATTEMPTS.includes(status));
}

function isCheckout({ created_via: via }: OrderSaid): boolean {
  return via === 'checkout' || via === 'store-api';
}

function gmt(time: number): string {
  return new Date(time).toISOString().slice(0, 19);
}
