import { type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import type { StoreParticular } from '../../../core/stores/store-api.ts';
import type { Query } from './client.ts';
import { ORDERS, type Reading, readPage } from './pages.ts';
import { hasUpdatedSince } from './pro-filter.ts';

const NEWEST: Query = [
  ['sort_by', 'id'],
  ['sort_type', 'desc'],
  ['per_page', '1'],
  ['page', '1'],
];

/** Which edition the store has, and whether it sells in earnest: two calls. */
export async function particularsOf(
  reading: Reading,
  { testOrders }: { readonly testOrders: boolean },
): Promise<Outcome<readonly StoreParticular[]>> {
  const newest = await readPage(reading, ORDERS, NEWEST);
  if (!newest.ok) return newest;
  const probe = await hasUpdatedSince(reading);
  if (!probe.ok) return probe;
  const { total, items } = newest.value;
  const isTest = items[0]?.['mode'] === 'test';
  return succeeded([
    { about: 'edition', says: editionOf(probe.value.has, total) },
    ...(isTest ? [aboutTests(testOrders)] : []),
  ]);
}

/** The probe proves nothing in a shop without an order: there both editions show none. */
function editionOf(hasPro: boolean, orders: number): string {
  if (orders === 0) return 'no order yet, so nobody can tell whether Pro is active';
  return hasPro
    ? 'FluentCart Pro answers what changed since a moment: everything is found within a quarter of an hour'
    : 'FluentCart does not answer what changed since a moment, as without Pro: new, cancelled, refunded and failed orders are found within a quarter of an hour, what is edited otherwise within a day';
}

function aboutTests(testOrders: boolean): StoreParticular {
  const says = "the newest order was made in FluentCart's test mode";
  if (testOrders) return { about: 'test mode', says: `${says}, and counts: the store says testOrders` };
  return {
    about: 'test mode',
    says: `${says}, and is left out`,
    remedy:
      'Switch the shop to live orders (FluentCart, Settings); or, where it is only there for trying, say testOrders: true for this store in bridge.config.ts and deploy.',
  };
}
