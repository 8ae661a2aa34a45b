import { payloadOf } from '../contacts/contact-form.ts';
import { page } from '../contacts/contact-list.ts';
import { MAX_TAG } from '../contacts/contact-tags.ts';
import { asText, keyedById } from '../database/php-value.ts';
import type { Tag } from '../database/rows.ts';
import { cleanText } from '../database/text-cleaning.ts';
import { type Answer, accessDenied, created, itemNotFound, ok, opaqueError } from '../http/answer.ts';
import type { Call, World } from '../world.ts';

/** `GET /api/tags`: an object by id; `search` is ignored (recordings 368, 369). */
export function listTags(world: World, { query, identity }: Call): Answer {
  if (identity.isLimited) return accessDenied();
  const all = world.db.tags.all();
  return ok({
    total: all.length,
    tags: keyedById(page(all, query).map((tag) => [tag.id, tagJson(tag)])),
  });
}

/** `GET /api/tags/{id}` */
export function getTag(world: World, { params }: Call): Answer {
  const tag = world.db.tags.get(Number(params[0]));
  return tag === undefined ? itemNotFound() : ok({ tag: tagJson(tag) });
}

/** `POST /api/tags/new`: a tag of the same name in any case is renamed and answered with 200 (recordings 370-374). */
export function newTag(world: World, { body, identity }: Call): Answer {
  if (identity.isLimited) return accessDenied();
  const name = nameOf(body);
  if (name === undefined) return opaqueError(500);
  const known = world.db.lookups.similarTag(name);
  if (known !== undefined) return ok({ tag: tagJson(world.db.tags.put({ ...known, tag: name })) });
  const tag = world.db.tags.insert((id) => ({ id, tag: name }));
  return created(`/api/tags/${tag.id}`, { tag: tagJson(tag) });
}

/** `PATCH` and `PUT /api/tags/{id}/edit` */
export function editTag(world: World, { params, body, identity }: Call): Answer {
  if (identity.isLimited) return accessDenied();
  const tag = world.db.tags.get(Number(params[0]));
  if (tag === undefined) return itemNotFound();
  const name = nameOf(body);
  return name === undefined
    ? opaqueError(500)
    : ok({ tag: tagJson(world.db.tags.put({ ...tag, tag: name })) });
}

/** `DELETE /api/tags/{id}/delete`: the contacts lose it too. */
export function deleteTag(world: World, { params, identity }: Call): Answer {
  if (identity.isLimited) return accessDenied();
  const tag = world.db.tags.get(Number(params[0]));
  if (tag === undefined) return itemNotFound();
  world.db.tags.delete(tag.id);
  for (const contact of world.db.contacts.all()) {
    if (contact.tags.includes(tag.id))
      world.db.contacts.put({ ...contact, tags: contact.tags.filter((id) => id !== tag.id) });
  }
  return ok({ tag: { ...tagJson(tag), id: null } });
}

/** Undefined for what Mautic crashes at: an empty name, or one the column does not take. */
function nameOf(body: Call['body']): string | undefined {
  const name = cleanText(asText(payloadOf(body).tag) ?? '');
  return name === '' || Array.from(name).length > MAX_TAG ? undefined : name;
}

/** The description is never kept (recording 370). */
function tagJson({ id, tag }: Tag): { id: number; tag: string; description: null } {
  return { id, tag, description: null };
}
