import type { Store } from '../../core/policy/configuration/store.ts';
import type { Subject } from '../../pipeline/explain.ts';
import { contactOf, orderIdIn } from '../flags.ts';
import { UsageError } from '../usage-error.ts';

const KEY = /^[\w-]{22}$/;

/** What is asked about. @throws UsageError that says how to name it; an address is not repeated. */
export function subjectOf(text: string, stores: readonly Pick<Store, 'id'>[]): Subject {
  if (text.includes('@')) return contactSubject(text);
  const parts = text
    .replace(/^#/, '')
    .replace(/^order\//, '')
    .split('/');
  if (parts.length === 1 && KEY.test(text)) return contactSubject(text);
  const [only, ...others] = stores;
  const [store, named = ''] =
    parts.length === 1 ? [others.length === 0 ? only?.id : undefined, parts[0]] : parts;
  const id = orderIdIn(named);
  if (parts.length > 2 || id === undefined)
    throw new UsageError('That is no order and no address: give 123, demo/123 or someone@example.com.');
  if (store !== undefined && stores.some((one) => one.id === store))
    return { kind: 'order', ref: { kind: 'order', store, id } };
  throw new UsageError(`Say of which store: ${stores.map((one) => `${one.id}/${id}`).join(' or ')}.`);
}

function contactSubject(text: string): Subject {
  const contact = contactOf(text, 'What was given');
  if (contact === undefined) throw new UsageError('That is no order and no address.');
  return { kind: 'contact', contact };
}
