import { roundsToZero } from '../ledger/money.ts';
import { type Identity, type Ref, refName } from '../ledger/snapshot.ts';
import { IDENTITY_FIELDS } from '../policy/aliases/own-fields.ts';
import { thingOf } from '../policy/follow-ups/follow-up-trigger.ts';
import type { Policy } from '../policy/policy.ts';
import { placeholderOf } from '../policy/tag-template.ts';
import { cartFields, jsonLimit } from './carts/cart-fields.ts';
import { cartPartOf, withMore } from './carts/with-carts.ts';
import type { FieldInfo, NeededField } from './contact-write.ts';
import { isBuyer } from './facts/buyer.ts';
import { type Answer, newestAnswer } from './facts/consent.ts';
import { countedOrders, type OrderFacts, spentIn, type Totals } from './facts/counting.ts';
import { type Facts, identityOf } from './facts/facts.ts';
import { type Giving, givenBy } from './facts/given.ts';
import { type KnownOrder, newest } from './facts/known-order.ts';
import type { KnownBorders } from './facts/scores-standing.ts';
import { subscriptionFields, subscriptionValues } from './facts/subscriptions.ts';
import { lacksSku } from './facts/variation-sku.ts';
import { needsCategories } from './items/items-desired.ts';
import {
  mappedFields,
  mappedFieldsNeeded,
  mappedOwnAliases,
  mappedTotals,
  mapsCategories,
} from './mapped.ts';
import { type Memberships, membershipsOf } from './memberships.ts';
import { needsProducts } from './only.ts';
import { orderDataJson } from './order-data.ts';
import { countedFacts, scoresAmong } from './shop-buyer.ts';
import { productRef, type Tags, tagsOf } from './tags.ts';
import { fieldText } from './text/plain-text.ts';
import { countryName, stateName } from './text/region.ts';

/** Decimals of the field of what was spent. */
const SPENT_SCALE = 2;

/** What Mautic should hold of a contact. */
export interface Desired extends Tags, Memberships {
  /** Alias → value; `null`: blank. */
  readonly fields: Readonly<Record<string, string | null>>;
  /** Aliases of mapped fields whose value cannot stand in them. */
  readonly unfit: readonly string[];
  readonly totals: Totals;
}

export interface DesireOptions {
  readonly policy: Policy;
  /** Store id → its base currency. */
  readonly currencies: ReadonlyMap<string, string>;
  /** Fields of this Mautic that the bridge writes; an alias that is not there is left out. */
  readonly fields: ReadonlyMap<string, FieldInfo>;
  /** The bridge has written it before: then it is kept right, whatever made it a contact. */
  readonly exists?: boolean;
  /** Epoch ms: what should be there may depend on how long ago something was. */
  readonly now: number;
  /** Store id → its address, where links into it begin. */
  readonly sites?: ReadonlyMap<string, string>;
  /** Where the fifths of the stores' buyers end; absent where the policy maps no scores. */
  readonly borders?: KnownBorders | undefined;
  /** Follow-ups that do what they say with this very write. */
  readonly giving?: readonly Giving[];
}

/**
 * Computes what Mautic should hold at a moment, from the ledger alone: the same facts always give the same answer,
 * whatever order they came in. `undefined`: this is no contact (nothing of it is ours to write).
 */
export function desiredContact(facts: Facts, options: DesireOptions): Desired | undefined {
  const identity = identityOf(facts);
  const cart = cartPartOf(facts, options);
  const isContact = options.exists === true || cart.abandoned !== undefined || isBuyer(facts, options.policy);
  if (!identity || !isContact) return undefined;
  const { wanted, counted, order } = countedFacts(facts, options);
  const bought = counted.map(({ order: one }) => one);
  const answer = newestAnswer(facts, options.policy);
  const scores = scoresAmong({ counted, order }, options.borders);
  const mapped = mappedFields({ facts, identity, counted, order, scores }, options);
  const more = givenBy(facts, options.policy, options.giving);
  const held = cart.join({
    fields: {
      ...identityFields(identity, options),
      ...orderFields(order, options),
      ...consentField(answer, options),
      ...subscriptionValues(facts.subscriptions, options.policy, options.fields),
      ...mapped.fields,
    },
    unfit: mapped.unfit,
    ...tagsOf(wanted, bought, options.policy),
    ...membershipsOf({ order, answer }, options.policy),
    totals: order.totals,
  });
  return withMore(held, more);
}

/** Products whose categories or SKUs the policy asks for: its tags over counted orders, its items and follow-ups over all. */
export function neededProducts(facts: Facts, policy: Policy): readonly Ref[] {
  const refs = [...shownProducts(facts, policy), ...taggedProducts(facts, policy)];
  return [...new Map(refs.filter((ref) => ref.id !== '0').map((ref) => [refName(ref), ref])).values()];
}

/** Of the newest order, whose data are shown, those that alone know the SKUs of its lines. */
function shownProducts(facts: Facts, { aliases }: Policy): readonly Ref[] {
  const shown = aliases.orderData === false ? undefined : newest(facts.orders);
  return shown ? shown.data.lines.filter(lacksSku).map((line) => productRef(shown, line)) : [];
}

