import * as v from 'valibot';
import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { MauticContact } from '../../core/ports/mautic.ts';
import type { MauticClient } from '../client.ts';
import { contactOf, fieldsOf } from './contact-answer.ts';
import { readContact } from './contact-reading.ts';

const OneAnswer = v.object({ contact: v.unknown() });

/**
 * Writes the whole contact back with some fields replaced. Only PUT stores 0 < |x| < 1 and text that looks like
 * zero (recordings 352, 353, 359), and it wipes what is not sent (recordings 125, 144, 363): every value the
 * contact has goes along. Tags, owner and stage stay when they are absent.
 */
export async function rewriteContact(
  client: MauticClient,
  id: number,
  fields: Readonly<Record<string, string>>,
): Promise<Outcome<MauticContact>> {
  const stored = await readContact(client, id);
  if (!stored.ok) return stored;
  const body = { ...sendable(stored.value), ...fields };
  const written = await client.call({ method: 'PUT', path: `/api/contacts/${String(id)}/edit`, body });
  if (!written.ok) return failed(ours(written.failure, fields));
  return contactIn(written.value.body, id);
}

function contactIn(body: object, id: number): Outcome<MauticContact> {
  const parsed = v.safeParse(OneAnswer, body);
  const contact = parsed.success ? contactOf(parsed.output.contact) : undefined;
  return contact ? succeeded(contact) : failed(unreadable(id));
}

function sendable(contact: unknown): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [alias, { type, value }] of fieldsOf(contact)) {
    if (value !== null && value !== undefined && value !== '') body[alias] = writable(type, value);
  }
  return body;
}

/** What Mautic reads back is not always what it takes, or means the same whatever its time zone. */
function writable(type: string, value: unknown): unknown {
  switch (type) {
    case 'boolean':
      // Reads back as 1, "1", true or as 0, "0", false (recordings 258, 318, 319).
      return value === true || value === 1 || value === '1';
    case 'multiselect':
      // Reads back as "a|b" (recordings 267, 268).
      return typeof value === 'string' ? value.split('|') : value;
    case 'datetime':
      // Reads back in UTC without saying so; with an offset it is taken as what it is (recordings 251-253).
      return typeof value === 'string' && /^\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?$/.test(value)
        ? `${value.replace(' ', 'T')}+00:00`
        : value;
    default:
      return value;
  }
}

/**
 * A stored value of somebody else's field can be refused (an option removed since, a limit lowered). Sending the
 * contact without it would wipe it, so our own fields are what is given up.
 */
function ours(failure: Failure, fields: Readonly<Record<string, string>>): Failure {
  if (failure.kind !== 'repair') return failure;
  const own = Object.entries(failure.rejected).filter(([alias]) => alias in fields);
  if (own.length > 0) return { ...failure, rejected: Object.fromEntries(own) };
  const rejected = Object.fromEntries(
    Object.keys(fields).map((alias) => [alias, { why: 'not-allowed' } as const]),
  );
  return { ...failure, code: 'rewrite-refused', rejected };
}

function unreadable(id: number) {
  const message = `Mautic answered no contact for id ${String(id)}. Check the version of Mautic.`;
  return { kind: 'unknown', code: 'unreadable', message } as const;
}
