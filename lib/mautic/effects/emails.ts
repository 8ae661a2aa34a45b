import * as v from 'valibot';
import type { TargetState } from '../../core/effects/target.ts';
import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { Email, MauticEmails } from '../../core/ports/mautic.ts';
import type { Clock } from '../../core/ports/telemetry.ts';
import type { MauticClient } from '../client.ts';
import { getContact, missingOf } from '../contacts/contact-reading.ts';
import { transportFailure } from './email-transport.ts';

const SendAnswer = v.object({
  success: v.union([v.boolean(), v.literal(1), v.literal(0)]),
  failed: v.optional(v.unknown()),
});

const EmailAnswer = v.object({
  email: v.object({
    isPublished: v.boolean(),
    publishUp: v.nullish(v.string()),
    publishDown: v.nullish(v.string()),
  }),
});

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\n': '<br>\n',
};

/**
 * E-mails of Mautic. Every call of `send` sends again (recording 424), whether the e-mail is published (433) or the
 * contact asked not to be mailed (420) or not. Nothing tells reliably whether an e-mail was sent: Mautic has no
 * idempotency key, its activity list answers 500 for contacts with an unknown do-not-contact reason (614), and with
 * a queue in its mailer "sent" means "queued". So an outcome in doubt stays in doubt.
 */
export function createMauticEmails(client: MauticClient, clock: Pick<Clock, 'now'>): MauticEmails {
  return {
    send: (email) => send(client, email),
    stateOf: (id) => stateOf(client, id, clock.now()),
    mayBeMailed: (id) => mayBeMailed(client, id),
  };
}

/** Published, and within its time of publication where it has one (recordings of 5.2.1: 216, 226, 230). */
async function stateOf(client: MauticClient, emailId: number, now: number): Promise<Outcome<TargetState>> {
  const path = `/api/emails/${String(emailId)}`;
  const answer = await client.call({ method: 'GET', path });
  if (!answer.ok) return answer.failure.code === 'not-found' ? succeeded('missing') : answer;
  const parsed = v.safeParse(EmailAnswer, answer.value.body);
  if (!parsed.success) return failed(unreadableEmail(emailId));
  const { isPublished, publishUp, publishDown } = parsed.output.email;
  const isOn = isPublished && !(at(publishUp) > now) && !(at(publishDown) <= now);
  return succeeded(isOn ? 'usable' : 'unpublished');
}

/** Epoch ms; NaN, which is on neither side, for none. */
function at(time: string | null | undefined): number {
  return Date.parse(time ?? '');
}

async function send(
  client: MauticClient,
  { emailId, contactId, tokens, markup = {} }: Email,
): Promise<Outcome<void>> {
  const path = `/api/emails/${String(emailId)}/contact/${String(contactId)}/send`;
  const own = Object.entries(markup).map(([token, html]) => [`{${token}}`, readable(html)] as const);
  const body = { tokens: { ...asHtml(tokens), ...Object.fromEntries(own) } };
  const answer = await client.call({ method: 'POST', path, body });
  if (!answer.ok) {
    if (answer.failure.code !== 'not-found') return answer;
    return failed(await missingOf(client, contactId, unknownEmail(emailId)));
  }
  const parsed = v.safeParse(SendAnswer, answer.value.body);
  if (!parsed.success) return failed(unreadable(path));
  const { success, failed: why } = parsed.output;
  return success ? succeeded(undefined) : failed(transportFailure(why, path));
}

/**
 * Mautic inserts values as raw HTML, scripts included (recording 594), into the subject too; so markup of a customer
 * must not reach it. Tokens nobody set stay visible.
 */
function asHtml(tokens: Email['tokens']): Record<string, string> {
  const escaped = Object.entries(tokens).map(([token, value]) => {
    const name = token.replace(/^\{(.*)\}$/, '$1');
    const html = readable(value).replace(/[&<>"'\n]/g, (character) => ENTITIES[character] ?? '');
    return [`{${name}}`, html] as const;
  });
  return Object.fromEntries(escaped);
}

/** Mautic fails (500) at U+0000 in a token (5.2.1: 221), and PHP reads no half of a surrogate pair. Lines stay lines. */
function readable(value: string): string {
  return value
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n]+/gu, ' ');
}

/** False whatever the reason, and for a contact without an address, to whom sending is an opaque 500 (431). */
async function mayBeMailed(client: MauticClient, contactId: number): Promise<Outcome<boolean>> {
  const contact = await getContact(client, contactId);
  if (!contact.ok) return contact;
  const { mayBeMailed: allowed } = contact.value;
  return allowed === undefined ? failed(noConsent(contactId)) : succeeded(allowed);
}

function unknownEmail(emailId: number): Failure {
  const message = `Mautic has no e-mail ${String(emailId)}. Name another one in the policy, or create it.`;
  return { kind: 'park', code: 'email-not-found', message };
}

function unreadableEmail(emailId: number): Failure {
  const message = `Mautic did not say whether e-mail ${String(emailId)} is published. Check the version of Mautic.`;
  return { kind: 'retry', code: 'unreadable', message };
}

function unreadable(path: string): Failure {
  const message = `POST ${path} did not say whether it sent. Look at the contact in Mautic.`;
  return { kind: 'unknown', code: 'unreadable', message };
}

function noConsent(contactId: number): Failure {
  const message = `Mautic did not say whether contact ${String(contactId)} may be mailed. Check the version of Mautic.`;
  return { kind: 'retry', code: 'unreadable', message };
}