function taggedProducts(facts: Facts, policy: Policy): readonly Ref[] {
  const asked = new Set(policy.tags.map(placeholderOf));
  const isOfItems = needsCategories(policy) || asksCategories(policy);
  const only = needsProducts(policy);
  const isWhole = isOfItems || asked.has('slug') || mapsCategories(policy) || only.categories;
  if (!isWhole && !asked.has('sku') && !only.skus) return [];
  const counted = countedOrders(facts, policy).map(({ order }) => order);
  // A part that counts is none of the orders.
  const orders = isOfItems ? [...facts.orders, ...counted] : counted;
  const ordered = orders.flatMap((order) =>
    order.data.lines.filter((line) => isWhole || lacksSku(line)).map((line) => productRef(order, line)),
  );
  return [...ordered, ...subscribedProducts(facts, policy)];
}

/** Follow-ups of subscriptions may ask for the categories of what was subscribed to. */
function subscribedProducts({ subscriptions }: Facts, { followUps = [] }: Policy): readonly Ref[] {
  const isAsked = followUps.some(
    ({ on, when }) => when?.categories !== undefined && thingOf(on) === 'subscription',
  );
  if (!isAsked) return [];
  return subscriptions.map(({ ref, data }) => ({ kind: 'product', store: ref.store, id: data.productId }));
}

/** Follow-ups look at what was ordered, counted or not. */
function asksCategories({ followUps = [] }: Policy): boolean {
  return followUps.some(({ when }) => (when?.categories ?? when?.boughtCategories) !== undefined);
}

/** The custom fields this policy writes, with what they must be able to hold. */
export function neededFields(policy: Policy): readonly NeededField[] {
  const { orderData, totalSpent, orderCount } = policy.aliases;
  const fields: NeededField[] = [];
  if (orderData) fields.push({ alias: orderData, label: 'Last Order Data', type: 'textarea' });
  if (totalSpent)
    fields.push({ alias: totalSpent, label: 'Total Spent', type: 'number', scale: SPENT_SCALE });
  if (orderCount) fields.push({ alias: orderCount, label: 'Order Count', type: 'number', scale: 0 });
  if (policy.consent?.alias !== undefined)
    fields.push({ alias: policy.consent.alias, label: 'Marketing Opt-in', type: 'boolean' });
  return [...fields, ...cartFields(policy), ...subscriptionFields(policy), ...mappedFieldsNeeded(policy)];
}

/**
 * Those that are the bridge's alone: nobody else's value stands in them. What is mapped, and the answer of consent, may
 * stand in fields that people and forms fill as well.
 */
export function ownAliases(policy: Policy): ReadonlySet<string> {
  const aliases = Object.values(policy.aliases).filter((alias) => alias !== false);
  const fields = [...cartFields(policy), ...subscriptionFields(policy)];
  return new Set([...aliases, ...fields.map(({ alias }) => alias)]);
}

/** The fields that Mautic brings along and this policy writes besides the address. */
export function identityAliases(policy: Policy): readonly string[] {
  const { company, address2 } = policy;
  return [
    ...IDENTITY_FIELDS,
    ...(company ? ['company'] : []),
    ...(address2 ? ['address2'] : []),
    ...mappedOwnAliases(policy),
  ];
}

/** Aliases of the fields that add up a contact's past. */
export function totalAliases(policy: Policy): readonly string[] {
  const { totalSpent, orderCount } = policy.aliases;
  return [...[totalSpent, orderCount].filter((alias) => alias !== false), ...mappedTotals(policy)];
}

function identityFields(
  identity: Identity,
  { policy, fields }: DesireOptions,
): Record<string, string | null> {
  const values: Record<string, string> = {
    firstname: identity.firstName,
    lastname: identity.lastName,
    phone: identity.phone,
    address1: identity.address1,
    city: identity.city,
    zipcode: identity.postcode,
    state: stateName(identity.country, identity.state) ?? '',
    country: countryName(identity.country) ?? '',
  };
  if (policy.company) values['company'] = identity.company;
  if (policy.address2) values['address2'] = identity.address2;
  const written = Object.entries(values).filter(([alias]) => !fields.get(alias)?.leftOut);
  return Object.fromEntries(
    written.map(([alias, value]) => [alias, fieldText(value, fields.get(alias)?.limit) || null]),
  );
}

function orderFields(order: OrderFacts, { policy, fields }: DesireOptions): Record<string, string | null> {
  const { orderData, totalSpent, orderCount } = policy.aliases;
  const values: readonly (readonly [string | false, string | null])[] = [
    [orderData, order.latest && orderData ? latestJson(order.latest, fields.get(orderData)) : null],
    [totalSpent, zeroAsNull(spentIn(order))],
    [orderCount, zeroAsNull(String(order.totals.orderCount))],
  ];
  return Object.fromEntries(values.filter(([alias]) => alias !== false && fields.has(alias)));
}

function latestJson(latest: KnownOrder, field: FieldInfo | undefined): string | null {
  return orderDataJson(latest, field && jsonLimit(field)) ?? null;
}

/**
 * Mautic drops a zero silently, and its NULL means 0 (recordings 314, 339, 702). What the field's two decimals round to
 * zero is kept by Mautic when a contact is new, and rounded when it is not (5.2.1: 126).
 */
function zeroAsNull(amount: string): string | null {
  return roundsToZero(amount, SPENT_SCALE) ? null : amount;
}

/** A word that fields of yes and no take as well as texts do (recordings 258 to 263). */
function consentField(
  answer: Answer | undefined,
  { policy: { consent }, fields }: DesireOptions,
): Record<string, string | null> {
  const { alias } = consent ?? {};
  if (alias === undefined || !fields.has(alias)) return {};
  return { [alias]: answer === undefined ? null : answer.yes ? 'yes' : 'no' };
}
