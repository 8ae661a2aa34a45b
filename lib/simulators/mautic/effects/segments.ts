import { payloadOf } from '../contacts/contact-form.ts';
import { page } from '../contacts/contact-list.ts';
import { findContact } from '../contacts/find-contact.ts';
import { toAtom } from '../database/dates.ts';
import { asText, entriesOf, keyedById } from '../database/php-value.ts';
import type { Contact, Segment } from '../database/rows.ts';
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
} from '../http/answer.ts';
import { firstFree, segmentAlias } from '../schema/field-alias.ts';
import { authorshipOf, type Call, createdBy, type World } from '../world.ts';

/** `GET /api/segments`: an object by id under `lists` (recording 406). */
export function listSegments(world: World, { query, identity }: Call): Answer {
  if (identity.isLimited) return accessDenied();
  const all = world.db.segments.all();
  return ok({
    total: all.length,
    lists: keyedById(page(all, query).map((one) => [one.id, segmentJson(world, one)])),
  });
}

/** `POST /api/segments/new`: a second one of the same name gets a numbered alias (recordings 391-394). */
export function newSegment(world: World, { body, identity }: Call): Answer {
  if (identity.isLimited) return accessDenied();
  const payload = payloadOf(body);
  const name = cleanText(asText(payload.name) ?? '');
  if (name === '') return formRefusal([{ field: 'name', message: 'A name is required.', status: 400 }]);
  const taken = new Set(world.db.segments.all().map((one) => one.alias));
  const segment = world.db.segments.insert((id) => ({
    id,
    ...createdBy(world, identity),
    name,
    alias: firstFree(segmentAlias(asText(payload.alias) || name), (alias) => taken.has(alias)),
    description: asText(payload.description) || null,
    filters: payload.filters ?? [],
  }));
  return created(`/api/segments/${segment.id}`, { list: segmentJson(world, segment) });
}

/** `GET /api/segments/{id}` */
export function getSegment(world: World, { params }: Call): Answer {
  const segment = world.db.segments.get(Number(params[0]));
  return segment === undefined ? itemNotFound() : ok({ list: segmentJson(world, segment) });
}

/** `DELETE /api/segments/{id}/delete`: its memberships go too (5.2.1: 257). */
export function deleteSegment(world: World, { params, identity }: Call): Answer {
  if (identity.isLimited) return accessDenied();
  const segment = world.db.segments.get(Number(params[0]));
  if (segment === undefined) return itemNotFound();
  for (const one of world.db.memberships.all())
    if (one.segment === segment.id) world.db.memberships.delete(one.id);
  world.db.segments.delete(segment.id);
  return ok({ list: { ...segmentJson(world, segment), id: null } });
}

/** `POST /api/segments/{id}/contact/{id}/add` and `/remove`: safe to repeat (recordings 395-405). */
export function changeMembership(isRemoval: boolean): (world: World, call: Call) => Answer {
  return (world, { params }) => {
    const segment = world.db.segments.get(Number(params[0]));
    if (segment === undefined) return itemNotFound();
    const id = Number(params[1]);
    const contact = findContact(world, id);
    if (contact === undefined) return contactNotFound();
    // Mautic checks the winner of a merged id and then writes the id itself, which no row has (5.2.1: 249, 250).
    const isMerged = contact.id !== id;
    if (isMerged && !isRemoval) return opaqueError(500);
    if (!isMerged) setMembership(world, segment, { contact, isRemoval });
    return ok({ success: 1 });
  };
}

/** `POST /api/segments/{id}/contacts/add`: answers each id, a merged one by its winner's (399; 5.2.1: 243-246). */
export function addContacts(world: World, { params, body }: Call): Answer {
  const segment = world.db.segments.get(Number(params[0]));
  if (segment === undefined) return itemNotFound();
  const ids = entriesOf(payloadOf(body).ids ?? []).map(([, id]) => Number(id));
  const results = ids.map((id) => {
    const contact = findContact(world, id);
    if (contact !== undefined) setMembership(world, segment, { contact, isRemoval: false });
    return [contact?.id ?? id, { success: contact !== undefined }] as const;
  });
  return ok({ success: 1, details: keyedById(results) });
}

/** `GET /api/contacts/{id}/segments` (recording 400). */
export function listSegmentsOfContact(world: World, { params }: Call): Answer {
  const contact = findContact(world, Number(params[0]));
  if (contact === undefined) return itemNotFound();
  const mine = world.db.memberships.all().filter((one) => one.contact === contact.id && !one.manuallyRemoved);
  const lists = mine.map(({ segment, dateAdded }) => {
    const { name, alias } = world.db.segments.get(segment) ?? { name: '', alias: '' };
    return [
      segment,
      { id: segment, name, alias, dateAdded, manuallyRemoved: false, manuallyAdded: true },
    ] as const;
  });
  return ok({ total: lists.length, lists: keyedById(lists) });
}

function setMembership(
  world: World,
  segment: Segment,
  { contact, isRemoval }: { contact: Contact; isRemoval: boolean },
): void {
  const known = world.db.lookups.membership(segment.id, contact.id);
  const row = known ?? {
    id: world.db.memberships.burnId(),
    segment: segment.id,
    contact: contact.id,
    dateAdded: toAtom(world.now()),
    manuallyRemoved: false,
  };
  world.db.memberships.put({ ...row, manuallyRemoved: isRemoval });
}

function segmentJson({ traits }: World, segment: Segment): Record<string, unknown> {
  const { id, name, alias, description, filters } = segment;
  return {
    ...authorshipOf(segment),
    id,
    name,
    publicName: name,
    alias,
    description,
    category: null,
    filters,
    isGlobal: true,
    isPreferenceCenter: false,
    ...(traits.showsProjects ? { projects: [] } : {}),
  };
}
