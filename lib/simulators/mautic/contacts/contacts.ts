import type { Contact } from '../database/rows.ts';
import { type Answer, accessDenied, created, itemNotFound, ok, opaqueError } from '../http/answer.ts';
import type { Call, World } from '../world.ts';
import { type Binding, findDuplicate, payloadOf } from './contact-form.ts';
import { type Outcome, saveContact } from './contact-save.ts';
import { contactJson } from './contact-view.ts';
import { findContact } from './find-contact.ts';

/** `GET /api/contacts/{id}` */
export function getContact(world: World, { params }: Call): Answer {
  const contact = findContact(world, Number(params[0]));
  return contact === undefined ? itemNotFound() : ok({ contact: contactJson(world, contact) });
}

/** `POST /api/contacts/new`: creates, or merges into the newest contact with the same unique value (038-040). */
export async function newContact(world: World, call: Call): Promise<Answer> {
  if (call.identity.isLimited) return accessDenied();
  const payload = payloadOf(call.body);
  const existing = findDuplicate(world, payload);
  return answerSave(
    world,
    await saveContact(world, { payload, binding: 'POST', existing, identity: call.identity }),
  );
}

/** `PATCH` and `PUT /api/contacts/{id}/edit`: an unknown id is 404 for PATCH, a new contact for PUT (123, 124). */
export async function editContact(world: World, call: Call): Promise<Answer> {
  if (call.identity.isLimited) return accessDenied();
  const binding: Binding = call.method === 'PUT' ? 'PUT' : 'PATCH';
  const existing = findContact(world, Number(call.params[0]));
  if (existing === undefined && binding === 'PATCH') return itemNotFound();
  const payload = payloadOf(call.body);
  return answerSave(world, await saveContact(world, { payload, binding, existing, identity: call.identity }));
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

/** Removes a contact with its notes and memberships. */
export function removeContact({ db }: World, contact: Contact): void {
  for (const note of db.lookups.notesOf(contact.id)) db.notes.delete(note.id);
  for (const one of db.memberships.all()) if (one.contact === contact.id) db.memberships.delete(one.id);
  db.contacts.delete(contact.id);
}

function answerSave(world: World, outcome: Outcome): Answer {
  if (outcome.type === 'crashed') return opaqueError(500);
  if (outcome.type === 'refused') return { status: outcome.error.code, body: { errors: [outcome.error] } };
  const { contact, isNew, shown } = outcome;
  const body = { contact: contactJson(world, contact, { isNew, shown }) };
  return isNew ? created(`/api/contacts/${contact.id}`, body) : ok(body);
}
