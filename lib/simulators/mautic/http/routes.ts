import { deleteContacts, editContacts, newContacts } from '../contacts/contact-batches.ts';
import { listContacts } from '../contacts/contact-list.ts';
import { deleteContact, editContact, getContact, newContact } from '../contacts/contacts.ts';
import { addChannel, removeChannel } from '../contacts/do-not-contact.ts';
import { changePoints } from '../contacts/points.ts';
import { changeCampaign, getCampaign, listCampaigns, listCampaignsOfContact } from '../effects/campaigns.ts';
import { listCategories, newCategory } from '../effects/categories.ts';
import { editEmail, getEmail, listEmails, newEmail, sendEmail } from '../effects/emails.ts';
import { deleteNote, getNote, listNotes, listNotesOfContact, newNote, newNotes } from '../effects/notes.ts';
import {
  addContacts,
  changeMembership,
  deleteSegment,
  getSegment,
  listSegments,
  listSegmentsOfContact,
  newSegment,
} from '../effects/segments.ts';
import { deleteField, editField, getField, listFields, newField, newFields } from '../schema/fields.ts';
import { deleteTag, editTag, getTag, listTags, newTag } from '../schema/tags.ts';
import type { Call, World } from '../world.ts';
import { type Answer, ok } from './answer.ts';

/** Answers one authenticated request. */
type Handler = (world: World, call: Call) => Answer | Promise<Answer>;

/** A handler, the pattern it stands at, and what the pattern's placeholders matched. */
export type Found = {
  readonly handler: Handler;
  readonly pattern: string;
  readonly params: readonly string[];
};

const ROUTES: readonly (readonly [methods: string, pattern: string, handler: Handler])[] = [
  ['GET', '/api/users/self', (_, { identity }) => ok(identity.profile)],
  ['GET', '/api/contacts', listContacts],
  ['POST', '/api/contacts/new', newContact],
  ['POST', '/api/contacts/batch/new', newContacts],
  ['PUT PATCH', '/api/contacts/batch/edit', editContacts],
  ['DELETE', '/api/contacts/batch/delete', deleteContacts],
  ['GET', '/api/contacts/{id}', getContact],
  ['PUT PATCH', '/api/contacts/{id}/edit', editContact],
  ['DELETE', '/api/contacts/{id}/delete', deleteContact],
  ['GET', '/api/contacts/{id}/notes', listNotesOfContact],
  ['GET', '/api/contacts/{id}/segments', listSegmentsOfContact],
  ['GET', '/api/contacts/{id}/campaigns', listCampaignsOfContact],
  ['POST', '/api/contacts/{id}/dnc/{word}/add', addChannel],
  ['POST', '/api/contacts/{id}/dnc/{word}/remove', removeChannel],
  ['POST', '/api/contacts/{id}/points/{word}/{word}', changePoints],
  ['GET', '/api/fields/contact', listFields],
  ['POST', '/api/fields/contact/new', newField],
  ['POST', '/api/fields/contact/batch/new', newFields],
  ['GET', '/api/fields/contact/{id}', getField],
  ['PUT PATCH', '/api/fields/contact/{id}/edit', editField],
  ['DELETE', '/api/fields/contact/{id}/delete', deleteField],
  ['GET', '/api/tags', listTags],
  ['POST', '/api/tags/new', newTag],
  ['GET', '/api/tags/{id}', getTag],
  ['PUT PATCH', '/api/tags/{id}/edit', editTag],
  ['DELETE', '/api/tags/{id}/delete', deleteTag],
  ['GET', '/api/notes', listNotes],
  ['POST', '/api/notes/new', newNote],
  ['POST', '/api/notes/batch/new', newNotes],
  ['GET', '/api/notes/{id}', getNote],
  ['DELETE', '/api/notes/{id}/delete', deleteNote],
  ['GET', '/api/segments', listSegments],
  ['POST', '/api/segments/new', newSegment],
  ['GET', '/api/segments/{id}', getSegment],
  ['DELETE', '/api/segments/{id}/delete', deleteSegment],
  ['POST', '/api/segments/{id}/contact/{id}/add', changeMembership(false)],
  ['POST', '/api/segments/{id}/contact/{id}/remove', changeMembership(true)],
  ['POST', '/api/segments/{id}/contacts/add', addContacts],
  ['GET', '/api/campaigns', listCampaigns],
  ['GET', '/api/campaigns/{id}', getCampaign],
  ['POST', '/api/campaigns/{id}/contact/{id}/add', changeCampaign(false)],
  ['POST', '/api/campaigns/{id}/contact/{id}/remove', changeCampaign(true)],
  ['GET', '/api/categories', listCategories],
  ['POST', '/api/categories/new', newCategory],
  ['GET', '/api/emails', listEmails],
  ['POST', '/api/emails/new', newEmail],
  ['GET', '/api/emails/{id}', getEmail],
  ['PUT PATCH', '/api/emails/{id}/edit', editEmail],
  ['POST', '/api/emails/{id}/contact/{id}/send', sendEmail],
];

const COMPILED = ROUTES.map(([methods, pattern, handler]) => ({
  methods: new Set(methods.split(' ')),
  pattern,
  handler,
  regex: new RegExp(`^${pattern.replaceAll('{id}', '(\\d+)').replaceAll('{word}', '([^/]+)')}$`),
}));

/** The handler of a method and path; undefined is Mautic's 404 by URL, also for a wrong method. */
export function findRoute(method: string, path: string): Found | undefined {
  const wanted = method === 'HEAD' ? 'GET' : method;
  for (const { methods, pattern, handler, regex } of COMPILED) {
    const match = methods.has(wanted) ? regex.exec(path) : null;
    if (match !== null) return { handler, pattern, params: match.slice(1) };
  }
  return undefined;
}
