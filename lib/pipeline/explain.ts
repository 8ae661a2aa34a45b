import { counted } from '../core/ledger/counted.ts';
import type { ContactKey } from '../core/ledger/email.ts';
import { type Ref, refName } from '../core/ledger/snapshot.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Contacts, Registers, Things } from '../core/ports/ledger.ts';
import type { Clock } from '../core/ports/telemetry.ts';
import { cartPassages, type KnownCartEntry } from './explain/cart-story.ts';
import { contactPassages, contactSummary, contactTodo, type KnownContact } from './explain/contact-story.ts';
import { itemPassages } from './explain/items-story.ts';
import {
  effectPassages,
  effectTodo,
  type KnownEntry,
  orderPassages,
  orderSummary,
} from './explain/order-story.ts';
import { scoresStory } from './explain/scores-story.ts';
import { inOrder, type Passage, type Story } from './explain/story.ts';

export interface ExplainParts {
  readonly things: Pick<Things, 'load'>;
  readonly contacts: Pick<Contacts, 'profile' | 'dossier' | 'items'>;
  readonly registers: Pick<Registers, 'read'>;
  readonly policy: Policy;
  readonly clock: Pick<Clock, 'now'>;
}

/** What somebody asks about. */
export type Subject =
  | { readonly kind: 'order'; readonly ref: Ref }
  | { readonly kind: 'contact'; readonly contact: ContactKey };

/** Orders of a person that are told one by one; of the others how many there are. */
const MOST_ORDERS = 20;

/**
 * The story of one order or one person, from what the ledger holds; no address is in it. `undefined` when the ledger
 * knows neither.
 */
export function createExplain(parts: ExplainParts): (subject: Subject) => Promise<Story | undefined> {
  return (subject) =>
    subject.kind === 'order' ? storyOfOrder(parts, subject.ref) : storyOfContact(parts, subject.contact);
}

async function storyOfOrder(parts: ExplainParts, ref: Ref): Promise<Story | undefined> {
  const entry = (await parts.things.load([ref])).get(refName(ref));
  if (entry?.state.type !== 'order') return undefined;
  const { state } = entry;
  const order = { ref, state, entry };
  const contact = state.contact === undefined ? undefined : await knownContact(parts, state.contact);
  const what = `--store ${ref.store} --order ${ref.id}`;
  return {
    about: { kind: 'order', ref },
    thread: { refs: [refName(ref)], contact: state.contact },
    summary: [
      orderSummary(order, parts.policy),
      ...(contact ? [contactSummary(contact, parts.policy)] : []),
    ].join(' '),
    passages: inOrder([
      ...orderPassages(order),
      ...(contact ? contactPassages(contact, parts.clock.now()) : []),
      ...effectPassages(entry),
    ]),
    todo: [...(contact ? contactTodo(contact, what) : []), ...effectTodo(entry, what)],
  };
}

async function storyOfContact(parts: ExplainParts, contact: ContactKey): Promise<Story | undefined> {
  const known = await knownContact(parts, contact);
  if (!known) return undefined;
  const { orders, customers, carts } = await belongings(parts, contact, known.dossier.refs);
  const newest = [...orders].sort((a, b) => createdAt(b) - createdAt(a));
  const told = newest.slice(0, MOST_ORDERS);
  const more = newest.length - told.length;
  return {
    about: { kind: 'contact', contact },
    thread: { refs: told.map(({ ref }) => refName(ref)), contact },
    summary: `${counted(orders.length, 'order')}${customers > 0 ? ' and a customer record' : ''} ${orders.length === 1 && customers === 0 ? 'belongs' : 'belong'} to this person. ${contactSummary(known, parts.policy)}`,
    passages: inOrder([
      ...told.map(
        (order): Passage => ({ at: createdAt(order), of: 'shop', says: orderSummary(order, parts.policy) }),
      ),
      ...(more > 0 ? [{ of: 'shop', says: `${String(more)} older orders are not listed` } as const] : []),
      ...contactPassages(known, parts.clock.now()),
      ...(await scorePassages(parts)),
      ...(await itemPassages(parts.contacts, { contact, policy: parts.policy })),
      ...orders.flatMap(({ entry }) => effectPassages(entry)),
      ...cartPassages(carts),
    ]),
    todo: [
      ...contactTodo(known, `--contact ${contact}`),
      ...orders.flatMap(({ ref, entry }) => effectTodo(entry, `--store ${ref.store} --order ${ref.id}`)),
      ...carts.flatMap(({ entry }) => effectTodo(entry, `--contact ${contact}`)),
    ],
  };
}

async function scorePassages({ registers, policy }: ExplainParts): Promise<readonly Passage[]> {
  const story = await scoresStory(registers, policy);
  if (!story) return [];
  return [{ of: 'bridge', says: story.says, ...(story.at !== undefined && { at: story.at }) }];
}

async function knownContact(
  { contacts }: ExplainParts,
  contact: ContactKey,
): Promise<KnownContact | undefined> {
  const profile = await contacts.profile(contact);
  return profile && { profile, dossier: await contacts.dossier(contact) };
}

/** Only what belongs to the contact now. */
async function belongings({ things }: ExplainParts, contact: ContactKey, refs: readonly Ref[]) {
  const entries = await things.load(refs);
  const orders: KnownEntry[] = [];
  const carts: KnownCartEntry[] = [];
  let customers = 0;
  for (const ref of refs) {
    const entry = entries.get(refName(ref));
    if (!entry || entry.state.type === 'product' || entry.state.contact !== contact) continue;
    if (entry.state.type === 'order') orders.push({ ref, state: entry.state, entry });
    if (entry.state.type === 'cart') carts.push({ ref, state: entry.state, entry });
    if (entry.state.type === 'customer') customers += 1;
  }
  return { orders, customers, carts };
}

function createdAt({ state }: KnownEntry): number {
  return state.data?.createdAt ?? 0;
}
