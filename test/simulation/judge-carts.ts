import type { ExpectedCart } from '../support/cart-oracle.ts';
import { asAddress, type ExpectedContact } from '../support/oracle.ts';
import { judgeCode } from './judge-coupons.ts';
import { leftCarts, type ToldCart, toldCarts } from './left-carts.ts';
import type { Row } from './mautic-contacts.ts';
import { isParked, type Rest, type Verdict } from './rest.ts';
import { hadAddress } from './truth.ts';
import { CAME_BACK, CART_TAGS, LEFT } from './visited-policies.ts';

/** Whoever is nothing but a visitor holds the country of the cart and nothing else. */
const VISITOR: ExpectedContact = {
  presence: 'may',
  fields: { country: 'Germany' },
  orderData: null,
  tags: [],
};

/** The contacts that orders and customers make, and those that only a cart may have made. */
export function withVisitors(
  rest: Rest,
  expected: ReadonlyMap<string, ExpectedContact>,
): ReadonlyMap<string, ExpectedContact> {
  const visitors = [...leftCarts(rest).visitors].filter((email) => !expected.has(email));
  return new Map([...expected, ...visitors.map((email) => [email, VISITOR] as const)]);
}

/** It left a cart, and nobody took the contact away: then it must be there. */
export function mustBeReminded(rest: Rest, email: string): boolean {
  return leftCarts(rest).left.has(email) && !rest.people.taken.has(email) && !isParked(rest.profiles, email);
}

/** Somebody went to the checkout under this address, or an order that is gone may have come from there. */
export function mayHaveLeft(rest: Rest, email: string): boolean {
  if (!rest.visited || !rest.deployed.some(({ policy }) => policy.carts)) return false;
  const ordered = [...rest.histories].filter(([, history]) => hadAddress(history, email));
  return (
    ordered.some(([id]) => rest.shop.orders.get(id)?.createdVia !== 'rest-api') ||
    toldCarts(rest).some(({ email: typed }) => asAddress(typed) === email)
  );
}

/** What of a cart stands in a contact is what it left, and all of it is taken back when it left nothing. */
export function judgeCart(rest: Rest, verdict: Verdict, row: Row): void {
  if (!rest.visited) return;
  const cart = leftCarts(rest).left.get(row.email);
  const { carts } = rest.policy;
  // A field that is taken out of the policy keeps its last value.
  if (carts) judgeFields(verdict, { row, cart });
  if (carts) judgeCode(rest, verdict, { row, cart });
  judgeMark(rest, verdict, {
    row,
    is: cart !== undefined,
    segment: carts?.segment === undefined ? undefined : LEFT,
    tag: carts?.tag === undefined ? undefined : CART_TAGS.left,
  });
  judgeMark(rest, verdict, {
    row,
    is: carts?.recovered !== undefined && cameBack(rest, row.email),
    segment: CAME_BACK,
    tag: CART_TAGS.cameBack,
  });
}

/** So long after a cart was forgotten the ledger has forgotten whoever only had that, a day for DynamoDB included. */
const KEPT_MS = 31 * 86_400_000;

/** Of whoever typed an address, never ordered and never became a contact, nothing is left in the end. */
export function judgeStrangers(rest: Rest, verdict: Verdict): void {
  const { carts } = rest.policy;
  if (!carts || !rest.visited) return;
  const told = toldCarts(rest);
  for (const [email, words] of Map.groupBy(told, (cart) => asAddress(cart.email))) {
    const touched = Math.max(...words.map(({ updated_at: at }) => Date.parse(at)));
    if (rest.now < touched + carts.forget + KEPT_MS || !isStranger(rest, email)) continue;
    const isKnown = Object.values(rest.profiles).some((profile) => profile.email === email);
    const ids = words.map(({ id }) => id).filter((id) => isOnlyOf(told, id, email));
    // An order of somebody else may say later that it was tried with the same cart; then a row says that and no more.
    const isLeft = ids.some((id) => rest.erased.rows.get(`states cart/demo/${id}`)?.includes(email));
    if (isKnown || isLeft) verdict.wrong.push(`${email} only typed an address, and is known for ever`);
  }
}

function isOnlyOf(told: readonly ToldCart[], cart: string, email: string): boolean {
  return told.every(({ id, email: typed }) => id !== cart || asAddress(typed) === email);
}

/** Of whoever was erased it stays known that they were. */
function isStranger({ histories, shop, feeds, mautic, people, erased }: Rest, email: string): boolean {
  if (email === '' || erased.at.has(email)) return false;
  const accounts = [...shop.records.customers.values()].map((customer) => customer.email);
  const typed = [...accounts, ...(feeds?.customerEmails() ?? [])];
  if (people.taken.has(email) || mautic.contacts.byEmail(email).length > 0) return false;
  if (typed.some((address) => asAddress(address) === email)) return false;
  return ![...histories.values()].some((history) => hadAddress(history, email));
}

function heldCart({ fields }: Row): string {
  const json = fields.get('mautic_woo_cart_data') ?? null;
  if (json === null) return 'none';
  const { cart_id: id, total, items = [] } = JSON.parse(String(json)) as HeldCart;
  return `${id} for ${total} with ${String(items.length)}`;
}

interface HeldCart {
  readonly cart_id: string;
  readonly total: string;
  readonly items?: readonly unknown[];
}

interface Held {
  readonly row: Row;
  readonly cart: ExpectedCart | undefined;
}

function judgeFields(verdict: Verdict, { row, cart }: Held): void {
  const held = heldCart(row);
  const right = cart ? `${cart.id} for ${cart.total} with ${String(cart.items)}` : 'none';
  if (held !== right) verdict.wrong.push(`contact ${row.email} holds the cart ${held} instead of ${right}`);
  judgeLink(verdict, { row, cart });
}

function judgeLink(verdict: Verdict, { row, cart }: Held): void {
  const link = row.fields.get('mautic_woo_recovery_url') ?? '';
  const url = cart?.url ?? '';
  if (url === '' ? link !== '' : !String(link).startsWith(url))
    verdict.wrong.push(`contact ${row.email} has the way back ${String(link)} instead of ${url}`);
}

interface Mark {
  readonly row: Row;
  readonly is: boolean;
  /** Without one nobody is to be in it. */
  readonly segment: number | undefined;
  readonly tag: string | undefined;
}

function judgeMark({ mautic }: Rest, verdict: Verdict, { row, is, segment, tag }: Mark): void {
  if (segment !== undefined && mautic.segments.isIn(segment, row) !== is)
    verdict.wrong.push(`contact ${row.email} is ${is ? 'not ' : ''}in segment ${String(segment)} of carts`);
  if (tag !== undefined && row.tags.has(tag) !== is)
    verdict.wrong.push(`contact ${row.email} has ${is ? 'not ' : ''}the tag ${tag}`);
}

/** An order of the contact is noted to have bought what was left, and is still there. */
function cameBack({ ledger }: Rest, email: string): boolean {
  return [...ledger.values()].some(
    ({ state, effects }) =>
      state.email === email &&
      state.data?.status !== 'trash' &&
      state.deleted.length <= state.restored.length &&
      Object.hasOwn(effects, 'cart:recovered'),
  );
}
