import type { OrderState } from '../../lib/core/ledger/fold/order.ts';
import { customerBody } from '../../lib/simulators/woocommerce/records/customers/customer-body.ts';
import { orderBody } from '../../lib/simulators/woocommerce/records/orders/order-body.ts';
import { productBody } from '../../lib/simulators/woocommerce/records/products/product-body.ts';
import type { RawDelivery } from '../support/oracle.ts';
import { isOfErased, withoutErased } from './erased.ts';
import { FEED_STORE } from './feed-shop.ts';
import type { Rest } from './rest.ts';
import type { OrderHistory } from './shop-life.ts';

/** Orders that changed last before that are history: an hour before the connection, and the overlap. */
const UNKNOWN_BEFORE_MS = 80 * 60_000;

/** What all contacts follow from: everything told, or what the shops hold of the time that the bridge knows of. */
export function groundsOf(rest: Rest): readonly RawDelivery[] {
  const from = (store: string) => (rest.whole.has(store) ? 0 : rest.since - UNKNOWN_BEFORE_MS);
  const grounds = known.get(rest) ?? withoutErased(rest, rest.told ?? truthOf(rest, from));
  known.set(rest, grounds);
  return grounds;
}

const known = new WeakMap<Rest, readonly RawDelivery[]>();

/**
 * What the shops' REST APIs would say now of all that changed after `from` (epoch ms, store by store), as if every
 * webhook had arrived, and of older orders the bridge knows: an edit that moved no date, and whose webhook came, made it known.
 */
function truthOf(
  { shop, feeds, ledger, things }: Pick<Rest, 'shop' | 'feeds' | 'ledger' | 'things'>,
  from: (store: string) => number,
): RawDelivery[] {
  const { records, site } = shop;
  const said = (topic: string, body: unknown): RawDelivery => ({
    topic,
    webhookId: 'truth',
    deliveryId: '1',
    body: JSON.stringify(body),
  });
  const isKnown = (store: string, { id, changedAt }: { id: number; changedAt: number }) =>
    changedAt > from(store) || ledger.get(id)?.state.data !== undefined;
  const orders = [...records.orders.values()].filter(({ id, modifiedAt }) =>
    isKnown('demo', { id, changedAt: modifiedAt }),
  );
  const fed = [...(feeds?.orders() ?? [])].filter(([id]) =>
    isKnown(FEED_STORE, { id, changedAt: feeds?.changedAt(id) ?? 0 }),
  );
  const subscriptions = [...(feeds?.subscriptions() ?? [])].filter(
    ([id]) =>
      things.includes(`subscription/${FEED_STORE}/${String(id)}`) ||
      (feeds?.shop.shown.records.subscriptions.get(id)?.updatedAt ?? 0) > from(FEED_STORE),
  );
  return [
    ...orders.map((order) => said('order.updated', orderBody(order, site))),
    ...[...records.customers.values()].map((one) => said('customer.updated', customerBody(one, site))),
    ...[...records.products.values()].map((one) => said('product.updated', productBody(one, site))),
    ...fed.map(([, order]) => order),
    ...(feeds?.products() ?? []),
    ...(feeds?.customers() ?? []),
    ...subscriptions.map(([, said]) => said),
  ];
}

/** As Mautic gets it: lower case, the domain in punycode; undefined when nothing was typed. */
function addressOf(typed: string): string | undefined {
  const [local = '', domain = ''] = typed.split('@');
  return domain === '' ? undefined : `${local.toLowerCase()}@${new URL(`http://${domain}`).hostname}`;
}

/** Whether an order ever had this address: then the person stays known, though the order may not count. */
export function wasOrdered(histories: ReadonlyMap<number, OrderHistory>, email: string): boolean {
  return [...histories.values()].some((history) => hadAddress(history, email));
}

/** Whether an order ever had this address. */
export function hadAddress({ emails }: OrderHistory, email: string): boolean {
  return [...emails].some((typed) => addressOf(typed) === email);
}

/** Whether an order and what it is a part of were one buyer's all the time. */
export function isPart({ emails }: OrderHistory, whole: OrderHistory | undefined): boolean {
  return whole !== undefined && new Set([...whole.emails, ...emails]).size === 1;
}

