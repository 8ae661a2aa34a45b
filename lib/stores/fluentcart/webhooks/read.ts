import * as v from 'valibot';
import type { Snapshot } from '../../../core/ledger/snapshot.ts';
import type { DropReason, ReadItem, StoreReading } from '../../../core/stores/source.ts';
import type { StoreKind } from '../../../core/stores/store-api.ts';
import { Customer, customerSnapshot } from './customer.ts';
import { type Body, Id, isObject } from './fields.ts';
import { Product, productSnapshot } from './product.ts';
import { orderIn } from './translate.ts';
import { isSettled, type Witness } from './witness.ts';

type Reader = (item: Body, witness: Witness) => Snapshot | DropReason;

const READERS: Readonly<Record<StoreKind, Reader>> = {
  order: orderIn,
  customer: customerIn,
  product: productIn,
};

/** What an object of the REST API says; the same as a webhook's body would, but that it can be settled. */
export function read({ kind, store, item, now, testOrders = false }: StoreReading): ReadItem {
  const body = isObject(item) ? item : {};
  const witness: Witness = { store, event: '', readAt: now, testOrders };
  const said = READERS[kind](body, witness);
  if (typeof said === 'string') return { snapshots: [], dropped: said, ...idOf(body), settled: false };
  const modifiedAt = modifiedAtOf(said);
  return {
    snapshots: [said],
    ...idOf(body),
    ...(modifiedAt > 0 && { modifiedAt }),
    settled: modifiedAt > 0 && isSettled(modifiedAt, witness),
  };
}

/** A version begins with the date that it goes by. */
function modifiedAtOf(snapshot: Snapshot): number {
  return 'version' in snapshot ? Number(snapshot.version.split('.')[0]) : 0;
}

/** A product is a WordPress post, whose id is written in capitals; one order stands in an envelope. */
function idOf(body: Body): { readonly id?: string } {
  const inner = isObject(body['order']) ? body['order'] : body;
  const id = v.safeParse(Id, inner['id'] ?? inner['ID']);
  return id.success ? { id: id.output } : {};
}

function customerIn(item: Body, witness: Witness): Snapshot | DropReason {
  const customer = v.safeParse(Customer, item);
  return customer.success ? customerSnapshot(customer.output, witness) : 'malformed';
}

function productIn(item: Body, witness: Witness): Snapshot | DropReason {
  const product = v.safeParse(Product, item);
  return product.success ? productSnapshot(product.output, witness) : 'malformed';
}
