import type { Store } from '../../core/policy/configuration/store.ts';
import type { Subject } from '../../pipeline/explain.ts';
import { contactOf, orderIdIn } from '../flags.ts';
import { UsageError } from '../usage-error.ts';

const KEY = /^[\w-]{22}$/;

/**
 * What is asked about; `--store` may name the store of an order. @throws UsageError that says how to name it; an address
 * is not repeated.
 */
export function subjectOf(text: string, stores: readonly Pick<Store, 'id'>[], storeFlag?: string): Subject {
  if (text.includes('@')) return contactSubject(text);
  const parts = text
    .replace(/^#/, '')
    .replace(/^order\//, '')
    .split('/');
  if (parts.length === 1 && KEY.test(text)) return contactSubject(text);
  const [only, ...others] = stores;
  const usual = storeFlag ?? (others.length === 0 ? only?.id : undefined);
  const [store, named = ''] = parts.length === 1 ? [usual, parts[0]] : parts;
  const id = orderIdIn(named);
  // A word without a digit is no order of any shop.
  if (parts.length > 2 || id === undefined || !/\d/.test(id)) throw new UsageError(NEITHER);
  const choice = stores.map((one) => `${one.id}/${id}`).join(' or ');
  if (store === undefined) throw new UsageError(`Say of which store: ${choice}.`);
  if (storeFlag !== undefined && store !== storeFlag)
    throw new UsageError('The order is of one store, and --store names another.');
  if (stores.some((one) => one.id === store)) return { kind: 'order', ref: { kind: 'order', store, id } };
  throw new UsageError(`bridge.config.ts has no such store: give ${choice}.`);
}

const NEITHER = 'That is no order and no address: give 123, demo/123 or someone@example.com.';

function contactSubject(text: string): Subject {
  const contact = contactOf(text, 'What was given');
  if (contact === undefined) throw new UsageError(NEITHER);
  return { kind: 'contact', contact };
}
