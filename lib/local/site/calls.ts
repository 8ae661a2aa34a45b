import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { MauticContact } from '../../core/ports/mautic.ts';
import { EXCHANGES, type Exchange } from '../../http.ts';
import { contactOf } from '../../mautic/contacts/contact-answer.ts';
import type { CallMade, ContactChange, Feed, FieldChange } from './feed.ts';

/** Contacts whose values are remembered, so that the next write can be shown against them. */
const MOST_REMEMBERED = 2000;

/** Tells a feed of every request that the functions make, and of what it changed in Mautic. @returns what ends it. */
export function tellCalls(feed: Feed, mauticUrl: string): () => void {
  const known = new Map<number, MauticContact>();
  const base = mauticUrl.replace(/\/+$/, '');
  const hear = (message: unknown) => {
    const exchange = message as Exchange;
    const isMautic = exchange.base === base;
    const changes = isMautic ? changesIn(exchange, known) : [];
    feed.add({ type: 'call', call: callOf(exchange, { to: isMautic ? 'Mautic' : 'the store', changes }) });
  };
  subscribe(EXCHANGES, hear);
  return () => void unsubscribe(EXCHANGES, hear);
}

function callOf(
  { request, outcome, tookMs }: Exchange,
  { to, changes }: Pick<CallMade, 'to' | 'changes'>,
): CallMade {
  const { method, path } = request;
  const answer = outcome.ok ? String(outcome.value.status) : outcome.failure.code;
  const isWell = outcome.ok && outcome.value.status < 400;
  const bare = path.split('?')[0] ?? '';
  return { to, method, path: bare, answer, isWell, tookMs: Math.round(tookMs), changes };
}

/** What an answer shows of contacts is remembered; where it answers a write, it is what the write made of them. */
function changesIn({ request, outcome }: Exchange, known: Map<number, MauticContact>): ContactChange[] {
  if (!outcome.ok || outcome.value.status >= 400 || !request.path.startsWith('/api/contacts')) return [];
  const isWrite = request.method !== 'GET';
  const isNew = request.path.startsWith('/api/contacts/batch/new');
  const changes: ContactChange[] = [];
  for (const contact of contactsIn(outcome.value.body)) {
    const before = known.get(contact.id) ?? (isNew ? unwritten(contact) : undefined);
    // An answer may leave tags out; then they are what they were.
    const after = {
      ...contact,
      tags: contact.tags.length === 0 && !isWrite ? (before?.tags ?? []) : contact.tags,
    };
    remember(known, after);
    if (isWrite) changes.push(changeOf(before, after));
  }
  return changes.filter(
    (change) => change.fields.length + change.tagsAdded.length + change.tagsTakenAway.length > 0,
  );
}

/** As a contact is before it is made: nothing but its address. */
function unwritten({ id, email }: MauticContact): MauticContact {
  return { id, email, fields: { email }, tags: [] };
}

function contactsIn(body: object | undefined): readonly MauticContact[] {
  const { contact, contacts = {} } = (body ?? {}) as { contact?: unknown; contacts?: unknown };
  const all = typeof contacts === 'object' && contacts !== null ? Object.values(contacts) : [];
  return [...all, contact].flatMap((one) => contactOf(one) ?? []);
}

function remember(known: Map<number, MauticContact>, contact: MauticContact): void {
  known.delete(contact.id);
  known.set(contact.id, contact);
  const [oldest] = known.keys();
  if (known.size > MOST_REMEMBERED && oldest !== undefined) known.delete(oldest);
}

function changeOf(before: MauticContact | undefined, after: MauticContact): ContactChange {
  const { points: _mauticCountsThem, ...held } = after.fields;
  const fields = Object.entries(held).flatMap(([alias, value]): FieldChange[] => {
    const is = textOf(value);
    const was = before && textOf(before.fields[alias]);
    return is === was || (before === undefined && is === null) ? [] : [{ alias, before: was, after: is }];
  });
  const { id: mauticId, email, tags } = after;
  const had = before?.tags ?? [];
  return {
    mauticId,
    email,
    fields,
    tagsAdded: tags.filter((tag) => !had.includes(tag)),
    tagsTakenAway: had.filter((tag) => !tags.includes(tag)),
  };
}

/** What a field holds; an empty one is NULL or an empty text, as Mautic pleases. */
export function textOf(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
