import { payloadOf } from '../contacts/contact-form.ts';
import { page } from '../contacts/contact-list.ts';
import { findContact } from '../contacts/find-contact.ts';
import { toAtom } from '../database/dates.ts';
import { asText, isMap, isTruthy, keyedById, type PhpMap, type PhpValue } from '../database/php-value.ts';
import type { Contact, Email } from '../database/rows.ts';
import { cleanText } from '../database/text-cleaning.ts';
import {
  type Answer,
  accessDenied,
  contactNotFound,
  created,
  formRefusal,
  itemNotFound,
  ok,
  opaqueError,
  type Refusal,
} from '../http/answer.ts';
import { type Call, createdBy, modifiedBy, type World } from '../world.ts';
import { emailJson } from './email-view.ts';

/** `GET /api/emails` (recording 418). */
export function listEmails(world: World, { query, identity }: Call): Answer {
  if (identity.isLimited) return accessDenied();
  const all = world.db.emails.all();
  return ok({
    total: all.length,
    emails: keyedById(page(all, query).map((email) => [email.id, emailJson(world, email)])),
  });
}

/** `GET /api/emails/{id}` */
export function getEmail(world: World, { params }: Call): Answer {
  const email = world.db.emails.get(Number(params[0]));
  return email === undefined ? itemNotFound() : ok({ email: emailJson(world, email) });
}

/** `POST /api/emails/new`: any type passes, a `list` e-mail needs segments (recordings 413-417). */
export function newEmail(world: World, { body, identity }: Call): Answer {
  if (identity.isLimited) return accessDenied();
  const payload = payloadOf(body);
  const refusals = refusalsOf(payload);
  if (refusals.length > 0) return formRefusal(refusals);
  const marks = createdBy(world, identity);
  const email = world.db.emails.insert((id) => ({
    id,
    ...marks,
    dateModified: marks.dateAdded,
    isPublished: isTruthy(payload.isPublished ?? true),
    name: cleanText(asText(payload.name) ?? ''),
    subject: asText(payload.subject) ?? '',
    customHtml: asText(payload.customHtml) || null,
    emailType: asText(payload.emailType) || 'template',
    fromAddress: asText(payload.fromAddress) || null,
    fromName: asText(payload.fromName) || null,
    template: asText(payload.template) || null,
    ...(world.db.categories.get(Number(payload.category)) && { category: Number(payload.category) }),
    revision: 1,
    sentCount: 0,
    sendToDnc: isTruthy(payload.sendToDnc),
  }));
  return created(`/api/emails/${email.id}`, { email: emailJson(world, email) });
}

/** `PATCH /api/emails/{id}/edit` (recordings 432, 434). */
export function editEmail(world: World, { params, body, identity }: Call): Answer {
  const email = world.db.emails.get(Number(params[0]));
  if (email === undefined) return itemNotFound();
  const payload = payloadOf(body);
  const edited = world.db.emails.put({
    ...email,
    ...modifiedBy(identity, world.now()),
    revision: email.revision + 1,
    isPublished: payload.isPublished === undefined ? email.isPublished : isTruthy(payload.isPublished),
    subject: asText(payload.subject) || email.subject,
    customHtml: asText(payload.customHtml) || email.customHtml,
  });
  return ok({ email: emailJson(world, edited) });
}

/** `POST /api/emails/{id}/contact/{id}/send`: sends again at every call, unpublished or not; U+0000 in a token is a crash (recordings 420, 424-433, 570; 5.2.1: 221, 227). */
export function sendEmail(world: World, { params, body }: Call): Answer {
  const email = world.db.emails.get(Number(params[0]));
  if (email === undefined) return itemNotFound();
  const contact = findContact(world, Number(params[1]));
  if (contact === undefined) return contactNotFound();
  const address = contact.values.email;
  if (address === undefined) return opaqueError(500);
  const isRefused =
    contact.doNotContact.some((entry) => entry.channel === 'email') &&
    !world.traits.sendIgnoresDoNotContact &&
    !email.sendToDnc;
  if (isRefused) return ok({ success: false, failed: [] });
  const tokens = tokensOf(payloadOf(body).tokens);
  if (Object.values(tokens).some((value) => value.includes('\0'))) return opaqueError(500);
  const failure = world.mailFailure();
  if (failure !== undefined) return ok({ success: false, failed: failure });
  deliver(world, email, { contact, address: String(address), tokens });
  return ok({ success: true });
}

type Delivery = {
  readonly contact: Contact;
  readonly address: string;
  readonly tokens: Readonly<Record<string, string>>;
};

function deliver(world: World, email: Email, { contact, address, tokens }: Delivery): void {
  const fill = (text: string) => fillTokens(text, tokens, contact);
  world.db.sentEmails.insert((id) => ({
    id,
    email: email.id,
    contact: contact.id,
    address,
    subject: fill(email.subject),
    html: fill(email.customHtml ?? ''),
    tokens,
    at: toAtom(world.now()),
  }));
  world.db.emails.put({ ...email, sentCount: email.sentCount + 1 });
}

/** Keys with or without braces; anything but a map of texts is no tokens at all (recordings 424-428). */
function tokensOf(sent: PhpValue | undefined): Record<string, string> {
  if (!isMap(sent)) return {};
  const entries = Object.entries(sent).map(([key, value]) => [
    key.replace(/^\{|\}$/g, ''),
    asText(value) ?? '',
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Values go in as raw HTML; tokens nobody set stay visible (recording 594). */
function fillTokens(text: string, tokens: Readonly<Record<string, string>>, contact: Contact): string {
  return text.replace(/\{([^{}]+)\}/g, (whole, token: string) => {
    const [, alias, fallback = ''] = /^contactfield=([^|]+)(?:\|(.*))?$/.exec(token) ?? [];
    if (alias !== undefined) return String(contact.values[alias] ?? fallback);
    return tokens[token] ?? whole;
  });
}

function refusalsOf(payload: PhpMap): Refusal[] {
  const required = (field: string, message: string): Refusal[] =>
    (asText(payload[field]) ?? '') === '' ? [{ field, message, status: 400 }] : [];
  return [
    ...required('name', 'A name is required.'),
    ...required('subject', 'A subject is required.'),
    ...(payload.emailType === 'list' ? required('lists', NO_LIST) : []),
  ];
}

const NO_LIST =
  'Either no list was selected or you do not have access to one of the lists that was selected.';