/** What an order is before anybody has bought: WooCommerce cancels by itself what is not paid. */
const ATTEMPTS = ['pending', 'failed', 'cancelled', 'trash', 'checkout-draft'];

/** Whether what the bridge knows of an order makes its address a contact. */
export function wasPlaced({ sights, data }: OrderState): boolean {
  return data?.paidAt !== undefined || Object.keys(sights).some((status) => !ATTEMPTS.includes(status));
}

/** Whether no order that ever had this address was more than an attempt, and no account has it: then it is nobody. */
export function neverBought(
  { histories, shop, feeds }: Pick<Rest, 'histories' | 'shop' | 'feeds'>,
  email: string,
): boolean {
  const accounts = [
    ...[...shop.records.customers.values()].map((customer) => customer.email),
    ...(feeds?.customerEmails() ?? []),
  ];
  if (accounts.some((typed) => addressOf(typed) === email)) return false;
  return [...histories.values()]
    .filter(({ emails }) => [...emails].some((typed) => addressOf(typed) === email))
    .every(({ statuses }) => [...statuses].every((status) => ATTEMPTS.includes(status)));
}

/** All its orders are gone and it has no account: who the person was follows from what was seen last. */
export function isGonePerson(rest: Pick<Rest, 'shop' | 'feeds' | 'erased'>, email: string): boolean {
  const { shop, feeds } = rest;
  const { orders, records } = shop;
  const isLive = ({ status }: { status: string }) => status !== 'trash' && status !== 'checkout-draft';
  const isOwn = (typed: string, createdAt: number) =>
    addressOf(typed) === email && !isOfErased(rest, typed, createdAt);
  const live = orders.all().some((order) => isOwn(order.billing.email, order.createdAt) && isLive(order));
  const isFed = feeds?.buyers().some((buyer) => isOwn(buyer.email, buyer.createdAt)) ?? false;
  return (
    !live &&
    !isFed &&
    ![...records.customers.values()].some((customer) => addressOf(customer.email) === email)
  );
}

/** Only a nightly or weekly look finds out about it. */
export function isFoundLate(rest: Rest, email: string): boolean {
  const { shop, feeds, histories } = rest;
  const accounts = [...shop.records.customers.values()].map((customer) => customer.email);
  const isAccount = [...accounts, ...(feeds?.customerEmails() ?? [])].some(
    (typed) => addressOf(typed) === email,
  );
  const isErased = [...histories.values()].some(
    ({ erased, emails }) => erased && [...emails].some((typed) => addressOf(typed) === email),
  );
  const isUnheard = [...histories].some(
    ([id, { quiet, unshown, emails }]) =>
      [...emails].some((typed) => addressOf(typed) === email) && (unshown || (quiet && !wasHeard(rest, id))),
  );
  return isAccount || isErased || isUnheard;
}

/** The night reads nothing that changed before that. */
const NIGHTLY_FROM_MS = 3_600_000;

/** Only a weekly look finds out about it: an edit that moved no date, of which nobody told, of an order that is history. */
export function isFoundWeekly(rest: Rest, email: string): boolean {
  const { shop, histories, since } = rest;
  return [...histories].some(([id, { quiet, emails }]) => {
    const isTheirs = [...emails].some((typed) => addressOf(typed) === email);
    const changedAt = shop.orders.get(id)?.modifiedAt ?? since;
    return isTheirs && quiet && changedAt <= since - NIGHTLY_FROM_MS && !wasHeard(rest, id);
  });
}

/** Whether a delivery that `record` took says of an order what the shop says now. */
function wasHeard({ shop, feeds, taken }: Rest, id: number): boolean {
  const order = shop.orders.get(id);
  const now = order ? JSON.stringify(orderBody(order, shop.site)) : feeds?.asSent(id);
  return taken.some(({ topic, body }) => topic.startsWith('order.') && sameOrder(body, id) === now);
}

function sameOrder(body: string, id: number): string | undefined {
  const parsed = JSON.parse(body) as { readonly id?: number };
  return parsed.id === id ? JSON.stringify(parsed) : undefined;
}

/** The status of an order of any store now; `undefined` when it is gone. */
export function statusNow({ shop, feeds }: Pick<Rest, 'shop' | 'feeds'>, id: number): string | undefined {
  return shop.orders.get(id)?.status ?? feeds?.statusOf(id);
}
