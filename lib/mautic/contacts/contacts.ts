import type { ContactWrite } from '../../core/contact/contact-write.ts';
import type { MauticContacts } from '../../core/ports/mautic.ts';
import type { MauticClient } from '../client.ts';
import { contactOf } from './contact-answer.ts';
import { sendAll, takesWrites } from './contact-batch.ts';
import { heirOf } from './contact-reading.ts';
import { removeContact } from './contact-removal.ts';
import { rewriteContact } from './contact-rewrite.ts';
import { findAllContacts, findContacts, findHolders } from './contact-search.ts';

/** Contacts over Mautic's REST API. */
export function createMauticContacts(client: MauticClient): MauticContacts {
  return {
    create: (items) => {
      const call = { method: 'POST', path: '/api/contacts/batch/new', read: contactOf } as const;
      return sendAll(
        client,
        call,
        items.map((item) => ({ ...payload(item), email: item.email })),
      );
    },
    edit: (items) => {
      const call = { method: 'PATCH', path: '/api/contacts/batch/edit', read: contactOf } as const;
      return sendAll(
        client,
        call,
        items.map((item) => ({ ...withoutEmail(payload(item)), id: item.id })),
      );
    },
    find: (email) => findContacts(client, email),
    holders: (ids) => findHolders(client, ids),
    heir: (id) => heirOf(client, id),
    findAll: (emails) => findAllContacts(client, emails),
    remove: (id) => removeContact(client, id),
    rewrite: (id, fields) => rewriteContact(client, id, fields),
    takesWrites: () => takesWrites(client),
  };
}

/**
 * `overwriteWithBlank` counts per item of a batch and blanks only the keys that item sends (recordings 701-709);
 * a tag is taken away by a leading minus, others stay (recordings 139-145).
 */
function payload({ fields, addTags, removeTags }: ContactWrite): Record<string, unknown> {
  const tags = [...addTags, ...removeTags.map((tag) => `-${tag}`)];
  const blanks = Object.values(fields).some((value) => value === null);
  return {
    ...fields,
    ...(tags.length > 0 ? { tags } : {}),
    ...(blanks ? { overwriteWithBlank: true } : {}),
  };
}

/** A changed address would be refused as not unique, or take another person's place (recordings 131, 171). */
function withoutEmail({ email: _never, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return rest;
}
