import type { ContactKey } from '../../../core/ledger/email.ts';
import { type Failure, failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import { type ProductData, type Ref, refName, type Snapshot } from '../../../core/ledger/snapshot.ts';
import type { Store } from '../../../core/policy/configuration/store.ts';
import { isIgnored } from '../../../core/policy/policy.ts';
import type { MauticContact } from '../../../core/ports/mautic.ts';
import type { BackfillOptions } from '../../../core/stores/backfill.ts';
import type { ReadItem } from '../../../core/stores/source.ts';
import type { StoreApi, StoreKind, StorePage, StoreQuestion } from '../../../core/stores/store-api.ts';
import { add, type Tally } from '../../tally.ts';
import type { PlanParts } from './parts.ts';

/** As many pages of a list are looked at, spread over all of it. */
const MOST_PAGES = 8;
const PER_PAGE = 100;

const LISTS = ['orders', 'trash', 'customers'] as const;
type List = (typeof LISTS)[number];

type PersonSnapshot = Extract<Snapshot, { type: 'order' | 'customer' }>;

/** Somebody on the pages that were looked at. */
export interface Sampled {
  readonly email: string;
  readonly snapshots: PersonSnapshot[];
}

/** What was seen of a store, by a few of its pages. */
export class Sample {
  readonly people = new Map<ContactKey, Sampled>();
  /** Address → as Mautic holds it. */
  readonly held = new Map<string, MauticContact>();
  /** Reason → how many say nothing, or nothing about a person. */
  readonly skipped: Tally = new Map();
  readonly totals: { orders: number; trash: number; customers: number; subscriptions?: number } = {
    orders: 0,
    trash: 0,
    customers: 0,
  };
  readonly seen = { orders: 0, trash: 0, customers: 0 };
  /** How long (ms) the store took for pages, and how many these were. */
  readonly pages = { ms: 0, count: 0 };
  readonly #parts: PlanParts;
  readonly #store: Store;
  readonly #api: StoreApi;
  readonly #asked = new Set<string>();

  constructor(parts: PlanParts, store: Store, api: StoreApi) {
    this.#parts = parts;
    this.#store = store;
    this.#api = api;
  }

  /** Looks at orders, those in the trash too, because who placed one is known by it, and at customers. */
  async take({ from, only }: BackfillOptions): Promise<Outcome<void>> {
    const { customerRoles } = this.#parts.policy;
    const roles = customerRoles.includes('*') ? ['all'] : customerRoles;
    const since = from !== undefined && !this.#api.walksById ? { modifiedAfter: from - 1_000 } : {};
    const isOrders = only !== 'customers';
    const lists: readonly (readonly [List, Question])[] = [
      ...(isOrders ? [['orders', { kind: 'order', ...since }] as const] : []),
      // What walks by ids has no trash either.
      ...(isOrders && !this.#api.walksById
        ? [['trash', { kind: 'order', ...since, trash: true }] as const]
        : []),
      ...roles.map(
        (role) => ['customers', { kind: 'customer', ...(role !== 'customer' && { role }) }] as const,
      ),
    ];
    for (const [of, question] of lists) {
      const failure = await this.#look(of, question);
      if (failure) return failed(failure);
    }
    return only === undefined ? this.#countSubscriptions() : succeeded(undefined);
  }

  /** They say nothing about who is a contact, so they are not looked at. */
  async #countSubscriptions(): Promise<Outcome<void>> {
    const { policy, sourceOf } = this.#parts;
    const isRead = policy.subscriptions !== undefined && sourceOf(this.#store.kind).hasSubscriptions === true;
    if (!isRead) return succeeded(undefined);
    const answer = await this.#api.list({ kind: 'subscription', page: 1, perPage: 1, outline: true });
    if (!answer.ok) return answer;
    this.totals.subscriptions = answer.value.total ?? 0;
    return succeeded(undefined);
  }

  /** What the store says of its own products, by their names; what it does not show is left out. */
  async products(refs: readonly Ref[]): Promise<ReadonlyMap<string, ProductData>> {
    const ids = refs.filter(({ store }) => store === this.#store.id).map(({ id }) => id);
    if (ids.length === 0) return new Map();
    const answer = await this.#api.list({ kind: 'product', page: 1, ids });
    if (!answer.ok) return new Map();
    const { items, now } = answer.value;
    const source = this.#parts.sourceOf(this.#store.kind);
    const read = items.flatMap(
      (item) => source.read({ kind: 'product', store: this.#store.id, item, now }).snapshots,
    );
    return new Map(
      read.flatMap((one) => (one.type === 'product' ? [[refName(one.ref), one.data] as const] : [])),
    );
  }

  /** Whether everything there is was looked at. */
  get isWhole(): boolean {
    return LISTS.every((list) => this.seen[list] >= this.totals[list]);
  }

  /** How many people there are for each that was seen, at most: of those who order again some were seen already. */
  get scale(): number {
    const sum = (counts: Readonly<Record<List, number>>) =>
      LISTS.reduce((all, list) => all + counts[list], 0);
    return sum(this.seen) === 0 ? 1 : sum(this.totals) / sum(this.seen);
  }

  async #look(of: List, question: Question): Promise<Failure | undefined> {
    const first = await this.#ask({ ...question, page: 1 });
    // A role that one store does not have.
    if (!first.ok && first.failure.code === 'bad-request' && question.kind === 'customer') return undefined;
    if (!first.ok) return first.failure;
    const total = Math.max(first.value.total ?? 0, first.value.items.length);
    this.totals[of] += total;
    let failure = await this.#keep(of, question.kind, first.value);
    for (const page of furtherPages(Math.ceil(total / PER_PAGE))) {
      if (failure) break;
      const next = await this.#ask({ ...question, page });
      failure = next.ok ? await this.#keep(of, question.kind, next.value) : next.failure;
    }
    return failure;
  }

  async #ask(question: StoreQuestion): Promise<Outcome<StorePage>> {
    const { clock } = this.#parts;
    const start = clock.now();
    const answer = await this.#api.list(question);
    this.pages.ms += clock.now() - start;
    this.pages.count += 1;
    return answer;
  }

  /** One look-up in Mautic for all addresses of a page. */
  async #keep(of: List, kind: StoreKind, { items, now }: StorePage): Promise<Failure | undefined> {
    this.seen[of] += items.length;
    const source = this.#parts.sourceOf(this.#store.kind);
    const testOrders = this.#store.testOrders ? { testOrders: true } : {};
    const fresh = items.flatMap((item) =>
      this.#people(source.read({ kind, store: this.#store.id, item, now, ...testOrders })),
    );
    const emails = [...new Set(fresh)].filter((email) => !this.#asked.has(email));
    if (emails.length === 0) return undefined;
    for (const email of emails) this.#asked.add(email);
    const found = await this.#parts.mautic.findAll(emails);
    if (!found.ok) return found.failure;
    for (const contact of found.value) this.held.set(contact.email.toLowerCase(), contact);
    return undefined;
  }

  /** Addresses of whoever it tells of. */
  #people({ dropped, snapshots }: ReadItem): readonly string[] {
    if (dropped) add(this.skipped, dropped);
    return snapshots.flatMap((snapshot) => {
      if (snapshot.type !== 'order' && snapshot.type !== 'customer') return [];
      const { address } = snapshot;
      if (!address.usable || isIgnored(this.#parts.policy, address.email)) {
        add(this.skipped, address.usable ? 'ignored' : address.reason);
        return [];
      }
      const known = this.people.get(address.key) ?? { email: address.email, snapshots: [] };
      known.snapshots.push(snapshot);
      this.people.set(address.key, known);
      return [address.email];
    });
  }
}

type Question = Pick<StoreQuestion, 'kind' | 'modifiedAfter' | 'role' | 'trash'>;

/** Pages after the first, evenly spread, the last one among them. */
function furtherPages(pages: number): readonly number[] {
  const count = Math.min(MOST_PAGES, pages);
  const spread = Array.from({ length: count }, (_, index) =>
    count === 1 ? 1 : 1 + Math.round((index * (pages - 1)) / (count - 1)),
  );
  return [...new Set(spread)].filter((page) => page > 1);
}
