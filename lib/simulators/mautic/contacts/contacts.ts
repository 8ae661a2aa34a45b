import { type OutcomeWithItems, saveWithItems } from '../custom-objects/contact-with-items.ts';
import type { ItemError } from '../custom-objects/item-plan.ts';
import { showsItems } from '../custom-objects/item-view.ts';
import type { Contact } from '../database/rows.ts';
import {
  type Answer,
  accessDenied,
  created,
  itemNotFound,
  ok,
  opaqueError,
  refusal,
} from '../http/answer.ts';
import type { Call, World } from '../world.ts';
import { type Binding, findDuplicate, payloadOf } from './contact-form.ts';
import { contactJson } from './contact-view.ts';
import { findContact } from './find-contact.ts';

/** `GET /api/contacts/{id}` */
export function getContact(world: World, call: Call): Answer {
  const contact = findContact(world, Number(call.params[0]));
  if (contact === undefined) return itemNotFound();
  return ok({ contact: contactJson(world, contact, { showsItems: showsItems(call) }) });
}

/** `POST /api/contacts/new`: creates, or merges into the newest contact with the same unique value (038-040). */
export async function newContact(world: World, call: Call): Promise<Answer> {
  if (call.identity.isLimited) return accessDenied();
  const payload = payloadOf(call.body);
  const existing = findDuplicate(world, payload);
  const write = { payload, binding: 'POST', existing, identity: call.identity } as const;
  return answerSave(world, await saveWithItems(world, write), call);
}

/** `PATCH` and `PUT /api/contacts/{id}/edit`: an unknown id is 404 for PATCH, a new contact for PUT (123, 124). */
export async function editContact(world: World, call: Call): Promise<Answer> {
  if (call.identity.isLimited) return accessDenied();
  const binding: Binding = call.method === 'PUT' ? 'PUT' : 'PATCH';
  const existing = findContact(world, Number(call.params[0]));
  if (existing === undefined && binding === 'PATCH') return itemNotFound();
  const payload = payloadOf(call.body);
  const write = { payload, binding, existing, identity: call.identity };
  return answerSave(world, await saveWithItems(world, write), call);
}

/** `DELETE /api/contacts/{id}/delete`: answers the contact with `id: null` (recording 136). */
export function deleteContact(world: World, { params, identity }: Call): Answer {
  if (identity.isLimited) return accessDenied();
  const contact = findContact(world, Number(params[0]));
  if (contact === undefined) return itemNotFound();
  const json = contactJson(world, contact, { isDeleted: true });
  removeContact(world, contact);
  return ok({ contact: json });
}

/** Removes a contact with its notes, memberships and links to items. */
export function removeContact({ db }: World, contact: Contact): void {
  for (const note of db.lookups.notesOf(contact.id)) db.notes.delete(note.id);
  for (const one of db.memberships.all()) if (one.contact === contact.id) db.memberships.delete(one.id);
  for (const link of db.items.linksOf(contact.id)) db.customLinks.delete(link.id);
  db.contacts.delete(contact.id);
}

function answerSave(world: World, outcome: OutcomeWithItems, call: Call): Answer {
  if (outcome.type === 'crashed') return opaqueError(500);
  if (outcome.type === 'refused') return { status: outcome.error.code, body: { errors: [outcome.error] } };
  if (outcome.type === 'items-refused') return itemsRefused(outcome.error);
  const { contact, isNew, shown } = outcome;
  const body = { contact: contactJson(world, contact, { isNew, shown, showsItems: showsItems(call) }) };
  return isNew ? created(`/api/contacts/${contact.id}`, body) : ok(body);
}

/** Code 0 is no HTTP status, and becomes the opaque 500 (616-625). */
function itemsRefused({ code, message }: ItemError): Answer {
  return code === 0 ? opaqueError(500) : refusal(code, message);
}
