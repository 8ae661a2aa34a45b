import * as v from 'valibot';
import { failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { MauticContact } from '../../core/ports/mautic.ts';
import type { MauticClient } from '../client.ts';
import { keyed } from '../keyed.ts';
import { contactOf } from './contact-answer.ts';

const PATH = '/api/contacts';
/** Mautic's own default is 30; a prefix search can find more addresses than the one asked for. */
const LIMIT = 100;
/** Mautic 5 escapes these in a `where` before it compares, so they never match (FetchCommonApiController). */
const ESCAPED = /['"&<>]/;

const ListAnswer = v.object({ contacts: v.union([v.array(v.unknown()), v.record(v.string(), v.unknown())]) });

/**
 * Contacts with exactly this address, case ignored. `where … eq` is exact (recordings 046, 115); `search=email:` is
 * a prefix match that also finds `…@example.com.au` (recording 098), so whatever comes back is compared again.
 */
export async function findContacts(
  client: MauticClient,
  email: string,
): Promise<Outcome<readonly MauticContact[]>> {
  const exact = await listOf(client, [email], {
    'where[0][col]': 'email',
    'where[0][expr]': 'eq',
    'where[0][val]': email,
  });
  if (!exact.ok || exact.value.length > 0 || !ESCAPED.test(email)) return exact;
  return listOf(client, [email], { search: `email:${email}` });
}

/** Addresses of one look-up: each may have 64 characters, and a host may refuse addresses over 2,000 bytes. */
const MOST = 20;

/**
 * Contacts with exactly one of these addresses, case ignored. `where … in` takes a list with commas (recording 114);
 * an address that would be escaped, or taken apart, is looked for alone.
 */
export async function findAllContacts(
  client: MauticClient,
  emails: readonly string[],
): Promise<Outcome<readonly MauticContact[]>> {
  const plain = emails.filter((email) => !ESCAPED.test(email) && !email.includes(','));
  const found: MauticContact[] = [];
  for (let start = 0; start < plain.length; start += MOST) {
    const some = plain.slice(start, start + MOST);
    const answer = await listOf(client, some, {
      'where[0][col]': 'email',
      'where[0][expr]': 'in',
      'where[0][val]': some.join(','),
    });
    if (!answer.ok) return answer;
    found.push(...answer.value);
  }
  for (const email of emails.filter((one) => !plain.includes(one))) {
    const answer = await findContacts(client, email);
    if (!answer.ok) return answer;
    found.push(...answer.value);
  }
  return succeeded(found);
}

/**
 * The contacts under these ids, by id. A list never shows who was merged away, while single calls lead such an id to
 * the winner (recordings of 5.2.1: 148, 152; of 7.0.0: 145, 149). `minimal` leaves out tags and what else is not needed.
 */
export async function findHolders(
  client: MauticClient,
  ids: readonly number[],
): Promise<Outcome<ReadonlyMap<number, MauticContact>>> {
  const found = new Map<number, MauticContact>();
  for (let start = 0; start < ids.length; start += LIMIT) {
    const some = ids.slice(start, start + LIMIT);
    const answer = await list(client, {
      'where[0][col]': 'id',
      'where[0][expr]': 'in',
      'where[0][val]': some.join(','),
      minimal: '1',
    });
    if (!answer.ok) return answer;
    for (const contact of answer.value) found.set(contact.id, contact);
  }
  return succeeded(found);
}

/** Whatever comes back is compared again. */
async function listOf(
  client: MauticClient,
  emails: readonly string[],
  query: Readonly<Record<string, string>>,
): Promise<Outcome<readonly MauticContact[]>> {
  const wanted = new Set(emails.map((email) => email.toLowerCase()));
  const found = await list(client, query);
  if (!found.ok) return found;
  return succeeded(found.value.filter(({ email }) => wanted.has(email.toLowerCase())));
}

async function list(
  client: MauticClient,
  query: Readonly<Record<string, string>>,
): Promise<Outcome<readonly MauticContact[]>> {
  const parameters = new URLSearchParams({ ...query, limit: String(LIMIT) });
  const answer = await client.call({ method: 'GET', path: `${PATH}?${parameters.toString()}` });
  if (!answer.ok) return answer;
  const parsed = v.safeParse(ListAnswer, answer.value.body);
  if (!parsed.success) return failed(unreadable());
  const found: MauticContact[] = [];
  for (const value of keyed(parsed.output.contacts).values()) {
    const contact = contactOf(value);
    if (!contact) return failed(unreadable());
    found.push(contact);
  }
  return succeeded(found);
}

function unreadable() {
  const message = `GET ${PATH} answered no list of contacts. Check the version of Mautic.`;
  return { kind: 'retry', code: 'unreadable', message } as const;
}
