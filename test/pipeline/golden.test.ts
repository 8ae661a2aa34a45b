import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { NOTHING_WRITTEN } from '../../lib/core/contact/contact.ts';
import { desiredContact, neededFields, ownAliases } from '../../lib/core/contact/desired.ts';
import { factsOf } from '../../lib/core/contact/facts/facts.ts';
import { planChange } from '../../lib/core/contact/plan.ts';
import type { Arrival } from '../../lib/core/ledger/delivery.ts';
import { fold, type State } from '../../lib/core/ledger/fold/order.ts';
import { type Ref, refName, type Snapshot } from '../../lib/core/ledger/snapshot.ts';
import type { Store } from '../../lib/core/policy/configuration/store.ts';
import { Policy } from '../../lib/core/policy/policy.ts';
import { feedArrival, feedRecording } from '../support/fluentcart.ts';
import { sourceOf } from '../support/sources.ts';
import { arrivalOf, recordedDelivery } from '../support/woocommerce.ts';
import type { Call } from './sync/front.ts';
import { startBench } from './sync/support.ts';

/**
 * From recorded deliveries through every stage to the requests that Mautic gets; each stage is a file in test/golden.
 * `GOLDEN=write npx vitest run test/pipeline/golden.test.ts` writes them anew: what changed is read in the diff.
 */
interface StoryTold {
  readonly store: Store;
  readonly deliveries: readonly Arrival[];
}

const DEMO: Store = { id: 'demo', kind: 'woocommerce', currency: 'EUR' };
const FLUENT: Store = { id: 'fluent', kind: 'fluentcart', currency: 'EUR' };
const POLICY = v.parse(Policy, {
  notes: ['processing', 'completed', 'shipped', 'refunded', 'cancelled'],
  subscriptions: {},
});

const feeds = (...numbers: readonly string[]): StoryTold => ({
  store: FLUENT,
  deliveries: numbers.map((number) => feedArrival(feedRecording(number))),
});
const webhooks = (...numbers: readonly string[]): StoryTold => ({
  store: DEMO,
  deliveries: numbers.map((number) => arrivalOf(recordedDelivery(number))),
});

const STORIES: Readonly<Record<string, StoryTold>> = {
  'fluentcart-paid-shipped-refunded-cancelled': feeds('101', '102', '103', '104', '105'),
  'fluentcart-shipped-when-delivered-already': feeds('005'),
  'fluentcart-form-body': feeds('002'),
  'fluentcart-order-of-an-administrator': feeds('106', '107', '108'),
  'fluentcart-subscription-renewed': feeds('009', '011'),
  'fluentcart-chosen-fields': feeds('003'),
  'woocommerce-order-completed': webhooks('0057'),
};

type Stages = Readonly<Record<'snapshots' | 'ledger' | 'plan' | 'requests', unknown>>;

async function stagesOf(story: StoryTold): Promise<Stages> {
  const source = sourceOf(story.store.kind);
  const translations = story.deliveries.map((arrival) => source.translate(arrival));
  const snapshots = translations.flatMap((one) => ('snapshots' in one ? one.snapshots : []));
  const ledger = ledgerOf(snapshots);
  return {
    snapshots: translations,
    ledger: Object.fromEntries([...ledger].map(([name, { state }]) => [name, state])),
    plan: planOf([...ledger.values()], story.store),
    requests: await requestsOf(story),
  };
}

interface Thing {
  readonly ref: Ref;
  readonly state: State;
}

function ledgerOf(snapshots: readonly Snapshot[]): ReadonlyMap<string, Thing> {
  const things = new Map<string, Thing>();
  for (const snapshot of snapshots) {
    const { ref } = snapshot;
    things.set(refName(ref), { ref, state: fold(things.get(refName(ref))?.state, snapshot) });
  }
  return things;
}

/** What a first write of the contact would be; all of these stories are of one person. */
function planOf(things: readonly Thing[], { id, currency }: Store): unknown {
  const own = things.flatMap(({ ref, state }) => (state.type === 'product' ? [] : [{ ref, state }]));
  const fields = new Map(neededFields(POLICY).map(({ alias, type }) => [alias, { type }]));
  const currencies = new Map([[id, currency]]);
  const now = Date.parse('2026-12-01T12:00:00Z');
  const desired = desiredContact(factsOf(own, new Map()), { policy: POLICY, currencies, fields, now });
  return planChange(desired, NOTHING_WRITTEN, { full: true, ownAliases: ownAliases(POLICY) }) ?? null;
}

/** What changes contacts, with their notes, in the order it is sent; one after each delivery. */
async function requestsOf({ store, deliveries }: StoryTold): Promise<readonly unknown[]> {
  const since = new Map([[store.id, 0]]);
  const bench = await startBench({ policy: POLICY, stores: [store], since });
  for (const delivery of deliveries) {
    await bench.arrive(delivery);
    await bench.sync();
  }
  return bench
    .calls()
    .filter(isOfContacts)
    .map(({ method, path, body }) => ({ method, path, body }));
}

function isOfContacts({ method, path }: Call): boolean {
  return method !== 'GET' && /^\/api\/(contacts|notes)\//.test(path);
}

/** As a file holds it. */
function asWritten(stage: unknown): unknown {
  return JSON.parse(JSON.stringify(stage));
}

describe('a recorded delivery is at every stage what it was', () => {
  test.each(Object.entries(STORIES))('%s', async (name, story) => {
    const folder = new URL(`../golden/${name}/`, import.meta.url);
    const stages = Object.entries(await stagesOf(story));
    if (process.env['GOLDEN'] === 'write') {
      mkdirSync(folder, { recursive: true });
      for (const [stage, value] of stages)
        writeFileSync(new URL(`${stage}.json`, folder), `${JSON.stringify(asWritten(value), null, 1)}\n`);
    }
    for (const [stage, value] of stages) {
      const golden: unknown = JSON.parse(readFileSync(new URL(`${stage}.json`, folder), 'utf8'));
      expect([stage, asWritten(value)]).toEqual([stage, golden]);
    }
  });
});
