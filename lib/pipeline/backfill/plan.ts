import { neededFields } from '../../core/contact/desired.ts';
import { differencesOf, type FieldDifference } from '../../core/contact/difference.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import { failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import { refName } from '../../core/ledger/snapshot.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import type { BackfillOptions } from '../../core/stores/backfill.ts';
import { type Forecast, forecast } from './plan/forecast.ts';
import { type Foresee, foreseeAll } from './plan/foreseen.ts';
import type { PlanParts } from './plan/parts.ts';
import { Sample, type Sampled } from './plan/sample.ts';

/** What a backfill would do, by a sample of the store's pages. */
export interface BackfillPlan {
  readonly store: string;
  /** What the store says there is. */
  readonly totals: {
    readonly orders: number;
    readonly trash: number;
    readonly customers: number;
    /** Absent where none are read. */
    readonly subscriptions?: number;
  };
  /** What was looked at; the numbers of contacts are exact where that is all. */
  readonly sampled: {
    readonly orders: number;
    readonly trash: number;
    readonly customers: number;
    readonly isAll: boolean;
  };
  /** About so many; `none`: addresses that become no contacts, because nobody bought anything. */
  readonly contacts: {
    readonly create: number;
    readonly change: number;
    readonly same: number;
    readonly none: number;
  };
  /** Reason → about how many orders and customers say nothing about a person. */
  readonly skipped: Readonly<Record<string, number>>;
  /** Segment → about how many contacts would be in it, at least: not all orders of each were looked at. */
  readonly segments: readonly { readonly segment: number; readonly contacts: number }[];
  /** Ten at most. */
  readonly examples: readonly BackfillExample[];
  readonly forecast: Forecast;
  /** What whoever starts it should know, in sentences. */
  readonly advice: readonly string[];
}

/** What would become of one contact, named by one of its orders: an address goes nowhere. */
export interface BackfillExample {
  /** `order/demo/23` or `customer/demo/5`. */
  readonly ref: string;
  readonly isNew: boolean;
  readonly differences: readonly FieldDifference[];
}

const MOST_EXAMPLES = 10;

/**
 * A dry run: looks at some pages of the store, and asks Mautic for their addresses in one call a page. Nothing is
 * written anywhere. A failure says what to do.
 */
export async function planBackfill(
  parts: PlanParts,
  store: Store,
  options: BackfillOptions = {},
): Promise<Outcome<BackfillPlan>> {
  const key = await parts.keys.of(store.id);
  const api = key && parts.storeApiOf(store, key);
  if (!api) return failed(key ? NO_URL : NO_KEYS);
  const sample = new Sample(parts, store, api);
  const taken = await sample.take(options);
  if (!taken.ok) return taken;
  const outlook = new Outlook(parts, sample, await foreseeAll(parts, sample));
  for (const person of sample.people) outlook.look(person);
  return succeeded(planOf(parts, { store, options, sample, outlook }));
}

/** What becomes of whoever was sampled. */
class Outlook {
  readonly contacts = { create: 0, change: 0, same: 0, none: 0 };
  readonly segments = new Map<number, number>();
  readonly #examples: BackfillExample[] = [];
  readonly #foresee: Foresee;
  readonly #sample: Sample;
  readonly #ownAliases: ReadonlySet<string>;

  constructor(parts: PlanParts, sample: Sample, foresee: Foresee) {
    this.#foresee = foresee;
    this.#sample = sample;
    this.#ownAliases = new Set(neededFields(parts.policy).map(({ alias }) => alias));
  }

  /** Those that exist already say more. */
  get examples(): readonly BackfillExample[] {
    return this.#examples.toSorted((a, b) => Number(a.isNew) - Number(b.isNew)).slice(0, MOST_EXAMPLES);
  }

  look([contact, { email, snapshots }]: readonly [ContactKey, Sampled]): void {
    const desired = this.#foresee(contact);
    if (!desired) {
      this.contacts.none += 1;
      return;
    }
    const held = this.#sample.held.get(email);
    const differences = differencesOf(desired, held, this.#ownAliases);
    for (const segment of desired.segments) this.segments.set(segment, (this.segments.get(segment) ?? 0) + 1);
    if (held) this.contacts[differences.length > 0 ? 'change' : 'same'] += 1;
    else this.contacts.create += 1;
    const [first] = snapshots;
    if (differences.length > 0 && first && this.#isWorthShowing(held !== undefined))
      this.#examples.push({ ref: refName(first.ref), isNew: held === undefined, differences });
  }

  /** More than are shown are kept of neither kind. */
  #isWorthShowing(isKnown: boolean): boolean {
    return this.#examples.filter(({ isNew }) => isNew !== isKnown).length < MOST_EXAMPLES;
  }
}

interface Looked {
  readonly store: Store;
  readonly options: BackfillOptions;
  readonly sample: Sample;
  readonly outlook: Outlook;
}

function planOf(parts: PlanParts, { store, options, sample, outlook }: Looked): BackfillPlan {
  const scaled = (count: number) => Math.round(count * sample.scale);
  const { create, change, same, none } = outlook.contacts;
  const { pages, totals, seen } = sample;
  return {
    store: store.id,
    totals,
    sampled: { ...seen, isAll: sample.isWhole },
    contacts: { create: scaled(create), change: scaled(change), same: scaled(same), none: scaled(none) },
    skipped: Object.fromEntries([...sample.skipped].map(([reason, count]) => [reason, scaled(count)])),
    segments: parts.policy.segments.map(({ segment }) => ({
      segment,
      contacts: scaled(outlook.segments.get(segment) ?? 0),
    })),
    examples: outlook.examples,
    forecast: forecast({
      orders: totals.orders + totals.trash,
      customers: totals.customers,
      contacts: scaled(create + change),
      pageMs: pages.count === 0 ? 0 : pages.ms / pages.count,
    }),
    advice: adviceOf(parts, options),
  };
}

function adviceOf({ policy }: PlanParts, { from, only, noSegments }: BackfillOptions): readonly string[] {
  const isPart = from !== undefined || only !== undefined;
  return [
    ...(isPart ? [OF_A_PART] : []),
    ...(policy.since === undefined ? [] : [OF_SINCE]),
    ...(policy.segments.length === 0 || noSegments ? [] : [OF_SEGMENTS]),
  ];
}

const OF_A_PART =
  'Only a part is read, so the history of the store does not count as known: totals that Mautic held before stay.';
const OF_SINCE =
  'Where policy.since lies before the connection of the store, its notes and e-mails begin with the connection from now on.';
const OF_SEGMENTS =
  'Who comes into a segment comes into its campaigns; --no-segments leaves segments alone until the end.';

const NO_KEYS = {
  kind: 'park',
  code: 'no-keys',
  message: 'The store has no keys for its REST API: fill them into the secret of the output StoreKeysId.',
} as const;

const NO_URL = {
  kind: 'park',
  code: 'no-url',
  message: 'The store has keys but no address. Set its `url` in bridge.config.ts and deploy.',
} as const;
