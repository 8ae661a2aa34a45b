import * as v from 'valibot';
import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { MauticContact } from '../../core/ports/mautic.ts';
import type { MauticClient } from '../client.ts';
import { contactOf } from './contact-answer.ts';

const OneAnswer = v.object({ contact: v.unknown() });

/** One contact by its id; `park` with `not-found` when Mautic has none (recordings 049, 050). */
export async function getContact(client: MauticClient, id: number): Promise<Outcome<MauticContact>> {
  const read = await readContact(client, id);
  if (!read.ok) return read;
  const contact = contactOf(read.value);
  return contact ? succeeded(contact) : failed(unreadable(id));
}

/**
 * The contact as Mautic answers it, for what else there is to read from it. The id of a contact that was merged
 * away answers with the winner, who may be somebody else: that counts as not found.
 */
export async function readContact(client: MauticClient, id: number): Promise<Outcome<unknown>> {
  const read = await followed(client, id);
  if (!read.ok) return read;
  if (read.value.contact.id === id) return succeeded(read.value.answered);
  const message = `Contact ${String(id)} was merged into another one in Mautic. Find it by its e-mail.`;
  return failed({ kind: 'park', code: 'not-found', message });
}

/** Whom an id leads to: itself, the contact it was merged into (recording 148 of 5.2.1), or nobody. */
export async function heirOf(client: MauticClient, id: number): Promise<Outcome<MauticContact | undefined>> {
  const read = await followed(client, id);
  if (read.ok) return succeeded(read.value.contact);
  return read.failure.code === 'not-found' ? succeeded(undefined) : read;
}

interface Followed {
  readonly contact: MauticContact;
  /** The same as Mautic answered it. */
  readonly answered: unknown;
}

async function followed(client: MauticClient, id: number): Promise<Outcome<Followed>> {
  const answer = await client.call({ method: 'GET', path: `/api/contacts/${String(id)}` });
  if (!answer.ok) return answer;
  const parsed = v.safeParse(OneAnswer, answer.value.body);
  const contact = parsed.success ? contactOf(parsed.output.contact) : undefined;
  if (!parsed.success || !contact) return failed(unreadable(id));
  return succeeded({ contact, answered: parsed.output.contact });
}

/**
 * Which of two things a 404 means: the answers differ only in a text that is translated (recordings 397 and 398,
 * 429 and 430). `other` when the contact is there, so that what it was to be joined with is not.
 */
export async function missingOf(client: MauticClient, contactId: number, other: Failure): Promise<Failure> {
  const contact = await readContact(client, contactId);
  return contact.ok ? other : contact.failure;
}

function unreadable(id: number): Failure {
  const message = `Mautic answered no contact for id ${String(id)}. Check the version of Mautic.`;
  return { kind: 'retry', code: 'unreadable', message };
}
